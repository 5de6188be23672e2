//! Values as exports spell them: booleans, whole numbers, moments in time, texts.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};

/// Which of the first two numbers of `01/02/2026` is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// Month first, as the locale English (United States) writes it.
    #[default]
    MonthFirst,
    /// Day first, as most other locales write it.
    DayFirst,
}

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

/// How a boolean is spelled: by exports, and by Excel in the languages of Europe when it saves one.
const YES: [&str; 12] = ["true", "yes", "y", "t", "checked", "1.0", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar"];
const NO: [&str; 10] = ["false", "no", "n", "f", "unchecked", "0.0", "falsch", "faux", "falso", "onwaar"];

/// A boolean in any spelling that exports use.
pub fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"TRUE" | b"1" => Some(true),
        b"false" | b"FALSE" | b"0" => Some(false),
        _ => {
            let spelled = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()));
            if spelled(&YES) { Some(true) } else { spelled(&NO).then_some(false) }
        }
    }
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

/// Reads moments; it remembers the minute of the last one, since neighbouring rows mostly share it.
#[derive(Debug, Default)]
pub struct Clock {
    order: DateOrder,
    minute: [u8; 16],
    base: i64,
}

impl Clock {
    /// A clock that reads `01/02/2026` in this order.
    pub fn new(order: DateOrder) -> Self {
        Self { order, minute: [0; 16], base: 0 }
    }

    /// Microseconds since 1970 in UTC. Without an offset a moment is taken as UTC.
    pub fn read(&mut self, text: &[u8]) -> Option<i64> {
        let Some((minute, rest)) = text.split_first_chunk::<16>() else { return self.other(text) };
        if *minute != self.minute {
            let Some(base) = iso_minute(minute) else { return self.other(text) };
            (self.minute, self.base) = (*minute, base);
        }
        let (within, rest) = match rest {
            [b':', tens @ b'0'..=b'5', ones @ b'0'..=b'9', rest @ ..] => {
                let (fraction, rest) = fraction(rest);
                (i64::from((tens - b'0') * 10 + ones - b'0') * SECOND + fraction, rest)
            }
            _ => (0, rest),
        };
        match offset(rest) {
            Some(offset) => Some(self.base + within - offset),
            None => self.other(text),
        }
    }

    fn other(&self, text: &[u8]) -> Option<i64> {
        let text = std::str::from_utf8(text).ok()?;
        locale(text, self.order).or_else(|| milliseconds(text))
    }
}

/// `2026-01-05T12:34`, or with a space.
fn iso_minute(text: &[u8; 16]) -> Option<i64> {
    if text[4] != b'-' || text[7] != b'-' || !matches!(text[10], b'T' | b't' | b' ') || text[13] != b':' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        text[range].iter().try_fold(0i64, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
    };
    let (hour, minute) = (number(11..13)?, number(14..16)?);
    (hour < 24 && minute < 60).then_some(())?;
    Some(days(number(0..4)?, number(5..7)?, number(8..10)?)? * DAY + (hour * 60 + minute) * MINUTE)
}

fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let date = NaiveDate::from_ymd_opt(year as i32, month as u32, day as u32)?;
    Some(date.signed_duration_since(NaiveDate::default()).num_days())
}

/// `.123` and more digits, as microseconds, and what follows.
fn fraction(text: &[u8]) -> (i64, &[u8]) {
    let Some(digits) = text.strip_prefix(b".") else { return (0, text) };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (mut value, mut unit) = (0, SECOND);
    for digit in &digits[..length.min(6)] {
        unit /= 10;
        value += i64::from(digit - b'0') * unit;
    }
    (value, &digits[length..])
}

/// `Z`, `+0000`, `+01:00`, `UTC`, or nothing, in microseconds east of UTC.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.trim_ascii() {
        b"" | b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let (hours, minutes) = match digits {
        [a, b] => (digit(a)? * 10 + digit(b)?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (digit(a)? * 10 + digit(b)?, digit(c)? * 10 + digit(d)?),
        _ => return None,
    };
    Some(sign * (hours * 60 + minutes) * MINUTE)
}

