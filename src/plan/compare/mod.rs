//! What changed between two jobs: counts side by side, failure families, records, settings.

mod page;
mod records;
mod settings;

use serde::{Deserialize, Serialize};

pub use records::Records;
pub use settings::Setting;

use crate::engine::{Parameters, Session, Value};
use crate::error::{Error, Result};
use crate::report::model::rate;

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

const JOBS: &str =
    "select job_id, name, status, started_at, ended_at, records, failed, unprocessed from job where job_id in ($a, $b)";
const OBJECTS: &str = "
    select object, [records_a, records_b] as records, [failed_a, failed_b] as failed
    from (
        select object, coalesce(sum(records) filter (job_id = $a), 0)::bigint as records_a, coalesce(sum(records) filter (job_id = $b), 0)::bigint as records_b,
            coalesce(sum(records) filter (job_id = $a and is_failed), 0)::bigint as failed_a, coalesce(sum(records) filter (job_id = $b and is_failed), 0)::bigint as failed_b
        from (select *, is_failed(has_error, status_code) as is_failed from outcome where job_id in ($a, $b))
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
const WITHOUT_ID: &str = "select count(*) as number from audit_log where job_id in ($a, $b) and source_id is null";

#[derive(Deserialize)]
struct Number {
    number: u64,
}

/// Compares two jobs of the store.
pub fn compare(session: &Session, a: &str, b: &str) -> Result<Comparison> {
    let parameters = Parameters::from([
        ("a".into(), Value::Text(a.into())),
        ("b".into(), Value::Text(b.into())),
        ("last".into(), Value::Int(LAST_JOBS)),
    ]);
    let number = |sql: &str| Ok::<u64, Error>(session.rows_with::<Number>(sql, &parameters)?.first().map_or(0, |row| row.number));
    let mut objects: Vec<Object> = session.rows_with(OBJECTS, &parameters)?;
    for object in &mut objects {
        object.failure_rate = [0, 1].map(|side| rate(object.failed[side], object.records[side]));
    }
    let mut families: Vec<Family> = session.rows_with(FAMILIES, &parameters)?;
    for family in &mut families {
        family.change = change(family.records).into();
    }
    let jobs = jobs(session, a, b, &parameters)?;
    Ok(Comparison {
        version: 1,
        objects,
        statuses: session.rows_with(STATUSES, &parameters)?,
        families,
        last_jobs: number(LAST)?,
        records: records::records(session, &parameters)?,
        rows_without_id: number(WITHOUT_ID)?,
        settings: settings::settings(session, &parameters)?,
        jobs,
    })
}

fn jobs(session: &Session, a: &str, b: &str, parameters: &Parameters) -> Result<[Side; 2]> {
    let mut found: Vec<Side> = session.rows_with(JOBS, parameters)?;
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
