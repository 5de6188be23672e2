//! What the page shows, cut to its limits: the report's lists, and what the page's filters need to count again.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::charts::Chart;
use super::facets::{Facets, Index};
use super::items::{Item, items, parted};
use super::limits::{Limits, bound};
use crate::report::model::{Answer, Book, Coverage, Difference, Fix, Group, Job, Object, Report, Severity, Totals, rate};
use crate::report::{outline, status};

/// All that the template reads.
#[derive(Serialize)]
pub struct Page<'a> {
    tool: &'a str,
    version: &'a str,
    as_of: Option<&'a str>,
    verdict: &'a str,
    bad: bool,
    filters: String,
    notes: &'a [String],
    books_line: String,
    books: Part<'a, Book>,
    totals: &'a Totals,
    failure_rate: Option<f64>,
    severities: Vec<(&'static str, u64)>,
    statuses: Vec<(String, u64)>,
    coverage: &'a Coverage,
    baseline: Option<String>,
    fix_plan: Vec<Step<'a>>,
    fix_more: usize,
    findings: Vec<Item<'a>>,
    findings_more: usize,
    /// What the SQL of the findings of one check has in common.
    check_sql: BTreeMap<&'a str, &'a str>,
    charts: &'a [Chart],
    groups: Vec<GroupRow<'a>>,
    groups_more: usize,
    group_trend: Vec<String>,
    group_trend_more: usize,
    changes: Vec<String>,
    different: Vec<DifferentRow<'a>>,
    different_more: usize,
    objects: Part<'a, Object>,
    jobs: Vec<JobRow<'a>>,
    jobs_more: usize,
    wanted: Vec<WantedRow<'a>>,
    undecided: usize,
    clear: Vec<(&'a str, &'a str)>,
    checks: usize,
    facets: Facets<'a>,
    cells: Vec<[u64; 4]>,
    cells_cover: u64,
    sql: &'a BTreeMap<String, String>,
}

/// The first rows of a list, and how many there are beyond.
#[derive(Serialize)]
struct Part<'a, T> {
    rows: &'a [T],
    more: usize,
}

impl<'a, T> Part<'a, T> {
    fn of(list: &'a [T], limit: usize) -> Self {
        let shown = list.len().min(limit);
        Self { rows: &list[..shown], more: list.len() - shown }
    }
}

#[derive(Serialize)]
struct Step<'a> {
    #[serde(flatten)]
    fix: &'a Fix,
    name: String,
    action: Option<String>,
    shown: bool,
}

#[derive(Serialize)]
struct GroupRow<'a> {
    #[serde(flatten)]
    group: &'a Group,
    name: String,
    share: Option<f64>,
    index: usize,
}

/// Values that failed records have more often: more would not be read.
const DIFFERENCES: usize = 40;

#[derive(Serialize)]
struct DifferentRow<'a> {
    #[serde(flatten)]
    difference: &'a Difference,
    told: String,
    failure: String,
}

#[derive(Serialize)]
struct JobRow<'a> {
    #[serde(flatten)]
    job: &'a Job,
    failure_rate: Option<f64>,
}

#[derive(Serialize)]
struct WantedRow<'a> {
    table: &'a str,
    soql: &'a str,
    command: &'a str,
    waiting: String,
    finds_fields: bool,
    checks: Vec<&'a str>,
}

