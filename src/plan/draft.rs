//! A plan under way: the job that it is about, the tables that decide it, and the folder that it fills.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::file::{self, List};
use super::folder::{Folder, Manifest, README};
use super::job::Job;
use super::{Listed, Options, Written};
use crate::engine::Session;
use crate::error::{Error, Result};
use crate::report::words::counted;

/// A plan under way. Dropped before it is finished, it leaves nothing.
pub struct Draft<'a> {
    /// The job that it is about.
    pub job: Job,
    /// How its files are written.
    pub options: &'a Options,
    /// The tables that decide it.
    pub session: &'a Session,
    folder: Folder,
}

impl<'a> Draft<'a> {
    /// Begins a plan of the job in a folder for `place`; the SQL in `decide` makes the tables that say what goes where.
    ///
    /// # Errors
    /// The job has no results, the folder is not ours to replace, or it cannot be written.
    pub fn begin(session: &'a Session, job_id: &str, place: &Path, options: &'a Options, decide: &str) -> Result<Draft<'a>> {
        let job = Job::load(session, job_id, options.retention_days)?;
        let folder = Folder::begin(place)?;
        session.run(decide)?;
        Ok(Draft { job, options, session, folder })
    }

    /// The one row of a query about the decision.
    pub fn row<T: DeserializeOwned>(&self, sql: &str) -> Result<T> {
        self.session.rows(sql)?.into_iter().next().ok_or_else(|| Error::new("the plan has no sums"))
    }

    /// Writes the lists; see [`file::write`].
    pub fn write(&self, sql: &str, lists: &[List]) -> Result<Vec<Listed>> {
        file::write(self.session, sql, lists, &self.folder, self.options)
    }

    /// Adds the README and puts the folder into its place. `counts` say what became of the `rows` audit rows that `plan` is about.
    ///
    /// # Errors
    /// A row is not accounted for, or the folder cannot be written.
    pub fn finish(
        self,
        plan: &'static str,
        rows: u64,
        counts: &[(String, u64)],
        files: Vec<Listed>,
        readme: &str,
    ) -> Result<Written> {
        let accounted: u64 = counts.iter().map(|(_, rows)| rows).sum();
        if accounted != rows {
            return Err(Error::new(format!("the plan accounts for {accounted} of {rows} rows"))
                .hint("please report this as a bug of synclens"));
        }
        self.folder.write(README, readme)?;
        self.folder.finish(&Manifest {
            tool: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            plan,
            job_id: &self.job.job_id,
            as_of: self.job.as_of.as_deref(),
            files: &files,
            counts,
            rows,
        })?;
        let sum = |(what, rows): &(String, u64)| format!("{}: {}", what.replace('_', " "), counted(*rows, "row"));
        Ok(Written { files, sums: counts.iter().filter(|(_, rows)| *rows > 0).map(sum).collect() })
    }
}
