//! What changed between two jobs: counts side by side, failure families, records, settings.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::page::{Page, Section, Table};
use crate::engine::{Parameters, Session, Value, json_rows, typed_rows};
use crate::error::{Error, Result};
use crate::report::model::rate;
use crate::report::status;
use crate::report::words::{clip, count, percent, time};

/// Jobs among which it is counted in how many a family occurs: about a quarter of weekly runs.
const LAST_JOBS: i64 = 10;

/// Two jobs side by side; `a` is the one that is compared with, `b` the one that is looked at.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The version of this format.
    pub version: u32,
    /// The jobs.
    pub jobs: [Side; 2],
    /// Audit rows by object.
    pub objects: Vec<Object>,
    /// Audit rows by status code.
    pub statuses: Vec<Status>,
    /// Failed rows by family.
    pub families: Vec<Family>,
    /// How many of the last jobs of the store `jobs_with` of a family counts.
    pub last_jobs: u64,
    /// What became of the records, by object.
    pub records: Vec<Records>,
    /// Rows without a source id, which cannot be followed from job to job.
    pub rows_without_id: u64,
    /// What is set differently.
    pub settings: Vec<Setting>,
}

/// One of the jobs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Side {
    /// Its id.
    pub job_id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its status.
    pub status: Option<String>,
    /// When it started.
    pub started_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Audit rows.
    pub records: u64,
    /// Failed rows.
    pub failed: u64,
    /// Rows without a result.
    pub unprocessed: u64,
    /// Failed of all.
    #[serde(default)]
    pub failure_rate: Option<f64>,
}

/// The rows of one object in both jobs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Object {
    /// Its API name.
    pub object: Option<String>,
    /// Audit rows of each job.
    pub records: [u64; 2],
    /// Failed rows of each job.
    pub failed: [u64; 2],
    /// Failed of all, of each job.
    #[serde(default)]
    pub failure_rate: [Option<f64>; 2],
}

/// The rows of one status code in both jobs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Status {
    /// The code; `blank` for none.
    pub status_code: String,
    /// Audit rows of each job.
    pub records: [u64; 2],
}

/// The failed rows of one family in both jobs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Family {
    /// The family; null for failed rows that no group holds.
    pub family_id: Option<String>,
    /// `new`, `gone`, `grown`, `shrunk` or `same`.
    #[serde(default)]
    pub change: String,
    /// The error code.
    pub code: Option<String>,
    /// The pattern of its messages, or the name that the user's rules give it.
    pub pattern: String,
    /// now, after_fix, never or unknown.
    pub retry: Option<String>,
    /// Failed rows of each job.
    pub records: [u64; 2],
    /// In how many of the last jobs of the store it occurs.
    pub jobs_with: u64,
}

/// What became of the records of one object from the first job to the second.
#[derive(Debug, Default, Serialize)]
pub struct Records {
    /// Its API name.
    pub object: Option<String>,
    /// Failed in the first, delivered in the second.
    pub fixed: u64,
    /// Failed in both.
    pub still_failing: u64,
    /// Not failed in the first, or not in it; failed in the second.
    pub newly_failing: u64,
    /// In the first only.
    pub gone: u64,
    /// Of those, failed in the first.
    pub gone_failed: u64,
    /// In the second only, and not failed.
    pub added: u64,
    /// Delivered by both.
    pub delivered_twice: u64,
    /// All others: not processed in the second, or delivered only there.
    pub other: u64,
    /// Some of those that fail newly.
    pub newly_failing_samples: Vec<String>,
    /// Some of those that still fail.
    pub still_failing_samples: Vec<String>,
}

/// Something that is set differently.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// What it belongs to: `job`, `template`, `template line Contact`, `object setting Contact`, `Contact`.
    pub of: String,
    /// Its name.
    pub name: String,
    /// The values; null where there is none.
    pub values: [Option<String>; 2],
}

