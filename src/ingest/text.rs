//! Whatever an export is made of, as delimited text in UTF-8: the one shape that the rest of ingest reads.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};
use xxhash_rust::xxh3::Xxh3;

use super::detect::BOM;
use super::frame::{self, Format};
use super::json::{self, Keys};
use super::open::Source;
use super::plan::Places;

/// The content of an export as it is read: its hash and its length.
#[derive(Clone, Default)]
pub struct Content(Arc<Mutex<(Xxh3, u64)>>);

impl Content {
    /// xxh3 of 128 bits, and the length in bytes, of what was read so far.
    pub fn digest(&self) -> (u128, u64) {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (noted.0.digest128(), noted.1)
    }
}

/// Reads, and takes note of the content.
struct Noting<R> {
    reader: R,
    content: Content,
}

impl<R: Read> Read for Noting<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(bytes)?;
        let mut noted = self.content.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.0.update(&bytes[..read]);
        noted.1 += read as u64;
        Ok(read)
    }
}

/// What an export is made of.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Delimited text in UTF-8 or Windows-1252.
    Delimited,
    /// The same with lines that end with a carriage return alone, as Excel for Mac once wrote them.
    Returns,
    /// Delimited text in another encoding.
    Encoded(&'static Encoding),
    /// Parquet or Arrow.
    Frame(Format),
    /// JSON: objects, lists of them, pages of a query, or an object a line; in UTF-8, else in this encoding.
    Json(Arc<Keys>, Option<&'static Encoding>),
}

/// Bytes from which the shape is told.
const TELLING_BYTES: usize = 64 << 10;

impl Shape {
    /// Tells what `source` is made of; `encoding` is what the user says of it.
    pub fn of(source: &Source, encoding: Option<&'static Encoding>) -> io::Result<Shape> {
        let mut head = Vec::new();
        source.open()?.take(TELLING_BYTES as u64).read_to_end(&mut head)?;
        if let Some(format) = Format::of(&head) {
            return Ok(Shape::Frame(format));
        }
        let encoding = encoding_of(&head, encoding);
        let text = match encoding {
            Some(encoding) => encoding.decode(&head).0.into_owned().into_bytes(),
            None => unmarked(head)?,
        };
        match text.trim_ascii_start().first() {
            Some(b'{' | b'[') => {
                let keys = match encoding {
                    Some(encoding) => json::keys(Transcoding::new(source.open()?, encoding)),
                    None => json::keys(source.open()?),
                };
                Ok(Shape::Json(Arc::new(keys?), encoding))
            }
            _ => Ok(match encoding {
                Some(encoding) => Shape::Encoded(encoding),
                None if memchr::memchr(b'\n', &text).is_none() && memchr::memchr(b'\r', &text).is_some() => Shape::Returns,
                None => Shape::Delimited,
            }),
        }
    }

    /// Opens `source` as delimited text, and takes note of its content.
    pub fn open(&self, source: &Source) -> io::Result<(Box<dyn Read + Send>, Content)> {
        let content = Content::default();
        let reader = Noting { reader: source.open()?, content: content.clone() };
        let text: Box<dyn Read + Send> = match self {
            Shape::Delimited => Box::new(reader),
            Shape::Returns => Box::new(Returns(reader)),
            Shape::Encoded(encoding) => Box::new(Transcoding::new(reader, encoding)),
            Shape::Frame(format) => Box::new(frame::text(reader, *format)),
            Shape::Json(keys, None) => Box::new(json::text(reader, Arc::clone(keys), true)),
            Shape::Json(keys, Some(encoding)) => {
                Box::new(json::text(Transcoding::new(reader, encoding), Arc::clone(keys), false))
            }
        };
        Ok((text, content))
    }

    /// How the places of rows in the file are known.
    pub fn places(&self) -> Places {
        match self {
            Shape::Delimited | Shape::Returns => Places::Counted,
            Shape::Encoded(_) => Places::LinesCounted,
            Shape::Json(..) => Places::Told,
            Shape::Frame(_) => Places::None,
        }
    }

    /// What is assumed, where that is worth telling.
    pub fn assumptions(&self) -> Vec<String> {
        let named = |encoding: &'static Encoding| format!("the encoding is {}", encoding.name());
        match self {
            Shape::Encoded(encoding) => vec![named(encoding)],
            Shape::Returns => vec!["lines end with a carriage return alone".to_string()],
            Shape::Json(keys, encoding) => encoding.map(named).into_iter().chain(keys.assumptions()).collect(),
            Shape::Delimited | Shape::Frame(_) => Vec::new(),
        }
    }
}

/// The encoding of a text that begins like this, where it is neither UTF-8 nor Windows-1252; `said` is what the user says of it.
fn encoding_of(head: &[u8], said: Option<&'static Encoding>) -> Option<&'static Encoding> {
    let is_other = |encoding: &&'static Encoding| *encoding != encoding_rs::UTF_8 && *encoding != encoding_rs::WINDOWS_1252;
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    if let Some(encoding) = marked.filter(is_other).or(said.filter(is_other)) {
        return Some(encoding);
    }
    // Text of Western languages in UTF-16 without its mark has a zero in every other byte.
    let zeros = |first: usize| head.iter().skip(first).step_by(2).take(2000).filter(|byte| **byte == 0).count();
    let half = (head.len() / 2).min(2000);
    match (zeros(0), zeros(1)) {
        (0, second) if half > 0 && second * 10 > half * 9 => Some(UTF_16LE),
        (first, 0) if half > 0 && first * 10 > half * 9 => Some(UTF_16BE),
        _ => None,
    }
}

/// The head of a text without the mark of UTF-8; fails where it is no text.
fn unmarked(head: Vec<u8>) -> io::Result<Vec<u8>> {
    if head.starts_with(b"PK") {
        return Err(io::Error::other("it is an Excel workbook or another archive of its own kind: save the sheet as CSV"));
    }
    let control = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=31)).count();
    if control * 100 > head.len() {
        return Err(io::Error::other("it is binary data, not an export"));
    }
    Ok(head.strip_prefix(BOM).map(<[u8]>::to_vec).unwrap_or(head))
}

