//! What a diagnosis consists of: verdicts, findings, the fix plan, coverage, and what is different about the failures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::query::{Kind, Severity};

/// Where the failure rate of a job changed: from a point on, or within a stretch.
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
    /// The last order of the stretch; null where it lasts to the end.
    #[serde(default)]
    pub until: Option<String>,
    /// Stretches between the two that fail; the rows between them do not.
    #[serde(default)]
    pub stretches: u64,
    /// The batch size at whose multiples the stretches begin and end, where they do.
    #[serde(default)]
    pub batch: Option<u64>,
    /// The failure rate before it, and of all rows outside of the stretches.
    pub rate_before: Option<f64>,
    /// The failure rate from it on, within the stretches.
    pub rate_after: Option<f64>,
    /// Audit rows from it on, within the stretches.
    pub records: u64,
    /// The first and last order of each stretch.
    #[serde(skip)]
    pub orders: Vec<(i64, i64)>,
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

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Unique and stable: made from the check, the scope and the family.
    pub id: String,
    /// The check's slug.
    pub check: String,
    /// A diagnosis or a summary.
    #[serde(default)]
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// The check's title.
    pub title: String,
    /// Whether the evidence shows the cause, or only makes it possible.
    pub certain: bool,
    /// The job; null where it is about all of them.
    pub job_id: Option<String>,
    /// The job's name, where it is known.
    #[serde(default)]
    pub job_name: Option<String>,
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
    /// The finding, by id, that is told before it and is about the same thing, seen from another side.
    #[serde(default)]
    pub beneath: Option<String>,
    /// Checks whose findings of the same job it belongs beneath.
    #[serde(skip)]
    pub told_by: Vec<String>,
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
