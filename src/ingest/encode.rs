//! Encodes a column of one block as a Parquet column chunk, from the form in which it was decoded.
//!
//! The general writer of the `parquet` crate looks every text up in a dictionary of its own. Our texts are codes of a
//! dictionary already, so that their pages are written straight from the codes. `https://parquet.apache.org/docs/file-format/`
//! describes the encodings.

use std::borrow::Cow;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::schema::types::ColumnDescPtr;

use super::column::{Column, Values};
use super::pack::{bits, delta};
use super::page::{Kind, coded, front_coded, header, length_coded, levels, plain_text};
use super::statistics::{bounds, statistics};
use super::texts::Strings;
use crate::store::Durability;
use crate::store::part::ZSTD_LEVEL;

/// Rows of a page: readers decode page by page, and decompress one of a megabyte at a time.
pub const PAGE_ROWS: usize = 64 << 10;
/// The widest range of numbers that is coded as a dictionary.
const DICTIONARY_RANGE: i64 = 4096;

/// A column chunk, ready to be appended to a file.
pub struct Chunk {
    /// Its pages.
    pub bytes: Bytes,
    /// What the file's footer says of it.
    pub close: ColumnCloseResult,
}

/// The values of a column in the form in which they are written.
pub enum Data<'a> {
    /// Codes of texts; codes of absent rows mean nothing.
    Coded(Cow<'a, Strings>, Cow<'a, [u32]>),
    /// Texts one by one, and which of them are written; absent ones are empty.
    Plain(&'a Strings, &'a [u32]),
    /// Numbers of 32 bits.
    Integers(Cow<'a, [i64]>),
    /// Numbers of 64 bits.
    Bigints(Cow<'a, [i64]>),
    /// Booleans.
    Flags(Cow<'a, [bool]>),
}

/// Which rows of a block are written.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Their places, ascending.
    pub places: &'a [u32],
    /// Whether they are all that there are.
    pub are_all: bool,
}

impl Rows<'_> {
    /// The values of these rows.
    pub fn of<'a, T: Copy>(&self, values: &'a [T]) -> Cow<'a, [T]> {
        match self.are_all {
            true => Cow::Borrowed(values),
            false => self.places.iter().map(|place| values[*place as usize]).collect(),
        }
    }
}

impl<'a> Data<'a> {
    /// The data of these rows of a column; `is_wide` says whether its numbers have 64 bits.
    pub fn of(column: &'a Column, rows: Rows<'a>, is_wide: bool) -> Self {
        match &column.values {
            Values::Texts(texts) if texts.is_spelled => Data::Plain(&texts.spelled, rows.places),
            Values::Texts(texts) => Data::coded(&texts.dictionary.values, &texts.codes, &column.present, rows),
            Values::Numbers(numbers) if is_wide => Data::Bigints(rows.of(numbers)),
            Values::Numbers(numbers) => Data::Integers(rows.of(numbers)),
            Values::Flags(flags) => Data::Flags(rows.of(flags)),
        }
    }

    /// Codes of texts, with the texts that these rows have.
    pub fn coded(texts: &'a Strings, codes: &'a [u32], present: &[bool], rows: Rows) -> Self {
        if rows.are_all {
            return Data::Coded(Cow::Borrowed(texts), Cow::Borrowed(codes));
        }
        let mut code_of = vec![u32::MAX; texts.len()];
        let mut used = Strings::default();
        let mut code = |place: &u32| {
            if !present[*place as usize] {
                return 0;
            }
            let old = codes[*place as usize] as usize;
            if code_of[old] == u32::MAX {
                code_of[old] = used.len() as u32;
                used.push(texts.get(old));
            }
            code_of[old]
        };
        let codes = rows.places.iter().map(&mut code).collect();
        Data::Coded(Cow::Owned(used), codes)
    }
}

/// Encodes column chunks, one after the other.
pub struct ColumnEncoder {
    /// None in a store that lives as long as the command: packing what is read once costs more than it saves.
    zstd: Option<zstd::bulk::Compressor<'static>>,
    page: Vec<u8>,
    codes: Vec<u32>,
    numbers: Vec<i64>,
}

/// Sizes and encodings of the pages so far.
struct Pages {
    bytes: Vec<u8>,
    uncompressed: usize,
    dictionary_at: Option<i64>,
    data_at: Option<i64>,
    encodings: Vec<Encoding>,
}

impl ColumnEncoder {
    /// An encoder.
    pub fn new(durability: Durability) -> std::io::Result<Self> {
        let zstd = match durability {
            Durability::Flushed => Some(zstd::bulk::Compressor::new(ZSTD_LEVEL)?),
            Durability::Temporary => None,
        };
        Ok(Self { zstd, page: Vec::new(), codes: Vec::new(), numbers: Vec::new() })
    }

