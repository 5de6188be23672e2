//! JSON as tokens, and what they tell of where records begin and end.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memchr3};

use super::block::fill;
use super::detect::BOM;
use super::reject::{RAW_BYTES, Told};

/// Bytes of the longest record: one is in memory as a whole.
pub const RECORD_BYTES: usize = 192 << 20;

/// Bytes read at a time.
pub const CHUNK_BYTES: usize = 256 << 10;

/// Keys of the envelope around records.
pub const ENVELOPES: [&[u8]; 2] = [b"\"result\"", b"\"records\""];

/// Lists and records within each other, as many as the JSON reader takes. Without a bound, text that opens ever more of them would be read
/// again from each on.
pub const MOST_OPEN: usize = 128;

/// Why a record cannot be read that has more bytes than that.
pub fn too_long() -> io::Error {
    io::Error::other(format!("a record has more than {} MB", RECORD_BYTES >> 20))
}

/// A piece of JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A bracket, brace, comma or colon.
    Mark(u8),
    /// A text with its quotes.
    Text,
    /// A number, true, false or null.
    Scalar,
    /// No JSON.
    Fault,
    /// Nothing more.
    End,
}

/// What begins at some place, and its length.
#[derive(Clone, Copy)]
pub enum Found {
    /// What stands between records.
    Between(usize),
    /// A record.
    Record(usize),
    /// An envelope, up to where its records begin.
    Envelope(usize),
    /// What cannot be read, up to where that shows.
    Damage(usize),
}

/// The mark that one closes.
pub fn opening_of(mark: u8) -> u8 {
    if mark == b'}' { b'{' } else { b'[' }
}

/// JSON as it is read: what is behind the place where reading stands is let go of.
pub struct Text<R> {
    reader: R,
    bytes: Vec<u8>,
    at: usize,
    /// Where `bytes` begin in the text.
    offset: u64,
    line: u64,
}

impl<R: Read> Text<R> {
    /// Reads from the begin.
    pub fn new(reader: R) -> Self {
        Self { reader, bytes: Vec::new(), at: 0, offset: 0, line: 1 }
    }

    /// Passes over the mark of UTF-8.
    pub fn skip_mark(&mut self) -> io::Result<()> {
        self.byte(BOM.len())?;
        if self.bytes.starts_with(BOM) {
            self.skip(BOM.len());
        }
        Ok(())
    }

    /// Where reading stands.
    pub fn place(&self) -> Told {
        Told::at(self.line, self.offset + self.at as u64)
    }

    /// The text so far ahead, which was looked at.
    pub fn ahead(&self, length: usize) -> &[u8] {
        &self.bytes[self.at..self.at + length]
    }

    /// Goes so far ahead.
    pub fn skip(&mut self, length: usize) {
        self.line += memchr_iter(b'\n', self.ahead(length)).count() as u64;
        self.at += length;
    }

    /// The byte so far ahead.
    #[inline]
    fn byte(&mut self, ahead: usize) -> io::Result<Option<u8>> {
        while self.at + ahead >= self.bytes.len() {
            if self.bytes.len() - self.at > RECORD_BYTES {
                return Err(too_long());
            }
            self.offset += self.at as u64;
            self.bytes.drain(..std::mem::take(&mut self.at));
            if fill(&mut self.reader, &mut self.bytes, CHUNK_BYTES)? == 0 {
                return Ok(None);
            }
        }
        Ok(Some(self.bytes[self.at + ahead]))
    }

