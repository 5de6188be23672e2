//! What `--verbose` adds: the evidence of each finding, the groups, the objects, the jobs and what was clear.

use anstyle::Style;

use super::super::entries::Entry;
use super::super::model::{Answer, Finding, Fix, Report, rate};
use super::super::words::{clip, count, line, origin, percent, spaced, time, value};
use super::super::{outline, status};
use super::text::{DIM, bar, cut, fit};
use super::{Screen, fit_right};

/// Where the details of a finding begin.
const INDENT: usize = 11;

/// Samples of a finding, and characters of a text: a terminal is to be read, not scrolled.
const SAMPLES: usize = 3;
const TEXT: usize = 400;

/// Findings of one check that are told with their summaries, after the first.
const LIKE: usize = 20;

/// All that the first finding of an entry says, and what the others are.
pub fn entry(screen: &mut Screen, entry: &Entry<'_>, summary: &str, fix: Option<&Fix>) {
    let finding = entry.head;
    let plain = Style::new();
    screen.indented(INDENT, summary, plain);
    for (index, action) in finding.actions.iter().enumerate() {
        screen.indented(INDENT, &format!("{}. {}", index + 1, line(action)), plain);
    }
    if let Some(fix) = fix {
        let recovers = format!("Fixing it recovers {} ({})", count(fix.recovers), percent(fix.share));
        screen.indented(INDENT, &recovers, plain);
    }
    let evidence = evidence(finding);
    if !evidence.is_empty() {
        screen.indented(INDENT, &clip(&evidence.join(" · "), TEXT), DIM);
    }
    let mut told = None;
    for sample in finding.samples.iter().take(SAMPLES) {
        let ids = [&sample.object, &sample.source_id].into_iter().flatten().map(|id| line(id)).collect::<Vec<_>>().join(" ");
        let message = sample.error_message.as_deref().map(line).unwrap_or_default();
        let again = told.as_ref() == Some(&message);
        let says = if again { "the same".to_owned() } else { clip(&message, TEXT).into_owned() };
        screen.indented(INDENT, &format!("{ids} ({}) {says}", origin(sample)), DIM);
        told = Some(message);
    }
    let job = finding.job_id.as_deref().map(|job| format!("job {} · ", line(job))).unwrap_or_default();
    screen.indented(INDENT, &format!("{job}{} · synclens explain {}", line(&finding.id), line(&finding.check)), DIM);
    also(screen, "More like this", &entry.like);
    also(screen, "Also", &entry.beneath);
    screen.line("");
}

/// The evidence that neither the sentences nor the samples have told.
fn evidence(finding: &Finding) -> Vec<String> {
    let texts =
        [&finding.summary].into_iter().chain(&finding.actions).chain(finding.samples.iter().flat_map(|row| &row.error_message));
    let told: Vec<&String> = texts.collect();
    let is_new = |seen: &serde_json::Value| match seen {
        serde_json::Value::Null => false,
        serde_json::Value::String(text) => !told.iter().any(|sentence| sentence.contains(text.as_str())),
        _ => true,
    };
    let new = finding.evidence.iter().filter(|(_, seen)| is_new(seen));
    new.map(|(key, seen)| format!("{}: {}", line(key), line(&value(seen)))).collect()
}

/// Further findings, a paragraph each.
fn also(screen: &mut Screen, label: &str, findings: &[&Finding]) {
    if !findings.is_empty() {
        screen.indented(INDENT, &format!("{label}:"), Style::new());
    }
    for finding in findings.iter().take(LIKE) {
        let says = format!("- {} [{}]", clip(&line(&finding.summary), TEXT), line(&finding.id));
        screen.indented(INDENT, &says, DIM);
    }
    if findings.len() > LIKE {
        let rest = format!("and {} more in the other formats", count((findings.len() - LIKE) as u64));
        screen.indented(INDENT, &rest, DIM);
    }
}

/// The lists of the report.
pub fn write(screen: &mut Screen, report: &Report, top: usize) {
    groups(screen, report, top);
    group_trend(screen, report, top);
    differences(screen, report, top);
    objects(screen, report, top);
    jobs(screen, report, top);
    let clear: Vec<_> = outline::answered(report, Answer::Clear).map(|verdict| line(&verdict.check)).collect();
    if !clear.is_empty() {
        screen.heading("Clear", &format!("{} checks looked and found nothing", clear.len()));
        screen.indented(2, &clear.join(", "), DIM);
    }
}

