//! The table for the eye: fitted to the screen, numbers to the right, long texts cut with a mark.

use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cells::{Cells, is_number};
use super::neutral::neutral;
use super::{Out, Sink};
use crate::error::{Place, Result};

/// Rows that are looked at before the widths are settled: more would be held in memory for little gain.
const LOOKED_AT: usize = 1_000;
/// The widest column where no screen sets a bound. A message may have several KB, which would push every other row apart.
const WIDEST: usize = 120;
/// The narrowest that a column is cut to; rather are columns in the middle left out.
const NARROWEST: usize = 8;
/// What stands between two columns.
const BETWEEN: &str = " │ ";
/// What stands for what was cut off or left out.
const MARK: char = '…';

/// How a table looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Characters of a line of the screen; none where there is no screen.
    pub width: Option<usize>,
    /// Whether colours are shown.
    pub colour: bool,
    /// What becomes of more columns than fit.
    pub wide: Wide,
}

/// What becomes of a table with more columns than fit on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wide {
    /// Columns in the middle are left out, with a mark.
    #[default]
    LeftOut,
    /// All are shown at their full width: the reader can scroll sideways.
    Scrolled,
}

impl Look {
    /// The look that suits standard output.
    pub fn of_stdout() -> Look {
        let width =
            std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
        // A terminal that nobody gave a size says that it has none.
        let width = width.map(|width| if width == 0 { 80 } else { width });
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Look { width, colour: width.is_some() && !plain, wide: Wide::LeftOut }
    }
}

/// One table.
pub(super) struct Screen<'a> {
    out: Out<'a>,
    look: Look,
    names: Vec<String>,
    right: Vec<bool>,
    /// The rows that are looked at, until there are enough of them.
    kept: Vec<Vec<Option<String>>>,
    columns: Option<Vec<Shown>>,
}

/// A column as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Column {
        index: usize,
        width: usize,
    },
    /// Stands for columns that are left out.
    Gap,
}

impl<'a> Screen<'a> {
    pub(super) fn new(out: Out<'a>, schema: &SchemaRef, look: Look) -> Screen<'a> {
        Screen {
            out,
            look,
            names: schema.fields().iter().map(|field| neutral(field.name()).into_owned()).collect(),
            right: schema.fields().iter().map(|field| is_number(field.data_type())).collect(),
            kept: Vec::new(),
            columns: None,
        }
    }

    /// Settles the widths by the rows that were looked at, and writes the header and these rows.
    fn begin(&mut self) -> std::io::Result<()> {
        let kept = std::mem::take(&mut self.kept);
        let mut widths: Vec<usize> = self.names.iter().map(|name| name.width()).collect();
        for row in &kept {
            for (width, value) in widths.iter_mut().zip(row) {
                *width = (*width).max(value.as_deref().unwrap_or(NULL).width());
            }
        }
        let columns = fit(&widths, self.look);
        self.columns = Some(columns.clone());
        let names: Vec<Option<String>> = self.names.iter().cloned().map(Some).collect();
        self.line(&names, &columns, Style::new().bold())?;
        let rules: Vec<String> = columns.iter().map(|column| "─".repeat(column.width())).collect();
        writeln!(self.out, "{}", rules.join("─┼─"))?;
        kept.iter().try_for_each(|row| self.line(row, &columns, Style::new()))
    }

    fn line(&mut self, values: &[Option<String>], columns: &[Shown], style: Style) -> std::io::Result<()> {
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                self.out.write_all(BETWEEN.as_bytes())?;
            }
            let (text, width, right) = match column {
                Shown::Column { index, width } => (values[*index].as_deref(), *width, self.right[*index]),
                Shown::Gap => (Some("…"), 1, false),
            };
            let style = if text.is_none() { AnsiColor::BrightBlack.on_default() } else { style };
            let text = cut(text.unwrap_or(NULL), width);
            let space = " ".repeat(width.saturating_sub(text.width()));
            let (before, after) = if right { (space.as_str(), "") } else { ("", space.as_str()) };
            // Nothing trails a line.
            let after = if place + 1 == columns.len() { "" } else { after };
            if self.look.colour {
                write!(self.out, "{before}{style}{text}{style:#}{after}")?;
            } else {
                write!(self.out, "{before}{text}{after}")?;
            }
        }
        self.out.write_all(b"\n")
    }
}

const NULL: &str = "null";

