//! What the page shows, cut to its limits: the report's lists, and what the page's filters need to count again.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::charts::Chart;
use crate::report::entries::entries;
use crate::report::model::{
    Answer, Book, Coverage, Difference, Finding, FindingKind, Fix, Group, Job, Object, Report, Severity, Totals, rate,
};
use crate::report::words::{self, clip, visible};
use crate::report::{outline, status};

/// How much of each list, and of each text, is shown.
pub struct Limits {
    findings: usize,
    samples: usize,
    rows: usize,
    cells: usize,
    text: usize,
    sql: usize,
}

impl Default for Limits {
    /// What a reader can use: the lists are ordered by weight, and the page filters.
    fn default() -> Self {
        Self { findings: 300, samples: 8, rows: 300, cells: 20_000, text: 1_500, sql: 12_000 }
    }
}

impl Limits {
    /// Half as much; none once a page cannot get any smaller.
    pub fn halved(&self) -> Option<Self> {
        let half = |limit: usize, least: usize| (limit / 2).max(least);
        let less = Self {
            findings: half(self.findings, 10),
            samples: half(self.samples, 1),
            rows: half(self.rows, 10),
            cells: half(self.cells, 100),
            text: half(self.text, 200),
            sql: half(self.sql, 1_000),
        };
        (less.findings < self.findings || less.text < self.text || less.sql < self.sql).then_some(less)
    }
}

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
    charts: &'a [Chart],
    groups: Vec<GroupRow<'a>>,
    groups_more: usize,
    changes: Vec<String>,
    different: Part<'a, Difference>,
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
    action: Option<&'a str>,
    shown: bool,
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    summary_kind: bool,
    /// What stands above this finding and those after it, which are like the one before or beneath it.
    opens: String,
    /// Whether it is the last of those.
    closes: bool,
    place: String,
    fix: Option<&'a Fix>,
    values: Vec<(&'a str, String)>,
    rows: Vec<SampleRow<'a>>,
    match_jobs: String,
    match_objects: String,
    match_codes: String,
    match_categories: String,
    match_groups: String,
}

#[derive(Serialize)]
struct SampleRow<'a> {
    object: &'a Option<String>,
    source_id: &'a Option<String>,
    destination_id: &'a Option<String>,
    status: Option<String>,
    error_message: &'a Option<String>,
    origin: String,
}

#[derive(Serialize)]
struct GroupRow<'a> {
    #[serde(flatten)]
    group: &'a Group,
    name: String,
    share: Option<f64>,
    index: usize,
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

/// What the page filters by; rows name a value by its place in these lists.
#[derive(Serialize)]
struct Facets<'a> {
    jobs: Vec<(&'a str, String)>,
    objects: Vec<&'a str>,
    codes: Vec<&'a str>,
    categories: Vec<&'a str>,
    groups: Vec<(&'a str, String)>,
    /// Code and category of each group.
    of_group: Vec<[usize; 2]>,
}

/// The code under which groups without one are filtered.
const NO_CODE: &str = "(no code)";

impl<'a> Facets<'a> {
    fn of(report: &'a Report, limits: &Limits) -> Self {
        let groups = &report.groups[..report.groups.len().min(limits.rows)];
        let sorted = |mut values: Vec<&'a str>| {
            values.sort_unstable();
            values.dedup();
            values
        };
        let codes = sorted(groups.iter().map(code).collect());
        let categories = sorted(groups.iter().map(|group| group.category.as_str()).collect());
        let of_group =
            groups.iter().map(|group| [place_in(&codes, code(group)), place_in(&categories, &group.category)]).collect();
        let name = |job: &Job| job.name.clone().unwrap_or_else(|| job.job_id.clone());
        Self {
            jobs: report.jobs.iter().rev().take(limits.rows).map(|job| (job.job_id.as_str(), name(job))).collect(),
            objects: report.objects.iter().take(limits.rows).map(|object| object.object.as_str()).collect(),
            groups: groups.iter().map(|group| (group.family_id.as_str(), outline::group_name(group))).collect(),
            codes,
            categories,
            of_group,
        }
    }
}

fn code(group: &Group) -> &str {
    group.code.as_deref().unwrap_or(NO_CODE)
}

fn place_in(sorted: &[&str], value: &str) -> usize {
    sorted.binary_search(&value).expect("the list was made of all values")
}

