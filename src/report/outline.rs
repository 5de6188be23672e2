//! What several formats say in the same words: the verdict, the sums of the books, the evidence that is wanted.

use std::collections::BTreeMap;

use super::model::{
    Answer, Axis, BLANK, Change, Counters, Difference, Filters, Finding, FindingKind, Fix, Group, GroupTrend, Job, Missing,
    Report, Severity, Verdict, rate,
};
use super::words::{clip, count, counted, line, percent, place, spaced, time};

/// Fixes that a reader takes in at once.
const FIRST: usize = 5;

/// The answer in one line: how much failed, and where to begin.
pub fn verdict(report: &Report) -> String {
    let totals = &report.totals;
    let mut says = match totals.failed {
        _ if totals.records == 0 && report.filters != Filters::default() => "No audit row matches the filters.".to_owned(),
        _ if totals.records == 0 => "No audit rows were given.".to_owned(),
        0 => format!("None of {} failed.", counted(totals.records, "record")),
        failed => format!(
            "{} of {} failed ({}).",
            count(failed),
            counted(totals.records, "record"),
            percent(rate(failed, totals.records))
        ),
    };
    let recovered =
        |fixes: &[Fix]| percent(rate(fixes.iter().map(|fix| fix.recovers).sum::<u64>().min(totals.failed), totals.failed));
    match report.fix_plan.iter().filter(|fix| fix.recovers > 0).count() {
        0 => {}
        1 => says += &format!(" 1 fix recovers {}.", recovered(&report.fix_plan)),
        fixes if fixes <= FIRST => says += &format!(" {fixes} fixes recover {}.", recovered(&report.fix_plan)),
        fixes => {
            let (first, all) = (recovered(&report.fix_plan[..FIRST]), recovered(&report.fix_plan));
            says += &format!(" The first {FIRST} of {} fixes recover {first}, all of them {all}.", count(fixes as u64));
        }
    }
    if let Some(worst) = diagnoses(report).find(|finding| finding.severity == Severity::Critical) {
        says += &format!(" Critical: {}", line(&worst.title));
        let others = at_severity(report, Severity::Critical) - 1;
        says += &if others > 0 { format!(", and {} more.", count(others)) } else { ".".to_owned() };
    } else if totals.failed == 0 && at_severity(report, Severity::Warning) > 0 {
        says += &format!(" {}.", counted(at_severity(report, Severity::Warning), "warning"));
    }
    says
}

/// How many diagnoses have a severity.
pub fn at_severity(report: &Report, severity: Severity) -> u64 {
    diagnoses(report).filter(|finding| finding.severity == severity).count() as u64
}

/// The findings that name something wrong, in the report's order.
pub fn diagnoses(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.kind == FindingKind::Diagnosis)
}

/// The jobs that processed something, oldest first: what was only scanned had no chance to fail.
pub fn processed_jobs(report: &Report) -> impl Iterator<Item = &Job> {
    let waiting = |job: &Job| ["9", BLANK].iter().filter_map(|code| job.status_codes.get(*code)).sum::<u64>();
    report.jobs.iter().filter(move |job| job.records > waiting(job))
}

/// The checks with one answer, in the report's order.
pub fn answered(report: &Report, answer: Answer) -> impl Iterator<Item = &Verdict> {
    report.verdicts.iter().filter(move |verdict| verdict.verdict == answer)
}

/// The sums over all books: read, stored, rejected, superseded.
pub fn book_sums(report: &Report) -> [u64; 4] {
    report.books.iter().fold([0; 4], |[read, stored, rejected, superseded], book| {
        [read + book.rows_read, stored + book.rows_stored, rejected + book.rows_rejected, superseded + book.rows_superseded]
    })
}

/// The books in one sentence.
pub fn books_line(report: &Report) -> String {
    let [read, stored, rejected, superseded] = book_sums(report);
    let mut says = format!(
        "{}: {} read = {} stored + {} rejected",
        counted(report.books.len() as u64, "export"),
        counted(read, "row"),
        count(stored),
        count(rejected)
    );
    if read != stored + rejected {
        says += " (the books do not close)";
    }
    if superseded > 0 {
        says += &format!("; {} of the stored superseded by later exports", count(superseded));
    }
    says + &counters_line(report)
}