const JOBS: &str =
    "select job_id, name, status, started_at, ended_at, records, failed, unprocessed from job where job_id in ($a, $b)";
const OBJECTS: &str = "
    select object, [records_a, records_b] as records, [failed_a, failed_b] as failed
    from (
        select object, coalesce(sum(records) filter (job_id = $a), 0)::bigint as records_a, coalesce(sum(records) filter (job_id = $b), 0)::bigint as records_b,
            coalesce(sum(records) filter (job_id = $a and is_failed), 0)::bigint as failed_a, coalesce(sum(records) filter (job_id = $b and is_failed), 0)::bigint as failed_b
        from (select *, coalesce(has_error, false) or coalesce(status_code in (1, 3), false) as is_failed from outcome where job_id in ($a, $b))
        group by object
    ) order by abs(failed_b - failed_a) desc, greatest(records_a, records_b) desc, object";
const STATUSES: &str = "
    select coalesce(status_code::varchar, 'blank') as status_code,
        [coalesce(sum(records) filter (job_id = $a), 0)::bigint, coalesce(sum(records) filter (job_id = $b), 0)::bigint] as records
    from outcome where job_id in ($a, $b) group by outcome.status_code order by outcome.status_code nulls last";
const FAMILIES: &str = "
    with last_job as (select job_id from job where processed > 0 order by started_at desc nulls last, job_id desc limit $last),
    spread as (select family_id, count(distinct job_id) as jobs_with from failed_outcome where job_id in (select job_id from last_job) group by family_id),
    counted as (
        select f.family_id, any_value(f.code) as code, coalesce(min(g.family_name), min(f.pattern), '') as pattern, any_value(f.retry) as retry,
            coalesce(sum(f.records) filter (f.job_id = $a), 0)::bigint as records_a, coalesce(sum(f.records) filter (f.job_id = $b), 0)::bigint as records_b
        from failed_outcome f left join message_group g on g.group_id = f.group_id
        where f.job_id in ($a, $b) group by f.family_id
    )
    select c.family_id, c.code, c.pattern, c.retry, [records_a, records_b] as records, coalesce(s.jobs_with, 0) as jobs_with
    from counted c left join spread s on s.family_id is not distinct from c.family_id
    where records_a + records_b > 0 order by abs(records_b - records_a) desc, greatest(records_a, records_b) desc, c.family_id";
const LAST: &str = "select count(*) as number from (select job_id from job where processed > 0 limit $last)";
/// A record is delivered by a job if any of its rows says so, else failed if any does.
const RECORDS: &str = "
    select object, a, b, count(*) as records, case when b = 2 then min(source_id, 3) else [] end as samples
    from (
        select object, source_id, coalesce(max(case when job_id = $a then state end), 0) as a, coalesce(max(case when job_id = $b then state end), 0) as b
        from (
            select job_id, object, source_id, (case when failed then 2 when coalesce(status_code, 9) = 9 then 1 else 3 end)::utinyint as state
            from audit_log where job_id in ($a, $b) and source_id is not null
        ) group by object, source_id
    ) group by object, a, b order by object, a, b";
const WITHOUT_ID: &str = "select count(*) as number from audit_log where job_id in ($a, $b) and source_id is null";
const SEQUENCES: &str = "
    select object, [sequence_a, sequence_b] as sequences
    from (select object, min(sequence) filter (job_id = $a) as sequence_a, min(sequence) filter (job_id = $b) as sequence_b from outcome where job_id in ($a, $b) group by object)
    where sequence_a <> sequence_b order by object";

#[derive(Deserialize)]
struct Number {
    number: u64,
}

#[derive(Deserialize)]
struct Transition {
    object: Option<String>,
    a: u8,
    b: u8,
    records: u64,
    samples: Vec<String>,
}

#[derive(Deserialize)]
struct Sequences {
    object: Option<String>,
    sequences: [Option<i64>; 2],
}