fn groups(screen: &mut Screen, report: &Report, top: usize) {
    if report.groups.is_empty() {
        return;
    }
    screen.heading("Failure groups", "records with one error pattern, the largest first");
    for group in report.groups.iter().take(top) {
        let share = rate(group.records, report.totals.failed);
        let columns = screen.width - 31;
        let row = format!(
            "  {} {:>7} {} {}",
            fit_right(&count(group.records), 10),
            percent(share),
            fit(&bar(share.unwrap_or(0.0), 8), 8),
            fit(&outline::group_name(group), columns)
        );
        screen.line(&row);
        let objects = group.objects.iter().map(|object| line(object)).collect::<Vec<_>>().join(", ");
        screen.indented(
            30,
            &clip(&format!("{} · retry {} · {objects}", spaced(&group.category), spaced(&group.retry)), TEXT),
            DIM,
        );
    }
    more(screen, report.groups.len(), top);
}

fn group_trend(screen: &mut Screen, report: &Report, top: usize) {
    if report.group_trend.is_empty() {
        return;
    }
    screen.heading("From job to job", "failure groups in the newest job of an object, where chance does not explain it");
    for moved in outline::group_trend(report, top) {
        screen.indented(2, &moved.line(), Style::new());
    }
    more(screen, report.group_trend.len(), top);
}

fn differences(screen: &mut Screen, report: &Report, top: usize) {
    if report.different.is_empty() && report.changes.is_empty() {
        return;
    }
    screen.heading("What is different", "where failures lie, and values that failed rows have more often than the others");
    for change in report.changes.iter().take(top) {
        screen.indented(2, &outline::change_line(report, change), Style::new());
    }
    more(screen, report.changes.len(), top);
    for told in outline::differences(report, top) {
        screen.indented(2, &told.line(), Style::new());
    }
    more(screen, report.different.len(), top);
}

fn objects(screen: &mut Screen, report: &Report, top: usize) {
    if report.objects.is_empty() {
        return;
    }
    screen.heading("Objects", "records, failed, failure rate, statuses");
    for object in report.objects.iter().take(top) {
        let statuses: Vec<_> =
            object.status_codes.iter().map(|(code, records)| format!("{} {}", status::name(code), count(*records))).collect();
        let row = format!(
            "  {} {:>12} {:>12} {:>7}",
            fit(&line(&object.object), named(screen)),
            count(object.records),
            count(object.failed),
            percent(object.failure_rate)
        );
        screen.line(&row);
        screen.indented(4, &statuses.join(" · "), DIM);
    }
    more(screen, report.objects.len(), top);
}

fn jobs(screen: &mut Screen, report: &Report, top: usize) {
    if report.jobs.is_empty() {
        return;
    }
    screen.heading("Jobs", "records, failed, failure rate, status, times");
    for job in report.jobs.iter().take(top) {
        let columns = named(screen);
        let name = job.name.as_deref().map(|name| format!("{} ", line(name))).unwrap_or_default();
        let row = format!(
            "  {} {:>12} {:>12} {:>7}  {}",
            fit(&format!("{name}{}", line(&job.job_id)), columns),
            count(job.records),
            count(job.failed),
            percent(rate(job.failed, job.records)),
            cut(&job.status.as_deref().map(line).unwrap_or_default(), screen.width - 38 - columns)
        );
        screen.line(&row);
        let times: Vec<_> = [&job.started_at, &job.ended_at].into_iter().flatten().map(|at| time(&line(at))).collect();
        if !times.is_empty() {
            screen.indented(4, &times.join(" to "), DIM);
        }
    }
    more(screen, report.jobs.len(), top);
}

/// The columns of a name beside three numbers of 36 columns and a status.
fn named(screen: &Screen) -> usize {
    (screen.width - 46).min(30)
}

fn more(screen: &mut Screen, total: usize, top: usize) {
    if total > top {
        screen.indented(2, &format!("and {} more", count((total - top) as u64)), DIM);
    }
}