    /// The token behind the blanks so far ahead, and from where to where it reaches.
    pub fn token(&mut self, mut start: usize) -> io::Result<(Token, usize, usize)> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte(start)? {
            start += 1;
        }
        Ok(match self.byte(start)? {
            None => (Token::End, start, start),
            Some(mark @ (b'{' | b'}' | b'[' | b']' | b',' | b':')) => (Token::Mark(mark), start, start + 1),
            Some(b'"') => {
                let (token, end) = self.string(start + 1)?;
                (token, start, end)
            }
            Some(_) => {
                let mut end = start + 1;
                while let Some(b'a'..=b'z' | b'E' | b'0'..=b'9' | b'+' | b'-' | b'.') = self.byte(end)? {
                    end += 1;
                }
                let scalar = &self.bytes[self.at + start..self.at + end];
                let is_scalar = matches!(scalar, b"true" | b"false" | b"null" | [b'-' | b'0'..=b'9', ..]);
                (if is_scalar { Token::Scalar } else { Token::Fault }, start, end)
            }
        })
    }

    /// Where a text ends whose opening quote is just before. No text of JSON goes on behind a line end.
    fn string(&mut self, mut at: usize) -> io::Result<(Token, usize)> {
        while self.byte(at)?.is_some() {
            let rest = &self.bytes[self.at + at..];
            match memchr3(b'"', b'\\', b'\n', rest) {
                None => at += rest.len(),
                Some(found) => match rest[found] {
                    b'"' => return Ok((Token::Text, at + found + 1)),
                    b'\\' => at += found + 2,
                    _ => return Ok((Token::Fault, at + found + 1)),
                },
            }
        }
        Ok((Token::Fault, self.bytes.len() - self.at))
    }

    /// What the brace here opens.
    pub fn object(&mut self) -> io::Result<Found> {
        let (mut open, mut key) = (Vec::new(), 0..0);
        let (mut before, mut at) = (Token::End, 0);
        loop {
            let (token, start, end) = self.token(at)?;
            let is_value = before == Token::Mark(b':');
            match token {
                Token::Mark(b'{' | b'[') if open.len() > MOST_OPEN || (open.last() == Some(&b'{') && !is_value) => {
                    return Ok(Found::Damage(end));
                }
                Token::Mark(b'{' | b'[') if open.len() == 1 && ENVELOPES.contains(&&self.bytes[self.at..][key.clone()]) => {
                    return Ok(Found::Envelope(start));
                }
                Token::Mark(mark @ (b'{' | b'[')) => open.push(mark),
                Token::Mark(mark @ (b'}' | b']')) if open.pop() != Some(opening_of(mark)) => return Ok(Found::Damage(end)),
                Token::Mark(_) if open.is_empty() => return Ok(Found::Record(end)),
                Token::Text if open.len() == 1 && !is_value => key = start..end,
                Token::Mark(_) | Token::Text | Token::Scalar => {}
                Token::Fault | Token::End => return Ok(Found::Damage(end)),
            }
            (before, at) = (token, end);
        }
    }

    /// How the record here begins, as others do: `{"Id":`, or `{"attributes":{"type":"Account"`, which no nested record of another
    /// object does. A text has no such thing in it, since its quotes are escaped.
    pub fn opening(&mut self) -> io::Result<Option<Vec<u8>>> {
        const BEGIN: [Token; 3] = [Token::Mark(b'{'), Token::Text, Token::Mark(b':')];
        let (mut opening, mut at) = (Vec::new(), 0);
        for (number, wanted) in BEGIN.iter().chain(&BEGIN).chain([&Token::Text]).enumerate() {
            let (token, start, end) = self.token(at)?;
            if token != *wanted {
                return Ok(Some(opening).filter(|_| number >= BEGIN.len()));
            }
            if number == 2 * BEGIN.len() && !opening.ends_with(b"\"type\":") {
                break;
            }
            opening.extend_from_slice(&self.bytes[self.at + start..self.at + end]);
            at = end;
        }
        Ok(Some(opening))
    }

    /// Passes over damage of at most so many bytes, to where the next record begins. Returns the text, of which as much is kept as a
    /// reject has, and whether that was all of the text.
    pub fn pass(&mut self, opening: Option<&[u8]>, most: Option<usize>) -> io::Result<(String, bool)> {
        let (mut raw, mut before, mut passed) = (Vec::new(), 0, 0);
        loop {
            if most == Some(passed) || (passed > 0 && self.byte(0)?.is_none()) {
                break;
            }
            let is_begin = passed > 0 && matches!(before, b',' | b'[' | b'}') && self.byte(0)? == Some(b'{');
            if is_begin && opening.is_some() && self.opening()?.as_deref() == opening {
                break;
            }
            let rest = &self.bytes[self.at..];
            let rest = &rest[..rest.len().min(most.map_or(usize::MAX, |most| most - passed))];
            let length = memchr(b'{', &rest[1..]).map_or(rest.len(), |found| found + 1);
            let piece = &rest[..length];
            raw.extend_from_slice(&piece[..length.min((RAW_BYTES + 1).saturating_sub(raw.len()))]);
            before = piece.trim_ascii_end().last().copied().unwrap_or(before);
            self.skip(length);
            passed += length;
        }
        let is_all = self.byte(0)?.is_none();
        Ok((String::from_utf8_lossy(&raw).trim_end_matches([' ', '\t', '\r', '\n', ',']).to_string(), is_all && most.is_none()))
    }

    /// Why a record that begins here cannot be read.
    pub fn reason(&self, error: &serde_json::Error) -> String {
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        format!("not readable as JSON: {text} in line {}", self.line + (error.line() as u64).saturating_sub(1))
    }
}