impl<'a> Page<'a> {
    /// The page of a report within limits.
    pub fn of(report: &'a Report, charts: &'a [Chart], limits: &Limits) -> Self {
        let facets = Facets::of(report, limits);
        let index = Index::of(&facets);
        let findings = items(report, &index, limits);
        let shown: BTreeSet<&str> = findings.iter().map(|item| item.finding.id.as_str()).collect();
        let step = |step: outline::Step<'a>| Step {
            fix: step.fix,
            name: step.name,
            action: step.action,
            shown: shown.contains(step.fix.finding.as_str()),
        };
        let fix_plan: Vec<_> = outline::steps(report, limits.rows).into_iter().map(step).collect();
        let cells: Vec<_> = report.failures.iter().filter_map(|failures| index.cell(failures)).take(limits.cells).collect();
        let jobs: Vec<_> = report.jobs.iter().rev().take(limits.rows).map(job_row).collect();
        let share = |group: &Group| rate(group.records, report.totals.failed);
        let groups = report.groups.iter().take(limits.rows).enumerate();
        let groups: Vec<_> = groups
            .map(|(index, group)| GroupRow { group, name: outline::group_name(group), share: share(group), index })
            .collect();
        let group_trend: Vec<_> = outline::group_trend(report, limits.rows).iter().map(outline::Moved::line).collect();
        let different: Vec<_> = outline::differences(report, limits.rows.min(DIFFERENCES))
            .into_iter()
            .map(|outline::Told { difference, value, failure }| DifferentRow { difference, told: value, failure })
            .collect();
        Self {
            tool: &report.tool.name,
            version: &report.tool.version,
            as_of: report.as_of.as_deref(),
            verdict: &report.verdict,
            bad: report.totals.failed > 0 || outline::at_severity(report, Severity::Critical) > 0,
            filters: outline::filters_line(report),
            notes: &report.notes[..report.notes.len().min(limits.rows)],
            books_line: outline::books_line(report),
            books: Part::of(&report.books, limits.rows),
            totals: &report.totals,
            failure_rate: rate(report.totals.failed, report.totals.records),
            severities: Severity::ALL.map(|severity| (severity.word(), outline::at_severity(report, severity))).to_vec(),
            statuses: outline::status_sums(report).into_iter().map(|(code, rows)| (status::name(&code), rows)).collect(),
            coverage: &report.coverage,
            baseline: outline::baseline_line(report),
            fix_more: report.fix_plan.len() - fix_plan.len(),
            fix_plan,
            check_sql: findings
                .iter()
                .filter_map(|item| Some((item.finding.check.as_str(), parted(item.finding.sql.as_deref()?).0)))
                .collect(),
            findings_more: report.findings.len() - findings.len(),
            findings,
            charts,
            groups_more: report.groups.len() - groups.len(),
            groups,
            group_trend_more: report.group_trend.len() - group_trend.len(),
            group_trend,
            changes: report.changes.iter().take(limits.rows).map(|change| outline::change_line(report, change)).collect(),
            different_more: report.different.len() - different.len(),
            different,
            objects: Part::of(&report.objects, limits.rows),
            jobs_more: report.jobs.len() - jobs.len(),
            jobs,
            wanted: outline::wanted(report).into_iter().map(wanted_row).collect(),
            undecided: outline::answered(report, Answer::Undecidable).count(),
            clear: outline::answered(report, Answer::Clear)
                .map(|verdict| (verdict.check.as_str(), verdict.title.as_str()))
                .collect(),
            checks: report.verdicts.len(),
            cells_cover: cells.iter().map(|cell| cell[3]).sum(),
            cells,
            facets,
            sql: &report.sql,
        }
    }

    /// The page as data in which no text acts and none is too long.
    pub fn inert(&self, limits: &Limits) -> serde_json::Result<Value> {
        let mut value = serde_json::to_value(self)?;
        bound(&mut value, "", limits);
        Ok(value)
    }
}

fn job_row(job: &Job) -> JobRow<'_> {
    JobRow { job, failure_rate: rate(job.failed, job.records) }
}

fn wanted_row(wanted: outline::Wanted<'_>) -> WantedRow<'_> {
    WantedRow {
        table: &wanted.missing.table,
        soql: &wanted.missing.soql,
        command: &wanted.missing.command,
        waiting: wanted.waiting(),
        finds_fields: wanted.missing.finds_fields,
        checks: wanted.checks,
    }
}
