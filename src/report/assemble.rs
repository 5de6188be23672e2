//! Fills a report from a store: runs the analyses and the checks side by side.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::model::{
    Activity, AuditRow, BLANK, Book, Counters, Failures, Filters, Group, GroupTrend, Job, Level, Object, Position, Report, Tool,
    Totals, TrendPoint, VERSION, rate,
};
use crate::diagnosis::Checked;
use crate::engine::{Filter, Parameters, Rows, Session, typed_rows};
use crate::error::{Error, Result};
use crate::query::{Catalogue, Given, Query, run_all};
use crate::schema::last_order;

/// The named queries whose results are lists of the report, and the lists' keys.
const LISTS: [(&str, &str); 9] = [
    ("books", "books"),
    ("jobs", "jobs"),
    ("object-status", "objects"),
    ("failure-groups", "groups"),
    ("hierarchy-depth", "hierarchy"),
    ("status-trend", "trend"),
    ("group-trend", "group_trend"),
    ("order-position", "order"),
    ("throughput", "activity"),
];

/// Points of time per job at most: more than a chart can show apart.
const POINTS: i64 = 120;

const FAILURES: &str = "
    select coalesce(job_id, '') as job_id, coalesce(object, '') as object, family_id, sum(records) as records from failed_outcome where family_id is not null
    group by all having sum(records) > 0 order by job_id, object, family_id";
const SPAN: &str = "select coalesce(max(span), 0) as minutes from (select date_diff('minute', min(minute), max(minute)) as span from activity group by job_id)";
const AS_OF: &str = "select as_of from context";

/// The lists of a report that queries give as they are, with what belongs to them.
struct Lists {
    /// The SQL of each list.
    sql: BTreeMap<String, String>,
    /// Minutes of a point of `activity`.
    step: i64,
    as_of: Option<String>,
    books: Vec<Book>,
    jobs: Vec<JobRow>,
    counters: BTreeMap<Option<String>, Counters>,
    objects: Vec<ObjectStatus>,
    groups: Vec<GroupRow>,
    hierarchy: Vec<Level>,
    trend: Vec<TrendRow>,
    group_trend: Vec<GroupTrend>,
    failures: Vec<Failures>,
    order: Vec<PositionRow>,
    activity: Vec<ActivityRow>,
}

impl Lists {
    fn of(session: &Session, catalogue: &Catalogue, given: &Given, filter: &Filter) -> Result<Self> {
        let mut given = given.clone();
        let minutes: Vec<Minutes> = session.rows(SPAN)?;
        let step = (minutes.first().map_or(0, |span| span.minutes) / POINTS + 1).max(1);
        given.of_query.push(("throughput".into(), "minutes".into(), step.to_string()));
        let queries: Vec<&Query> = LISTS.iter().map(|(name, _)| catalogue.find(name)).collect::<Result<_>>()?;
        let mut sql = BTreeMap::from([("failures".to_string(), FAILURES.trim().to_string())]);
        for ((_, list), query) in LISTS.iter().zip(&queries) {
            sql.insert(list.to_string(), query.sql_with_values(&given)?);
        }
        let results = run_all(session, &queries, &given).into_iter().map(|(_, rows)| rows);
        let results = results.collect::<Result<Vec<Rows>>>()?;
        let [books, jobs, objects, groups, hierarchy, trend, group_trend, order, activity] = results.as_slice() else {
            unreachable!("as many results as queries")
        };
        let takes_all = filter.objects.is_empty() && filter.since.is_none() && filter.until.is_none();
        let as_of: Vec<AsOf> = session.rows(AS_OF)?;
        Ok(Self {
            step,
            as_of: as_of.into_iter().next().and_then(|row| row.as_of),
            books: typed_rows(books)?,
            jobs: typed_rows(jobs)?,
            counters: if takes_all { counters(session, catalogue, &given)? } else { BTreeMap::new() },
            objects: typed_rows(objects)?,
            groups: typed_rows(groups)?,
            hierarchy: typed_rows(hierarchy)?,
            trend: typed_rows(trend)?,
            group_trend: typed_rows(group_trend)?,
            failures: session.rows(FAILURES)?,
            order: typed_rows(order)?,
            activity: typed_rows(activity)?,
            sql,
        })
    }
}

