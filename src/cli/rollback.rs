//! `synclens rollback`: what to roll back of a job, as files in order.

use clap::Args;

use super::Done;
use super::arguments::Everywhere;
use super::planned::Planned;
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
        self.planned.run(everywhere, |_, session, job, folder, options| rollback::write(session, job, folder, options))
    }
}