impl<'a> Page<'a> {
    /// The page of a report within limits.
    pub fn of(report: &'a Report, charts: &'a [Chart], limits: &Limits) -> Self {
        let facets = Facets::of(report, limits);
        let index = Index::of(&facets);
        let findings = index.items(report, limits);
        let fix_plan: Vec<_> = report.fix_plan.iter().take(limits.rows).map(|fix| step(report, fix, &findings)).collect();
        let cells: Vec<_> = report.failures.iter().filter_map(|failures| index.cell(failures)).take(limits.cells).collect();
        let jobs: Vec<_> = report.jobs.iter().rev().take(limits.rows).map(job_row).collect();
        let share = |group: &Group| rate(group.records, report.totals.failed);
        let groups = report.groups.iter().take(limits.rows).enumerate();
        let groups: Vec<_> = groups
            .map(|(index, group)| GroupRow { group, name: outline::group_name(group), share: share(group), index })
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
            findings_more: report.findings.len() - findings.len(),
            findings,
            charts,
            groups_more: report.groups.len() - groups.len(),
            groups,
            changes: report.changes.iter().take(limits.rows).map(|change| outline::change_line(report, change)).collect(),
            different: Part::of(&report.different, limits.rows.min(40)),
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

    /// The page as data in which no text acts and none is too long. The drawings, and the values that a reader copies,
    /// stay as they are.
    pub fn inert(&self, limits: &Limits) -> serde_json::Result<Value> {
        let mut value = serde_json::to_value(self)?;
        bound(&mut value, "", limits);
        Ok(value)
    }
}

fn bound(value: &mut Value, key: &str, limits: &Limits) {
    match value {
        Value::String(_) if key == "svg" => {}
        Value::String(text) => {
            let limit = if key == "sql" { limits.sql } else { limits.text };
            *text = visible(&clip(text, limit)).into_owned();
        }
        Value::Array(values) => values.iter_mut().for_each(|value| bound(value, key, limits)),
        Value::Object(values) => {
            for (inner, value) in values.iter_mut() {
                bound(value, if key == "sql" { key } else { inner }, limits);
            }
        }
        _ => {}
    }
}

fn step<'a>(report: &'a Report, fix: &'a Fix, shown: &[Item<'_>]) -> Step<'a> {
    let finding = report.findings.iter().find(|finding| finding.id == fix.finding);
    let action = finding.and_then(|finding| finding.actions.first()).map(String::as_str);
    Step { fix, name: outline::fix_name(report, fix), action, shown: shown.iter().any(|item| item.finding.id == fix.finding) }
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

/// Where each value stands in the facets.
struct Index<'a> {
    jobs: BTreeMap<&'a str, usize>,
    objects: BTreeMap<&'a str, usize>,
    groups: BTreeMap<&'a str, usize>,
    of_group: Vec<[usize; 2]>,
}

impl<'a> Index<'a> {
    fn of(facets: &Facets<'a>) -> Self {
        Self {
            jobs: facets.jobs.iter().enumerate().map(|(index, job)| (job.0, index)).collect(),
            objects: facets.objects.iter().enumerate().map(|(index, object)| (*object, index)).collect(),
            groups: facets.groups.iter().enumerate().map(|(index, group)| (group.0, index)).collect(),
            of_group: facets.of_group.clone(),
        }
    }

    fn cell(&self, failures: &crate::report::model::Failures) -> Option<[u64; 4]> {
        let job = *self.jobs.get(failures.job_id.as_str())?;
        let object = *self.objects.get(failures.object.as_str())?;
        let group = *self.groups.get(failures.family_id.as_str())?;
        Some([job as u64, object as u64, group as u64, failures.records])
    }

    /// Findings in the order of their entries, those behind the first of an entry folded away.
    fn items<'r>(&self, report: &'r Report, limits: &Limits) -> Vec<Item<'r>> {
        let mut items: Vec<Item<'r>> = Vec::new();
        for entry in entries(report) {
            items.push(self.item(report, entry.head, limits));
            let further = entry.like.iter().chain(&entry.beneath);
            let first = items.len();
            items.extend(further.map(|finding| self.item(report, finding, limits)).take(limits.findings.saturating_sub(first)));
            if let Some(opening) = items.get_mut(first) {
                opening.opens = [entry.more(), entry.also()].join(". ").trim_matches(['.', ' ']).to_owned();
                items.last_mut().expect("it has an item").closes = true;
            }
        }
        items.truncate(limits.findings);
        items
    }

    fn item<'r>(&self, report: &'r Report, finding: &'r Finding, limits: &Limits) -> Item<'r> {
        let groups: Vec<usize> = finding.families.iter().filter_map(|family| self.groups.get(family.as_str()).copied()).collect();
        let scope = |one: &Option<String>, known: &BTreeMap<&str, usize>, of: fn(&Group) -> &Vec<String>| match one {
            Some(value) => listed(known.get(value.as_str()).copied()),
            None if finding.families.is_empty() => "*".to_owned(),
            None => {
                let values = groups.iter().flat_map(|group| of(&report.groups[*group]));
                listed(values.filter_map(|value| known.get(value.as_str()).copied()))
            }
        };
        Item {
            summary_kind: finding.kind == FindingKind::Summary,
            opens: String::new(),
            closes: false,
            place: words::place(finding),
            fix: outline::fix_of(report, finding),
            values: finding.evidence.iter().map(|(key, value)| (key.as_str(), words::value(value))).collect(),
            rows: finding.samples.iter().take(limits.samples).map(sample_row).collect(),
            match_jobs: scope(&finding.job_id, &self.jobs, |group| &group.jobs),
            match_objects: scope(&finding.object, &self.objects, |group| &group.objects),
            match_codes: listed(groups.iter().map(|group| self.of_group[*group][0])),
            match_categories: listed(groups.iter().map(|group| self.of_group[*group][1])),
            match_groups: listed(groups.iter().copied()),
            finding,
        }
    }
}

/// Places as an attribute: `0 3 5`.
fn listed(places: impl IntoIterator<Item = usize>) -> String {
    let mut places: Vec<_> = places.into_iter().collect();
    places.sort_unstable();
    places.dedup();
    places.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
}

fn sample_row(row: &crate::report::model::AuditRow) -> SampleRow<'_> {
    SampleRow {
        object: &row.object,
        source_id: &row.source_id,
        destination_id: &row.destination_id,
        status: row.status_code.as_deref().map(status::name),
        error_message: &row.error_message,
        origin: words::origin(row),
    }
}