/// Runs everything that a report of this store consists of.
pub fn assemble(session: &Session, catalogue: &Catalogue, given: &Given, filter: &Filter) -> Result<Report> {
    let checked = Checked::of(session, catalogue, given)?;
    let (for_lists, for_diagnosis) = (session.another()?, session.another()?);
    // The conclusions are drawn on one core, which leaves the others to the lists.
    let (diagnosis, lists) =
        rayon::join(move || checked.conclude(&for_diagnosis), move || Lists::of(&for_lists, catalogue, given, filter));
    let (diagnosis, lists) = (diagnosis?, lists?);

    let mut sql = lists.sql;
    sql.extend(diagnosis.sql.into_iter().map(|(list, sql)| (list.to_string(), sql)));

    let objects = objects(&lists.objects);
    let records = lists.jobs.iter().map(|job| job.records).sum();
    let failed: u64 = lists.jobs.iter().map(|job| job.failed).sum();
    let mut report = Report {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").into(), version: env!("CARGO_PKG_VERSION").into() },
        as_of: lists.as_of,
        verdict: String::new(),
        filters: Filters {
            jobs: filter.jobs.clone(),
            objects: filter.objects.clone(),
            since: filter.since.clone(),
            until: filter.until.clone(),
        },
        notes: Vec::new(),
        books: lists.books,
        totals: Totals {
            records,
            failed,
            jobs: lists.jobs.iter().filter(|job| job.records > 0).count() as u64,
            objects: objects.len() as u64,
            roots: failed.saturating_sub(diagnosis.cascaded),
            cascaded: diagnosis.cascaded,
        },
        jobs: with_status_codes(lists.jobs, &lists.trend, &lists.counters),
        objects,
        groups: lists.groups.into_iter().map(GroupRow::into_group).collect(),
        hierarchy: lists.hierarchy,
        trend: lists.trend.into_iter().map(TrendRow::into_point).collect(),
        group_trend: lists.group_trend,
        failures: lists.failures,
        order: lists.order.into_iter().map(PositionRow::into_position).collect(),
        activity: lists.activity.into_iter().map(|row| row.into_activity(lists.step)).collect(),
        changes: diagnosis.changes,
        different: diagnosis.different,
        verdicts: diagnosis.verdicts,
        findings: diagnosis.findings,
        fix_plan: diagnosis.fix_plan,
        coverage: diagnosis.coverage,
        baseline: None,
        sql,
    };
    report.verdict = super::outline::verdict(&report);
    Ok(report)
}

/// Names of orgs, templates, jobs and users, which a report may hold inside of sentences.
const NAMES: &str = "
    select name from org_master union select name from template union select name from sync_job union select created_by from sync_job";

/// The names that a redaction looks for beside those that it finds by itself.
pub fn names(session: &Session) -> Result<Vec<String>> {
    let named: Vec<Named> = session.rows(NAMES)?;
    Ok(named.into_iter().filter_map(|row| row.name).collect())
}

/// The failed rows of the audit log, for the workbook.
const FAILED_ROWS: &str = "
    select f.job_id, f.object, f.source_id, f.destination_id, f.status_code::varchar as status_code, f.error_message, f.family_id, e.file, f.row_number
    from failure f join stored.export e using (export_id) order by e.ingest_number, f.row_number";

/// Batches that wait to be written.
const WAITING: usize = 4;

/// Hands the failed rows to `take` one by one, so that memory does not grow with their number.
pub fn failed_rows(
    session: &Session,
    take: &mut dyn FnMut(&mut dyn Iterator<Item = Result<AuditRow>>) -> Result<()>,
) -> Result<()> {
    let (sender, receiver) = crossbeam_channel::bounded::<Result<Vec<AuditRow>>>(WAITING);
    let session = session.another()?;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let streamed = session.stream(FAILED_ROWS, &Parameters::new(), &mut |batch| {
                let rows = typed_rows(&Rows { schema: batch.schema(), batches: vec![batch] });
                // Nobody waits for further rows: a workbook holds only so many.
                sender.send(rows).map_err(|_| Error::closed_pipe())
            });
            if let Err(error) = streamed {
                drop(sender.send(Err(error)));
            }
        });
        let mut rows = receiver.into_iter().flat_map(|rows| match rows {
            Ok(rows) => rows.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        });
        take(&mut rows)
    })
}