/// A date, and the locale forms of reports: `1/5/2026, 3:04 PM`, `05.01.2026 15:04:09`, `2026-01-05`.
fn locale(text: &str, order: DateOrder) -> Option<i64> {
    let text = text.trim();
    let split = text.find([' ', ',', 'T']).unwrap_or(text.len());
    let (date, time) = (&text[..split], text[split..].trim_start_matches([' ', ',', 'T']));
    let separator = date.find(|c: char| !c.is_ascii_digit())?;
    let separator = date[separator..].chars().next().filter(|c| matches!(c, '/' | '.' | '-'))?;
    let mut parts = date.trim_end_matches(separator).split(separator);
    let mut next = || parts.next()?.parse::<i64>().ok();
    let (first, second, third) = (next()?, next()?, next()?);
    if parts.next().is_some() {
        return None;
    }
    let year_first = date.find(separator) == Some(4);
    let (year, month, day) = match (year_first, separator, order) {
        (true, ..) => (first, second, third),
        (_, '.', _) | (_, _, DateOrder::DayFirst) => (third, second, first),
        _ => (third, first, second),
    };
    let year = if year < 100 && !year_first { year + 2000 } else { year };
    let (time, shift) = match time.rsplit_once(['+', 'Z']) {
        Some((time, "")) => (time, 0),
        Some((time, zone)) => (time, offset(format!("+{zone}").as_bytes())?),
        None => (time, 0),
    };
    Some(days(year, month, day)? * DAY + time_of_day(time.trim())? - shift)
}

/// Milliseconds since 1970, as Bulk API 1.0 writes moments in JSON: 13 digits until the year 2286.
fn milliseconds(text: &str) -> Option<i64> {
    let is_number = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse::<i64>().ok())?.map(|number| number * 1000)
}

fn time_of_day(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let plain = text.replace(['\u{202f}', '\u{a0}'], " ").to_ascii_uppercase().replace('.', "");
    ["%I:%M %p", "%I:%M:%S %p", "%H:%M", "%H:%M:%S"].iter().find_map(|form| {
        // chrono wants a date beside the time; any will do.
        let time = NaiveDateTime::parse_from_str(&format!("1970-01-01 {plain}"), &format!("%Y-%m-%d {form}")).ok()?;
        Some(time.and_utc().timestamp_micros())
    })
}

/// What a locale date tells about the order of its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldOrder {
    /// The order.
    pub order: DateOrder,
    /// Whether it can be no other one, since a number is above 12.
    pub is_sure: bool,
}

impl ToldOrder {
    /// What is assumed, for people.
    pub fn assumption(self) -> &'static str {
        match (self.order, self.is_sure) {
            (DateOrder::DayFirst, true) => "dates are written day first",
            (DateOrder::MonthFirst, true) => "dates are written month first",
            (DateOrder::DayFirst, false) => "dates are written day first, going by their form: no day above 12 tells",
            (DateOrder::MonthFirst, false) => "dates are written month first, going by their form: no day above 12 tells",
        }
    }
}

/// What a locale date tells about the order of its numbers; `None` where its numbers have an order that is known.
pub fn told_order(text: &str) -> Option<ToldOrder> {
    let text = text.trim();
    let separator = text.trim_start_matches(|c: char| c.is_ascii_digit()).chars().next().filter(|c| matches!(c, '/' | '-'))?;
    let (first, rest) = text.split_once(separator)?;
    let (second, rest) = rest.split_once(separator)?;
    let told = |order, is_sure| Some(ToldOrder { order, is_sure });
    match (first.parse::<u32>().ok()?, second.parse::<u32>().ok()?) {
        (13..=31, 1..=12) => told(DateOrder::DayFirst, true),
        (1..=12, 13..=31) => told(DateOrder::MonthFirst, true),
        // The United States write 3/8/2026 4:20 PM, and Excel there 3/8/2026 16:20; who writes 08/03/2026 16:20 or 8-3-2026 begins with the day.
        (1..=12, 1..=12) => {
            let is_padded = first.len() == 2 && second.len() == 2;
            let is_american = separator == '/' && (!is_padded || rest.to_ascii_uppercase().contains('M'));
            told(if is_american { DateOrder::MonthFirst } else { DateOrder::DayFirst }, false)
        }
        _ => None,
    }
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
    fn one_moment_in_every_spelling() {
        let moment = Some(1_767_616_496_000_000);
        for text in [
            "2026-01-05T12:34:56.000Z",
            "2026-01-05T12:34:56.000+0000",
            "2026-01-05 12:34:56",
            "2026-01-05T13:34:56+01:00",
            "2026-01-05T04:34:56.000-0800",
            "1/5/2026 12:34:56",
            "1/5/2026, 12:34:56 PM",
            "05.01.2026 12:34:56",
            "05.01.2026, 12:34:56",
            "1767616496000",
        ] {
            assert_eq!(Clock::default().read(text.as_bytes()), moment, "{text}");
        }
        assert_eq!(Clock::new(DateOrder::DayFirst).read(b"05/01/2026 12:34:56"), moment);
        assert_eq!(Clock::default().read(b"2026-01-05"), Some(1_767_571_200_000_000));
        for text in ["2026-13-05T12:34:56Z", "yesterday", "2026-01-05T12:34:56 somewhere", "", "2026-01-05T25:00:00Z"] {
            assert_eq!(Clock::default().read(text.as_bytes()), None, "{text}");
        }
    }

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
