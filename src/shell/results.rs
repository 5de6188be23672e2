//! Where results go: to the screen or its pager, to standard output, to a file; and what is told about them.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::paged::{Paged, Screen};
use crate::error::{Error, Place, Result};
use crate::table::{Destination, Format, Look, Wide, Writer};
use crate::text;

/// Where results go.
pub(super) struct Results {
    /// Where they go if not to the file of `.output`.
    pub destination: Destination,
    /// The file for the next one.
    pub next: Option<PathBuf>,
    pub manner: Manner,
    pub talk: Talk,
    /// How many were written.
    written: usize,
}

/// Whether somebody sits before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Typed,
    Script,
}

/// Whether the shell greets, counts and takes the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// It does.
    Aloud,
    /// It says nothing but errors.
    Quiet,
}

impl Results {
    /// Results that go to `destination`.
    pub(super) fn new(destination: Destination, talk: Talk) -> Results {
        Results { destination, next: None, manner: Manner::Script, talk, written: 0 }
    }

    /// Writes one result to where results go now, and gives the number of its rows. `rows` calls its argument with every batch.
    pub(super) fn write(
        &self,
        rows: impl FnOnce(&mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<SchemaRef>,
    ) -> Result<usize> {
        let through = |mut writer: Writer<'_>| {
            let schema = rows(&mut |batch| writer.batch(&batch))?;
            writer.finish(&schema)
        };
        if let Some(file) = &self.next {
            return through(Destination::new(None, Some(file.clone()))?.open()?);
        }
        if self.manner == Manner::Typed
            && let Some(screen) = screen()
        {
            let look = Look { wide: Wide::Scrolled, ..Look::of_stdout() };
            let mut paged = Paged::new(screen);
            let written = through(Writer::new(self.destination.format, &mut paged, look));
            paged.finish().place(|| "cannot write to the screen".into())?;
            return written;
        }
        if self.written > 0 {
            if let Some(file) = &self.destination.file {
                return Err(Error::new(format!("'{}' holds the first result already", file.display()))
                    .hint("a file holds one result; `.output FILE` before each statement gives each its own"));
            }
            if matches!(self.destination.format, Format::Table | Format::Markdown) {
                writeln!(std::io::stdout()).place(|| "cannot write the result".into())?;
            }
        }
        through(self.destination.open()?)
    }

    pub(super) fn shown(&mut self, rows: usize, started: Instant) {
        self.written += 1;
        let file = self.next.take();
        let counted = if rows == 1 { "1 row".to_string() } else { format!("{} rows", text::count(rows as u64)) };
        self.timed(&file.map_or(counted.clone(), |file| format!("{counted} to '{}'", file.display())), started);
    }

    pub(super) fn timed(&self, what: &str, started: Instant) {
        self.say(&format!("{what}, {:.3} s", started.elapsed().as_secs_f64()));
    }

    /// Tells somebody who sits before it.
    pub(super) fn say(&self, text: &str) {
        if self.manner == Manner::Typed && self.talk == Talk::Aloud {
            anstream::eprintln!("{text}");
        }
    }
}

/// The screen, if standard output is one.
fn screen() -> Option<Screen> {
    let (width, height) = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten()?;
    (height.0 > 0).then(|| Screen { width: width.0.into(), height: height.0.into() })
}
