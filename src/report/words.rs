//! How numbers, shares and foreign texts are written, the same in every format.

use std::borrow::Cow;

use super::model::{AuditRow, Finding, Severity};
use crate::text;
pub use crate::text::count;

/// `1 record`, `2 records`.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// A share as `12.3%`. What is neither nothing nor all is never rounded to 0% or 100%.
pub fn percent(share: Option<f64>) -> String {
    match share {
        None => "–".to_owned(),
        Some(share) if share > 0.0 && share < 0.000_5 => "<0.1%".to_owned(),
        Some(share) if (0.999_5..1.0).contains(&share) => ">99.9%".to_owned(),
        Some(share) => format!("{:.1}%", share * 100.0),
    }
}

/// A size in bytes as `1.5 MB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if size < 1000 {
        return format!("{size} B");
    }
    let mut value = size as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `2026-01-20T00:00:00Z` as `2026-01-20 00:00:00 UTC`; anything else as it is.
pub fn time(iso: &str) -> String {
    match iso.strip_suffix('Z').and_then(|text| text.split_once('T')) {
        Some((day, clock)) => format!("{day} {clock} UTC"),
        None => iso.to_owned(),
    }
}

/// Shows what would act on a terminal or reorder the text instead of letting it: control characters become their
/// pictures, marks of direction and invisible separators their code points. Line breaks and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    let acts = |character: char| text::acts(character) && !matches!(character, '\n' | '\t');
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            _ if !acts(character) => shown.push(character),
            '\u{0}'..='\u{1f}' => shown.push(char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => shown.push('\u{2421}'),
            _ => shown.push_str(&format!("⟨U+{:04X}⟩", character as u32)),
        }
    }
    Cow::Owned(shown)
}

/// A text in one line: runs of white space become one space, and nothing in it acts.
pub fn line(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    visible(&joined).into_owned()
}

/// A word of the data as people write it: `required_field` as `required field`.
pub fn spaced(word: &str) -> String {
    line(&word.replace('_', " "))
}

/// At most `limit` characters, with an ellipsis where something was cut.
pub fn clip(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let cut = text.char_indices().nth(limit.saturating_sub(1)).map_or(0, |(at, _)| at);
            Cow::Owned(format!("{}…", text[..cut].trim_end()))
        }
    }
}

/// A value of a finding's evidence as text: strings without their quotes, everything else as JSON.
pub fn value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), count),
        serde_json::Value::Null => "–".to_owned(),
        other => other.to_string(),
    }
}

/// What a finding is about: `Contact in job J`, `job J`, `Contact`, or nothing where it is about everything. A job is known by
/// its name, where it has one.
pub fn place(finding: &Finding) -> String {
    match (&finding.object, finding.job_name.as_ref().or(finding.job_id.as_ref())) {
        (Some(object), Some(job)) => format!("{} in job {}", line(object), line(job)),
        (Some(object), None) => line(object),
        (None, Some(job)) => format!("job {}", line(job)),
        (None, None) => String::new(),
    }
}

/// Where a row stands: `file.csv, row 12`.
pub fn origin(row: &AuditRow) -> String {
    match (&row.file, row.row_number) {
        (Some(file), Some(number)) => format!("{}, row {}", line(file), count(number)),
        (Some(file), None) => line(file),
        _ => String::new(),
    }
}

impl Severity {
    /// All of them, worst first.
    pub const ALL: [Severity; 4] = [Severity::Critical, Severity::Error, Severity::Warning, Severity::Info];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators() {
        assert_eq!(counted(1, "record"), "1 record");
        assert_eq!(counted(1000, "record"), "1,000 records");
        assert_eq!(bytes(999_960), "1.0 MB");
    }

    #[test]
    fn a_share_is_never_rounded_to_nothing_or_all() {
        assert_eq!(percent(Some(0.0)), "0.0%");
        assert_eq!(percent(Some(0.000_01)), "<0.1%");
        assert_eq!(percent(Some(0.999_999)), ">99.9%");
        assert_eq!(percent(Some(1.0)), "100.0%");
        assert_eq!(percent(None), "–");
    }

    #[test]
    fn nothing_acts() {
        assert_eq!(visible("a\x1b[31mb\u{202e}c\r"), "a␛[31mb⟨U+202E⟩c␍");
        assert_eq!(line("  two\n\nlines\t"), "two lines");
        assert!(matches!(visible("plain\ntext"), Cow::Borrowed(_)));
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöüß", 3), "äö…");
        assert_eq!(clip("", 0), "");
    }
}
