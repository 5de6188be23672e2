//! `synclens jobs`: the jobs of a store.

use std::path::PathBuf;

use clap::Args;

use super::arguments::{Everywhere, Reading, Selection, Stored, Tabular};
use super::{Done, opened};
use crate::error::Result;
use crate::query::Catalogue;

/// List the jobs with their counts, when their rows vanish from the org, and whether the store holds all of them
///
/// The org purges audit rows after 90 days, or what `[retention]` in synclens.toml says. Whether all rows are here is told where an export of
/// DataSyncJob__c gives the job's own counters.
#[derive(Debug, Args)]
pub struct Jobs {
    /// Files, folders, or - for standard input; without any, the store is read
    #[arg(value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    stored: Stored,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    selection: Selection,
}

impl Jobs {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let opened = opened::open(everywhere, &self.stored, &self.exports, &self.reading, &self.selection)?;
        let catalogue = Catalogue::load(None)?;
        let query = catalogue.find("job-retention")?;
        let given = opened.config.given(&[("retention_days".into(), opened.config.retention.audit_rows_days.to_string())]);
        let session = opened.engine.session()?;
        self.tabular.write(|each| query.stream(&session, &given, each))?;
        Ok(Done::Well)
    }
}
