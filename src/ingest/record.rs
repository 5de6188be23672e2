//! Cuts JSON into its records, each with its place. Damage costs the record that it is in: the next one is found by how records begin.

use std::io::{self, BufRead, BufReader, Read};

use memchr::memchr;
use serde_json::{Map, Value};

use super::detect::BOM;
use super::reject::Told;
use super::token::{CHUNK_BYTES, ENVELOPES, Found, MOST_OPEN, RECORD_BYTES, Text, Token, opening_of, too_long};

/// What is done with each record, or with the text that stands in the place of one.
pub type Record<'a> = dyn FnMut(Result<Map<String, Value>, String>, Told) -> io::Result<()> + 'a;

/// Lines of which one is a record by itself where the text has one a line, be some damaged.
const TELLING_LINES: usize = 4;

/// Calls `record` with each record, in order, and tells why rows may be missing, if so.
pub fn records(reader: impl Read, record: &mut Record) -> io::Result<Option<String>> {
    let mut reader = BufReader::with_capacity(CHUNK_BYTES, reader);
    if has_record_lines(reader.fill_buf()?) { lines(reader, record).map(|()| None) } else { document(reader, record) }
}

/// Whether a text that begins like this has a record a line.
fn has_record_lines(head: &[u8]) -> bool {
    let head = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    let Some(end) = memchr(b'\n', head).filter(|_| head.starts_with(b"{")) else { return false };
    let is_envelope = ENVELOPES.iter().any(|key| memchr::memmem::find(&head[..end], key).is_some());
    let is_record = |line: &[u8]| serde_json::from_slice::<Map<String, Value>>(line).is_ok();
    !is_envelope && head.split_inclusive(|byte| *byte == b'\n').take(TELLING_LINES).any(is_record)
}

