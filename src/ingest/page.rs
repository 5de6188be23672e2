//! The pages of a Parquet column chunk: their headers, levels and values as they are coded.

use parquet::basic::Encoding;

use super::encode::PAGE_ROWS;
use super::pack::{bits, delta, hybrid, varint};

/// Thrift's number of the encoding RLE.
const LEVELS: i64 = 3;

/// What a page holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Values.
    Data,
    /// The dictionary of the values.
    Dictionary,
}

/// The header of a page, in Thrift's compact protocol.
pub fn header(kind: Kind, uncompressed: usize, compressed: usize, values: usize, encoding: Encoding, out: &mut Vec<u8>) {
    // A field is (distance to the one before) << 4 | type; 5 is a number of 32 bits, zigzag, 12 a struct.
    let number = |value: i64, out: &mut Vec<u8>| {
        out.push(0x15);
        varint((value << 1) as u64, out);
    };
    number(if kind == Kind::Data { 0 } else { 2 }, out);
    number(uncompressed as i64, out);
    number(compressed as i64, out);
    // Field 5 is the header of a data page, field 7 that of a dictionary page.
    out.push(if kind == Kind::Data { 0x2c } else { 0x4c });
    number(values as i64, out);
    let encoding = match encoding {
        Encoding::PLAIN => 0,
        Encoding::DELTA_BINARY_PACKED => 5,
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 6,
        Encoding::DELTA_BYTE_ARRAY => 7,
        Encoding::RLE_DICTIONARY => 8,
        _ => unreachable!("no other encoding is written"),
    };
    number(encoding, out);
    if kind == Kind::Data {
        // Both kinds of levels are run-length encoded.
        number(LEVELS, out);
        number(LEVELS, out);
    }
    out.extend_from_slice(&[0, 0]);
}

/// Whether each row has a value, behind the length of that.
pub fn levels(present: &[bool], page: &mut Vec<u8>) {
    let at = page.len();
    page.extend_from_slice(&[0; 4]);
    let first = present.first().copied().unwrap_or(true);
    if present.iter().all(|present| *present == first) {
        varint((present.len() as u64) << 1, page);
        page.push(u8::from(first));
    } else {
        varint((present.len().div_ceil(8) as u64) << 1 | 1, page);
        bits(present.iter().copied(), page);
    }
    let length = (page.len() - at - 4) as u32;
    page[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// Codes of a dictionary of `values` texts.
pub fn coded(
    codes: &[u32],
    there: impl Iterator<Item = usize>,
    all: bool,
    rows: &std::ops::Range<usize>,
    values: usize,
    page: &mut Vec<u8>,
) -> Encoding {
    let width = (values as u32).saturating_sub(1).checked_ilog2().map_or(1, |bits| bits + 1);
    page.push(width as u8);
    if all {
        hybrid(&codes[rows.clone()], width, page);
    } else {
        let codes: Vec<u32> = there.map(|row| codes[row]).collect();
        hybrid(&codes, width, page);
    }
    Encoding::RLE_DICTIONARY
}

/// Each text as the length of what it shares with the one before, and the rest.
pub fn front_coded<'a>(texts: impl Iterator<Item = &'a [u8]>, numbers: &mut Vec<i64>, page: &mut Vec<u8>) {
    let mut last: &[u8] = &[];
    let (mut rests, mut lengths) = (Vec::with_capacity(PAGE_ROWS * 8), Vec::with_capacity(PAGE_ROWS));
    numbers.clear();
    for text in texts {
        let shared = shared_prefix(last, text);
        numbers.push(shared as i64);
        lengths.push((text.len() - shared) as i64);
        rests.extend_from_slice(&text[shared..]);
        last = text;
    }
    delta(numbers, page);
    delta(&lengths, page);
    page.extend_from_slice(&rests);
}

/// The lengths of all texts, and the texts.
pub fn length_coded<'a>(texts: impl Iterator<Item = &'a [u8]> + Clone, numbers: &mut Vec<i64>, page: &mut Vec<u8>) {
    numbers.clear();
    numbers.extend(texts.clone().map(|text| text.len() as i64));
    delta(numbers, page);
    texts.for_each(|text| page.extend_from_slice(text));
}

#[inline]
fn shared_prefix(one: &[u8], other: &[u8]) -> usize {
    // Most texts here are ids of 18 characters: their first 16 are compared at once.
    if let (Some(one), Some(other)) = (one.first_chunk::<16>(), other.first_chunk::<16>()) {
        let differing = u128::from_le_bytes(*one) ^ u128::from_le_bytes(*other);
        if differing != 0 {
            return differing.trailing_zeros() as usize / 8;
        }
    }
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// A text behind its length.
pub fn plain_text(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text);
}
