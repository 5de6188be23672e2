//! The limit that a message names, and what was found.

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// A limit that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// What is limited, as the text names it: `max length`, `SOQL queries`, `heap size`.
    pub of: String,
    /// The highest value allowed, where the text says it.
    pub limit: Option<u64>,
    /// The value that was found, where the text says it.
    pub found: Option<u64>,
}

/// Reads the limit from the clean line of a message.
pub fn read(line: &str) -> Option<Limit> {
    let find = |text: &str| memmem::find(line.as_bytes(), text.as_bytes()).map(|at| at + text.len());
    if let Some(at) = find("max length=") {
        return Some(Limit { of: "max length".to_owned(), limit: number(&line[at..]), found: None });
    }
    if let Some(at) = find("Too many ") {
        let rest = &line[at..];
        let what = &rest[..rest.find(':').filter(|&end| end <= 60)?];
        let found = number(rest[what.len() + 1..].trim_start());
        return Some(Limit { of: what.to_owned(), limit: found.and_then(|found| found.checked_sub(1)), found });
    }
    if let Some(at) = find("heap size too large: ") {
        return Some(Limit { of: "heap size".to_owned(), limit: None, found: number(&line[at..]) });
    }
    if find("CPU time limit exceeded").is_some() {
        return Some(Limit { of: "CPU time".to_owned(), limit: None, found: None });
    }
    if let Some(at) = find("xceeded max size limit of ") {
        let found = memmem::find(&line.as_bytes()[at..], b"request size ").and_then(|size| number(&line[at + size + 13..]));
        return Some(Limit { of: "request size".to_owned(), limit: number(&line[at..]), found });
    }
    None
}

fn number(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == ',')).unwrap_or(text.len());
    text[..end].replace(',', "").parse().ok()
}
