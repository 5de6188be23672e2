//! Words the engine's errors: what is wrong, the line with a caret under the place, and what may have been meant.

use crate::error::Error;

/// Where a statement comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    /// The file that holds it; none where it was typed.
    pub file: Option<&'a str>,
    /// Its first line there.
    pub line: usize,
}

/// The error of a statement, with its place and the tables that there are where one is not known.
pub(super) fn worded(error: &Error, origin: Origin<'_>, tables: &[String]) -> Error {
    let text = error.to_string();
    let (message, excerpt) = text.split_once("\nLINE ").map_or((text.as_str(), None), |(message, excerpt)| (message, Some(excerpt)));
    let mut hints: Vec<String> = error.next_step().map(str::to_string).into_iter().collect();
    let mut said = String::new();
    for line in message.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if is_suggestion(line) {
            hints.push(lower_first(line));
        } else {
            said = if said.is_empty() { lower_first(line.trim_end_matches('!')) } else { format!("{said} {line}") };
        }
    }
    if message.contains("Table with name") && message.contains("does not exist") {
        hints.push(format!("the tables are {}", tables.join(", ")));
    }
    let (line, pointed) = excerpt.and_then(pointed).unwrap_or((1, String::new()));
    let line = origin.line + line - 1;
    let place = match origin.file {
        Some(file) => format!("{file}, line {line}: "),
        None => String::new(),
    };
    let worded = Error::new(format!("{place}{said}{pointed}"));
    if hints.is_empty() { worded } else { worded.hint(hints.join("; ")) }
}

fn is_suggestion(line: &str) -> bool {
    ["Did you mean", "Candidate", "HINT:", "Possible solutions"].iter().any(|begin| line.starts_with(begin))
}

/// The number of the line that the engine points at, and that line with the caret below, each on a line of its own.
fn pointed(excerpt: &str) -> Option<(usize, String)> {
    let (number, rest) = excerpt.split_once(": ")?;
    let mut lines = rest.lines();
    let line = lines.next()?;
    let caret = lines.next().and_then(|below| below.find('^'));
    // The caret stands below `LINE n: ` and the line.
    let indent = caret.map(|at| at.saturating_sub("LINE : ".len() + number.len()));
    let caret = indent.map(|indent| format!("\n    {}^", " ".repeat(indent))).unwrap_or_default();
    Some((number.trim().parse().ok()?, format!("\n    {}{caret}", crate::table::neutral(line))))
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        // A name in capitals stays as it is.
        Some(first) if !characters.as_str().starts_with(|c: char| c.is_uppercase()) => first.to_lowercase().chain(characters).collect(),
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNKNOWN: &str = "Table with name audit does not exist!\nDid you mean \"audit_log\"?\n\nLINE 2: from audit\n             ^";

    #[test]
    fn an_error_points_at_its_place() {
        let error = worded(&Error::new(UNKNOWN), Origin { file: Some("a.sql"), line: 7 }, &["audit_log".into(), "job".into()]);
        assert_eq!(error.to_string(), "a.sql, line 8: table with name audit does not exist\n    from audit\n         ^");
        assert_eq!(error.next_step(), Some("did you mean \"audit_log\"?; the tables are audit_log, job"));
    }

    #[test]
    fn an_error_without_a_place_stays_as_it_is() {
        let error = worded(&Error::new("Out of Memory"), Origin { file: None, line: 1 }, &[]);
        assert_eq!(error.to_string(), "out of Memory");
        assert_eq!(error.next_step(), None);
    }
}
