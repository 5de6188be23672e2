//! The job that a plan is about.

use serde::Deserialize;

use crate::engine::{Parameters, Session, Value, literal};
use crate::error::{Error, Result};

/// The job that a plan is about, and how long the org still has its rows.
#[derive(Debug, Clone, Deserialize)]
pub struct Job {
    /// Its id.
    pub job_id: String,
    /// Its name, where it is known.
    pub name: Option<String>,
    /// Its status, where it is known.
    pub status: Option<String>,
    /// Audit rows.
    pub records: u64,
    /// Failed rows.
    pub failed: u64,
    /// Rows without a result.
    pub unprocessed: u64,
    /// Whether nothing but a scan has happened.
    pub is_scanned_only: bool,
    /// The newest time of the data.
    pub as_of: Option<String>,
    /// The day from which the org purges its rows.
    pub purge_from: Option<String>,
    /// Days until then; negative where they are over.
    pub days_left: Option<i64>,
}

const JOB: &str = "
    select job_id, name, status, records, failed, unprocessed, is_scanned_only, as_of, strftime(oldest + $days * interval 1 day, '%Y-%m-%d') as purge_from,
        date_diff('day', as_of, oldest + $days * interval 1 day) as days_left
    from job cross join context
    left join (select job_id, min(minute) as oldest from activity group by job_id) using (job_id)
    where job_id = $job";

impl Job {
    /// The job with this id, once its rows are known to say something; sets the variable `job` of the session.
    ///
    /// # Errors
    /// It has no audit rows, or only rows that were scanned and never processed.
    pub fn load(session: &Session, job_id: &str, retention_days: u32) -> Result<Job> {
        let parameters =
            Parameters::from([("job".into(), Value::Text(job_id.into())), ("days".into(), Value::Int(retention_days.into()))]);
        let found: Vec<Job> = session.rows_with(JOB, &parameters)?;
        let Some(job) = found.into_iter().next().filter(|job| job.records > 0) else {
            return Err(Error::new(format!("there are no audit rows of job '{job_id}'"))
                .hint("export its rows of DataSyncAuditLog__c, then ingest them"));
        };
        if job.is_scanned_only {
            return Err(Error::new(format!(
                "job '{}' was only scanned: none of its {} rows has a result",
                job.title(),
                job.records
            ))
            .hint("start its sync, then export the audit log again"));
        }
        session.run(&format!("set variable job = {}", literal(&job.job_id)))?;
        Ok(job)
    }

    /// Its name, else its id.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.job_id)
    }
}
