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

/// The case bits of 15 letters and digits; none where another character is among them.
#[inline]
fn case_bits(id: &[u8; 15]) -> Option<u32> {
    let [a, b, c, d, e, f, g, h, ..] = *id;
    let [.., i, j, k, l, m, n, o] = *id;
    let (low, low_known) = case_bits_of_8([a, b, c, d, e, f, g, h]);
    let (high, high_known) = case_bits_of_8([i, j, k, l, m, n, o, b'0']);
    (low_known & high_known).then_some(low | high << 8)
}

/// The case bits of 8 characters, and whether all are letters or digits: the characters lie side by side in one number,
/// and adding to each carries its top bit exactly where it is beyond a bound.
#[inline]
fn case_bits_of_8(characters: [u8; 8]) -> (u32, bool) {
    const TOP: u64 = 0x8080_8080_8080_8080;
    let all = u64::from_le_bytes(characters);
    let within = |number: u64, first: u8, last: u8| {
        let beyond = |bound: u8| number.wrapping_add(u64::from_ne_bytes([0x80 - bound; 8]));
        beyond(first) & !beyond(last + 1) & TOP
    };
    let upper = within(all, b'A', b'Z');
    let known = within(all | 0x2020_2020_2020_2020, b'a', b'z') | within(all, b'0', b'9');
    // The top bit of byte k goes to bit 56 + k.
    let bits = (upper >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    (bits as u32, known == TOP && all & TOP == 0)
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
    let Some(bits) = case_bits(id) else { return (Reading::NotAnId, None) };
    if bytes.len() == 15 {
        return (Reading::Ok15, Some(with_suffix(id, bits)));
    }
    let full = with_suffix(id, bits);
    if bytes == full {
        return (Reading::Ok18, Some(full));
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
        // A suffix in small letters.
        return (Reading::Ok18, Some(full));
    }
    let (_, any, _) = scan(id);
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

/// Whether a run of letters and digits inside a text is an id rather than a word, a number or a key.
///
/// An 18-character form proves itself. 15 characters do not, so they must carry digits and the prefix of an object that
/// we know, or the look of a custom object's id: a lower-case prefix letter, then the zeros that every real id has.
pub fn in_text(bytes: &[u8]) -> Option<[u8; 18]> {
    let (reading, full) = read(bytes);
    let full = full?;
    let (_, any, _) = scan(full.first_chunk()?);
    let digits = full[..15].iter().filter(|byte| byte.is_ascii_digit()).count();
    let known = || super::prefixes::object_of(&full).is_some();
    let zeros = || memchr::memmem::find(&full[3..12], b"000").is_some();
    match reading {
        Reading::Ok18 if digits > 0 => Some(full),
        Reading::Ok15 if any & LETTER == 0 => (known() && zeros()).then_some(full),
        Reading::Ok15 if known() => (digits >= 3).then_some(full),
        Reading::Ok15 => (digits >= 4 && (full[0] | 32).is_ascii_lowercase() && zeros()).then_some(full),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn eight_at_once_read_as_one_by_one(id in any::<[u8; 15]>(), letters in "[0-9A-Za-z]{15}") {
            for id in [&id, letters.as_bytes().first_chunk().expect("15 letters")] {
                let (bits, _, all) = scan(id);
                prop_assert_eq!(case_bits(id), (all & ALNUM != 0).then_some(bits));
            }
        }
    }

    #[test]
    fn the_suffix_is_computed_and_checked() {
        assert_eq!(read(b"0034K000004Vm4y"), (Reading::Ok15, Some(*b"0034K000004Vm4yQAC")));
        assert_eq!(read(b"0034K000004Vm4yQAC").0, Reading::Ok18);
        assert_eq!(read(b"0034K000004Vm4yQAD").0, Reading::WrongChecksum);
        assert_eq!(read(b"0034K000004Vm4yQA8").0, Reading::WrongChecksum);
        assert_eq!(read(b"not an id at all").0, Reading::NotAnId);
        assert_eq!(read(b"").0, Reading::NotAnId);
    }

    #[test]
    fn a_case_that_a_spreadsheet_lost_is_put_back() {
        assert_eq!(read(b"0034K000004VM4YQAC"), (Reading::Mended18, Some(*b"0034K000004Vm4yQAC")));
        assert_eq!(read(b"0034k000004vm4yqac"), (Reading::Mended18, Some(*b"0034K000004Vm4yQAC")));
    }

    #[test]
    fn words_and_numbers_in_a_text_are_not_ids() {
        for word in ["acknowledgement", "ACKNOWLEDGEMENT", "123456789012345", "responsibilities1X", "a1b2c3d4e5f6a7b"] {
            assert_eq!(in_text(word.as_bytes()), None, "{word}");
        }
        for id in ["0034K000004Vm4y", "a0B5g00000AbCdE", "0034K000004Vm4yQAC"] {
            assert!(in_text(id.as_bytes()).is_some(), "{id}");
        }
    }

    proptest! {
        #[test]
        fn every_15_becomes_an_18_that_checks(id in "[0-9A-Za-z]{15}") {
            let full = canonical(id.as_bytes()).expect("15 letters and digits are an id");
            prop_assert_eq!(read(&full), (Reading::Ok18, Some(full)));
            let upper = full.to_ascii_uppercase();
            prop_assert_eq!(canonical(&upper), Some(full));
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
            if let Some(full) = canonical(&bytes) {
                prop_assert_eq!(read(&full).0, Reading::Ok18);
            }
        }
    }
}
