//! Encodes a column of some blocks as a Parquet column chunk, from the form in which it was decoded.
//!
//! The general writer of the `parquet` crate looks every text up in a dictionary of its own. Our texts are codes of a
//! dictionary already, so that their pages are written straight from the codes. `https://parquet.apache.org/docs/file-format/`
//! describes the encodings.

use std::borrow::Cow;

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::schema::types::ColumnDescPtr;
use rustc_hash::FxHashMap;

use super::column::{Column, Values};
use super::pack::{bits, delta};
use super::page::{Kind, coded, front_coded, header, length_coded, levels, plain_text};
use super::statistics::{bounds, statistics};
use crate::store::Durability;
use crate::store::part::{ZSTD_LEVEL, compression};

/// Rows of a page: readers decode page by page, and decompress one of a megabyte at a time.
pub const PAGE_ROWS: usize = 64 << 10;
/// Bytes from which on a column chunk is packed: a smaller one takes a block of the file system either way, and readers set
/// zstd up anew for each page.
const PACKED_BYTES: usize = 4 << 10;
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
    Coded(Vec<&'a [u8]>, Vec<u32>),
    /// Texts one by one; those of absent rows mean nothing.
    Plain(Vec<&'a [u8]>),
    /// Numbers of 32 bits.
    Integers(Vec<i64>),
    /// Numbers of 64 bits.
    Bigints(Vec<i64>),
    /// Booleans.
    Flags(Vec<bool>),
}

impl<'a> Data<'a> {
    /// The data of some rows of several blocks: a column of each block, whose texts are all codes or all spelled out, with the places of
    /// its rows. `is_wide` says whether numbers have 64 bits.
    pub fn of(column: &[(&'a Column, &'a [u32])], is_wide: bool) -> Self {
        match column.first().map(|(block, _)| &block.values) {
            Some(Values::Texts(texts)) if texts.is_spelled => {
                let text = |(block, places): &(&'a Column, &'a [u32])| {
                    let Values::Texts(texts) = &block.values else { unreachable!("a column is of one kind") };
                    places.iter().map(|place| texts.spelled.get(*place as usize))
                };
                Data::Plain(column.iter().flat_map(text).collect())
            }
            Some(Values::Texts(_)) => Data::coded(column),
            Some(Values::Numbers(_)) => {
                let numbers = selected(column, |block| match &block.values {
                    Values::Numbers(numbers) => numbers,
                    _ => unreachable!("a column is of one kind"),
                });
                if is_wide { Data::Bigints(numbers) } else { Data::Integers(numbers) }
            }
            Some(Values::Flags(_)) => Data::Flags(selected(column, |block| match &block.values {
                Values::Flags(flags) => flags,
                _ => unreachable!("a column is of one kind"),
            })),
            None => Data::Plain(Vec::new()),
        }
    }

    /// Codes of the texts that these rows have.
    fn coded(column: &[(&'a Column, &'a [u32])]) -> Self {
        let (mut values, mut known) = (Vec::new(), FxHashMap::default());
        let mut codes = Vec::with_capacity(column.iter().map(|(_, places)| places.len()).sum());
        for (block, places) in column {
            let Values::Texts(texts) = &block.values else { unreachable!("a column is of one kind") };
            let mut code_of = vec![u32::MAX; texts.dictionary.values.len()];
            codes.extend(places.iter().map(|place| {
                if !block.present[*place as usize] {
                    return 0;
                }
                let old = texts.codes[*place as usize] as usize;
                if code_of[old] == u32::MAX {
                    let text = texts.dictionary.values.get(old);
                    code_of[old] = *known.entry(text).or_insert_with(|| {
                        values.push(text);
                        values.len() as u32 - 1
                    });
                }
                code_of[old]
            }));
        }
        Data::Coded(values, codes)
    }
}

/// The values of some rows of several blocks, with the places of the rows of each.
pub fn selected<'a, B: Copy, T: Copy + 'a>(blocks: &[(B, &[u32])], values: impl Fn(B) -> &'a [T]) -> Vec<T> {
    let mut all = Vec::with_capacity(blocks.iter().map(|(_, places)| places.len()).sum());
    for (block, places) in blocks {
        let values = values(*block);
        if places.len() == values.len() {
            all.extend_from_slice(values);
        } else {
            all.extend(places.iter().map(|place| values[*place as usize]));
        }
    }
    all
}

/// Encodes column chunks, one after the other.
pub struct ColumnEncoder {
    /// None in a store that lives as long as the command: packing what is read once costs more than it saves.
    zstd: Option<zstd::bulk::Compressor<'static>>,
    /// The pages of the chunk, as they are before they are packed.
    raw: Vec<u8>,
    codes: Vec<u32>,
    numbers: Vec<i64>,
}

/// A page of a chunk.
struct Page {
    kind: Kind,
    values: usize,
    encoding: Encoding,
    /// Where it ends.
    end: usize,
}

impl ColumnEncoder {
    /// An encoder.
    pub fn new(durability: Durability) -> std::io::Result<Self> {
        let zstd = match durability {
            Durability::Flushed => Some(zstd::bulk::Compressor::new(ZSTD_LEVEL)?),
            Durability::Temporary => None,
        };
        Ok(Self { zstd, raw: Vec::new(), codes: Vec::new(), numbers: Vec::new() })
    }

    /// Encodes the column that `description` is of.
    pub fn encode(&mut self, description: ColumnDescPtr, present: &[bool], data: &Data) -> parquet::errors::Result<Chunk> {
        let pages = self.pages(present, data);
        let mut zstd = self.zstd.as_mut().filter(|_| self.raw.len() >= PACKED_BYTES);
        let compression = compression(zstd.is_some());
        let (mut bytes, mut headers, mut start) = (Vec::new(), 0, 0);
        let (mut dictionary_at, mut data_at) = (None, None);
        let mut encodings = vec![Encoding::RLE];
        for Page { kind, values, encoding, end } in pages {
            let page = &self.raw[start..end];
            let packed = match &mut zstd {
                Some(zstd) => Cow::Owned(zstd.compress(page)?),
                None => Cow::Borrowed(page),
            };
            let at = bytes.len();
            let place = if kind == Kind::Dictionary { &mut dictionary_at } else { &mut data_at };
            place.get_or_insert(at as i64);
            if !encodings.contains(&encoding) {
                encodings.push(encoding);
            }
            header(kind, page.len(), packed.len(), values, encoding, &mut bytes);
            headers += bytes.len() - at;
            bytes.extend_from_slice(&packed);
            start = end;
        }
        let metadata = ColumnChunkMetaData::builder(description)
            .set_encodings(encodings)
            .set_num_values(present.len() as i64)
            .set_compression(compression)
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size((headers + self.raw.len()) as i64)
            .set_data_page_offset(data_at.unwrap_or(0))
            .set_dictionary_page_offset(dictionary_at)
            .set_statistics(statistics(present, data))
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: present.len() as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(Chunk { bytes: bytes.into(), close })
    }

    /// Makes `self.raw`, the pages of a column as they are before they are packed.
    fn pages(&mut self, present: &[bool], data: &Data) -> Vec<Page> {
        self.raw.clear();
        let mut pages = Vec::new();
        let dictionary = self.dictionary(present, data);
        if let Some(values) = dictionary {
            pages.push(Page { kind: Kind::Dictionary, values, encoding: Encoding::PLAIN, end: self.raw.len() });
        }
        for start in (0..present.len()).step_by(PAGE_ROWS) {
            let rows = start..present.len().min(start + PAGE_ROWS);
            levels(&present[rows.clone()], &mut self.raw);
            let values = rows.len();
            let encoding = self.values(present, rows, data, dictionary);
            pages.push(Page { kind: Kind::Data, values, encoding, end: self.raw.len() });
        }
        pages
    }

    /// Makes `self.codes` and writes the dictionary, where the data has one. Returns how many values it has.
    fn dictionary(&mut self, present: &[bool], data: &Data) -> Option<usize> {
        match data {
            Data::Coded(values, _) => {
                values.iter().for_each(|text| plain_text(text, &mut self.raw));
                Some(values.len())
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
                                Data::Integers(_) => self.raw.extend_from_slice(&(*number as i32).to_le_bytes()),
                                _ => self.raw.extend_from_slice(&number.to_le_bytes()),
                            }
                        }
                        code = *place;
                    }
                    self.codes.push(code);
                }
                Some(values as usize)
            }
            Data::Plain(_) | Data::Flags(_) => None,
        }
    }

    /// Adds the values of some rows to the page.
    fn values(&mut self, present: &[bool], rows: std::ops::Range<usize>, data: &Data, dictionary: Option<usize>) -> Encoding {
        let there = rows.clone().filter(|row| present[*row]);
        let all = present[rows.clone()].iter().all(|present| *present);
        match (data, dictionary) {
            (Data::Coded(_, codes), Some(values)) => coded(codes, there, all, &rows, values, &mut self.raw),
            (_, Some(values)) => coded(&self.codes, there, all, &rows, values, &mut self.raw),
            (Data::Plain(texts), None) => {
                let texts = there.map(|row| texts[row]);
                // What is kept is front coded; what is read once is spelled out, which DuckDB reads three times as fast.
                if self.zstd.is_some() {
                    front_coded(texts, &mut self.numbers, &mut self.raw);
                    Encoding::DELTA_BYTE_ARRAY
                } else {
                    length_coded(texts, &mut self.numbers, &mut self.raw);
                    Encoding::DELTA_LENGTH_BYTE_ARRAY
                }
            }
            (Data::Bigints(numbers), None) => {
                self.numbers.clear();
                self.numbers.extend(there.map(|row| numbers[row]));
                delta(&self.numbers, &mut self.raw);
                Encoding::DELTA_BINARY_PACKED
            }
            (Data::Integers(numbers), None) => {
                there.for_each(|row| self.raw.extend_from_slice(&(numbers[row] as i32).to_le_bytes()));
                Encoding::PLAIN
            }
            (Data::Flags(flags), None) => {
                bits(there.map(|row| flags[row]), &mut self.raw);
                Encoding::PLAIN
            }
            (Data::Coded(..), None) => unreachable!("codes have a dictionary"),
        }
    }
}
