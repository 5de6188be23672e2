//! Values as exports spell them: whole numbers, moments in time, texts.

use std::borrow::Cow;

use chrono::NaiveDate;

/// Which of the first two numbers of `01/02/2026` is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// Month first, as the locale English (United States) writes it.
    #[default]
    MonthFirst,
    /// Day first, as most other locales write it.
    DayFirst,
}

/// What the dots of a number are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dot {
    /// The begin of a fraction, which a whole number has only as zeros.
    #[default]
    Fraction,
    /// They stand between thousands, as in German.
    Thousands,
}

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

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

/// A date, and the locale forms of reports: `1/5/2026, 3:04 PM`, `05.01.2026 15:04:09`, `2026-01-05`, `2026. 1. 5. 오후 3:04`.
fn locale(text: &str, order: DateOrder) -> Option<i64> {
    let text = text.trim();
    let (first, rest) = number(text)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '/' | '.' | '-'))?;
    let next = |rest: &'_ str| rest.strip_prefix(separator).map(|rest| text.len() - rest.trim_start().len());
    let (second, rest) = number(&text[next(rest)?..])?;
    let (third, rest) = number(&text[next(rest)?..])?;
    let time = rest.strip_prefix(separator).unwrap_or(rest);
    if time.starts_with(|c: char| !matches!(c, ' ' | ',' | 'T' | '\u{a0}' | '\u{202f}')) {
        return None;
    }
    let time = time.trim_start_matches([' ', ',', 'T', '\u{a0}', '\u{202f}']);
    let year_first = text.find(separator) == Some(4);
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

/// The number of up to four digits that leads a text, and what follows.
fn number(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (end <= 4).then(|| digits.parse().ok())?.map(|number| (number, rest))
}

/// Milliseconds since 1970, as Bulk API 1.0 writes moments in JSON: 13 digits until the year 2286.
fn milliseconds(text: &str) -> Option<i64> {
    let is_number = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse::<i64>().ok())?.map(|number| number * 1000)
}

/// How locales say before and after noon, in front of the time or behind it, without dots and spaces.
const MORNING: [&str; 5] = ["am", "오전", "上午", "午前", "πμ"];
const AFTERNOON: [&str; 5] = ["pm", "오후", "下午", "午後", "μμ"];
/// What locales put between date and time.
const BETWEEN: [&str; 3] = ["klo", "kl", "г"];

/// `3:04 PM`, `15:04:09`, `15.04`, `klo 15.04`, `오후 3:04`; midnight where there is none.
fn time_of_day(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let begins = text.find(|c: char| c.is_ascii_digit())?;
    let ends = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let word = |text: &str| -> String { text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect() };
    let (before, behind) = (word(&text[..begins]), word(&text[ends..]));
    let before = BETWEEN.iter().find_map(|between| before.strip_prefix(between)).unwrap_or(&before);
    let half = match (before, behind.as_str()) {
        ("", word) | (word, "") => word,
        _ => return None,
    };
    let clock = &text[begins..ends];
    let has_seconds = match clock.matches([':', '.']).count() {
        1 => false,
        2 => true,
        _ => return None,
    };
    let mut parts = clock.split([':', '.']);
    let mut part = |bound: i64| match parts.next() {
        Some(digits) if matches!(digits.len(), 1..=2) => digits.parse().ok().filter(|number| (0..bound).contains(number)),
        _ => None,
    };
    let (hour, minute) = (part(24)?, part(60)?);
    let hour = match half {
        "" => hour,
        word if MORNING.contains(&word) && (1..=12).contains(&hour) => hour % 12,
        word if AFTERNOON.contains(&word) && (1..=12).contains(&hour) => hour % 12 + 12,
        _ => return None,
    };
    let seconds = if has_seconds { part(60)? } else { 0 };
    Some((hour * 60 + minute) * MINUTE + seconds * SECOND)
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
        // The United States write 3/8/2026 4:20 PM, and Excel there 3/8/2026 16:20; who writes 08/03/2026 16:20, 8/03/2026 or 8-3-2026
        // begins with the day.
        (1..=12, 1..=12) => {
            let is_padded = first.len() == 2 && second.len() == 2;
            let is_half_padded = first.len() == 1 && second.starts_with('0');
            let is_american = separator == '/' && !is_half_padded && (!is_padded || rest.to_ascii_uppercase().contains('M'));
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
            "2026. 1. 5. 오후 12:34:56",
            "2026/1/5 下午12:34:56",
            "5.1.2026 klo 12.34.56",
            "5. 1. 2026 12:34:56",
            "05.01.2026 г., 12:34:56",
            "1/5/2026 12:34:56 p. m.",
            "1767616496000",
        ] {
            assert_eq!(Clock::default().read(text.as_bytes()), moment, "{text}");
        }
        assert_eq!(Clock::new(DateOrder::DayFirst).read(b"05/01/2026 12:34:56"), moment);
        assert_eq!(Clock::default().read(b"2026-01-05"), Some(1_767_571_200_000_000));
        assert_eq!(Clock::default().read(b"1/5/2026 12:30 am"), Some(1_767_571_200_000_000 + 30 * MINUTE));
        for text in ["1/5/2026 13:00 PM", "1/5/2026 7", "1/5/20261", "2026-01-05x", "1/5/2026 1.2.3.4", "1/5/2026 at 7:00"] {
            assert_eq!(Clock::default().read(text.as_bytes()), None, "{text}");
        }
        for text in ["2026-13-05T12:34:56Z", "yesterday", "2026-01-05T12:34:56 somewhere", "", "2026-01-05T25:00:00Z"] {
            assert_eq!(Clock::default().read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn padding_tells_the_order() {
        for (text, order) in [
            ("3/8/2026 4:20 PM", DateOrder::MonthFirst),
            ("5/03/2026 4:20 pm", DateOrder::DayFirst),
            ("5/03/2026 16:20", DateOrder::DayFirst),
            ("05/03/2026 16:20", DateOrder::DayFirst),
            ("05/03/2026 4:20 PM", DateOrder::MonthFirst),
        ] {
            assert_eq!(told_order(text), Some(ToldOrder { order, is_sure: false }), "{text}");
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
