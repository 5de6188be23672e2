//! `synclens record`: the story of one record.

use clap::Args;

use super::arguments::{Everywhere, Reading, Selection, Stored};
use super::shown::Shown;
use super::{Done, opened};
use crate::error::Result;
use crate::plan::record::{canonical, story};

/// Tell what happened to one record, over all jobs
///
/// Every job that held it, what happened, the message as it was read, the record whose failure it is a consequence of, and the records that
/// failed because of it.
#[derive(Debug, Args)]
pub struct Record {
    /// The id of the record in the source or in the target, 15 or 18 characters
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    stored: Stored,
    #[command(flatten)]
    reading: Reading,
}

impl Record {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let id = canonical(&self.id)?;
        let opened = opened::open(everywhere, &self.stored, &[], &self.reading, &Selection::default())?;
        let story = story(&opened.engine.session()?, &id)?;
        self.shown.write(&story, &story.page())?;
        Ok(Done::Well)
    }
}
