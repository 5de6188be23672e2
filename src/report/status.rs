//! The status codes of the audit log: what each means to a reader.

use super::model::BLANK;

/// How a status is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// The record arrived.
    Done,
    /// Nothing was to be done, as configured.
    Left,
    /// The result is still open.
    Open,
    /// The record failed.
    Failed,
}

/// Code, name and tone, in the order in which charts stack them.
const STATUSES: [(&str, &str, Tone); 10] = [
    ("7", "Inserted", Tone::Done),
    ("2", "Updated", Tone::Done),
    ("4", "Existing (skipped)", Tone::Left),
    ("6", "Default mapping", Tone::Left),
    ("5", "Source not available", Tone::Open),
    ("11", "Sent to file migration", Tone::Open),
    ("9", "Not processed", Tone::Open),
    (BLANK, "No status", Tone::Open),
    ("1", "Insert error", Tone::Failed),
    ("3", "Update error", Tone::Failed),
];

/// The codes that are documented, in the order in which charts stack them.
pub fn documented() -> impl Iterator<Item = &'static str> {
    STATUSES.iter().map(|(code, ..)| *code)
}

/// The name of a status code; an undocumented one is called so, never guessed.
pub fn name(code: &str) -> String {
    match STATUSES.iter().find(|(known, ..)| *known == code) {
        Some((_, name, _)) => (*name).to_owned(),
        None => format!("Undocumented ({})", super::words::line(code)),
    }
}

/// The tone of a status code; an undocumented one is open.
pub fn tone(code: &str) -> Tone {
    STATUSES.iter().find(|(known, ..)| *known == code).map_or(Tone::Open, |(.., tone)| *tone)
}
