//! The report as data: what every format shows, and what `--format json` writes as it is (version 1).
//!
//! Keys may be added; none may change its meaning without a new [`VERSION`]. Counts are of audit rows after
//! superseding. Times are ISO 8601 in UTC with a `Z`, null where unknown. Rates are 0 to 1 with 6 decimals, null for
//! 0 of 0 ([`rate`]). Rows without a status code count under [`BLANK`]. The lists come in the order they are shown in.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// A point at which the failure rate of a job changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The job.
    pub job_id: String,
    /// The object; null where it is about the whole job.
    pub object: Option<String>,
    /// What the point lies on.
    pub along: Axis,
    /// The order as a number, or the time.
    pub at: String,
    /// The failure rate before it.
    pub rate_before: Option<f64>,
    /// The failure rate from it on.
    pub rate_after: Option<f64>,
    /// Audit rows from it on.
    pub records: u64,
}

/// What a [`Change`] lies on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// The insert order.
    #[default]
    Order,
    /// The time.
    Time,
}

/// A value that failed rows have more often than the others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The job; null where it is about all of them.
    pub job_id: Option<String>,
    /// The family whose rows are compared with all others; null for all failed rows.
    pub family_id: Option<String>,
    /// What the value is of: `depth`, `update_required`, `hour`, a field of the rows.
    pub dimension: String,
    /// The value.
    pub value: String,
    /// Failed rows with the value.
    pub failed: u64,
    /// Processed rows with the value.
    pub processed: u64,
    /// How many times as often rows with the value fail as the others.
    pub ratio: f64,
    /// The lower end of the ratio's 95 % interval.
    pub ci_low: f64,
    /// The upper end of the ratio's 95 % interval.
    pub ci_high: f64,
    /// The share of the failed rows that have the value.
    pub support: f64,
    /// The rows that were compared, in words.
    pub scope: String,
}

/// What one check answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The check's slug.
    pub check: String,
    /// The check's title.
    #[serde(default)]
    pub title: String,
    /// The answer.
    pub verdict: Answer,
    /// The evidence that the check looked at.
    #[serde(default)]
    pub looked_at: Vec<String>,
    /// The evidence that it needs and was not given.
    pub missing: Vec<Missing>,
}

/// The answer of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It has findings.
    Fired,
    /// It looked, and found nothing.
    Clear,
    /// What it needs was not given.
    Undecidable,
}

/// Evidence that was not given, and how to get it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// The table.
    pub table: String,
    /// The query that gives it.
    pub soql: String,
    /// The command that exports it.
    pub command: String,
    /// The vendor does not document the field names: the query shows all fields of some rows, to find them.
    #[serde(default)]
    pub finds_fields: bool,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Expected, or explains numbers.
    Info,
    /// Risk or waste.
    Warning,
    /// Records failed.
    Error,
    /// A job is stuck, nothing works.
    Critical,
}

/// Whether a finding is a diagnosis or only sums up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// It names what is wrong.
    #[default]
    Diagnosis,
    /// It only sums up: never ranked, explains nothing.
    Summary,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Unique and stable: made from the check, the scope and the family.
    pub id: String,
    /// The check's slug.
    pub check: String,
    /// A diagnosis or a summary.
    #[serde(default)]
    pub kind: FindingKind,
    /// How bad it is.
    pub severity: Severity,
    /// The check's title.
    pub title: String,
    /// Whether the evidence shows the cause, or only makes it possible.
    pub certain: bool,
    /// The job; null where it is about all of them.
    pub job_id: Option<String>,
    /// The object; null where it is about all of them.
    pub object: Option<String>,
    /// Audit rows concerned.
    pub records: u64,
    /// The families that it explains; empty where it is not about messages.
    pub families: Vec<String>,
    /// What was seen, with its numbers.
    pub summary: String,
    /// What to do, in order.
    pub actions: Vec<String>,
    /// The values behind the summary.
    pub evidence: serde_json::Map<String, serde_json::Value>,
    /// The page of the vendor's troubleshooting guide that it belongs to.
    pub guide: Option<String>,
    /// The SQL that gives its counts.
    pub sql: Option<String>,
    /// What it means, for somebody who sees it for the first time.
    #[serde(default)]
    pub means: Option<String>,
    /// When it may be ignored.
    #[serde(default)]
    pub ignore: Option<String>,
    /// The findings that it is a consequence of, by id.
    #[serde(default)]
    pub consequence_of: Vec<String>,
    /// Some of the rows concerned.
    #[serde(default)]
    pub samples: Vec<AuditRow>,
}

/// One row of the audit log, as the reader sees it: a sample of a finding, or a failed row of the workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRow {
    /// The job.
    pub job_id: Option<String>,
    /// The object.
    pub object: Option<String>,
    /// The source record.
    pub source_id: Option<String>,
    /// The record in the target.
    pub destination_id: Option<String>,
    /// The status code.
    pub status_code: Option<String>,
    /// The error message.
    pub error_message: Option<String>,
    /// The family of its message.
    pub family_id: Option<String>,
    /// The export that holds the row.
    pub file: Option<String>,
    /// The row's place in it, 1 for the first data row.
    pub row_number: Option<u64>,
}

/// One step of the fix plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fix {
    /// The finding's id.
    pub finding: String,
    /// What to fix.
    pub title: String,
    /// Failed rows that succeed on a retry once it is fixed.
    pub recovers: u64,
    /// Failed rows that may succeed as well.
    pub possibly_recovers: u64,
    /// `recovers` of all failed rows.
    pub share: Option<f64>,
    /// The shares up to this step.
    pub cumulative_share: Option<f64>,
}

/// How many of the failed rows a finding explains.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Failed rows.
    pub failed: u64,
    /// Those that a finding explains.
    pub explained: u64,
    /// Explained of failed.
    pub share: Option<f64>,
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
