//! The pattern of a message: its clean line with what varies between records replaced by typed placeholders.
//!
//! Masking a pattern changes nothing: no placeholder holds what is replaced, and every decision looks only at text that
//! masking keeps. Numbers of up to three digits, round numbers and years stay: in people's own texts they are as often
//! part of a rule ("above 20 %") as of a record, and to merge two rules hides a problem.

use super::literal::{date, email, guid, is_word, key_len, number, url, word_len, written_date};
use super::{id, values};

/// The longest pattern kept, in bytes; a list page shows far less, and what follows is nearly always a stack.
const PATTERN_LIMIT: usize = 4 * 1024;
/// Digits from which a number or a key of letters and digits is a record's rather than a rule's.
pub const LONG_DIGITS: usize = 4;
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

/// Keys of layouts whose quoted text is the message itself: `errorMessage='...'`, `{:message=>"..."}`.
const TOLD: &[&str] = &["message", "description", "detail", "faultstring"];

/// Buffers that reading one message after another reuses.
#[derive(Default)]
pub struct Scratch {
    spans: Vec<(usize, usize)>,
}

/// Writes the pattern of a clean line, and the ids that it mentions in their 18-character form.
pub fn mask(line: &str, scratch: &mut Scratch, pattern: &mut String, references: &mut Vec<[u8; 18]>) {
    once(line, scratch, pattern, references);
    // A placeholder may stand where a word began or ended, and what was no value there is one now: masked until nothing changes.
    for _ in 0..MOST_TIMES {
        if !has_touched_placeholder(pattern) {
            return;
        }
        let before = std::mem::take(pattern);
        once(&before, scratch, pattern, references);
        if *pattern == before {
            return;
        }
    }
}

/// How often a pattern is masked again; each time at least one more value is found.
const MOST_TIMES: usize = 16;

/// Whether a placeholder stands directly beside a word or a quotation mark.
fn has_touched_placeholder(pattern: &str) -> bool {
    let bytes = pattern.as_bytes();
    let touches = |byte: Option<&u8>| byte.is_some_and(|byte| is_word(*byte) || matches!(byte, b'"' | b'\''));
    memchr::memchr2_iter(b'{', b'}', bytes).any(|at| match bytes[at] {
        b'{' => at > 0 && touches(bytes.get(at - 1)),
        _ => touches(bytes.get(at + 1)),
    })
}

fn once(line: &str, scratch: &mut Scratch, pattern: &mut String, references: &mut Vec<[u8; 18]>) {
    values::find(line, &mut scratch.spans);
    let bytes = line.as_bytes();
    let json = memchr::memchr_iter(b'"', bytes).any(|at| bytes[at + 1..].starts_with(b":") || bytes[at + 1..].starts_with(b" :"));
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
        // What was looked at and stays as it is, to be copied in one piece.
        let mut kept = self.at;
        while self.at < end {
            let start = self.at;
            let mut flags = 0;
            while self.at < end && CLASS[bytes[self.at] as usize] & BREAK == 0 {
                flags |= CLASS[bytes[self.at] as usize];
                self.at += 1;
            }
            let chunk_end = self.at;
            if flags & (DIGIT | AT) == 0 && (flags & COLON == 0 || !self.line[start..chunk_end].contains("://")) {
                if let Some(width) = written_date(&self.line[start..end], chunk_end - start) {
                    self.keep(kept, start);
                    self.put("{date}", width);
                    kept = self.at;
                }
            } else {
                self.keep(kept, start);
                self.chunk(chunk_end, end);
                kept = self.at;
            }
            if self.at == chunk_end && self.at < end {
                if CLASS[bytes[self.at] as usize] & QUOTE == 0 {
                    self.at += 1;
                } else {
                    self.keep(kept, chunk_end);
                    self.quotation(end);
                    kept = self.at;
                }
            }
        }
        self.keep(kept, end);
    }

    /// Copies a stretch as it is.
    fn keep(&mut self, start: usize, end: usize) {
        self.pattern.push_str(&self.line[start..end]);
        self.at = end;
    }

    /// A quotation mark, with what it opens if that is a value.
    fn quotation(&mut self, end: usize) {
        let quote = self.line.as_bytes()[self.at];
        self.pattern.push(quote as char);
        match self.quoted(quote, end) {
            Some(close) => {
                self.collect_ids(self.at, close);
                self.pattern.push_str("{value}");
                self.pattern.push(quote as char);
                self.at = close + 1;
            }
            None => self.at += 1,
        }
    }

    /// Where the quoted value that opens here closes; none if this opens no value.
    fn quoted(&self, quote: u8, end: usize) -> Option<usize> {
        let bytes = self.line.as_bytes();
        // A placeholder stands for a word.
        let word = |at: usize| bytes.get(at).is_some_and(|&byte| is_word(byte) || matches!(byte, b'{' | b'}'));
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
        let last = last_word(self.pattern);
        if TOLD.iter().any(|key| last.len() >= key.len() && last[last.len() - key.len()..].eq_ignore_ascii_case(key)) {
            return None;
        }
        let next = self.line[close + 1..].trim_start().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        let named = |word: &str| NAMED.iter().any(|name| name.eq_ignore_ascii_case(word));
        (!named(next) && !named(last)).then_some(close)
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
                // In the layouts that end in `:Field__c --` the list is no part of the address.
                let list = chunk[..width].rfind(':').filter(|&colon| chunk[colon..].contains("__"));
                let fields = list.filter(|&colon| super::fields::is_list(&chunk[colon + 1..]));
                self.put("{url}", fields.unwrap_or(width));
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
        let joined = bytes.get(stop).is_some_and(|&byte| is_word(byte));
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
        for word in self.line.as_bytes()[start..end].split(|&byte| !is_word(byte)) {
            self.references.extend(id::in_text(word));
        }
    }
}

/// The last word of a text, not counting what stands after it.
fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches([' ', ':', '"', '\'', '=', '#', '>']);
    let start = text.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    text.get(start..).unwrap_or("")
}