/// Jobs whose counters differ that are named.
const NAMED_JOBS: usize = 2;

/// How the jobs' own counters compare with their rows; empty where no export gives them.
fn counters_line(report: &Report) -> String {
    let told: Vec<(&Job, &Counters)> = report.jobs.iter().filter_map(|job| Some((job, job.counters.as_ref()?))).collect();
    let differing: Vec<_> = told.iter().filter(|(_, counters)| !counters.agree).collect();
    let agreeing = (told.len() - differing.len()) as u64;
    let mut parts = Vec::new();
    if agreeing > 0 {
        parts.push(format!("the counters of {} agree", counted(agreeing, "job")));
    }
    for (job, counters) in differing.iter().take(NAMED_JOBS) {
        let differs = line(counters.differs.as_deref().unwrap_or_default());
        parts.push(format!("the counters of job {} differ ({differs})", line(&job.job_id)));
    }
    if differing.len() > NAMED_JOBS {
        parts.push(format!("so do those of {} more", counted((differing.len() - NAMED_JOBS) as u64, "job")));
    }
    parts.iter().map(|part| format!("; {part}")).collect()
}

/// What a report was limited to, in words; empty without filters.
pub fn filters_line(report: &Report) -> String {
    let filters = &report.filters;
    let mut parts = Vec::new();
    if !filters.jobs.is_empty() {
        parts.push(format!("job {}", filters.jobs.iter().map(|job| line(job)).collect::<Vec<_>>().join(", ")));
    }
    if !filters.objects.is_empty() {
        parts.push(format!("object {}", filters.objects.iter().map(|object| line(object)).collect::<Vec<_>>().join(", ")));
    }
    parts.extend(filters.since.as_ref().map(|since| format!("since {}", line(since))));
    parts.extend(filters.until.as_ref().map(|until| format!("until {}", line(until))));
    parts.join(", ")
}

/// How the report compares with its baseline, in one sentence.
pub fn baseline_line(report: &Report) -> Option<String> {
    let baseline = report.baseline.as_ref()?;
    Some(format!(
        "{} of {} failed then ({}); {} new, {} gone",
        count(baseline.failed),
        counted(baseline.records, "record"),
        percent(baseline.failure_rate),
        counted(baseline.new_families.len() as u64, "failure group"),
        count(baseline.gone_families.len() as u64)
    ))
}

/// A change of the failure rate in one sentence.
pub fn change_line(report: &Report, change: &Change) -> String {
    let job = report.jobs.iter().find(|job| job.job_id == change.job_id).and_then(|job| job.name.as_ref());
    let job = line(job.unwrap_or(&change.job_id));
    let place = match &change.object {
        Some(object) => format!("{} in job {job}", line(object)),
        None => format!("Job {job}"),
    };
    let unit = if change.along == Axis::Order { "Order " } else { "" };
    let moment = |at: &str| at.parse().map_or_else(|_| time(at), count);
    let stretch = match (&change.until, change.stretches) {
        (None, _) => format!("from {unit}{} on", moment(&change.at)),
        (Some(until), 0 | 1) => format!("from {unit}{} to {}", moment(&change.at), moment(until)),
        (Some(until), stretches) => {
            format!("in {} stretches between {unit}{} and {}", count(stretches), moment(&change.at), moment(until))
        }
    };
    let batch = change.batch.map(|size| format!("; they begin and end at multiples of {}, as batches do", count(size)));
    format!(
        "{place}: {stretch}, {} of {} fail; elsewhere {}{}",
        percent(change.rate_after),
        counted(change.records, "record"),
        percent(change.rate_before),
        batch.unwrap_or_default()
    )
}

/// A value that failed records have more often than the others, in words.
#[derive(Debug)]
pub struct Told<'a> {
    /// The value and its numbers.
    pub difference: &'a Difference,
    /// `depth = 3 and hour = 2026-01-05T10:00:00Z`.
    pub value: String,
    /// The failure that these records have more often.
    pub failure: String,
}

