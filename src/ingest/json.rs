//! JSON as delimited text: query results, their pages, lists of records, or a record a line.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::Arc;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::column::NOT_UTF8;
use super::detect::BOM;
use super::lenient::{Lenient, Mended};
use super::pipe::Pipe;
use super::reject::Told;

/// What is known of all records once they were read.
#[derive(Debug, Default)]
pub struct Keys {
    /// The names of their fields, in the order in which they first come; the steps of a relationship are joined by dots. None where
    /// there is no record.
    pub names: Vec<String>,
    /// The object that the records say they are.
    pub object: Option<String>,
    /// What is no JSON by the letter and was read all the same.
    pub mended: Mended,
    /// Where and why nothing more could be read, if so.
    pub damage: Option<String>,
}

impl Keys {
    /// What is worth telling of how they were read.
    pub fn assumptions(&self) -> impl Iterator<Item = String> {
        let Mended { bytes, numbers } = self.mended;
        let damage = self.damage.as_ref();
        let damage = damage.map(|damage| format!("the rest of the file cannot be read, so rows are missing: {damage}"));
        let bytes = (bytes > 0).then(|| format!("{bytes} bytes are {NOT_UTF8}"));
        let numbers = (numbers > 0).then(|| format!("{numbers} numbers that are none (NaN, Infinity) are read as null"));
        [damage, bytes, numbers].into_iter().flatten()
    }
}

/// Keys of the envelope around records.
const ENVELOPES: [&str; 2] = ["result", "records"];

/// What is done with each record, or with the text that stands in the place of one.
type Record<'a> = dyn FnMut(Result<Map<String, Value>, String>, Told) -> io::Result<()> + 'a;

/// Finds the fields of all records.
pub fn keys(reader: impl Read) -> io::Result<Keys> {
    let mut keys = Keys::default();
    // The set makes the look-up of a known name cheap, the list keeps the order.
    let mut known = rustc_hash::FxHashSet::default();
    let (mut reader, mut is_empty) = (Lenient::new(reader), true);
    let damage = records(BufReader::with_capacity(1 << 18, &mut reader), &mut |record, _| {
        is_empty = false;
        if let Ok(record) = record {
            if let (None, Some(Value::String(object))) = (&keys.object, record.get("attributes").and_then(|it| it.get("type"))) {
                keys.object = Some(object.clone());
            }
            flatten(&record, "", &mut |name, _| {
                if !known.contains(name) {
                    known.insert(name.to_string());
                    keys.names.push(name.to_string());
                }
            });
        }
        Ok(())
    })?;
    // A relationship that is null in some records shows its own name there, and its fields elsewhere.
    let nested: Vec<String> = keys.names.iter().filter_map(|name| Some(name.rsplit_once('.')?.0.to_string())).collect();
    keys.names.retain(|name| !nested.contains(name));
    (keys.damage, keys.mended) = (damage, reader.mended);
    match &keys.damage {
        _ if is_empty || !keys.names.is_empty() => Ok(keys),
        Some(damage) => Err(io::Error::other(format!("it is JSON without records that can be read: {damage}"))),
        None => Err(io::Error::other("it is JSON without records")),
    }
}

/// The records as delimited text with all fields quoted, each with its place; what cannot be read is a line of its text and place.
/// Offsets are told where the reader is the file as it stands.
pub fn text(reader: impl Read + Send + 'static, keys: Arc<Keys>, is_file: bool) -> impl Read + Send {
    Pipe::new(move |out| {
        let has_offsets = is_file && keys.mended == Mended::default();
        let places: rustc_hash::FxHashMap<&str, usize> =
            keys.names.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        let mut line = Vec::new();
        for name in &keys.names {
            quote(name, &mut line);
        }
        quote(Told::HEADER, &mut line);
        end(&mut line, out)?;
        let mut values: Vec<String> = vec![String::new(); keys.names.len()];
        records(BufReader::with_capacity(1 << 18, Lenient::new(reader)), &mut |record, told| {
            let told = if has_offsets { told } else { Told { offset: None, ..told } };
            match record {
                Ok(record) => {
                    values.iter_mut().for_each(String::clear);
                    flatten(&record, "", &mut |name, value| {
                        if let Some(place) = places.get(name) {
                            values[*place] = spelled(value);
                        }
                    });
                    values.iter().for_each(|value| quote(value, &mut line));
                }
                Err(text) => quote(&text, &mut line),
            }
            quote(&told.written(), &mut line);
            end(&mut line, out)
        })?;
        Ok(())
    })
}

