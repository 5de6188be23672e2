//! A page of tables for people, on a terminal, as Markdown and as HTML.

use std::io::Write;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::error::{Place, Result};
use crate::report::markdown::plain;
use crate::report::words::{clip, line};

/// The widest cell on a terminal: two such columns and some numbers fit on a line of a wide window.
const WIDEST: usize = 70;

const HTML: &str = include_str!("page.html");

/// Something to read: a title, sentences, tables.
#[derive(Debug, Serialize)]
pub struct Page {
    title: String,
    lead: Vec<String>,
    sections: Vec<Section>,
}

/// A table with its heading.
#[derive(Debug, Serialize)]
pub struct Section {
    title: String,
    table: Table,
    more: usize,
    /// The widest cell on a terminal.
    widest: usize,
}

/// Rows of texts as they are; every renderer takes care that none of them acts.
#[derive(Debug, Default, Serialize)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: &[&str]) -> Table {
        Table { columns: columns.iter().map(|name| (*name).to_string()).collect(), rows: Vec::new() }
    }

    /// Adds a row of as many cells as there are columns.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| line(&cell)).into());
    }

    /// Whether every cell of a column is a number, so that it stands to the right.
    fn is_number(&self, column: usize) -> bool {
        let number =
            |cell: &String| cell == "–" || cell.chars().all(|c| c.is_ascii_digit() || ",.%+-<>".contains(c)) && !cell.is_empty();
        !self.rows.is_empty() && self.rows.iter().all(|row| number(&row[column]))
    }
}

impl Section {
    /// A table with its heading.
    pub fn new(title: &str, table: Table) -> Section {
        Section { title: title.into(), table, more: 0, widest: WIDEST }
    }

    /// Shows texts in full, which a terminal wraps.
    #[must_use]
    pub fn whole(self) -> Section {
        Section { widest: usize::MAX, ..self }
    }

    /// At most so many rows; the number of the others is told.
    #[must_use]
    pub fn top(mut self, rows: usize) -> Section {
        self.more = self.table.rows.len().saturating_sub(rows);
        self.table.rows.truncate(rows);
        self
    }
}

impl Page {
    /// A page without sections.
    pub fn new(title: String) -> Page {
        Page { title: line(&title), lead: Vec::new(), sections: Vec::new() }
    }

    /// Adds a sentence below the title.
    pub fn lead(&mut self, sentence: String) {
        self.lead.push(line(&sentence));
    }

    /// Adds a section; one without rows is left out.
    pub fn section(&mut self, section: Section) {
        if !section.table.rows.is_empty() {
            self.sections.push(section);
        }
    }

    /// Writes it for a terminal.
    pub fn terminal(&self, out: &mut dyn Write) -> Result<()> {
        let mut text = format!("{}\n\n", self.title);
        for sentence in &self.lead {
            text += &format!("{sentence}\n");
        }
        for section in &self.sections {
            text += &format!("\n{}\n", section.title);
            columns(&section.table, section.widest, &mut text);
            if section.more > 0 {
                text += &format!("  … and {} more\n", section.more);
            }
        }
        out.write_all(text.as_bytes()).place(place)
    }

    /// Writes it as Markdown.
    pub fn markdown(&self, out: &mut dyn Write) -> Result<()> {
        let mut text = format!("# {}\n\n", plain(&self.title));
        for sentence in &self.lead {
            text += &format!("{}\n\n", plain(sentence));
        }
        for Section { title, table, more, .. } in &self.sections {
            let rules: String =
                (0..table.columns.len()).map(|column| if table.is_number(column) { " ---: |" } else { " --- |" }).collect();
            let row =
                |cells: &[String]| format!("| {} |\n", cells.iter().map(|cell| plain(cell)).collect::<Vec<_>>().join(" | "));
            text += &format!("## {}\n\n{}|{rules}\n", plain(title), row(&table.columns));
            table.rows.iter().for_each(|cells| text += &row(cells));
            text += &if *more > 0 { format!("\n… and {more} more\n\n") } else { "\n".to_string() };
        }
        out.write_all((text.trim_end().to_string() + "\n").as_bytes()).place(place)
    }

    /// Writes it as one HTML file without scripts.
    pub fn html(&self, out: &mut dyn Write) -> Result<()> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let numbers: Vec<Vec<bool>> = self
            .sections
            .iter()
            .map(|section| (0..section.table.columns.len()).map(|column| section.table.is_number(column)).collect())
            .collect();
        let html =
            environment.render_str(HTML, context! { page => Value::from(Serde(self)), numbers => numbers }).place(place)?;
        out.write_all(html.as_bytes()).place(place)
    }
}

fn place() -> String {
    "cannot write the page".into()
}

/// A table as columns, numbers to the right.
fn columns(table: &Table, widest: usize, text: &mut String) {
    let cell = |cell: &String| clip(cell, widest).into_owned();
    let wide = |column: usize| {
        table.rows.iter().map(|row| cell(&row[column]).width()).chain([table.columns[column].width()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.columns.len()).map(wide).collect();
    for cells in std::iter::once(&table.columns).chain(&table.rows) {
        let mut out = String::new();
        for (column, width) in widths.iter().enumerate() {
            let shown = cell(&cells[column]);
            let fill = " ".repeat(width - shown.width());
            out += "  ";
            out += &if table.is_number(column) { fill + &shown } else { shown + &fill };
        }
        text.push_str(out.trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let mut page = Page::new("B <against> A".into());
        page.lead("One sentence.".into());
        let mut table = Table::new(&["object", "rows"]);
        table.row(["<script>alert(1)</script>|x".into(), "1,200".into()]);
        table.row(["a\u{1b}[31m\nb".into(), "–".into()]);
        page.section(Section::new("Objects", table).top(5));
        page.section(Section::new("Nothing", Table::new(&["a"])));
        page
    }

    fn written(write: impl Fn(&Page, &mut dyn Write) -> Result<()>) -> String {
        let mut out = Vec::new();
        write(&page(), &mut out).expect("memory takes it");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_terminal_gets_aligned_columns_and_nothing_that_acts() {
        let text = written(Page::terminal);
        assert!(text.contains("1,200") && !text.contains('\u{1b}') && !text.contains("Nothing"), "{text}");
        assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
    }

    #[test]
    fn foreign_texts_are_no_markup() {
        let html = written(Page::html);
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"), "{html}");
        let markdown = written(Page::markdown);
        assert!(markdown.contains("&lt;script>") && markdown.contains("\\|x") && markdown.contains("---: |"), "{markdown}");
    }
}
