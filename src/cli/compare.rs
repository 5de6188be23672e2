//! `synclens compare`: what changed between two jobs.

use clap::Args;

use super::arguments::{Everywhere, Reading, Selection, Stored};
use super::shown::Shown;
use super::{Done, opened};
use crate::engine::find_job;
use crate::error::{Error, Result};
use crate::plan::compare::compare;

/// Compare two jobs: counts, failure families, records, settings
///
/// Failure families that are new, gone, grown or shrunk, and in how many of the last jobs each occurs; records fixed, still failing, newly
/// failing and gone; settings that differ, where they were exported.
#[derive(Debug, Args)]
pub struct Compare {
    /// The job to compare with, by id (15 or 18 characters) or name
    #[arg(value_name = "JOB_A")]
    before: String,
    /// The job to look at, by id or name
    #[arg(value_name = "JOB_B")]
    now: String,
    /// How many rows of a table to show, except in JSON
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    stored: Stored,
    #[command(flatten)]
    reading: Reading,
}

impl Compare {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let opened = opened::open(everywhere, &self.stored, &[], &self.reading, &Selection::default())?;
        let session = opened.frugal_session(everywhere)?;
        let (before, now) = (find_job(&session, &self.before)?, find_job(&session, &self.now)?);
        if before == now {
            return Err(Error::new(format!("both are job '{now}'")).hint("`synclens jobs` lists the jobs there are"));
        }
        let comparison = compare(&session, &before, &now)?;
        self.shown.write(&comparison, &comparison.page(self.top))?;
        Ok(Done::Well)
    }
}