fn quote(text: &str, line: &mut Vec<u8>) {
    line.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.extend_from_slice(b"\",");
}

fn end(line: &mut Vec<u8>, out: &mut impl Write) -> io::Result<()> {
    line.pop();
    line.push(b'\n');
    out.write_all(line)?;
    line.clear();
    Ok(())
}

fn spelled(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Calls `field` with each field of a record; nested records become dotted names, what describes them is left out.
fn flatten(record: &Map<String, Value>, path: &str, field: &mut impl FnMut(&str, &Value)) {
    for (key, value) in record {
        if key == "attributes" && value.is_object() {
            continue;
        }
        let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Object(nested) => flatten(nested, &name, field),
            value => field(&name, value),
        }
    }
}

/// Calls `record` with each record, in order, and returns where and why it ended too early, if so.
fn records(mut reader: impl BufRead, record: &mut Record) -> io::Result<Option<String>> {
    if first_line_is_record(&mut reader)? { lines(reader, record).map(|()| None) } else { document(reader, record) }
}

/// Whether the first line alone is a record, so that the text has one a line.
fn first_line_is_record(reader: &mut impl BufRead) -> io::Result<bool> {
    let head = reader.fill_buf()?;
    let head = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    let Some(end) = memchr::memchr(b'\n', head) else { return Ok(false) };
    let value: Result<Map<String, Value>, _> = serde_json::from_slice(&head[..end]);
    Ok(value.is_ok_and(|record| !ENVELOPES.iter().any(|key| record.get(*key).is_some_and(Value::is_array))))
}

fn lines(mut reader: impl BufRead, record: &mut Record) -> io::Result<()> {
    let (mut line, mut offset) = (Vec::new(), 0);
    for number in 1.. {
        line.clear();
        if reader.by_ref().take(RECORD_BYTES).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() as u64 == RECORD_BYTES {
            return Err(too_long());
        }
        let (text, told) = (line.strip_prefix(BOM).unwrap_or(&line).trim_ascii(), Told::at(number, offset));
        offset += line.len() as u64;
        if text.is_empty() {
            continue;
        }
        match serde_json::from_slice(text) {
            Ok(fields) => record(Ok(fields), told)?,
            Err(_) => record(Err(String::from_utf8_lossy(text).into_owned()), told.faulty("not a JSON record"))?,
        }
    }
    Ok(())
}

fn document(mut reader: impl BufRead, record: &mut Record) -> io::Result<Option<String>> {
    if reader.fill_buf()?.starts_with(BOM) {
        reader.consume(BOM.len());
    }
    let (mut failed, read) = (None, Cell::new(0));
    let mut reader = serde_json::Deserializer::from_reader(Counting { reader, read: &read });
    // Several documents may follow each other: the pages of a query.
    while let Err(error) = reader.end() {
        if error.is_io() {
            return Err(error.into());
        }
        let element = Element { record, failed: &mut failed, read: &read };
        if let Err(error) = element.deserialize(&mut reader) {
            return match failed.take() {
                Some(failed) => Err(failed),
                None if error.is_io() => Err(error.into()),
                // Where a document is damaged nothing behind it can be told apart: one line stands for the rest.
                None => {
                    let told = Told { line: Some(error.line() as u64), ..Told::default() };
                    record(Err(String::new()), told.faulty(format!("from here on it cannot be read as JSON: {error}")))?;
                    Ok(Some(error.to_string()))
                }
            };
        }
    }
    Ok(None)
}

/// Bytes of the longest record: one is in memory as a whole.
const RECORD_BYTES: u64 = 192 << 20;

fn too_long() -> io::Error {
    io::Error::other(format!("a record has more than {} MB", RECORD_BYTES >> 20))
}

