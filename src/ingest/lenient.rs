//! JSON as its grammar wants it: bytes that are not UTF-8 are read as Windows-1252, as in CSV, and numbers that are none as null.

use std::io::{self, Read};

use encoding_rs::WINDOWS_1252;

/// Bytes read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// More bytes than a character, an escape or a word has: so many wait for what follows them.
const HELD_BYTES: usize = 16;

/// Words that some programs write for numbers that are none.
const NO_NUMBERS: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];

/// What was mended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mended {
    /// Bytes that are not UTF-8.
    pub bytes: u64,
    /// Numbers that are none.
    pub numbers: u64,
    /// Where the first of either begins: up to there places are those of the file.
    pub first: Option<u64>,
}

/// Reads JSON, and mends it.
pub struct Lenient<R> {
    reader: R,
    /// What was mended so far.
    pub mended: Mended,
    raw: Vec<u8>,
    text: Vec<u8>,
    text_at: usize,
    /// Where `raw` begins.
    offset: u64,
    inside_string: bool,
}

impl<R: Read> Lenient<R> {
    /// Begins outside strings.
    pub fn new(reader: R) -> Self {
        Self { reader, mended: Mended::default(), raw: Vec::new(), text: Vec::new(), text_at: 0, offset: 0, inside_string: false }
    }

    /// Mends what begins before `end`, and returns where that ends.
    fn mend(&mut self, end: usize) -> usize {
        let mut at = 0;
        while at < end {
            let inside = self.inside_string;
            let is_plain = |byte: &u8| match byte {
                b'"' | 0x80.. => false,
                b'\\' | b'\n' => !inside,
                b'N' | b'I' | b'-' => inside,
                _ => true,
            };
            let plain = self.raw[at..end].iter().take_while(|byte| is_plain(byte)).count();
            self.text.extend_from_slice(&self.raw[at..at + plain]);
            at += plain;
            if at < end {
                at += self.special(at);
            }
        }
        at
    }

    /// Mends what begins at `at`, and returns how many bytes that took.
    fn special(&mut self, at: usize) -> usize {
        let rest = &self.raw[at..self.raw.len().min(at + HELD_BYTES)];
        let length = match rest[0] {
            b'\\' => rest.len().min(2),
            0x80.. => match rest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()) {
                Some(character) => character.len_utf8(),
                None => {
                    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&rest[..1]);
                    self.text.extend_from_slice(text.as_bytes());
                    self.mended.bytes += 1;
                    self.mended.first.get_or_insert(self.offset + at as u64);
                    return 1;
                }
            },
            b'N' | b'I' | b'-' => match NO_NUMBERS.iter().find(|word| rest.starts_with(word)) {
                Some(word) => {
                    self.text.extend_from_slice(b"null");
                    self.mended.numbers += 1;
                    self.mended.first.get_or_insert(self.offset + at as u64);
                    return word.len();
                }
                None => 1,
            },
            quote_or_line_end => {
                // No string of JSON goes on behind a line end.
                self.inside_string = quote_or_line_end == b'"' && !self.inside_string;
                1
            }
        };
        self.text.extend_from_slice(&rest[..length]);
        length
    }
}

impl<R: Read> Read for Lenient<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.text_at == self.text.len() {
            let ended = (&mut self.reader).take(CHUNK_BYTES as u64).read_to_end(&mut self.raw)? == 0;
            if ended && self.raw.is_empty() {
                return Ok(0);
            }
            self.text.clear();
            self.text_at = 0;
            let end = if ended { self.raw.len() } else { self.raw.len().saturating_sub(HELD_BYTES) };
            let end = self.mend(end);
            self.raw.drain(..end);
            self.offset += end as u64;
        }
        let read = bytes.len().min(self.text.len() - self.text_at);
        bytes[..read].copy_from_slice(&self.text[self.text_at..self.text_at + read]);
        self.text_at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mended(json: &[u8]) -> (String, Mended) {
        let (mut reader, mut text) = (Lenient::new(json), String::new());
        reader.read_to_string(&mut text).expect("it is UTF-8 now");
        (text, reader.mended)
    }

    #[test]
    fn what_is_no_json_becomes_some() {
        let (text, told) = mended(b"[NaN,-Infinity,Infinity,-1,\"NaN \\\" Infinity \xfc \xc3\xbc\",\"\\\\\",NaN]");
        assert_eq!(text, "[null,null,null,-1,\"NaN \\\" Infinity ü ü\",\"\\\\\",null]");
        assert_eq!(told, Mended { bytes: 1, numbers: 4, first: Some(1) });
        assert_eq!(mended(b"not \" closed\nNaN").0, "not \" closed\nnull");
    }

    proptest! {
        #[test]
        fn good_json_stays_as_it_is_wherever_it_is_cut(text in "[a-zü日😀\"\\\\]{0,40}", before in 0..CHUNK_BYTES) {
            let json = format!("{}{}", " ".repeat(before), serde_json::json!({ "text": text, "n": -1.5 }));
            prop_assert_eq!(mended(json.as_bytes()), (json, Mended::default()));
        }
    }
}
