//! Values as exports spell them: whole numbers and texts.

use std::borrow::Cow;

/// What the dots of a number are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dot {
    /// The begin of a fraction, which a whole number has only as zeros.
    #[default]
    Fraction,
    /// They stand between thousands, as in German.
    Thousands,
}

/// A whole number; `7.0` and `1,234` are whole too.
pub fn whole(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    if digits.is_empty() || digits.len() > 18 {
        return grouped(text);
    }
    let mut value = 0i64;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return grouped(text);
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// A whole number with dots of either kind.
pub fn whole_with(text: &[u8], dot: Dot) -> Option<i64> {
    match dot {
        Dot::Fraction => whole(text),
        Dot::Thousands => {
            let swapped = text.iter().map(|byte| match byte {
                b'.' => b',',
                b',' => b'.',
                other => *other,
            });
            whole(&swapped.collect::<Vec<u8>>()).or_else(|| whole(text))
        }
    }
}

/// Whether a number's dots stand between thousands: as the begin of a fraction they would make it none that is whole.
pub fn has_thousands(text: &[u8]) -> bool {
    let mut groups = text.strip_prefix(b"-").unwrap_or(text).split(|byte| *byte == b'.');
    let is_number = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    let leads = groups.next().is_some_and(|first| matches!(first.len(), 1..=3) && is_number(first));
    let mut rest = groups.peekable();
    let mut is_fraction = false;
    leads
        && rest.peek().is_some()
        && rest.all(|group| {
            is_fraction |= group.iter().any(|byte| *byte != b'0');
            group.len() == 3 && is_number(group)
        })
        && is_fraction
}

/// Numbers with a zero fraction, or with thousands separators at their places.
fn grouped(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let comma = text.strip_suffix(",0").or_else(|| text.strip_suffix(",00"));
    let (number, fraction) = comma.map_or_else(|| text.split_once('.').unwrap_or((text, "")), |number| (number, ""));
    if fraction.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let mut groups = number.split([',', '\u{a0}', '\u{202f}']);
    let first = groups.next()?;
    let mut digits = first.to_string();
    for group in groups {
        if group.len() != 3 || first.trim_start_matches('-').len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.parse().ok()
}

/// How the bytes of a text had to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    /// As UTF-8, which they are.
    Utf8,
    /// As Windows-1252, since they are not UTF-8.
    Windows1252,
}

/// The text of a field: doubled quotes undone, bytes read as UTF-8, else as Windows-1252.
///
/// The encoding is decided value by value: the marks of CSV are ASCII in both, a text that is not ASCII is by chance
/// hardly ever valid UTF-8, and files that mix both exist.
pub fn text(raw: &[u8]) -> (Cow<'_, str>, Bytes) {
    let raw = if memchr::memchr(b'"', raw).is_some() { Cow::Owned(undouble(raw)) } else { Cow::Borrowed(raw) };
    let as_text = match &raw {
        Cow::Borrowed(bytes) => simdutf8::basic::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => simdutf8::basic::from_utf8(bytes).ok().map(|text| Cow::Owned(text.to_string())),
    };
    match as_text {
        Some(text) => (text, Bytes::Utf8),
        None => (Cow::Owned(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&raw).0.into_owned()), Bytes::Windows1252),
    }
}

fn undouble(raw: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        plain.extend_from_slice(&rest[..=quote]);
        rest = &rest[quote + 1..];
        rest = rest.strip_prefix(b"\"").unwrap_or(rest);
    }
    plain.extend_from_slice(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for (text, number) in [
            ("7", 7),
            ("7.0", 7),
            ("-3", -3),
            ("1,234", 1234),
            ("1,234,567.00", 1_234_567),
            (" 5 ", 5),
            ("7,0", 7),
            ("1\u{a0}234,00", 1234),
        ] {
            assert_eq!(whole(text.as_bytes()), Some(number), "{text}");
        }
        for (text, number) in [("1.000", 1000), ("951", 951), ("1.234.567,00", 1_234_567), ("1,234", 1234)] {
            assert_eq!(whole_with(text.as_bytes(), Dot::Thousands), Some(number), "{text}");
        }
        for (text, has) in
            [("1.001", true), ("1.000", false), ("1.234.567", true), ("7.5", false), ("1001", false), ("1.0a1", false)]
        {
            assert_eq!(has_thousands(text.as_bytes()), has, "{text}");
        }
        for text in ["7.5", "seven", "", "12,34", "1234,567", "-"] {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn texts_that_are_not_utf8_are_windows_1252() {
        assert_eq!(text(b"caf\xe9 \x93x\x94"), ("café “x”".into(), Bytes::Windows1252));
        assert_eq!(text("café \"\"x\"\"".as_bytes()), ("café \"x\"".into(), Bytes::Utf8));
    }
}