#[derive(Deserialize)]
struct Minutes {
    minutes: i64,
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

#[derive(Deserialize)]
struct AsOf {
    as_of: Option<String>,
}

#[derive(Deserialize)]
struct JobRow {
    job_id: Option<String>,
    name: Option<String>,
    status: Option<String>,
    started_at: Option<String>,
    ended_at: Option<String>,
    records: u64,
    failed: u64,
}

#[derive(Deserialize)]
struct ObjectStatus {
    object: Option<String>,
    status_code: String,
    records: u64,
    failed: u64,
}

#[derive(Deserialize)]
struct TrendRow {
    job_id: Option<String>,
    started_at: Option<String>,
    object: Option<String>,
    status_code: String,
    records: u64,
}

#[derive(Deserialize)]
struct GroupRow {
    family_id: String,
    group_ids: Vec<String>,
    code: Option<String>,
    root_code: Option<String>,
    category: Option<String>,
    retry: Option<String>,
    pattern: Option<String>,
    fields: Option<Vec<String>>,
    entity: Option<String>,
    objects: Vec<Option<String>>,
    jobs: Vec<Option<String>>,
    records: u64,
    sample: Option<String>,
}

#[derive(Deserialize)]
struct PositionRow {
    job_id: Option<String>,
    object: Option<String>,
    position: i64,
    records: u64,
    failed: u64,
}

#[derive(Deserialize)]
struct ActivityRow {
    job_id: Option<String>,
    at: String,
    records: u64,
    failed: u64,
}

/// The jobs whose own counters an export gives, and how these compare.
fn counters(session: &Session, catalogue: &Catalogue, given: &Given) -> Result<BTreeMap<Option<String>, Counters>> {
    #[derive(Deserialize)]
    struct Compared {
        job_id: Option<String>,
        records: u64,
        holds_all: Option<bool>,
        differs: Option<String>,
    }
    let compared: Vec<Compared> = typed_rows(&catalogue.find("job-retention")?.run(session, given)?)?;
    // Jobs of which no row was exported are not missed.
    let told = compared.into_iter().filter(|job| job.records > 0);
    Ok(told.filter_map(|job| Some((job.job_id, Counters { agree: job.holds_all?, differs: job.differs }))).collect())
}

fn with_status_codes(jobs: Vec<JobRow>, trend: &[TrendRow], counters: &BTreeMap<Option<String>, Counters>) -> Vec<Job> {
    let mut codes: BTreeMap<&Option<String>, BTreeMap<String, u64>> = BTreeMap::new();
    for row in trend {
        *codes.entry(&row.job_id).or_default().entry(row.status_code.clone()).or_default() += row.records;
    }
    jobs.into_iter()
        .map(|job| Job {
            status_codes: codes.get(&job.job_id).cloned().unwrap_or_default(),
            counters: counters.get(&job.job_id).cloned(),
            job_id: job.job_id.unwrap_or_default(),
            name: job.name,
            status: job.status,
            started_at: job.started_at,
            ended_at: job.ended_at,
            records: job.records,
            failed: job.failed,
        })
        .collect()
}

fn objects(counts: &[ObjectStatus]) -> Vec<Object> {
    let mut objects: BTreeMap<&str, Object> = BTreeMap::new();
    for count in counts {
        let name = count.object.as_deref().unwrap_or_default();
        let object = objects.entry(name).or_default();
        object.records += count.records;
        object.failed += count.failed;
        *object.status_codes.entry(count.status_code.clone()).or_default() += count.records;
    }
    let named = |(name, object): (&str, Object)| Object {
        object: name.to_string(),
        failure_rate: rate(object.failed, object.records),
        ..object
    };
    let mut objects: Vec<Object> = objects.into_iter().map(named).collect();
    objects.sort_by(|a, b| b.failed.cmp(&a.failed).then_with(|| b.records.cmp(&a.records)).then_with(|| a.object.cmp(&b.object)));
    objects
}

impl GroupRow {
    fn into_group(self) -> Group {
        Group {
            family_id: self.family_id,
            group_ids: self.group_ids,
            code: self.code,
            root_code: self.root_code,
            category: self.category.unwrap_or_else(|| "other".into()),
            retry: self.retry.unwrap_or_else(|| "unknown".into()),
            pattern: self.pattern.unwrap_or_default(),
            fields: self.fields.unwrap_or_default(),
            entity: self.entity,
            objects: self.objects.into_iter().flatten().collect(),
            jobs: self.jobs.into_iter().flatten().collect(),
            records: self.records,
            sample: self.sample.unwrap_or_default(),
        }
    }
}

impl TrendRow {
    fn into_point(self) -> TrendPoint {
        TrendPoint {
            job_id: self.job_id.unwrap_or_default(),
            started_at: self.started_at,
            object: self.object.unwrap_or_default(),
            status_code: if self.status_code.is_empty() { BLANK.into() } else { self.status_code },
            records: self.records,
        }
    }
}

impl PositionRow {
    fn into_position(self) -> Position {
        Position {
            job_id: self.job_id.unwrap_or_default(),
            object: self.object.unwrap_or_default(),
            from: self.position,
            to: last_order(self.position),
            records: self.records,
            failed: self.failed,
        }
    }
}

impl ActivityRow {
    fn into_activity(self, minutes: i64) -> Activity {
        Activity {
            job_id: self.job_id.unwrap_or_default(),
            at: self.at,
            seconds: minutes.unsigned_abs() * 60,
            records: self.records,
            failed: self.failed,
        }
    }
}