/// Compares two jobs of the store.
pub fn compare(session: &Session, a: &str, b: &str) -> Result<Comparison> {
    let parameters = Parameters::from([
        ("a".into(), Value::Text(a.into())),
        ("b".into(), Value::Text(b.into())),
        ("last".into(), Value::Int(LAST_JOBS)),
    ]);
    let number = |sql: &str| Ok::<u64, Error>(rows::<Number>(session, sql, &parameters)?.first().map_or(0, |row| row.number));
    let mut objects: Vec<Object> = rows(session, OBJECTS, &parameters)?;
    for object in &mut objects {
        object.failure_rate = [0, 1].map(|side| rate(object.failed[side], object.records[side]));
    }
    let mut families: Vec<Family> = rows(session, FAMILIES, &parameters)?;
    for family in &mut families {
        family.change = change(family.records).into();
    }
    let jobs = jobs(session, a, b, &parameters)?;
    Ok(Comparison {
        version: 1,
        objects,
        statuses: rows(session, STATUSES, &parameters)?,
        families,
        last_jobs: number(LAST)?,
        records: records(rows(session, RECORDS, &parameters)?),
        rows_without_id: number(WITHOUT_ID)?,
        settings: settings(session, &parameters)?,
        jobs,
    })
}

fn rows<T: DeserializeOwned>(session: &Session, sql: &str, parameters: &Parameters) -> Result<Vec<T>> {
    typed_rows(&session.query(sql, parameters)?)
}

fn jobs(session: &Session, a: &str, b: &str, parameters: &Parameters) -> Result<[Side; 2]> {
    let mut found: Vec<Side> = rows(session, JOBS, parameters)?;
    let mut take = |id: &str| {
        let at = found.iter().position(|side| side.job_id == id && side.records > 0);
        let mut side =
            at.map(|at| found.remove(at)).ok_or_else(|| Error::new(format!("there are no audit rows of job '{id}'")))?;
        side.failure_rate = rate(side.failed, side.records);
        Ok::<Side, Error>(side)
    };
    Ok([take(a)?, take(b)?])
}

fn change(records: [u64; 2]) -> &'static str {
    match records {
        [0, _] => "new",
        [_, 0] => "gone",
        [a, b] if b > a => "grown",
        [a, b] if b < a => "shrunk",
        _ => "same",
    }
}

/// States: 0 not in the job, 1 not processed, 2 failed, 3 delivered.
fn records(transitions: Vec<Transition>) -> Vec<Records> {
    let mut objects: BTreeMap<Option<String>, Records> = BTreeMap::new();
    for Transition { object, a, b, records, samples } in transitions {
        let entry = objects.entry(object.clone()).or_insert_with(|| Records { object, ..Records::default() });
        match (a, b) {
            (2, 3) => entry.fixed += records,
            (2, 2) => {
                entry.still_failing += records;
                entry.still_failing_samples = samples;
            }
            (_, 2) => {
                entry.newly_failing += records;
                entry.newly_failing_samples.extend(samples);
            }
            (a, 0) => {
                entry.gone += records;
                entry.gone_failed += if a == 2 { records } else { 0 };
            }
            (0, _) => entry.added += records,
            (3, 3) => entry.delivered_twice += records,
            _ => entry.other += records,
        }
    }
    let mut records: Vec<Records> = objects.into_values().collect();
    records.sort_by_key(|entry| std::cmp::Reverse(entry.newly_failing + entry.still_failing + entry.fixed));
    records
}

