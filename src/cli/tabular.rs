//! Arguments of commands whose result is a table.

use std::path::PathBuf;

use clap::Args;

use crate::engine::Rows;
use crate::error::Result;
use crate::table::{Destination, Format};

/// How and where a result is written.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "Result")]
pub struct Tabular {
    /// The format [default: that of the file's ending, else a table]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Tabular {
    /// Where the result goes, in which format.
    pub(super) fn destination(&self) -> Result<Destination> {
        Destination::new(self.format, self.output.clone())
    }

    /// Writes a result.
    pub(super) fn write(&self, rows: &Rows) -> Result<()> {
        let mut writer = self.destination()?.open()?;
        rows.batches.iter().try_for_each(|batch| writer.batch(batch))?;
        writer.finish(&rows.schema).map(drop)
    }
}
