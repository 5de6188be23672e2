//! `synclens rollback`: what to roll back of a job, as files in order.

use clap::Args;

use super::Done;
use super::arguments::Everywhere;
use super::planned::Planned;
use crate::engine::find_job;
use crate::error::Result;
use crate::plan::rollback;

/// Write what to roll back of a job, as files in order
///
/// The ids to delete in the target, children before parents, the deepest level first, one file a target org, object and level; apart from them
/// what can be restored, what cannot, what has no id, and what a later job touched again. Nothing is deleted: the files are lists.
#[derive(Debug, Args)]
pub struct Rollback {
    #[command(flatten)]
    planned: Planned,
}

impl Rollback {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let opened = self.planned.open(everywhere)?;
        let session = opened.engine.session()?;
        let job = find_job(&session, &self.planned.job)?;
        let written = rollback::write(&session, &job, &self.planned.output, &self.planned.options(&opened.config))?;
        self.planned.tell(&written, everywhere);
        Ok(Done::Well)
    }
}