impl Told<'_> {
    /// All of it in one sentence.
    pub fn line(&self) -> String {
        let Difference { failed, processed, ratio, ci_low, ci_high, support, scope, .. } = self.difference;
        format!(
            "{}: {} of {} {} fail so, {ratio:.1} times as often as the others ({ci_low:.1} to {ci_high:.1}), {} of these failures: {}",
            self.value,
            count(*failed),
            count(*processed),
            line(scope),
            percent(Some(*support)),
            clip(&self.failure, FAILURE)
        )
    }
}

/// Characters of a failure that a sentence names.
const FAILURE: usize = 120;

/// The first `most` values that failed records have more often than the others.
pub fn differences(report: &Report, most: usize) -> Vec<Told<'_>> {
    let names = failure_names(report);
    let told = |difference: &'_ Difference| {
        let failure = difference.family_id.as_deref().and_then(|family| names.get(family));
        failure.cloned().unwrap_or_else(|| "all failures".to_owned())
    };
    let different = report.different.iter().take(most);
    different.map(|difference| Told { difference, value: value_name(difference), failure: told(difference) }).collect()
}

/// The names of the failure groups by their families.
fn failure_names(report: &Report) -> BTreeMap<&str, String> {
    report.groups.iter().map(|group| (group.family_id.as_str(), group_name(group))).collect()
}

/// What became of a failure group, in words.
#[derive(Debug)]
pub struct Moved<'a> {
    /// The group and its numbers.
    pub trend: &'a GroupTrend,
    /// The failure.
    pub failure: String,
    says: String,
}

impl Moved<'_> {
    /// All of it in one sentence.
    pub fn line(&self) -> String {
        format!("{}: {}", self.says, clip(&self.failure, FAILURE))
    }
}

/// What became of the first `most` failure groups.
pub fn group_trend(report: &Report, most: usize) -> Vec<Moved<'_>> {
    let names = failure_names(report);
    let moved = |trend: &'_ GroupTrend| names.get(trend.family_id.as_str()).cloned().unwrap_or_else(|| trend.family_id.clone());
    let trends = report.group_trend.iter().take(most);
    trends.map(|trend| Moved { trend, failure: moved(trend), says: moved_line(report, trend) }).collect()
}

fn moved_line(report: &Report, trend: &GroupTrend) -> String {
    let job = |id: &str| line(job_name(report, id));
    let part = |failed: u64, of: u64, rate: Option<f64>| match failed {
        0 => format!("none of {}", count(of)),
        _ => format!("{} of {} ({})", count(failed), count(of), percent(rate)),
    };
    let before = match trend.jobs_before {
        1 => format!("in job {}", job(&trend.job_before)),
        jobs => format!("in the {} jobs before", count(jobs)),
    };
    let last_seen = trend.last_seen.as_deref().map(|id| format!("; last seen in job {}", job(id))).unwrap_or_default();
    format!(
        "{} in job {}: {}, {} failed so, {} {before}{last_seen}",
        line(&trend.object),
        job(&trend.job_id),
        trend.change,
        part(trend.records, trend.processed, trend.failure_rate),
        part(trend.records_before, trend.processed_before, trend.rate_before)
    )
}

/// How many failure groups came, grew, shrank, went or came back; empty where none did.
pub fn group_trend_line(report: &Report) -> String {
    let number = |change: &str| report.group_trend.iter().filter(|trend| trend.change == change).count() as u64;
    let told = ["new", "returned", "grown", "shrunk", "gone"].map(|change| (number(change), change));
    let told = told.iter().filter(|(number, _)| *number > 0);
    told.map(|(number, change)| format!("{} {change}", count(*number))).collect::<Vec<_>>().join(", ")
}

/// Each dimension with its value. A value that holds the word between two of them stays in one piece with the other.
fn value_name(difference: &Difference) -> String {
    const AND: &str = " and ";
    let Difference { dimension, value, .. } = difference;
    let (dimensions, values): (Vec<&str>, Vec<&str>) = (dimension.split(AND).collect(), value.split(AND).collect());
    if dimensions.len() != values.len() {
        return format!("{} = {}", spaced(dimension), line(value));
    }
    let each = dimensions.iter().zip(values).map(|(dimension, value)| format!("{} = {}", spaced(dimension), line(value)));
    each.collect::<Vec<_>>().join(AND)
}

