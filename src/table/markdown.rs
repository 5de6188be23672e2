//! A Markdown table, in which no text of the data can act as markup.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::cells::{Cells, is_number};
use super::neutral::neutral;
use super::{Out, Sink};
use crate::error::{Place, Result};

/// Rows between pipes.
pub(super) struct Markdown<'a> {
    out: Out<'a>,
}

impl<'a> Markdown<'a> {
    pub(super) fn open(mut out: Out<'a>, schema: &SchemaRef) -> Result<Markdown<'a>> {
        let names: Vec<String> = schema.fields().iter().map(|field| escaped(field.name())).collect();
        let rules: Vec<&str> =
            schema.fields().iter().map(|field| if is_number(field.data_type()) { "---:" } else { "---" }).collect();
        writeln!(out, "| {} |\n| {} |", names.join(" | "), rules.join(" | ")).place(|| "cannot write the result".into())?;
        Ok(Markdown { out })
    }
}

impl Sink for Markdown<'_> {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        Cells::of(batch)?.rows(|values| {
            let texts: Vec<String> = values.iter().map(|value| value.map(escaped).unwrap_or_default()).collect();
            writeln!(self.out, "| {} |", texts.join(" | ")).place(|| "cannot write the result".into())
        })
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush().place(|| "cannot write the result".into())
    }
}

/// A text that is shown as it is: lines are kept as `<br>`, markup and HTML are escaped.
fn escaped(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escaped_line(&neutral(line))).collect();
    lines.join("<br>")
}

fn escaped_line(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    let mut before = ' ';
    let mut rest = line.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // Inside a word an underscore is a letter, as in `job_id`.
            '_' if before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric()) => escaped.push('_'),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '#' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
        before = character;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_is_markup() {
        assert_eq!(
            escaped("a|b <b>*x*</b> job_id _y_ [l](u)\nnext"),
            r"a\|b &lt;b&gt;\*x\*&lt;/b&gt; job_id \_y\_ \[l\](u)<br>next"
        );
    }
}
