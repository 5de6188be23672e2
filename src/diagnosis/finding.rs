//! From the rows of a check to findings: what they say, with which evidence, which SQL and which samples.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;

use arrow::datatypes::DataType;
use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Map, Value};
use xxhash_rust::xxh3::Xxh3;

use super::{AuditRow, Finding};
use crate::engine::{self, Rows, Session, json_rows};
use crate::error::Result;
use crate::query::{Given, Query, Severity};
use crate::text::count;

/// Columns that say what a finding is about; all others are its evidence.
const RESERVED: [&str; 7] = ["job_id", "object", "family_id", "records", "certain", "severity", "told_by"];

/// Names of jobs by their ids.
pub(super) type JobNames = BTreeMap<String, String>;

/// The jobs whose names are known.
pub(super) fn job_names(session: &Session) -> Result<JobNames> {
    #[derive(Deserialize)]
    struct Job {
        job_id: String,
        name: String,
    }
    let named = "select job_id, name from job where job_id is not null and name is not null";
    let jobs: Vec<Job> = session.rows(named)?;
    Ok(jobs.into_iter().map(|job| (job.job_id, job.name)).collect())
}

/// Those of them that a finding is looked for by.
const SCOPE: [&str; 3] = ["job_id", "object", "family_id"];

/// The findings in the rows that a check gave.
pub(super) fn findings(check: &Query, rows: &Rows, given: &Given, job_names: &JobNames) -> Result<Vec<Finding>> {
    let sql = check.sql_with_values(given)?;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let all = json_rows(rows)?;
    let columns = Columns::of(rows, &all);
    all.into_iter()
        .map(|row| {
            let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_string);
            let (job_id, object, family_id) = (text("job_id"), text("object"), text("family_id"));
            let evidence: Map<String, Value> = row
                .iter()
                .filter(|(name, _)| !RESERVED.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            let id = id(check, [&job_id, &object, &family_id], &evidence, &mut seen);
            let severity = row.get("severity").and_then(|value| Severity::deserialize(value).ok()).or(check.severity);
            Ok(Finding {
                id,
                check: check.name.clone(),
                kind: check.kind,
                severity: severity.unwrap_or(Severity::Info),
                title: check.title.clone(),
                certain: row.get("certain").and_then(Value::as_bool).unwrap_or(false),
                records: row.get("records").and_then(Value::as_u64).unwrap_or(0),
                summary: fill(&check.says, &row),
                actions: check.actions.iter().map(|action| fill(action, &row)).collect(),
                guide: check.guide.clone(),
                sql: Some(columns.narrowed(&sql, &row)),
                means: Some(check.means.clone()).filter(|text| !text.is_empty()),
                ignore: Some(check.ignore.clone()).filter(|text| !text.is_empty()),
                families: family_id.into_iter().collect(),
                job_name: job_id.as_ref().and_then(|id| job_names.get(id)).cloned(),
                told_by: text("told_by").iter().flat_map(|checks| checks.split(", ")).map(str::to_string).collect(),
                job_id,
                object,
                evidence,
                beneath: None,
                consequence_of: Vec::new(),
                samples: Vec::new(),
            })
        })
        .collect()
}

/// Made from check, scope and family; where a check finds several things there, from their texts as well.
fn id(check: &Query, scope: [&Option<String>; 3], evidence: &Map<String, Value>, seen: &mut BTreeMap<String, usize>) -> String {
    let digest = |more: &[&str]| {
        let mut hasher = Xxh3::new();
        for part in scope.iter().map(|part| part.as_deref().unwrap_or("")).chain(more.iter().copied()) {
            hasher.write(part.as_bytes());
            hasher.write(&[0]);
        }
        format!("{}-{:08x}", check.name, hasher.finish() >> 32)
    };
    let plain = digest(&[]);
    let texts: Vec<&str> = evidence.values().filter_map(Value::as_str).collect();
    let candidate = if seen.contains_key(&plain) { digest(&texts) } else { plain };
    let count = seen.entry(candidate.clone()).and_modify(|count| *count += 1).or_insert(1);
    if *count == 1 { candidate } else { format!("{candidate}-{count}") }
}

/// What stands in the SQL of a finding between that of its check and the values of its row.
pub const NARROWED: &str = "\n) where ";

/// The columns that tell the rows of a check apart.
struct Columns {
    names: Vec<String>,
}

