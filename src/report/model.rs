//! The report as data: what every format shows, and what `--format json` writes as it is (version 1).
//!
//! Keys may be added; none may change its meaning without a new [`VERSION`]. Counts are of audit rows after
//! superseding. Times are ISO 8601 in UTC with a `Z`, null where unknown. Rates are 0 to 1 with 6 decimals, null for
//! 0 of 0 ([`rate`]). Rows without a status code count under [`BLANK`]. The lists come in the order they are shown in.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::diagnosis::{Answer, AuditRow, Axis, Change, Coverage, Difference, Finding, Fix, Missing, Verdict};
pub use crate::query::{Kind as FindingKind, Severity};

/// The version of the JSON that these types write.
pub const VERSION: u32 = 1;

/// The status under which rows without a status code are counted.
pub const BLANK: &str = "blank";

/// `failed` of `records`, 0 to 1 with 6 decimals; none for 0 of 0.
pub fn rate(failed: u64, records: u64) -> Option<f64> {
    (records > 0).then(|| (failed as f64 / records as f64 * 1e6).round() / 1e6)
}

/// The answers about one or several jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub version: u32,
    /// What wrote the report.
    pub tool: Tool,
    /// The newest time of the data, or the one that was asked for.
    pub as_of: Option<String>,
    /// The answer in one line.
    #[serde(default)]
    pub verdict: String,
    /// What the report was limited to.
    #[serde(default)]
    pub filters: Filters,
    /// What the reader should know about how the exports were read, a sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The exports, each with its closed books.
    pub books: Vec<Book>,
    /// The sums.
    pub totals: Totals,
    /// The jobs, oldest first.
    pub jobs: Vec<Job>,
    /// The objects, most failures first.
    pub objects: Vec<Object>,
    /// The failure groups, a family each, largest first.
    pub groups: Vec<Group>,
    /// Records and failures at each level of self-referencing objects.
    pub hierarchy: Vec<Level>,
    /// How the statuses of each object went from job to job.
    pub trend: Vec<TrendPoint>,
    /// What became of failure groups in the newest job of each object, as far as it is clearer than chance.
    #[serde(default)]
    pub group_trend: Vec<GroupTrend>,
    /// Failed rows by job, object and family, so that every table can be counted again under a filter.
    #[serde(default)]
    pub failures: Vec<Failures>,
    /// Records and failures along the insert order.
    #[serde(default)]
    pub order: Vec<Position>,
    /// Records and failures along the time.
    #[serde(default)]
    pub activity: Vec<Activity>,
    /// Where, along the order or the time, the failure rate changed.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// What the failed rows have more often than the others.
    #[serde(default)]
    pub different: Vec<Difference>,
    /// What each check answered.
    pub verdicts: Vec<Verdict>,
    /// What the checks found, worst first, summaries last.
    pub findings: Vec<Finding>,
    /// What to fix, in order.
    pub fix_plan: Vec<Fix>,
    /// How many of the failures the findings explain.
    pub coverage: Coverage,
    /// How this report compares with an earlier one.
    #[serde(default)]
    pub baseline: Option<Baseline>,
    /// The SQL that gives the counts of each list above, by the list's key.
    #[serde(default)]
    pub sql: BTreeMap<String, String>,
}

/// The program that wrote a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The filters that a report was made with; empty ones let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Filters {
    /// Job ids.
    #[serde(default)]
    pub jobs: Vec<String>,
    /// Object names.
    #[serde(default)]
    pub objects: Vec<String>,
    /// The first moment.
    #[serde(default)]
    pub since: Option<String>,
    /// The moment after the last.
    #[serde(default)]
    pub until: Option<String>,
}

/// The books of one export: `rows_read = rows_stored + rows_rejected`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Book {
    /// The id made from the export's content.
    pub export_id: String,
    /// The name of its file.
    pub file: String,
    /// The table that it was read into.
    pub table: String,
    /// The size of the file.
    pub bytes: u64,
    /// Data rows in the file.
    pub rows_read: u64,
    /// Rows that were stored.
    pub rows_stored: u64,
    /// Rows that could not be read, and are kept as rejects.
    pub rows_rejected: u64,
    /// Stored rows that a later export replaces.
    pub rows_superseded: u64,
}

/// The sums over all jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Audit rows.
    pub records: u64,
    /// Failed rows.
    pub failed: u64,
    /// Jobs.
    pub jobs: u64,
    /// Objects.
    pub objects: u64,
    /// Failed rows that failed by themselves.
    pub roots: u64,
    /// Failed rows that failed because another record did.
    pub cascaded: u64,
}

