//! How an answer of a few tables is shown.

use std::io::{ErrorKind, Write as _};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::error::{Error, Place, Result};
use crate::plan::page::Page;

/// How an answer of a few tables is shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Shown {
    /// The format
    #[arg(long, short, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Terminal,
    Json,
    Markdown,
    Html,
}

impl Shown {
    /// Writes the answer to standard output: the page for people, or all of it as JSON.
    pub(super) fn write(&self, answer: &impl Serialize, page: &Page) -> Result<()> {
        let mut out = Vec::new();
        match self.format {
            Format::Terminal => page.terminal(&mut out)?,
            Format::Markdown => page.markdown(&mut out)?,
            Format::Html => page.html(&mut out)?,
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, answer).place(|| "cannot write the answer as JSON".into())?;
                out.push(b'\n');
            }
        }
        let mut to = anstream::stdout().lock();
        match to.write_all(&out).and_then(|()| to.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Error::closed_pipe()),
            written => written.place(|| "cannot write to standard output".into()),
        }
    }
}
