//! How an answer of a few tables is shown.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::arguments::format_of;
use crate::error::{Place, Result};
use crate::plan::page::Page;
use crate::table::deliver;

/// How an answer of a few tables is shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Shown {
    /// The format [default: terminal, or what the ending of the file says]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Terminal,
    Json,
    Markdown,
    Html,
}

/// The formats by the endings of their files.
const ENDINGS: [(&str, Format); 4] =
    [("txt", Format::Terminal), ("json", Format::Json), ("md", Format::Markdown), ("html", Format::Html)];

impl Shown {
    /// Writes the answer: the page for people, or all of it as JSON.
    pub(super) fn write(&self, answer: &impl Serialize, page: &Page) -> Result<()> {
        let format = match (self.format, &self.output) {
            (Some(format), _) => format,
            (None, Some(file)) => format_of(file, &ENDINGS)?,
            (None, None) => Format::Terminal,
        };
        deliver(self.output.as_deref(), |out| match format {
            Format::Terminal => page.terminal(out),
            Format::Markdown => page.markdown(out),
            Format::Html => page.html(out),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, answer).place(|| "cannot write the answer as JSON".into())?;
                out.write_all(b"\n").place(|| "cannot write the answer as JSON".into())
            }
        })
    }
}
