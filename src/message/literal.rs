//! The forms of values that show themselves in a text: numbers, keys, dates, times, and addresses of mail and web.

use super::mask::LONG_DIGITS;

/// Whether a byte is part of a word: a letter, a digit, `_`, or anything beyond ASCII.
pub const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 128
}

/// The length of a leading word.
pub fn word_len(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| !is_word(byte)).unwrap_or(bytes.len())
}

/// The length of a key: words joined by hyphens or dots, as long as a later one has digits.
pub fn key_len(bytes: &[u8]) -> usize {
    let mut end = word_len(bytes);
    while matches!(bytes.get(end), Some(b'-')) {
        let next = word_len(&bytes[end + 1..]);
        if !bytes[end + 1..end + 1 + next].iter().any(u8::is_ascii_digit) {
            break;
        }
        end += 1 + next;
    }
    end
}

/// Length, digits and whether a number is a record's own: 4 digits or more, neither round nor a year.
pub fn number(bytes: &[u8]) -> (usize, usize, bool) {
    let (mut at, mut digits, mut significant, mut fraction) = (0, 0, 0, false);
    while at < bytes.len() {
        match bytes[at] {
            digit @ b'0'..=b'9' => {
                digits += 1;
                if digit != b'0' {
                    significant = digits;
                }
                at += 1;
            }
            separator @ (b'.' | b',') if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                fraction |= separator == b'.';
                at += 1;
            }
            _ => break,
        }
    }
    let year = digits == 4 && at == 4 && matches!(&bytes[..2], b"19" | b"20");
    let round = significant <= 2 && digits <= 9 && !fraction && bytes[0] != b'0';
    (at, digits, digits >= LONG_DIGITS && !year && !round)
}

/// The length of a leading `8-4-4-4-12` of hexadecimal digits.
pub fn guid(bytes: &[u8]) -> Option<usize> {
    let form = bytes.get(..36)?;
    let right = form.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (right && bytes.get(36).is_none_or(|&byte| !is_word(byte))).then_some(36)
}

/// The length of a leading address of the web, without the punctuation of the sentence around it.
pub fn url(chunk: &str) -> Option<usize> {
    let scheme = chunk.find(|c: char| !c.is_ascii_alphanumeric())?;
    if scheme < 2 || !chunk[scheme..].starts_with("://") || chunk.len() == scheme + 3 {
        return None;
    }
    let end = chunk.find(['<', '>', '{', '}', '|']).unwrap_or(chunk.len());
    Some(chunk[..end].trim_end_matches(['.', ',', ';', ':', ')', ']', '-']).len())
}

/// The length of a leading e-mail address.
pub fn email(chunk: &str) -> Option<usize> {
    let local = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-') || byte >= 128;
    let at = chunk.bytes().take(65).position(|byte| !local(byte)).filter(|&at| at > 0 && chunk.as_bytes()[at] == b'@')?;
    let host = chunk.as_bytes()[at + 1..].iter().position(|&byte| !local(byte)).unwrap_or(chunk.len() - at - 1);
    let host = chunk[at + 1..at + 1 + host].trim_end_matches(['.', '-']);
    host.contains('.').then_some(at + 1 + host.len())
}

/// The length of a leading date, time, or both.
pub fn date(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let first = digits(0);
    let mut end = if let Some(&separator @ (b'-' | b'/' | b'.')) = bytes.get(first).filter(|_| (1..=4).contains(&first)) {
        let second = digits(first + 1);
        let third_at = first + 1 + second;
        let third = digits(third_at + 1);
        let numeric = (1..=2).contains(&second) && bytes.get(third_at) == Some(&separator);
        let shapes = matches!((first, third), (4, 1..=2) | (1..=2, 4) | (1..=2, 2));
        if !numeric || !shapes || separator == b'.' && third == 2 {
            return None;
        }
        third_at + 1 + third
    } else if (1..=2).contains(&first) && bytes.get(first) == Some(&b' ') {
        // 5 January 2026
        let name = month_name(text.get(first + 1..)?)?;
        let year = first + 1 + name + 1;
        if bytes.get(year - 1) != Some(&b' ') || digits(year) != 4 {
            return None;
        }
        year + 4
    } else {
        return time(bytes).filter(|_| first == 2 || first == 1);
    };
    if bytes.get(end).is_some_and(|&byte| is_word(byte) && byte != b'T') {
        return None;
    }
    if matches!(bytes.get(end), Some(b' ' | b'T'))
        && let Some(width) = time(&bytes[end + 1..])
    {
        end += 1 + width;
    }
    Some(end)
}

/// The length of a date that starts with a word of `width` bytes: `Jan 5, 2026`, `Tue Jan 05 10:00:00 GMT 2026`.
pub fn written_date(text: &str, width: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if !(3..=9).contains(&width) || !bytes[0].is_ascii_uppercase() || bytes.get(width) != Some(&b' ') {
        return None;
    }
    if width == 3 && ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&&text[..3]) {
        let month = text[4..].bytes().position(|byte| byte == b' ')?;
        return Some(4 + written_date(&text[4..], month)?);
    }
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let day = digits(width + 1);
    if !(1..=2).contains(&day) || month_name(text)? != width {
        return None;
    }
    let mut at = width + 1 + day;
    at += usize::from(bytes.get(at) == Some(&b','));
    let clock = bytes.get(at + 1..).and_then(time).filter(|_| bytes[at] == b' ');
    if let Some(clock) = clock {
        at += 1 + clock;
        let zone = bytes.get(at + 1..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_uppercase()).count());
        at += if (1..=5).contains(&zone) { 1 + zone } else { 0 };
    }
    let year = at + 1;
    let whole = bytes.get(at) == Some(&b' ') && digits(year) == 4;
    (whole && bytes.get(year + 4).is_none_or(|&byte| !is_word(byte))).then_some(year + 4)
}

/// The length of a leading `12:34:56.789+00:00`, with `AM`, `Z` or the like.
fn time(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let hours = digits(0);
    if !(1..=2).contains(&hours) || bytes.get(hours) != Some(&b':') || digits(hours + 1) != 2 {
        return None;
    }
    let mut end = hours + 3;
    if bytes.get(end) == Some(&b':') && digits(end + 1) == 2 {
        end += 3;
        if matches!(bytes.get(end), Some(b'.' | b',')) && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
        }
    }
    match bytes.get(end) {
        Some(b'Z') => end += 1,
        Some(b'+' | b'-') if digits(end + 1) == 4 => end += 5,
        Some(b'+' | b'-') if digits(end + 1) == 2 && bytes.get(end + 3) == Some(&b':') && digits(end + 4) == 2 => end += 6,
        Some(b' ') if matches!(bytes.get(end + 1..end + 3), Some(b"AM" | b"PM" | b"am" | b"pm")) => end += 3,
        _ => {}
    }
    bytes.get(end).is_none_or(|&byte| !is_word(byte)).then_some(end)
}

/// The length of a leading English month name, whole or of three letters.
fn month_name(text: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let width = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &text[..width];
    (width >= 3 && MONTHS.iter().any(|month| month.eq_ignore_ascii_case(word) || month[..3].eq_ignore_ascii_case(word)))
        .then_some(width)
}