fn lines(mut reader: impl BufRead, record: &mut Record) -> io::Result<()> {
    let (mut line, mut offset) = (Vec::new(), 0);
    for number in 1.. {
        line.clear();
        if reader.by_ref().take(RECORD_BYTES as u64).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() == RECORD_BYTES {
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

/// Documents, one after the other, as the pages of a query are: records within lists and envelopes.
fn document(reader: impl Read, record: &mut Record) -> io::Result<Option<String>> {
    let mut text = Text::new(reader);
    text.skip_mark()?;
    let (mut open, mut opening, mut before) = (Vec::new(), None, Token::End);
    loop {
        let (token, start, end) = text.token(0)?;
        text.skip(start);
        let length = end - start;
        let is_in_envelope = open.last() == Some(&b'{');
        // An envelope may tell something beside its records that is no record.
        let is_beside = is_in_envelope && before == Token::Mark(b':');
        before = token;
        let found = match token {
            Token::End if open.is_empty() => return Ok(None),
            Token::End => {
                record(Err(String::new()), text.place().faulty("the file ends before its records do"))?;
                return Ok(Some("the file ends before its records do, so rows are missing".to_string()));
            }
            Token::Mark(b'{') => text.object()?,
            Token::Mark(b'[') if open.len() == MOST_OPEN => {
                return Err(io::Error::other("it has more lists within lists than records have around them"));
            }
            Token::Mark(mark) => {
                match mark {
                    b'[' => open.push(mark),
                    b'}' | b']' => drop(open.pop_if(|last| *last == opening_of(mark))),
                    _ => {}
                }
                Found::Between(length)
            }
            Token::Text | Token::Scalar if is_in_envelope && matches!(text.token(length)?.0, Token::Mark(_)) => {
                Found::Between(length)
            }
            Token::Text | Token::Scalar | Token::Fault => Found::Damage(length),
        };
        let (reason, most) = match found {
            Found::Between(length) => {
                text.skip(length);
                continue;
            }
            Found::Envelope(length) => {
                open.push(b'{');
                text.skip(length);
                before = Token::End;
                continue;
            }
            Found::Record(length) => match serde_json::from_slice(text.ahead(length)) {
                Ok(fields) => {
                    if !is_beside {
                        if opening.is_none() {
                            opening = text.opening()?;
                        }
                        record(Ok(fields), text.place())?;
                    }
                    text.skip(length);
                    continue;
                }
                Err(error) => (text.reason(&error), Some(length)),
            },
            Found::Damage(length) => match serde_json::from_slice::<Map<String, Value>>(text.ahead(length)) {
                Err(error) if !error.is_data() => (text.reason(&error), None),
                _ => ("a value where a record should be".to_string(), None),
            },
        };
        let place = text.place();
        let line = place.line.unwrap_or_default();
        let begins = if opening.is_some() { opening.clone() } else { text.opening()? };
        let (raw, is_last) = text.pass(begins.as_deref(), most)?;
        record(Err(raw), place.faulty(reason))?;
        if is_last {
            return Ok(Some(format!("from line {line} on no record can be found, so rows may be missing")));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Records by their ids, and damage by its place and text.
    fn cut(json: &str) -> (Vec<String>, Option<String>) {
        let mut found = Vec::new();
        let damage = records(json.as_bytes(), &mut |record, told| {
            found.push(match record {
                Ok(record) => record.get("Id").map_or_else(|| format!("{record:?}"), ToString::to_string).replace('"', ""),
                Err(text) => format!("{}:{} {text}", told.line.expect("a line"), told.offset.expect("an offset")),
            });
            Ok(())
        });
        (found, damage.expect("it is read"))
    }

    #[test]
    fn damage_costs_the_record_that_it_is_in() {
        let record = |id: &str, rest: &str| format!(r#"{{"attributes":{{"type":"A"}},"Id":"{id}","n":{rest}}}"#);
        let [one, two, four] = [record("1", "1"), record("2", "null"), record("4", r#"{"attributes":{"type":"B"},"Id":"x"}"#)];
        let damages = [
            record("3", r#""sec"ond""#),
            record("3", r#""CSV ""quotes"" ""#),
            record(
                "3",
                r#""a line
end""#,
            )
            .replace("\\n", "\n"),
            record("3", "nothing"),
            record("3", "[1,2"),
            record("3", r#"[{"attributes":{"type":"B"},"Id":"x"},{"attributes":{"type":"B"},"Id":"y"},"#),
            record("3", "{"),
            record("3", r#""and{\"Id\":1},{\"attributes\":{\"type\":\"A\"" x"#),
            r#"{"attributes":{"type":"A"},"Id":"3"#.to_string(),
            "\u{0}\u{1}".to_string(),
            "3".to_string(),
        ];
        for damage in damages {
            for (before, behind) in [("[", "]"), (r#"{"status":0,"result":{"records":["#, r#"],"totalSize":4,"x":{"Id":"no"}}}"#)]
            {
                for between in [",", ", ", " ,\r\n  "] {
                    let json = [before, &one, between, &two, between, &damage, between, &four, behind].concat();
                    let (found, end) = cut(&json);
                    let at = before.len() + one.len() + two.len() + 2 * between.len();
                    let line = 1 + json[..at].matches('\n').count();
                    let rejected = format!("{line}:{at} {damage}");
                    assert!(found[2].starts_with(&rejected), "{json}\n{found:?}");
                    assert_eq!((found.len(), found[1].as_str(), found[3].as_str(), end), (4, "2", "4", None), "{json}");
                }
            }
        }
    }

    #[test]
    fn two_damaged_records_are_two_and_the_first_tells_how_it_begins_itself() {
        let (found, end) = cut(r#"[{"Id":"1","n":x},{"Id":"2","n":"},{"Id":"3"},{"n":1,"Id":"4"}]"#);
        assert_eq!(found, [r#"1:1 {"Id":"1","n":x}"#, r#"1:18 {"Id":"2","n":"}"#, "3", "4"]);
        assert_eq!(end, None);
    }

    #[test]
    fn a_file_that_ends_too_early_says_so() {
        let whole = r#"{"records":[{"Id":"1"},{"Id":"2","n":7}]}"#;
        for length in 23..whole.len() {
            let (found, end) = cut(&whole[..length]);
            assert!(end.is_some() && found[0] == "1", "{length}: {found:?}");
            assert!((2..=3).contains(&found.len()) && found.last().is_some_and(|last| last.starts_with("1:")), "{found:?}");
        }
    }

    #[test]
    fn pages_lines_and_what_results_tell_beside_their_records_are_told_apart() {
        for json in [
            r#"{"records":[{"Id":"1"}],"next":"/x"}{"records":[{"Id":"2"}],"more":{"Id":"3"}}"#,
            "{\"status\":0,\"warnings\":[],\"x\":{\"Id\":3},\"result\":{\"records\":[{\"Id\":\"1\"},{\"Id\":\"2\"}]}}\n",
            "\u{feff}[{\"records\":[{\"Id\":\"1\"}]},\n{\"records\":[{\"Id\":\"2\"}]}]",
            "{\"Id\":\"1\"}\r\n\r\n{\"Id\":\"2\"}",
        ] {
            assert_eq!(cut(json), (vec!["1".to_string(), "2".to_string()], None), "{json}");
        }
        let (found, _) = cut("{\"Id\":\"1\n{\"Id\":\"2\"}\n{\"Id\":\"3\"}\n");
        assert_eq!(found, ["1:0 {\"Id\":\"1", "2", "3"]);
        assert!(records(&b"[".repeat(1000)[..], &mut |_, _| Ok(())).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn records_before_damage_are_read_and_of_those_behind_it_none_is_lost_unsaid(
            at in 12usize..600, length in 0usize..90, noise in "[{}\\[\\],:\"n1\\\\ \n]{0,12}", pretty in any::<bool>(),
        ) {
            let between = if pretty { ",\n" } else { "," };
            let record = |id: usize| format!(r#"{{"attributes":{{"type":"A"}},"Id":"{id}","Job":{{"Name":"J"}},"n":[1]}}"#);
            let all: Vec<String> = (1..9).map(record).collect();
            let json = format!(r#"{{"records":[{}],"totalSize":8}}"#, all.join(between));
            let (at, end) = (at.min(json.len()), (at + length).min(json.len()));
            let (found, told) = cut(&[&json[..at], &noise, &json[end..]].concat());
            let is_read = |id: usize| found.contains(&id.to_string());
            for (number, record) in all.iter().enumerate() {
                let begins = json.find(record).expect("it is there");
                let id = number + 1;
                if begins + record.len() < at {
                    prop_assert!(is_read(id), "{found:?}");
                } else if begins >= end + between.len() {
                    let is_kept = found.iter().any(|text| text.contains(&format!(r#""Id":"{id}""#)));
                    prop_assert!(is_read(id) || is_kept || told.is_some(), "{found:?}");
                }
            }
        }
    }
}
