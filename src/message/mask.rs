//! The pattern of a message: its clean line with what varies between records replaced by typed placeholders.
//!
//! Masking a pattern changes nothing: no placeholder holds what is replaced, and every decision looks only at text that
//! masking keeps. Numbers of up to three digits, round numbers and years stay: in people's own texts they are as often
//! part of a rule ("above 20 %") as of a record, and to merge two rules hides a problem.

use super::{id, values};

/// The longest pattern kept, in bytes; a list page shows far less, and what follows is nearly always a stack.
const PATTERN_LIMIT: usize = 4 * 1024;
/// Digits from which a number or a key of letters and digits is a record's rather than a rule's.
const LONG_DIGITS: usize = 4;
/// Quoted texts beyond these sizes are values, not names of rules or statuses.
const QUOTED_WORDS: usize = 4;
const QUOTED_BYTES: usize = 32;
/// How far a closing quotation mark is looked for, in bytes; it keeps a text full of quotation marks linear.
const QUOTED_REACH: usize = 300;

const DIGIT: u8 = 1;
const WORD: u8 = 2;
const AT: u8 = 4;
const COLON: u8 = 8;
const BREAK: u8 = 16;
const QUOTE: u8 = 32;

const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT | WORD,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128.. => WORD,
            b'@' => AT,
            b':' => COLON,
            b' ' => BREAK,
            b'"' | b'\'' => BREAK | QUOTE,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// Words after which a number counts or places something, so that it is never part of a rule's text.
const COUNTED: &[&str] = &["row", "line", "column", "col", "id", "batch", "recordid", "position", "offset", "large", "size"];
/// Words beside a quoted text that make it the name of a thing in the org.
const NAMED: &[&str] = &[
    "column",
    "entity",
    "type",
    "field",
    "class",
    "trigger",
    "flow",
    "process",
    "object",
    "rule",
    "policy",
    "action",
    "element",
    "attribute",
    "relationship",
    "profile",
    "permission",
];

/// Buffers that reading one message after another reuses.
#[derive(Default)]
pub struct Scratch {
    spans: Vec<(usize, usize)>,
}

/// Writes the pattern of a clean line, and the ids that it mentions in their 18-character form.
pub fn mask(line: &str, scratch: &mut Scratch, pattern: &mut String, references: &mut Vec<[u8; 18]>) {
    values::find(line, &mut scratch.spans);
    let json =
        memchr::memmem::find(line.as_bytes(), b"\":").is_some() || memchr::memmem::find(line.as_bytes(), b"\" :").is_some();
    let mut masker = Masker { line, pattern, references, json, at: 0 };
    masker.pattern.clear();
    for &(start, end) in &scratch.spans {
        masker.copy(start);
        masker.collect_ids(start, end);
        masker.pattern.push_str("{value}");
        masker.at = end;
    }
    masker.copy(line.len());
    if masker.pattern.len() > PATTERN_LIMIT {
        shorten(pattern);
    }
}

/// Cuts a pattern at the last word inside the limit.
fn shorten(pattern: &mut String) {
    let limit = pattern.floor_char_boundary(PATTERN_LIMIT);
    let end = pattern[..limit].rfind(' ').unwrap_or(limit);
    pattern.truncate(end);
}

struct Masker<'a> {
    line: &'a str,
    pattern: &'a mut String,
    references: &'a mut Vec<[u8; 18]>,
    /// Whether double quotation marks belong to a layout of keys and values.
    json: bool,
    at: usize,
}

