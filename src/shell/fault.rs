//! Words the engine's errors: what is wrong, the line with a caret under the place, and what may have been meant.

use std::collections::BTreeMap;

use crate::error::{Error, nearest};
use crate::table::neutral;

/// Where a statement comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    /// The file that holds it; none where it was typed.
    pub file: Option<&'a str>,
    /// Its first line there.
    pub line: usize,
}

/// The error of a statement, with its place, and what there is where a table or a column is not known. `tables` are the tables with their
/// columns.
pub(super) fn worded(error: &Error, origin: Origin<'_>, tables: &BTreeMap<String, Vec<String>>) -> Error {
    let text = error.to_string();
    let (message, excerpt) =
        text.split_once("\nLINE ").map_or((text.as_str(), None), |(message, excerpt)| (message, Some(excerpt)));
    let mut hints: Vec<String> = error.next_step().map(str::to_string).into_iter().collect();
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = lower_first(lines.next().unwrap_or_default().trim_end_matches('!'));
    if let Some(name) = unknown_table(message) {
        // The engine looks for near names among its own tables too, of which nobody thinks.
        hints.extend(nearest(name, tables.keys().map(String::as_str)).map(|near| format!("did you mean '{near}'?")));
        hints.push(format!("the tables are {}", tables.keys().cloned().collect::<Vec<_>>().join(", ")));
    } else if let Some(name) = unknown_column(message) {
        // The engine names a table by its other name, so the column is looked for in all.
        let columns = tables.values().flatten().map(String::as_str);
        hints.extend(nearest(name, columns).map(|near| format!("did you mean '{near}'?")));
    } else if message.contains("requires the extension") {
        hints.push("the tool never uses the network: save the file and read it from the disk".into());
    } else {
        hints.extend(lines.filter(|line| is_suggestion(line)).map(lower_first));
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

/// The name of the table that an error says not to exist.
fn unknown_table(message: &str) -> Option<&str> {
    let (name, _) = message.strip_prefix("Table with name ")?.split_once(" does not exist")?;
    Some(name.trim_matches('"'))
}

/// The name of the column that an error says a table not to have.
fn unknown_column(message: &str) -> Option<&str> {
    let (_, name) = message.lines().next()?.split_once(" does not have a column named ")?;
    Some(name.trim_matches('"'))
}

fn is_suggestion(line: &str) -> bool {
    ["Did you mean", "Candidate"].iter().any(|begin| line.starts_with(begin))
}

/// The number of the line that the engine points at, and that line with the place marked below, each on a line of its own.
fn pointed(excerpt: &str) -> Option<(usize, String)> {
    let (number, rest) = excerpt.split_once(": ")?;
    let mut lines = rest.lines();
    let line = lines.next()?;
    // The marks stand below `LINE n: ` and the line.
    let before = "LINE : ".len() + number.len();
    let marks = lines.next().map(str::trim_end).filter(|below| below.contains('^')).and_then(|below| below.get(before..));
    let marks = marks.map(|marks| format!("\n    {marks}")).unwrap_or_default();
    Some((number.trim().parse().ok()?, format!("\n    {}{marks}", neutral(line))))
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        // A name in capitals stays as it is.
        Some(first) if !characters.as_str().starts_with(|c: char| c.is_uppercase()) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> BTreeMap<String, Vec<String>> {
        [("audit_log".into(), vec!["audit_id".into()]), ("job".into(), vec!["job_id".into(), "status".into()])].into()
    }

    fn said(text: &str) -> (String, Option<String>) {
        let error = worded(&Error::new(text), Origin { file: None, line: 1 }, &tables());
        (error.to_string(), error.next_step().map(str::to_string))
    }

    #[test]
    fn an_error_points_at_its_place() {
        let unknown =
            "Table with name audit does not exist!\nDid you mean \"pg_enum\"?\n\nLINE 2: from audit\n             ^^^^^";
        let error = worded(&Error::new(unknown), Origin { file: Some("a.sql"), line: 7 }, &tables());
        assert_eq!(error.to_string(), "a.sql, line 8: table with name audit does not exist\n    from audit\n         ^^^^^");
        assert_eq!(error.next_step(), Some("did you mean 'audit_log'?; the tables are audit_log, job"));
    }

    #[test]
    fn near_columns_are_a_hint() {
        let text = "Referenced column \"stat\" not found in FROM clause!\nCandidate bindings: \"status\"\n\nLINE 1: select stat\n               ^^^^";
        let (message, hint) = said(text);
        assert_eq!(message, "referenced column \"stat\" not found in FROM clause\n    select stat\n           ^^^^");
        assert_eq!(hint.as_deref(), Some("candidate bindings: \"status\""));
    }

    #[test]
    fn a_column_that_a_table_lacks_is_looked_for_in_all() {
        let (_, hint) =
            said("Values list \"a\" does not have a column named \"jobid\"\n\nLINE 1: select a.jobid\n               ^^^^^^^");
        assert_eq!(hint.as_deref(), Some("did you mean 'job_id'?"));
    }

    #[test]
    fn an_error_without_a_place_stays_as_it_is() {
        assert_eq!(said("Out of Memory"), ("out of Memory".into(), None));
        assert_eq!(said("CSV cannot be read\nPossible fixes:\n* many"), ("CSV cannot be read".into(), None));
    }
}