/// Reads, and counts the bytes of a record.
struct Counting<'a, R> {
    reader: R,
    read: &'a Cell<u64>,
}

impl<R: Read> Read for Counting<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(bytes)?;
        self.read.set(self.read.get() + read as u64);
        if self.read.get() > RECORD_BYTES { Err(too_long()) } else { Ok(read) }
    }
}

/// A record, an envelope, or a list of either.
struct Element<'a, 'b> {
    record: &'a mut Record<'b>,
    failed: &'a mut Option<io::Error>,
    /// Bytes since the last record.
    read: &'a Cell<u64>,
}

impl<'de> DeserializeSeed<'de> for Element<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut fields = Map::new();
        let mut is_envelope = false;
        while let Some(key) = map.next_key::<String>()? {
            if ENVELOPES.contains(&key.as_str()) {
                is_envelope = true;
                map.next_value_seed(Element { record: self.record, failed: self.failed, read: self.read })?;
            } else {
                fields.insert(key, map.next_value()?);
            }
        }
        if is_envelope {
            return Ok(());
        }
        self.read.set(0);
        (self.record)(Ok(fields), Told::default()).map_err(|error| {
            *self.failed = Some(error);
            serde::de::Error::custom("the records are not wanted any more")
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Element { record: self.record, failed: self.failed, read: self.read })?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(json: &'static str) -> String {
        let keys = Arc::new(keys(json.as_bytes()).expect("it has records"));
        let mut out = String::new();
        text(json.as_bytes(), keys, true).read_to_string(&mut out).expect("it is read");
        out
    }

    #[test]
    fn every_envelope_gives_the_same_records() {
        let first = r#"{"attributes":{"type":"A"},"Id":"1","Job":null,"n":7}"#;
        let second = r#"{"attributes":{"type":"A"},"Id":"2","Job":{"attributes":{},"Name":"say \"hi\""},"n":null}"#;
        let expected_names = ["Id", "Job.Name", "n"];
        for json in [
            format!(r#"{{"status":0,"result":{{"records":[{first},{second}],"totalSize":2,"done":true}}}}"#),
            format!(r#"{{"totalSize":2,"records":[{first},{second}]}}"#),
            format!(r#"{{"records":[{first}],"nextRecordsUrl":"/x"}}{{"records":[{second}]}}"#),
            format!(r#"[{{"records":[{first}]}},{{"records":[{second}]}}]"#),
            format!("[{first},\n{second}]"),
            format!("{first}\n{second}\n"),
        ] {
            let json: &'static str = json.leak();
            let found = keys(json.as_bytes()).expect("it has records");
            assert_eq!(found.object.as_deref(), Some("A"), "{json}");
            let mut sorted = found.names.clone();
            sorted.sort();
            assert_eq!(sorted, expected_names, "{json}");
            let text = rendered(json);
            assert_eq!(text.lines().count(), 3, "{json}");
            assert!(text.contains("say \"\"hi\"\""), "{json}");
        }
    }

    #[test]
    fn damage_leaves_a_line_that_is_no_record() {
        let text = rendered("{\"Id\":\"1\",\"n\":2}\nnot json\n{\"Id\":\"3\",\"n\":4}\n");
        let lines: Vec<&str> = text.lines().collect();
        let bad = "\"not json\",\"2:17:not a JSON record\"";
        assert_eq!(lines, ["\"Id\",\"n\",\"place\"", "\"1\",\"2\",\"1:0:\"", bad, "\"3\",\"4\",\"3:26:\""]);
        let text = rendered("[{\"Id\":\"1\",\"n\":2},{\"Id\":");
        assert!(text.contains("cannot be read as JSON"), "{text}");
    }

    #[test]
    fn a_result_without_records_is_no_fault() {
        for json in ["[]", "{\"records\":[],\"done\":true}", "{\"status\":0,\"result\":{\"records\":[]}}"] {
            let keys = keys(json.as_bytes()).expect("it is a result");
            assert!(keys.names.is_empty() && keys.damage.is_none(), "{json}");
        }
        for json in ["[1,2]", "{}", "{\"records\":["] {
            assert!(keys(json.as_bytes()).is_err(), "{json}");
        }
    }
}