/// What the evidence and the rows tell of how the jobs were set up.
fn settings(session: &Session, parameters: &Parameters) -> Result<Vec<Setting>> {
    let list = |sql: &str| json_rows(&session.query(sql, parameters)?);
    let mut settings = Vec::new();
    let jobs =
        list("select (job_id = $b)::integer as side, template_id, org_id, created_by from sync_job where job_id in ($a, $b)")?;
    differ("job", &jobs, &mut settings);
    let of_jobs = "join sync_job j using (template_id) where j.job_id in ($a, $b)";
    let side = "select (j.job_id = $b)::integer as side, t.* exclude (template_id";
    let templates = list(&format!("{side}) from template t {of_jobs}"))?;
    differ("template", &templates, &mut settings);
    for (table, key, what) in [("template_line", "line_id", "template line"), ("object_setting", "setting_id", "object setting")]
    {
        let rows = list(&format!("{side}, {key}) from {table} t {of_jobs} order by t.object, t.{key}"))?;
        let mut objects: BTreeMap<String, Vec<Map<String, Json>>> = BTreeMap::new();
        for mut row in rows {
            let object = row.remove("object").and_then(|object| object.as_str().map(str::to_string)).unwrap_or_default();
            objects.entry(object).or_default().push(row);
        }
        for (object, rows) in objects {
            differ(&format!("{what} {object}"), &rows, &mut settings);
        }
    }
    for Sequences { object, sequences } in rows(session, SEQUENCES, parameters)? {
        let values = sequences.map(|sequence| sequence.map(|sequence| sequence.to_string()));
        settings.push(Setting { of: object.unwrap_or_default(), name: "Sequence".into(), values });
    }
    Ok(settings)
}