impl Masker<'_> {
    /// Copies up to `end`, masking on the way.
    fn copy(&mut self, end: usize) {
        let bytes = self.line.as_bytes();
        while self.at < end {
            let start = self.at;
            let mut flags = 0;
            while self.at < end && CLASS[bytes[self.at] as usize] & BREAK == 0 {
                flags |= CLASS[bytes[self.at] as usize];
                self.at += 1;
            }
            let chunk_end = self.at;
            if flags & (DIGIT | AT) == 0 && (flags & COLON == 0 || !self.line[start..chunk_end].contains("://")) {
                match written_date(&self.line[start..end], chunk_end - start) {
                    Some(width) => {
                        self.at = start;
                        self.put("{date}", width);
                    }
                    None => self.pattern.push_str(&self.line[start..chunk_end]),
                }
            } else {
                self.at = start;
                self.chunk(chunk_end, end);
            }
            if self.at == chunk_end && self.at < end {
                self.break_at(end);
            }
        }
    }

    /// A space or a quotation mark.
    fn break_at(&mut self, end: usize) {
        let bytes = self.line.as_bytes();
        let byte = bytes[self.at];
        if CLASS[byte as usize] & QUOTE != 0
            && let Some(close) = self.quoted(byte, end)
        {
            self.collect_ids(self.at, close);
            self.pattern.push(byte as char);
            self.pattern.push_str("{value}");
            self.pattern.push(byte as char);
            self.at = close + 1;
            return;
        }
        self.pattern.push(byte as char);
        self.at += 1;
    }

    /// Where the quoted value that opens here closes; none if this opens no value.
    fn quoted(&self, quote: u8, end: usize) -> Option<usize> {
        let bytes = self.line.as_bytes();
        let word = |at: usize| bytes.get(at).is_some_and(|&byte| CLASS[byte as usize] & WORD != 0);
        if self.json && quote == b'"'
            || self.at > 0 && word(self.at - 1)
            || bytes.get(self.at + 1).is_none_or(|&byte| byte == b' ' || byte == quote)
        {
            return None;
        }
        let reach = end.min(self.at + 1 + QUOTED_REACH);
        let inside = &bytes[self.at + 1..reach];
        let close = memchr::memchr_iter(quote, inside).map(|at| self.at + 1 + at).find(|&at| !word(at + 1))?;
        let inside = &self.line[self.at + 1..close];
        // Quotation marks of a layout (CSV, log lines) hold structure, not a value.
        if inside.contains(['{', '}', ':', '"', '[', ']']) || super::code::first_in(inside) {
            return None;
        }
        let long = inside.len() > QUOTED_BYTES || memchr::memchr_iter(b' ', inside.as_bytes()).count() >= QUOTED_WORDS;
        let digits = inside.bytes().filter(u8::is_ascii_digit).count() >= LONG_DIGITS && !inside.contains('_');
        if !long && !digits {
            return None;
        }
        let next = self.line[close + 1..].trim_start().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        let named = |word: &str| NAMED.iter().any(|name| name.eq_ignore_ascii_case(word));
        (!named(next) && !named(last_word(self.pattern))).then_some(close)
    }

    /// Copies a run without spaces that holds a digit, an `@` or a `://`; it may read on past `chunk_end` for dates.
    fn chunk(&mut self, chunk_end: usize, end: usize) {
        let bytes = self.line.as_bytes();
        while self.at < chunk_end {
            let class = CLASS[bytes[self.at] as usize];
            let previous = self.at.checked_sub(1).map_or(b' ', |at| bytes[at]);
            if class & WORD == 0 {
                let negative = bytes[self.at] == b'-' && matches!(previous, b' ' | b'(' | b':');
                if negative && bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
                    self.number(self.at + 1, end);
                } else {
                    self.pattern.push(bytes[self.at] as char);
                    self.at += 1;
                }
                continue;
            }
            let rest = &self.line[self.at..end];
            let chunk = &self.line[self.at..chunk_end];
            if let Some(width) = url(chunk) {
                self.put("{url}", width);
            } else if let Some(width) = email(chunk) {
                self.put("{email}", width);
            } else if let Some(width) = date(rest) {
                self.put("{date}", width);
            } else {
                self.token(chunk, end);
            }
        }
    }

    /// A word, an id, a key of letters and digits, or a number.
    fn token(&mut self, chunk: &str, end: usize) {
        let word = word_len(chunk.as_bytes());
        let text = &chunk[..word];
        if let Some(full) = id::in_text(text.as_bytes()) {
            self.id(full, word);
            return;
        }
        if let Some(width) = guid(chunk.as_bytes()) {
            self.put("{value}", width);
            return;
        }
        let key = key_len(chunk.as_bytes());
        let digits = chunk[..key].bytes().filter(u8::is_ascii_digit).count();
        let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if all_digits && key == word {
            self.number(self.at, end);
        } else if digits >= LONG_DIGITS && !chunk[..key].contains('_') && !self.is_label(&chunk[key..]) {
            self.collect_ids(self.at, self.at + key);
            self.put("{value}", key);
        } else {
            self.pattern.push_str(&chunk[..key]);
            self.at += key;
        }
    }

    /// Whether a key stands where a rule's own number stands: first in its text and followed by a colon or bracket.
    fn is_label(&self, rest: &str) -> bool {
        let before = self.pattern.trim_end().bytes().last();
        matches!(before, None | Some(b':' | b',' | b'[' | b'(' | b'-')) && rest.starts_with([':', ']', ')'])
    }

    /// A number whose digits start at `start`; a sign may stand before.
    fn number(&mut self, start: usize, end: usize) {
        let bytes = &self.line.as_bytes()[..end];
        let (width, digits, varies) = number(&bytes[start..]);
        let stop = start + width;
        let joined = bytes.get(stop).is_some_and(|&byte| CLASS[byte as usize] & WORD != 0);
        if joined && digits < LONG_DIGITS {
            let word = word_len(&bytes[start..]);
            self.pattern.push_str(&self.line[self.at..start + word]);
            self.at = start + word;
            return;
        }
        let counted = || {
            let last = last_word(self.pattern);
            COUNTED.iter().any(|word| word.eq_ignore_ascii_case(last))
                || ["#", "{number}-", "{number} (", "{number} (-"].iter().any(|end| self.pattern.ends_with(end))
                || last == "or" && self.line[stop..].starts_with(" record")
        };
        if varies || counted() {
            self.put("{number}", stop - self.at);
        } else {
            self.pattern.push_str(&self.line[self.at..stop]);
            self.at = stop;
        }
    }

    fn put(&mut self, placeholder: &str, width: usize) {
        self.pattern.push_str(placeholder);
        self.at += width;
    }

    /// An id: a list of them counts as one, so that its length does not matter.
    fn id(&mut self, full: [u8; 18], width: usize) {
        self.references.push(full);
        self.at += width;
        let before = self.pattern.trim_end_matches([',', ';', ' ', '/', '|']);
        let before = before.strip_suffix(" and").unwrap_or(before);
        if before.ends_with("{id}") || before.ends_with("{ids}") {
            let end = before.len();
            self.pattern.truncate(end);
            return;
        }
        let many = self.pattern.trim_end_matches(['[', '(', ' ', ':', '"', '\'']);
        self.pattern.push_str(if many.ends_with("ds") || many.ends_with("Ds") { "{ids}" } else { "{id}" });
    }

    /// The ids inside a stretch that is replaced as a whole.
    fn collect_ids(&mut self, start: usize, end: usize) {
        for word in self.line.as_bytes()[start..end].split(|&byte| CLASS[byte as usize] & WORD == 0) {
            self.references.extend(id::in_text(word));
        }
    }
}

