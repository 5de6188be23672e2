//! Moments in time as exports spell them: ISO 8601, the forms of locales, milliseconds.

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

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

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
}