/// One job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// The job's id, or the name that stands for it.
    pub job_id: String,
    /// The job's name, where it is known.
    #[serde(default)]
    pub name: Option<String>,
    /// The job's status, where it is known.
    pub status: Option<String>,
    /// When it started.
    pub started_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Audit rows.
    pub records: u64,
    /// Failed rows.
    pub failed: u64,
    /// Audit rows by status code.
    pub status_codes: BTreeMap<String, u64>,
    /// The job's own counters against its audit rows; null where no export of the jobs gives them, or the report has only some of its rows.
    #[serde(default)]
    pub counters: Option<Counters>,
}

/// How a job's own counters compare with its audit rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counters {
    /// Whether all of them agree.
    pub agree: bool,
    /// Where they do not.
    pub differs: Option<String>,
}

/// One object over all jobs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Object {
    /// Its API name.
    pub object: String,
    /// Audit rows.
    pub records: u64,
    /// Failed rows.
    pub failed: u64,
    /// Failed of all.
    pub failure_rate: Option<f64>,
    /// Audit rows by status code.
    pub status_codes: BTreeMap<String, u64>,
}

/// Failed rows with one error pattern, or with several that were found to be one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The smallest group id of the family.
    pub family_id: String,
    /// The group ids of the family.
    pub group_ids: Vec<String>,
    /// The Salesforce error code; null without a message or a code in it.
    pub code: Option<String>,
    /// The code of the innermost cause, where the message names one.
    pub root_code: Option<String>,
    /// validation, required_field, duplicate, automation, reference, permission, data_value, locking, limits,
    /// connection, deleted, schema or other.
    pub category: String,
    /// now, after_fix, never or unknown.
    pub retry: String,
    /// The message with its variable parts replaced.
    pub pattern: String,
    /// The fields that the message blames.
    pub fields: Vec<String>,
    /// The object, trigger, flow or rule that the message names.
    pub entity: Option<String>,
    /// The objects whose rows have it.
    pub objects: Vec<String>,
    /// The jobs whose rows have it.
    pub jobs: Vec<String>,
    /// Failed rows.
    pub records: u64,
    /// One message as it stands.
    pub sample: String,
}

/// One level of a self-referencing object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Level {
    /// The object.
    pub object: String,
    /// The level, 0 at the top.
    pub depth: i64,
    /// Audit rows.
    pub records: u64,
    /// Failed rows.
    pub failed: u64,
}

/// The rows of one status of one object in one job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrendPoint {
    /// The job.
    pub job_id: String,
    /// When it started.
    pub started_at: Option<String>,
    /// The object.
    pub object: String,
    /// The status code.
    pub status_code: String,
    /// Audit rows.
    pub records: u64,
}

/// A failure family in the newest job that processed an object, beside the jobs before it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupTrend {
    /// `new`, `returned`, `grown`, `shrunk` or `gone`.
    pub change: String,
    /// The newest job.
    pub job_id: String,
    /// The object.
    pub object: String,
    /// The family.
    pub family_id: String,
    /// Failed rows of the newest job.
    pub records: u64,
    /// Processed rows of the newest job.
    pub processed: u64,
    /// Failed of processed.
    pub failure_rate: Option<f64>,
    /// The newest of the jobs that it is compared with.
    pub job_before: String,
    /// How many jobs it is compared with: the last, those since the family went, or all where no earlier one shows it.
    pub jobs_before: u64,
    /// Failed rows of those jobs.
    pub records_before: u64,
    /// Processed rows of those jobs.
    pub processed_before: u64,
    /// Failed of processed in those jobs.
    pub rate_before: Option<f64>,
    /// The last job that shows a family which returned.
    pub last_seen: Option<String>,
}

/// The failed rows of one family of one object in one job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failures {
    /// The job.
    pub job_id: String,
    /// The object.
    pub object: String,
    /// The family.
    pub family_id: String,
    /// Failed rows.
    pub records: u64,
}

/// A stretch of the insert order of one object in one job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The job.
    pub job_id: String,
    /// The object.
    pub object: String,
    /// The first order of the stretch.
    pub from: i64,
    /// The last order of the stretch.
    pub to: i64,
    /// Audit rows.
    pub records: u64,
    /// Failed rows.
    pub failed: u64,
}

/// A stretch of time in one job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Activity {
    /// The job.
    pub job_id: String,
    /// The beginning of the stretch.
    pub at: String,
    /// Its length in seconds.
    pub seconds: u64,
    /// Audit rows.
    pub records: u64,
    /// Failed rows.
    pub failed: u64,
}

/// How a report compares with an earlier one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The time of the earlier report.
    pub as_of: Option<String>,
    /// The earlier report's audit rows.
    pub records: u64,
    /// The earlier report's failed rows.
    pub failed: u64,
    /// The earlier report's failure rate.
    pub failure_rate: Option<f64>,
    /// Families of this report that the earlier one does not have.
    pub new_families: Vec<String>,
    /// Families of the earlier report that this one does not have.
    pub gone_families: Vec<String>,
}