impl Sink for Screen<'_> {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let place = || "cannot write the result".to_string();
        Cells::of(batch)?.rows(|values| {
            let row: Vec<Option<String>> = values.iter().map(|value| value.map(|text| neutral(text).into_owned())).collect();
            match self.columns.take() {
                Some(columns) => {
                    self.line(&row, &columns, Style::new()).place(place)?;
                    self.columns = Some(columns);
                }
                None => {
                    self.kept.push(row);
                    if self.kept.len() == LOOKED_AT {
                        self.begin().place(place)?;
                    }
                }
            }
            Ok(())
        })
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let place = || "cannot write the result".to_string();
        if self.columns.is_none() {
            self.begin().place(place)?;
        }
        self.out.flush().place(place)
    }
}

impl Shown {
    fn width(self) -> usize {
        match self {
            Shown::Column { width, .. } => width,
            Shown::Gap => 1,
        }
    }
}

/// Which columns are shown, and how wide, so that a line is no longer than the screen is wide.
fn fit(widths: &[usize], look: Look) -> Vec<Shown> {
    let columns = |shown: &[usize], cap: usize| -> Vec<Shown> {
        shown.iter().map(|index| Shown::Column { index: *index, width: widths[*index].min(cap) }).collect()
    };
    let all: Vec<usize> = (0..widths.len()).collect();
    let Some(room) = look.width else { return columns(&all, WIDEST) };
    let taken = |shown: &[usize], cap: usize| {
        shown.iter().map(|index| widths[*index].min(cap)).sum::<usize>() + BETWEEN.width() * shown.len().saturating_sub(1)
    };
    if look.wide == Wide::Scrolled && taken(&all, NARROWEST) > room {
        return columns(&all, WIDEST);
    }
    let mut shown = all;
    let mut gap = 0;
    while taken(&shown, NARROWEST) + gap > room && shown.len() > 1 {
        // The first columns say what a row is, the last ones often what was counted.
        shown.remove(shown.len() / 2);
        gap = BETWEEN.width() + 1;
    }
    // The largest bound under which the line fits: all columns at it lose alike, narrower ones nothing.
    let widest = shown.iter().map(|index| widths[*index]).max().unwrap_or(0);
    let cap = (1..=widest).rev().find(|cap| taken(&shown, *cap) + gap <= room).unwrap_or(1);
    let mut columns = columns(&shown, cap);
    if gap > 0 {
        columns.insert(shown.len().div_ceil(2), Shown::Gap);
    }
    // What rounding left over goes to the first column that was cut.
    let spare = room.saturating_sub(taken(&shown, cap) + gap);
    if let Some(Shown::Column { index, width }) =
        columns.iter_mut().find(|column| matches!(column, Shown::Column { index, width } if *width < widths[*index]))
    {
        *width = (*width + spare).min(widths[*index]);
    }
    columns
}

/// `text` in at most `width` columns of the screen, with a mark where something was cut off.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut kept = String::new();
    let mut room = width.saturating_sub(1);
    for character in text.chars() {
        let Some(rest) = room.checked_sub(character.width().unwrap_or(0)) else { break };
        room = rest;
        kept.push(character);
    }
    kept.push(MARK);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_width(columns: &[Shown]) -> usize {
        columns.iter().map(|column| column.width()).sum::<usize>() + BETWEEN.width() * (columns.len() - 1)
    }

    fn of_width(width: usize) -> Look {
        Look { width: Some(width), ..Look::default() }
    }

    #[test]
    fn only_the_wide_columns_are_cut() {
        let columns = fit(&[10, 500, 6], of_width(80));
        assert_eq!(line_width(&columns), 80);
        assert_eq!(columns[0], Shown::Column { index: 0, width: 10 });
        assert_eq!(columns[2], Shown::Column { index: 2, width: 6 });
    }

    #[test]
    fn too_many_columns_lose_the_middle() {
        let columns = fit(&[18; 25], of_width(80));
        assert!(line_width(&columns) <= 80, "{}", line_width(&columns));
        assert!(columns.contains(&Shown::Gap));
        assert!(matches!(columns.first(), Some(Shown::Column { index: 0, .. })));
        assert!(matches!(columns.last(), Some(Shown::Column { index: 24, .. })));
    }

    #[test]
    fn a_reader_who_can_scroll_sees_all_columns() {
        let columns = fit(&[18; 25], Look { wide: Wide::Scrolled, ..of_width(80) });
        assert!(columns.iter().all(|column| column.width() == 18));
        assert_eq!(columns.len(), 25);
    }

    #[test]
    fn a_cut_text_fills_its_width_and_never_more() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
        assert_eq!(cut("長長長", 4), "長…");
    }
}