/// The last word of a text, not counting what stands after it.
fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches([' ', ':', '"', '\'', '=', '#']);
    let start = text.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    text.get(start..).unwrap_or("")
}

fn word_len(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| CLASS[byte as usize] & WORD == 0).unwrap_or(bytes.len())
}

/// The length of a key: words joined by hyphens or dots, as long as a later one has digits.
fn key_len(bytes: &[u8]) -> usize {
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
fn number(bytes: &[u8]) -> (usize, usize, bool) {
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
fn guid(bytes: &[u8]) -> Option<usize> {
    let form = bytes.get(..36)?;
    let right = form.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (right && bytes.get(36).is_none_or(|&byte| CLASS[byte as usize] & WORD == 0)).then_some(36)
}

/// The length of a leading address of the web, without the punctuation of the sentence around it.
fn url(chunk: &str) -> Option<usize> {
    let scheme = chunk.find(|c: char| !c.is_ascii_alphanumeric())?;
    if scheme < 2 || !chunk[scheme..].starts_with("://") || chunk.len() == scheme + 3 {
        return None;
    }
    let end = chunk.find(['<', '>', '{', '}', '|']).unwrap_or(chunk.len());
    Some(chunk[..end].trim_end_matches(['.', ',', ';', ':', ')', ']', '-']).len())
}

/// The length of a leading e-mail address.
fn email(chunk: &str) -> Option<usize> {
    let local = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-') || byte >= 128;
    let at = chunk.bytes().take(65).position(|byte| !local(byte)).filter(|&at| at > 0 && chunk.as_bytes()[at] == b'@')?;
    let host = chunk.as_bytes()[at + 1..].iter().position(|&byte| !local(byte)).unwrap_or(chunk.len() - at - 1);
    let host = chunk[at + 1..at + 1 + host].trim_end_matches(['.', '-']);
    host.contains('.').then_some(at + 1 + host.len())
}

/// The length of a leading date, time, or both.
fn date(text: &str) -> Option<usize> {
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
    if bytes.get(end).is_some_and(|&byte| CLASS[byte as usize] & WORD != 0 && byte != b'T') {
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
fn written_date(text: &str, width: usize) -> Option<usize> {
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
    (whole && bytes.get(year + 4).is_none_or(|&byte| CLASS[byte as usize] & WORD == 0)).then_some(year + 4)
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
    bytes.get(end).is_none_or(|&byte| CLASS[byte as usize] & WORD == 0).then_some(end)
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