/// Rows by status code over all objects, in the order in which charts stack them, undocumented codes last.
pub fn status_sums(report: &Report) -> Vec<(String, u64)> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for object in &report.objects {
        for (code, records) in &object.status_codes {
            *sums.entry(code).or_default() += records;
        }
    }
    let mut ordered = Vec::with_capacity(sums.len());
    for code in super::status::documented() {
        ordered.extend(sums.remove(code).map(|records| (code.to_owned(), records)));
    }
    ordered.extend(sums.into_iter().map(|(code, records)| (code.to_owned(), records)));
    ordered
}

/// A piece of evidence that was not given, with the checks that wait for it.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The evidence, and how to get it.
    pub missing: &'a Missing,
    /// The checks that wait for it.
    pub checks: Vec<&'a str>,
}

impl Wanted<'_> {
    /// `1 check waits for it`, `2 checks wait for it`.
    pub fn waiting(&self) -> String {
        let end = if self.checks.len() == 1 { "s" } else { "" };
        format!("{} wait{end} for it", counted(self.checks.len() as u64, "check"))
    }
}

/// The evidence that would decide what could not be decided, the piece that most checks wait for first.
pub fn wanted(report: &Report) -> Vec<Wanted<'_>> {
    let mut by_table: BTreeMap<&Missing, Vec<&str>> = BTreeMap::new();
    for verdict in answered(report, Answer::Undecidable) {
        for missing in &verdict.missing {
            by_table.entry(missing).or_default().push(&verdict.check);
        }
    }
    let mut wanted: Vec<_> = by_table.into_iter().map(|(missing, checks)| Wanted { missing, checks }).collect();
    wanted.sort_by_key(|wanted| std::cmp::Reverse(wanted.checks.len()));
    wanted
}

/// What people call a job: its name where it is known, else its id.
pub fn job_name<'a>(report: &'a Report, job_id: &'a str) -> &'a str {
    let job = report.jobs.iter().find(|job| job.job_id == job_id);
    job.and_then(|job| job.name.as_deref()).unwrap_or(job_id)
}

/// The steps of the fix plan, by the ids of the findings that they are.
pub fn fixes(report: &Report) -> BTreeMap<&str, &Fix> {
    report.fix_plan.iter().map(|fix| (fix.finding.as_str(), fix)).collect()
}

/// A step of the fix plan in words.
#[derive(Debug)]
pub struct Step<'a> {
    /// The step.
    pub fix: &'a Fix,
    /// What to fix, with the place that it is about.
    pub name: String,
    /// What to do first; where another step has the same name, after what tells them apart.
    pub action: Option<String>,
}

/// Characters of a summary that stands before an action.
const SUMMARY: usize = 110;

/// The first `most` steps of the fix plan.
pub fn steps(report: &Report, most: usize) -> Vec<Step<'_>> {
    let findings: BTreeMap<&str, &Finding> = report.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect();
    let found = |fix: &Fix| findings.get(fix.finding.as_str()).copied();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for fix in &report.fix_plan {
        *named.entry(step_name(fix, found(fix))).or_default() += 1;
    }
    let step = |fix| {
        let name = step_name(fix, found(fix));
        let action = found(fix).and_then(|finding| {
            let action = line(finding.actions.first()?);
            let summary = line(&finding.summary);
            let summary = clip(&summary, SUMMARY);
            Some(if named[&name] > 1 { format!("{}. {action}", summary.trim_end_matches('.')) } else { action })
        });
        Step { fix, name, action }
    };
    report.fix_plan.iter().take(most).map(step).collect()
}

fn step_name(fix: &Fix, finding: Option<&Finding>) -> String {
    let place = finding.map(place).unwrap_or_default();
    let title = line(&fix.title);
    match place.strip_prefix("job ") {
        Some(job) => format!("Job {job}: {title}"),
        None if place.is_empty() => title,
        None => format!("{place}: {title}"),
    }
}

/// The name of a group: its code and its pattern, in one line.
pub fn group_name(group: &Group) -> String {
    let pattern = line(&group.pattern);
    match (&group.code, pattern.is_empty()) {
        (Some(code), true) => line(code),
        (Some(code), false) if pattern.starts_with(code.as_str()) => pattern,
        (Some(code), false) => format!("{}: {pattern}", line(code)),
        (None, false) => pattern,
        (None, true) => "(failed without a message)".to_owned(),
    }
}