    /// Encodes the column that `description` is of.
    pub fn encode(&mut self, description: ColumnDescPtr, present: &[bool], data: &Data) -> parquet::errors::Result<Chunk> {
        let encodings = vec![Encoding::RLE];
        let mut pages = Pages { bytes: Vec::new(), uncompressed: 0, dictionary_at: None, data_at: None, encodings };
        let dictionary = self.dictionary(present, data);
        if let Some((values, plain)) = &dictionary {
            self.page.clear();
            self.page.extend_from_slice(plain);
            pages.encodings.push(Encoding::PLAIN);
            self.write(&mut pages, Kind::Dictionary, *values, Encoding::PLAIN)?;
        }
        for start in (0..present.len()).step_by(PAGE_ROWS) {
            let end = present.len().min(start + PAGE_ROWS);
            self.page.clear();
            levels(&present[start..end], &mut self.page);
            let encoding = self.values(present, start..end, data, dictionary.as_ref().map(|(values, _)| *values));
            if !pages.encodings.contains(&encoding) {
                pages.encodings.push(encoding);
            }
            self.write(&mut pages, Kind::Data, end - start, encoding)?;
        }
        let compression = match self.zstd {
            Some(_) => Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?),
            None => Compression::UNCOMPRESSED,
        };
        let metadata = ColumnChunkMetaData::builder(description)
            .set_encodings(pages.encodings)
            .set_num_values(present.len() as i64)
            .set_compression(compression)
            .set_total_compressed_size(pages.bytes.len() as i64)
            .set_total_uncompressed_size(pages.uncompressed as i64)
            .set_data_page_offset(pages.data_at.unwrap_or(0))
            .set_dictionary_page_offset(pages.dictionary_at)
            .set_statistics(statistics(present, data))
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: pages.bytes.len() as u64,
            rows_written: present.len() as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(Chunk { bytes: pages.bytes.into(), close })
    }

    /// Makes `self.codes` and returns the dictionary, its values plainly written, where the data has one.
    fn dictionary(&mut self, present: &[bool], data: &Data) -> Option<(usize, Vec<u8>)> {
        let mut plain = Vec::new();
        match data {
            Data::Coded(values, _) => {
                for code in 0..values.len() {
                    plain_text(values.get(code), &mut plain);
                }
                Some((values.len(), plain))
            }
            Data::Integers(numbers) | Data::Bigints(numbers) => {
                let (low, high) = bounds(present, numbers)?;
                let range = high.checked_sub(low).filter(|range| *range < DICTIONARY_RANGE)? as usize + 1;
                let mut code_of = vec![u32::MAX; range];
                let mut values = 0;
                self.codes.clear();
                for (number, present) in numbers.iter().zip(present) {
                    let mut code = 0;
                    if *present {
                        let place = &mut code_of[(number - low) as usize];
                        if *place == u32::MAX {
                            *place = values;
                            values += 1;
                            match data {
                                Data::Integers(_) => plain.extend_from_slice(&(*number as i32).to_le_bytes()),
                                _ => plain.extend_from_slice(&number.to_le_bytes()),
                            }
                        }
                        code = *place;
                    }
                    self.codes.push(code);
                }
                Some((values as usize, plain))
            }
            Data::Plain(..) | Data::Flags(_) => None,
        }
    }

    /// Adds the values of some rows to the page.
    fn values(&mut self, present: &[bool], rows: std::ops::Range<usize>, data: &Data, dictionary: Option<usize>) -> Encoding {
        let there = rows.clone().filter(|row| present[*row]);
        let all = present[rows.clone()].iter().all(|present| *present);
        match (data, dictionary) {
            (Data::Coded(_, codes), Some(values)) => coded(codes, there, all, &rows, values, &mut self.page),
            (_, Some(values)) => coded(&self.codes, there, all, &rows, values, &mut self.page),
            (Data::Plain(strings, places), None) => {
                let texts = there.map(|row| strings.get(places[row] as usize));
                // Front coding and packing go together: what is read once is spelled out, which DuckDB reads three times as fast.
                if self.zstd.is_some() {
                    front_coded(texts, &mut self.numbers, &mut self.page);
                    Encoding::DELTA_BYTE_ARRAY
                } else {
                    length_coded(texts, &mut self.numbers, &mut self.page);
                    Encoding::DELTA_LENGTH_BYTE_ARRAY
                }
            }
            (Data::Bigints(numbers), None) => {
                self.numbers.clear();
                self.numbers.extend(there.map(|row| numbers[row]));
                delta(&self.numbers, &mut self.page);
                Encoding::DELTA_BINARY_PACKED
            }
            (Data::Integers(numbers), None) => {
                there.for_each(|row| self.page.extend_from_slice(&(numbers[row] as i32).to_le_bytes()));
                Encoding::PLAIN
            }
            (Data::Flags(flags), None) => {
                bits(there.map(|row| flags[row]), &mut self.page);
                Encoding::PLAIN
            }
            (Data::Coded(..), None) => unreachable!("codes have a dictionary"),
        }
    }

    /// Adds the page, packed, behind its header.
    fn write(&mut self, pages: &mut Pages, kind: Kind, values: usize, encoding: Encoding) -> parquet::errors::Result<()> {
        let packed = match &mut self.zstd {
            Some(zstd) => Cow::Owned(zstd.compress(&self.page)?),
            None => Cow::Borrowed(&self.page),
        };
        let at = pages.bytes.len();
        let place = match kind {
            Kind::Dictionary => &mut pages.dictionary_at,
            Kind::Data => &mut pages.data_at,
        };
        place.get_or_insert(at as i64);
        header(kind, self.page.len(), packed.len(), values, encoding, &mut pages.bytes);
        pages.uncompressed += pages.bytes.len() - at + self.page.len();
        pages.bytes.extend_from_slice(&packed);
        Ok(())
    }
}
