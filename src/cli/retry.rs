//! `synclens retry`: what to retry of a job, as files in order.

use clap::Args;

use super::Done;
use super::arguments::Everywhere;
use super::planned::Planned;
use crate::diagnosis::diagnose;
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
        self.planned.run(everywhere, |opened, session, job, folder, options| {
            let diagnosis = diagnose(session, &Catalogue::load(None)?, &opened.config.given(&[]))?;
            retry::write(session, job, &diagnosis.findings, folder, options)
        })
    }
}