/// Adds the columns in which the first row of one side differs from that of the other. Without both sides there is nothing to compare.
fn differ(of: &str, rows: &[Map<String, Json>], settings: &mut Vec<Setting>) {
    let of_side = |side: i64| rows.iter().find(|row| row.get("side").and_then(Json::as_i64) == Some(side));
    let (Some(a), Some(b)) = (of_side(0), of_side(1)) else { return };
    for (name, value) in a.iter().filter(|(name, _)| *name != "side") {
        let text = |value: &Json| match value {
            Json::Null => None,
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let values = [text(value), b.get(name).and_then(text)];
        if values[0] != values[1] {
            settings.push(Setting { of: of.into(), name: name.clone(), values });
        }
    }
}

impl Comparison {
    /// The comparison as a page for people; `top` limits the rows of a table.
    pub fn page(&self, top: usize) -> Page {
        let [a, b] = &self.jobs;
        let title = |side: &Side| side.name.clone().unwrap_or_else(|| side.job_id.clone());
        let mut page = Page::new(format!("{} against {}", title(b), title(a)));
        let sum = |pick: fn(&Records) -> u64| self.records.iter().map(pick).sum::<u64>();
        page.lead(format!(
            "{} of {} failed in {} ({}), {} of {} in {} before ({}).",
            count(b.failed),
            count(b.records),
            title(b),
            percent(b.failure_rate),
            count(a.failed),
            count(a.records),
            title(a),
            percent(a.failure_rate)
        ));
        page.lead(format!(
            "Of the records that both held or one of them: {} fixed, {} still failing, {} newly failing, {} gone.",
            count(sum(|of| of.fixed)),
            count(sum(|of| of.still_failing)),
            count(sum(|of| of.newly_failing)),
            count(sum(|of| of.gone))
        ));
        if self.rows_without_id > 0 {
            page.lead(format!(
                "{} rows have no source id, so that their records cannot be followed.",
                count(self.rows_without_id)
            ));
        }
        page.section(Section::new("Jobs", sides(&self.jobs)));
        page.section(Section::new("Failure families", self.families_table()).top(top));
        page.section(Section::new("Records", self.records_table()).top(top));
        page.section(Section::new("Objects", self.objects_table()).top(top));
        page.section(Section::new("Status codes", self.statuses_table()));
        page.section(Section::new("Settings that differ", self.settings_table()).top(top));
        page
    }

    fn families_table(&self) -> Table {
        let seen = format!("in the last {} jobs", self.last_jobs);
        let mut table = Table::new(&["change", "before", "now", "difference", &seen, "retry", "message"]);
        for family in &self.families {
            table.row([
                family.change.clone(),
                count(family.records[0]),
                count(family.records[1]),
                signed(family.records),
                count(family.jobs_with),
                family.retry.as_deref().unwrap_or("unknown").replace('_', " "),
                if family.pattern.is_empty() { "(no message)".into() } else { clip(&family.pattern, 200).into_owned() },
            ]);
        }
        table
    }

    fn records_table(&self) -> Table {
        let mut table = Table::new(&["object", "fixed", "still failing", "newly failing", "gone", "added", "such as"]);
        for of in self.records.iter().filter(|of| of.fixed + of.still_failing + of.newly_failing + of.gone + of.added > 0) {
            let samples: Vec<&str> =
                of.newly_failing_samples.iter().chain(&of.still_failing_samples).take(2).map(String::as_str).collect();
            table.row([
                of.object.clone().unwrap_or_default(),
                count(of.fixed),
                count(of.still_failing),
                count(of.newly_failing),
                count(of.gone),
                count(of.added),
                samples.join(" "),
            ]);
        }
        table
    }

    fn objects_table(&self) -> Table {
        let mut table =
            Table::new(&["object", "before", "now", "failed before", "failed now", "difference", "rate before", "rate now"]);
        for object in &self.objects {
            table.row([
                object.object.clone().unwrap_or_default(),
                count(object.records[0]),
                count(object.records[1]),
                count(object.failed[0]),
                count(object.failed[1]),
                signed(object.failed),
                percent(object.failure_rate[0]),
                percent(object.failure_rate[1]),
            ]);
        }
        table
    }

    fn statuses_table(&self) -> Table {
        let mut table = Table::new(&["status", "before", "now", "difference"]);
        for row in &self.statuses {
            table.row([status::name(&row.status_code), count(row.records[0]), count(row.records[1]), signed(row.records)]);
        }
        table
    }

    fn settings_table(&self) -> Table {
        let mut table = Table::new(&["of", "setting", "value before", "value now"]);
        for setting in &self.settings {
            let value = |side: usize| setting.values[side].clone().unwrap_or_else(|| "–".into());
            table.row([setting.of.clone(), setting.name.clone(), value(0), value(1)]);
        }
        table
    }
}

fn sides(jobs: &[Side; 2]) -> Table {
    let mut table = Table::new(&["", "job", "status", "started", "ended", "rows", "failed", "rate", "unprocessed"]);
    for (label, side) in ["before", "now"].into_iter().zip(jobs) {
        let moment = |at: &Option<String>| at.as_deref().map_or("–".into(), time);
        table.row([
            label.into(),
            side.name.clone().unwrap_or_else(|| side.job_id.clone()),
            side.status.clone().unwrap_or_else(|| "–".into()),
            moment(&side.started_at),
            moment(&side.ended_at),
            count(side.records),
            count(side.failed),
            percent(side.failure_rate),
            count(side.unprocessed),
        ]);
    }
    table
}

fn signed([a, b]: [u64; 2]) -> String {
    match b.cmp(&a) {
        std::cmp::Ordering::Greater => format!("+{}", count(b - a)),
        std::cmp::Ordering::Less => format!("-{}", count(a - b)),
        std::cmp::Ordering::Equal => "0".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_in_one_place() {
        let mut all = Vec::new();
        for a in 0..=3 {
            for b in 0..=3 {
                if (a, b) != (0, 0) {
                    all.push(Transition { object: None, a, b, records: 1, samples: Vec::new() });
                }
            }
        }
        let number = all.len() as u64;
        let found = records(all);
        let of = &found[0];
        let counted = of.fixed + of.still_failing + of.newly_failing + of.gone + of.added + of.delivered_twice + of.other;
        assert_eq!(counted, number);
        assert_eq!((of.fixed, of.still_failing, of.newly_failing, of.gone, of.gone_failed), (1, 1, 3, 3, 1));
    }
}
