//! The way back: tokens of a redacted file become what they stand for.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::key::{HASH, Key};
use super::spans::Kind;
use crate::error::{Place, Result};
use crate::report::csv::inert;
use crate::report::markdown::escaped;
use crate::report::words::{line, visible};

/// How a format writes a text, so that a value with marks of its own does not break it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// As a terminal shows it.
    Plain,
    /// Markdown.
    Markdown,
    /// HTML and XML.
    Markup,
    /// JSON.
    Json,
    /// CSV.
    Csv,
    /// An Excel workbook: a ZIP archive of XML.
    Workbook,
}

impl Wrapping {
    /// The wrapping of a file, by the ending of its name.
    pub fn of(name: &str) -> Self {
        match name.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
            Some("html" | "xml") => Wrapping::Markup,
            Some("json" | "ndjson") => Wrapping::Json,
            Some("csv") => Wrapping::Csv,
            Some("md") => Wrapping::Markdown,
            Some("xlsx") => Wrapping::Workbook,
            _ => Wrapping::Plain,
        }
    }
}

/// Puts the values of `key` back into a file. Tokens of other keys stay.
pub fn reveal(key: &Key, bytes: &[u8], wrapping: Wrapping) -> Result<Vec<u8>> {
    let place = || "cannot read the redacted file".to_owned();
    match wrapping {
        Wrapping::Workbook => workbook(key, bytes),
        Wrapping::Csv => cells(key, bytes),
        _ => Ok(text(key, std::str::from_utf8(bytes).place(place)?, wrapping).into_bytes()),
    }
}

fn text(key: &Key, text: &str, wrapping: Wrapping) -> String {
    let mut revealed = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(dash) = text[at..].find('-').map(|dash| at + dash) {
        match token_around(text, at, dash).and_then(|(start, end)| Some((start, end, key.value(&text[start..end])?))) {
            Some((start, end, value)) => {
                revealed.push_str(&text[at..start]);
                wrap(value, wrapping, &mut revealed);
                at = end;
            }
            None => {
                revealed.push_str(&text[at..=dash]);
                at = dash + 1;
            }
        }
    }
    revealed + &text[at..]
}

/// The token whose first dash is at `dash`, and that begins at `from` at the earliest.
fn token_around(text: &str, from: usize, dash: usize) -> Option<(usize, usize)> {
    let kind = Kind::ALL.iter().find(|kind| text[from..dash].ends_with(kind.word()))?;
    let prefix = if *kind == Kind::Id && text.as_bytes().get(dash + 4) == Some(&b'-') { 4 } else { 0 };
    let end = dash + 1 + prefix + HASH;
    text.is_char_boundary(end).then_some((dash - kind.word().len(), end)).filter(|(_, end)| *end <= text.len())
}

fn wrap(value: &str, wrapping: Wrapping, out: &mut String) {
    match wrapping {
        Wrapping::Csv => out.push_str(value),
        Wrapping::Plain => out.push_str(&line(value)),
        Wrapping::Markdown => out.push_str(&escaped(&line(value))),
        Wrapping::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            out.push_str(&quoted[1..quoted.len() - 1]);
        }
        Wrapping::Markup | Wrapping::Workbook => {
            for character in visible(value).chars() {
                match character {
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '&' => out.push_str("&amp;"),
                    '"' => out.push_str("&quot;"),
                    '\'' => out.push_str("&#39;"),
                    _ => out.push(character),
                }
            }
        }
    }
}

fn cells(key: &Key, bytes: &[u8]) -> Result<Vec<u8>> {
    let place = || "cannot read the redacted file as CSV".to_owned();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in reader.records() {
        let record = record.place(place)?;
        writer.write_record(record.iter().map(|cell| inert(&text(key, cell, Wrapping::Csv)))).place(place)?;
    }
    writer.into_inner().place(place)
}

fn workbook(key: &Key, bytes: &[u8]) -> Result<Vec<u8>> {
    let place = || "cannot read the redacted file as a workbook".to_owned();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).place(place)?;
    let mut revealed = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).place(place)?;
        let name = file.name().place(place)?.into_owned();
        let mut part = Vec::new();
        file.read_to_end(&mut part).place(place)?;
        revealed.start_file(name, options).place(place)?;
        match std::str::from_utf8(&part) {
            Ok(xml) => revealed.write_all(text(key, xml, Wrapping::Workbook).as_bytes()).place(place)?,
            Err(_) => revealed.write_all(&part).place(place)?,
        }
    }
    Ok(revealed.finish().place(place)?.into_inner())
}