/// Text whose lines end with a carriage return alone, with line feeds in their place.
struct Returns<R>(R);

impl<R: Read> Read for Returns<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(bytes)?;
        bytes[..read].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(read)
    }
}

/// Bytes decoded at a time.
const CODED_BYTES: usize = 64 << 10;

/// Text of another encoding as UTF-8.
struct Transcoding<R> {
    reader: R,
    decoder: Decoder,
    coded: Vec<u8>,
    coded_at: usize,
    text: Vec<u8>,
    text_at: usize,
    ended: bool,
}

impl<R: Read> Transcoding<R> {
    fn new(reader: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder();
        Self { reader, decoder, coded: Vec::new(), coded_at: 0, text: Vec::new(), text_at: 0, ended: false }
    }
}

impl<R: Read> Read for Transcoding<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.text_at == self.text.len() {
            if self.coded_at == self.coded.len() {
                if self.ended {
                    return Ok(0);
                }
                self.coded.clear();
                self.coded_at = 0;
                self.ended = (&mut self.reader).take(CODED_BYTES as u64).read_to_end(&mut self.coded)? == 0;
            }
            self.text.resize(CODED_BYTES * 2, 0);
            let coded = &self.coded[self.coded_at..];
            let (result, read, written, _) = self.decoder.decode_to_utf8(coded, &mut self.text, self.ended);
            self.coded_at += read;
            self.text.truncate(written);
            self.text_at = 0;
            if self.ended && result == CoderResult::InputEmpty && written == 0 {
                return Ok(0);
            }
        }
        let read = bytes.len().min(self.text.len() - self.text_at);
        bytes[..read].copy_from_slice(&self.text[self.text_at..self.text_at + read]);
        self.text_at += read;
        Ok(read)
    }
}
