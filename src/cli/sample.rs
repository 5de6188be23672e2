//! `synclens sample`: writes a synthetic export.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Done;
use super::arguments::Everywhere;
use crate::error::Result;
use crate::sample::{self, Quote, Spec};
use crate::table::deliver;

/// Write a synthetic audit-log export, as large as you like
///
/// The same numbers give the same file on every machine.
#[derive(Debug, Args)]
pub struct Sample {
    /// Rows to write
    #[arg(long, value_name = "N")]
    rows: u64,
    /// Another seed gives another export
    #[arg(long, value_name = "K", default_value_t = 1)]
    seed: u64,
    /// Jobs among which the rows are divided
    #[arg(long, value_name = "J", default_value_t = 5)]
    jobs: u64,
    /// Which values are quoted
    #[arg(long, value_name = "WHICH", default_value = "all")]
    quote: Quoted,
    /// The file to write, or - for standard output
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Quoted {
    /// All, as Data Loader does
    All,
    /// Those that need it, as the Salesforce CLI does
    Minimal,
}

impl Sample {
    pub(super) fn run(&self, _everywhere: &Everywhere) -> Result<Done> {
        let quote = match self.quote {
            Quoted::All => Quote::All,
            Quoted::Minimal => Quote::Minimal,
        };
        let spec = Spec { rows: self.rows, jobs: self.jobs, seed: self.seed, quote };
        let file = Some(self.output.as_path()).filter(|file| file.as_os_str() != "-");
        deliver(file, |out| sample::write(&spec, out))?;
        Ok(Done::Well)
    }
}
