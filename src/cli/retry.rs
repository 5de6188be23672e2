//! `synclens retry`: what to retry of a job, as files in order.

use clap::Args;

use super::Done;
use super::arguments::Everywhere;
use super::planned::Planned;
use crate::diagnosis::diagnose;
use crate::engine::find_job;
use crate::error::Result;
use crate::plan::retry;
use crate::query::Catalogue;

/// Write what to retry of a job, as files in order
///
/// One file an object: what may be retried now, what first needs a fix (a file a cause), what no retry can help. Records that failed only
/// because another did are in a file behind its own; records that a later job delivered are left out and counted. A README says what to fix
/// before which file.
#[derive(Debug, Args)]
pub struct Retry {
    #[command(flatten)]
    planned: Planned,
}

impl Retry {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let opened = self.planned.open(everywhere)?;
        let session = opened.engine.session()?;
        let job = find_job(&session, &self.planned.job)?;
        let diagnosis = diagnose(&session, &Catalogue::load(None)?, &opened.config.given(&[]))?;
        let written =
            retry::write(&session, &job, &diagnosis.findings, &self.planned.output, &self.planned.options(&opened.config))?;
        self.planned.tell(&written, everywhere);
        Ok(Done::Well)
    }
}
