//! Salesforce record ids: 15 case-sensitive characters, or 18 with a suffix that encodes the case.

/// How the bytes of a supposed id read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// 15 letters and digits.
    Ok15,
    /// 18 letters and digits whose suffix agrees with the case of the first 15.
    Ok18,
    /// 18 letters and digits in one case (a spreadsheet's doing), whose suffix tells the lost case.
    Mended18,
    /// 18 letters and digits whose suffix disagrees: damaged, or not an id.
    WrongChecksum,
    /// Something else.
    NotAnId,
}

/// Characters of the suffix, by the five case bits that each stands for.
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

const ALNUM: u8 = 1;
const UPPER: u8 = 2;
const LETTER: u8 = 4;
const DIGIT: u8 = 8;

/// What each byte is: letter, digit, upper case.
const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let character = byte as u8;
        if character.is_ascii_digit() {
            table[byte] = ALNUM | DIGIT;
        } else if character.is_ascii_uppercase() {
            table[byte] = ALNUM | LETTER | UPPER;
        } else if character.is_ascii_lowercase() {
            table[byte] = ALNUM | LETTER;
        }
        byte += 1;
    }
    table
};

/// The five bits of a suffix character in either case; 255 for others.
const BITS: [u8; 256] = {
    let mut table = [255; 256];
    let mut bits = 0;
    while bits < 32 {
        table[SUFFIX[bits] as usize] = bits as u8;
        table[SUFFIX[bits].to_ascii_lowercase() as usize] = bits as u8;
        bits += 1;
    }
    table
};

/// The case bits of 15 characters (bit `i` = character `i` is upper case), and the union and intersection of their classes.
#[inline]
fn scan(id: &[u8; 15]) -> (u32, u8, u8) {
    let (mut bits, mut any, mut all) = (0, 0, 255);
    for (position, &byte) in id.iter().enumerate() {
        let class = CLASS[byte as usize];
        bits |= u32::from((class & UPPER) >> 1) << position;
        any |= class;
        all &= class;
    }
    (bits, any, all)
}

#[inline]
fn with_suffix(id: &[u8; 15], bits: u32) -> [u8; 18] {
    let mut full = [0; 18];
    full[..15].copy_from_slice(id);
    full[15] = SUFFIX[(bits & 31) as usize];
    full[16] = SUFFIX[(bits >> 5 & 31) as usize];
    full[17] = SUFFIX[(bits >> 10 & 31) as usize];
    full
}

/// Reads an id: how it reads, and its 18-character form where it is one.
#[inline]
pub fn read(bytes: &[u8]) -> (Reading, Option<[u8; 18]>) {
    let Some(id) = bytes.first_chunk::<15>() else { return (Reading::NotAnId, None) };
    if bytes.len() != 15 && bytes.len() != 18 {
        return (Reading::NotAnId, None);
    }
    let (bits, any, all) = scan(id);
    if all & ALNUM == 0 {
        return (Reading::NotAnId, None);
    }
    if bytes.len() == 15 {
        return (Reading::Ok15, Some(with_suffix(id, bits)));
    }
    if bytes[15..].iter().any(|&byte| CLASS[byte as usize] == 0) {
        return (Reading::NotAnId, None);
    }
    let told = [15, 16, 17].map(|at| BITS[bytes[at] as usize]);
    if told.contains(&255) {
        return (Reading::WrongChecksum, None);
    }
    let told = u32::from(told[0]) | u32::from(told[1]) << 5 | u32::from(told[2]) << 10;
    if told == bits {
        return (Reading::Ok18, Some(with_suffix(id, bits)));
    }
    let one_case = bits == 0 || any & LETTER != 0 && id.iter().all(|&byte| CLASS[byte as usize] & (UPPER | DIGIT) != 0);
    match mend(id, told) {
        Some(full) if one_case => (Reading::Mended18, Some(full)),
        _ => (Reading::WrongChecksum, None),
    }
}

/// Puts the case that the suffix tells back onto the letters; none where it asks for an upper-case digit.
fn mend(id: &[u8; 15], told: u32) -> Option<[u8; 18]> {
    let mut mended = *id;
    for (position, byte) in mended.iter_mut().enumerate() {
        if told >> position & 1 == 1 {
            if CLASS[*byte as usize] & LETTER == 0 {
                return None;
            }
            byte.make_ascii_uppercase();
        } else {
            byte.make_ascii_lowercase();
        }
    }
    Some(with_suffix(&mended, told))
}

/// The 18-character form of an id; none for what is not an id or is damaged.
#[inline]
pub fn canonical(bytes: &[u8]) -> Option<[u8; 18]> {
    read(bytes).1
}

