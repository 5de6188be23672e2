//! What the shell tells of itself and of a named query.

use std::io::Write;

use super::command::COMMANDS;
use crate::error::{Place, Result};
use crate::query::Query;

/// What can be typed.
pub(super) fn help() -> Result<()> {
    let mut out = anstream::stdout();
    for entry in &COMMANDS {
        let usage = format!(".{} {}", entry.name, entry.arguments);
        writeln!(out, "{usage:<22}{}", entry.doc).place(|| "cannot write the help".into())?;
    }
    writeln!(
        out,
        "\nAnything else is SQL, up to a semicolon. Tab completes, Ctrl-R searches the history, Ctrl-C stops a statement."
    )
    .place(|| "cannot write the help".into())
}

/// What a named query shows, and its parameters.
pub fn page(query: &Query, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}: {}", query.name, query.title)?;
    if !query.means.is_empty() {
        writeln!(out, "\n{}", query.means)?;
    }
    if query.params.is_empty() {
        writeln!(out, "\nIt has no parameters.")?;
    } else {
        writeln!(out, "\nParameters")?;
    }
    let mut example = format!("synclens query {}", query.name);
    for param in &query.params {
        let default = param.default.as_ref().map(|default| format!(" [default: {default}]")).unwrap_or_default();
        writeln!(out, "  {:<20}{}, {}{default}", param.name, param.sql, param.doc)?;
        example += &param.default.as_ref().map(|default| format!(" --param {}={default}", param.name)).unwrap_or_default();
    }
    writeln!(out, "\nExample\n  {example}")
}