impl Columns {
    /// Its scope, and all texts only where scopes are shared: the less a report repeats, the better it reads.
    fn of(rows: &Rows, all: &[Map<String, Value>]) -> Columns {
        let given = rows.schema.fields();
        let scope = given.iter().map(|field| field.name()).filter(|name| SCOPE.contains(&name.as_str()));
        let scope: Vec<String> = scope.cloned().collect();
        let scopes: BTreeSet<String> =
            all.iter().map(|row| scope.iter().map(|name| row[name].to_string() + "\n").collect()).collect();
        if scopes.len() == all.len() {
            return Columns { names: scope };
        }
        let texts = given.iter().filter(|field| field.data_type() == &DataType::Utf8 && field.name() != "severity");
        Columns { names: texts.map(|field| field.name().clone()).collect() }
    }

    /// The check's SQL narrowed to the row of one finding.
    fn narrowed(&self, sql: &str, row: &Map<String, Value>) -> String {
        let conditions = self.names.iter().map(|name| match row.get(name) {
            Some(Value::String(value)) => format!("\"{name}\" = {}", engine::literal(value)),
            _ => format!("\"{name}\" is null"),
        });
        let conditions: Vec<String> = conditions.collect();
        match conditions.as_slice() {
            [] => sql.to_string(),
            conditions => format!("select * from (\n{sql}{NARROWED}{}", conditions.join(" and ")),
        }
    }
}

/// Replaces `{column}` by its value as a person writes it, and `{column|one|many}` by the word that fits its number.
fn fill(template: &str, row: &Map<String, Value>) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('{') {
        text += before;
        match from.split_once('}') {
            Some((name, after)) if row.contains_key(name) => {
                text += &shown(name, &row[name]);
                rest = after;
            }
            Some((choice, after)) if chosen(choice, row).is_some() => {
                text += chosen(choice, row).unwrap_or_default();
                rest = after;
            }
            _ => {
                text.push('{');
                rest = from;
            }
        }
    }
    text + rest
}

/// The word of `column|one|many` that fits the column's number.
fn chosen<'a>(choice: &'a str, row: &Map<String, Value>) -> Option<&'a str> {
    let (name, words) = choice.split_once('|')?;
    let (one, many) = words.split_once('|')?;
    Some(if row.get(name)?.as_f64() == Some(1.0) { one } else { many })
}

/// A value in a sentence: numbers with thousands separators, shares as percentages, times without seconds.
fn shown(name: &str, value: &Value) -> String {
    match value {
        Value::Null => "unknown".into(),
        Value::String(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(moment) => moment.with_timezone(&Utc).format("%Y-%m-%d %H:%M UTC").to_string(),
            Err(_) => text.clone(),
        },
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (_, Some(share)) if name.ends_with("_share") || name.ends_with("_rate") => format!("{:.1} %", share * 100.0),
            (Some(whole), _) => thousands(whole),
            (None, Some(part)) if part.abs() >= 100.0 => thousands(part.round() as i64),
            (None, Some(part)) => format!("{part:.1}"),
            (None, None) => number.to_string(),
        },
        Value::Array(values) => values.iter().map(|value| shown(name, value)).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A number with separators between its thousands.
fn thousands(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", count(number.unsigned_abs()))
}

/// Failed rows that are shown with a finding.
const SAMPLES: usize = 3;

/// The rows of which findings show the first, in the order of the exports.
const FIRST_ROWS: &str = "
    select job_id, object, source_id, destination_id, status_code::varchar as status_code, error_message, family_id, file, row_number
    from first_failure order by ingest_number, row_number";

/// The rows that findings show as their samples.
pub(super) struct FirstRows(Vec<AuditRow>);

impl FirstRows {
    /// Reads them from the store.
    pub(super) fn of(session: &Session) -> Result<FirstRows> {
        Ok(FirstRows(session.rows(FIRST_ROWS)?))
    }

    /// Adds them to the findings that are about failed rows.
    pub(super) fn add_to(&self, findings: &mut [Finding]) {
        // By job too, for there may be thousands; under no job stand the rows of all.
        let mut by_family: FxHashMap<(&str, Option<&str>), Vec<&AuditRow>> = FxHashMap::default();
        for row in &self.0 {
            let Some(family) = row.family_id.as_deref() else { continue };
            by_family.entry((family, None)).or_default().push(row);
            if let Some(job) = row.job_id.as_deref() {
                by_family.entry((family, Some(job))).or_default().push(row);
            }
        }
        for finding in findings.iter_mut().filter(|finding| !finding.families.is_empty()) {
            let (job, object) = (finding.job_id.as_deref(), finding.object.as_deref());
            finding.samples = finding
                .families
                .iter()
                .filter_map(|family| by_family.get(&(family.as_str(), job)))
                .flatten()
                .filter(|row| object.is_none() || row.object.as_deref() == object)
                .take(SAMPLES)
                .map(|row| (*row).clone())
                .collect();
        }
    }
}
