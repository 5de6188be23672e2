//! Arguments of the commands that write a plan, and what they tell.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Done;
use super::arguments::{Everywhere, Reading, Selection, Stored, moment};
use super::opened::{self, Opened};
use crate::config::Config;
use crate::engine::{Session, find_job};
use crate::error::Result;
use crate::plan::{Address, Format, Options, Written};
use crate::report::words::counted;

/// What a plan is of, and how its files are written.
#[derive(Debug, Args)]
pub struct Planned {
    /// The sync job, by id (15 or 18 characters) or name
    #[arg(long, value_name = "JOB")]
    job: String,
    /// The folder to write; new, empty, or from an earlier run
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// The format of the lists of records
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    format: Format,
    /// The address of the source org, for links to its records
    #[arg(long, value_name = "URL")]
    source_url: Option<Address>,
    /// The address of the target org, for links to its records
    #[arg(long, value_name = "URL")]
    target_url: Option<Address>,
    /// Rows of one file at most, where the loader has a limit
    #[arg(long, value_name = "N")]
    rows_per_file: Option<NonZeroU64>,
    /// The moment that counts as now [default: the newest time in the data]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    as_of: Option<String>,
    #[command(flatten)]
    stored: Stored,
    #[command(flatten)]
    reading: Reading,
}

impl Planned {
    /// Opens the store, lets `write` put the plan of the job into the folder, and says what was written where.
    pub fn run(
        &self,
        everywhere: &Everywhere,
        write: impl FnOnce(&Opened, &Session, &str, &Path, &Options) -> Result<Written>,
    ) -> Result<Done> {
        // All jobs are looked at, since later ones say what has become of a record.
        let selection = Selection { as_of: self.as_of.clone(), ..Selection::default() };
        let opened = opened::open(everywhere, &self.stored, &[], &self.reading, &selection)?;
        let session = opened.frugal_session(everywhere)?;
        let job = find_job(&session, &self.job)?;
        let written = write(&opened, &session, &job, &self.output, &self.options(&opened.config))?;
        if !everywhere.quiet {
            self.tell(&written);
        }
        Ok(Done::Well)
    }

    fn options(&self, config: &Config) -> Options {
        Options {
            format: self.format,
            source_url: self.source_url.clone(),
            target_url: self.target_url.clone(),
            rows_per_file: self.rows_per_file,
            retention_days: config.retention.audit_rows_days,
        }
    }

    fn tell(&self, written: &Written) {
        for sum in &written.sums {
            anstream::eprintln!("{sum}");
        }
        anstream::eprintln!("{} and README.md in '{}'", counted(written.files.len() as u64, "file"), self.output.display());
    }
}
