//! JSON as delimited text: query results, their pages, lists of records, or a record a line.

use std::io::{self, Read, Write};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::lenient::{Lenient, Mended};
use super::pipe::Pipe;
use super::record::records;
use super::reject::Told;
use super::texts::NOT_UTF8;

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
    /// Why rows may be missing, if so.
    pub damage: Option<String>,
}

impl Keys {
    /// What is worth telling of how they were read.
    pub fn assumptions(&self) -> impl Iterator<Item = String> {
        let Mended { bytes, numbers, .. } = self.mended;
        let damage = self.damage.clone();
        let bytes = (bytes > 0).then(|| format!("{bytes} bytes are {NOT_UTF8}"));
        let numbers = (numbers > 0).then(|| format!("{numbers} numbers that are none (NaN, Infinity) are read as null"));
        [damage, bytes, numbers].into_iter().flatten()
    }
}

/// Finds the fields of all records.
pub fn keys(reader: impl Read) -> io::Result<Keys> {
    let mut keys = Keys::default();
    // The set makes the look-up of a known name cheap, the list keeps the order.
    let mut known = rustc_hash::FxHashSet::default();
    let (mut reader, mut is_empty, mut fault) = (Lenient::new(reader), true, None);
    let damage = records(&mut reader, &mut |record, told| {
        is_empty = false;
        fault = fault.take().or(told.fault);
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
    match fault {
        _ if is_empty || !keys.names.is_empty() => Ok(keys),
        Some(fault) => Err(io::Error::other(format!("it is JSON without records that can be read: {fault}"))),
        None => Err(io::Error::other("it is JSON without records")),
    }
}

/// The records as delimited text with all fields quoted, each with its place; what cannot be read is a line of its text and place.
/// Offsets are told where the reader is the file as it stands, up to where something in it was mended.
pub fn text(reader: impl Read + Send + 'static, keys: Arc<Keys>, is_file: bool) -> impl Read + Send {
    Pipe::new(move |out| {
        let exact = keys.mended.first.unwrap_or(u64::MAX);
        let places: rustc_hash::FxHashMap<&str, usize> =
            keys.names.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        let mut line = Vec::new();
        for name in &keys.names {
            quote(name, &mut line);
        }
        quote(Told::HEADER, &mut line);
        end(&mut line, out)?;
        let mut values: Vec<String> = vec![String::new(); keys.names.len()];
        records(Lenient::new(reader), &mut |record, told| {
            let told = Told { offset: told.offset.filter(|offset| is_file && *offset <= exact), ..told };
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
        assert!(text.contains("1:18:not readable as JSON"), "{text}");
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
