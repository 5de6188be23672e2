//! The report as Markdown, for tickets and pull requests.

use std::fmt::Write as _;
use std::io::Write;

use super::entries::{Entry, entries};
use super::model::{Answer, Finding, Report, rate};
use super::outline;
use super::words::{clip, count, counted, line, percent, place, spaced, time};
use crate::error::{Place, Result};

/// Entries of findings, groups and other rows shown where nothing else was asked for, and characters of a text.
const ENTRIES: usize = 30;
const ROWS: usize = 15;
const TEXT: usize = 500;

/// Findings that are told behind the first of an entry: as many as let the text stay below [`LARGEST`].
const FURTHER: [usize; 5] = [20, 8, 3, 1, 0];

/// An issue on GitHub holds 65,536 characters.
const LARGEST: usize = 65_000;

/// Writes the report; `top` limits findings, steps and groups, and lifts the bound of the whole.
pub fn render(report: &Report, top: Option<usize>, out: &mut dyn Write) -> Result<()> {
    let mut text = String::new();
    for further in FURTHER {
        text = page(report, top, further);
        if top.is_some() || text.chars().count() < LARGEST {
            break;
        }
    }
    out.write_all(text.as_bytes()).place(|| "cannot write the report as Markdown".to_owned())
}

fn page(report: &Report, top: Option<usize>, further: usize) -> String {
    let mut text = String::new();
    let rows = top.unwrap_or(ROWS);
    head(&mut text, report);
    fix_plan(&mut text, report, rows);
    findings(&mut text, report, top.unwrap_or(ENTRIES), further);
    groups(&mut text, report, rows);
    group_trend(&mut text, report, rows);
    differences(&mut text, report, rows);
    objects(&mut text, report, rows);
    undecided(&mut text, report);
    books(&mut text, report, rows);
    text
}

/// Writes to a string, which cannot fail.
macro_rules! put {
    ($text:expr, $($part:tt)*) => { writeln!($text, $($part)*).expect("a string takes all that is written") };
}

fn head(text: &mut String, report: &Report) {
    let totals = &report.totals;
    put!(text, "# Sync report\n");
    put!(text, "**{}**\n", plain(&report.verdict));
    put!(text, "- {}", plain(&outline::books_line(report)));
    let as_of = report.as_of.as_deref().map(|at| format!(", as of {}", time(at))).unwrap_or_default();
    put!(
        text,
        "- {} in {} and {}{}",
        counted(totals.records, "record"),
        counted(totals.jobs, "job"),
        counted(totals.objects, "object"),
        plain(&as_of)
    );
    if totals.failed > 0 {
        put!(
            text,
            "- {} failed ({}): {} by themselves, {} because another record failed",
            count(totals.failed),
            percent(rate(totals.failed, totals.records)),
            count(totals.roots),
            count(totals.cascaded)
        );
    }
    let limited = outline::filters_line(report);
    if !limited.is_empty() {
        put!(text, "- Only {}", plain(&limited));
    }
    if let Some(baseline) = outline::baseline_line(report) {
        put!(text, "- Baseline: {baseline}");
    }
    for note in &report.notes {
        put!(text, "- {}", plain(note));
    }
}

fn fix_plan(text: &mut String, report: &Report, rows: usize) {
    if report.fix_plan.is_empty() {
        return;
    }
    put!(text, "\n## Fix plan\n");
    put!(text, "| # | Fix | Recovers | Possibly | Share | Running total |");
    put!(text, "|--:|---|--:|--:|--:|--:|");
    for (index, step) in outline::steps(report, rows).iter().enumerate() {
        let fix = step.fix;
        let action = step.action.as_deref().map(|action| format!("<br>{}", plain(action))).unwrap_or_default();
        put!(
            text,
            "| {} | **{}**{action} | {} | {} | {} | {} |",
            index + 1,
            plain(&step.name),
            count(fix.recovers),
            if fix.possibly_recovers > 0 { format!("+{}", count(fix.possibly_recovers)) } else { String::new() },
            percent(fix.share),
            percent(fix.cumulative_share)
        );
    }
    more(text, report.fix_plan.len(), rows, "step");
    let coverage = &report.coverage;
    put!(
        text,
        "\nFindings explain {} of {} failures ({}).",
        count(coverage.explained),
        count(coverage.failed),
        percent(coverage.share)
    );
}

fn findings(text: &mut String, report: &Report, top: usize, further: usize) {
    put!(text, "\n## Findings");
    if report.findings.is_empty() {
        put!(text, "\nNone.");
    }
    let entries = entries(report);
    for entry in entries.iter().take(top) {
        one_entry(text, entry, further);
    }
    more(text, entries.len(), top, "check");
}

fn one_entry(text: &mut String, entry: &Entry<'_>, further: usize) {
    let finding = entry.head;
    let place = place(finding);
    let place = if place.is_empty() { String::new() } else { format!(" – {}", plain(&place)) };
    put!(text, "\n### {}: {}{}\n", finding.severity.word(), plain(&finding.title), place);
    let certainty = if finding.certain { "" } else { "Possible cause: " };
    let records = if finding.records > 0 { format!(" ({})", counted(finding.records, "record")) } else { String::new() };
    put!(text, "{certainty}{}{records}\n", plain(&finding.summary));
    for (index, action) in finding.actions.iter().enumerate() {
        put!(text, "{}. {}", index + 1, plain(action));
    }
    if let Some(message) = finding.samples.iter().find_map(|sample| sample.error_message.as_deref()) {
        put!(text, "\n> {}", plain(message));
    }
    put!(text, "\n`{}`", code(&finding.id));
    also(text, "More like this", &entry.like, further);
    also(text, "Also", &entry.beneath, further);
}

/// Further findings, a line each.
fn also(text: &mut String, label: &str, findings: &[&Finding], further: usize) {
    if !findings.is_empty() {
        put!(text, "\n{label}:\n");
    }
    for finding in findings.iter().take(further) {
        put!(text, "- {} (`{}`)", plain(&finding.summary), code(&finding.id));
    }
    more(text, findings.len(), further, "finding");
}

fn groups(text: &mut String, report: &Report, rows: usize) {
    if report.groups.is_empty() {
        return;
    }
    put!(text, "\n## Failure groups\n");
    put!(text, "| Records | Share | Category | Retry | Objects | Group |");
    put!(text, "|--:|--:|---|---|---|---|");
    for group in report.groups.iter().take(rows) {
        put!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            count(group.records),
            percent(rate(group.records, report.totals.failed)),
            plain(&spaced(&group.category)),
            plain(&spaced(&group.retry)),
            plain(&clip(&group.objects.join(", "), 80)),
            plain(&outline::group_name(group))
        );
    }
    more(text, report.groups.len(), rows, "group");
}

fn group_trend(text: &mut String, report: &Report, rows: usize) {
    if report.group_trend.is_empty() {
        return;
    }
    put!(text, "\n## From job to job\n");
    for moved in outline::group_trend(report, rows) {
        put!(text, "- {}", plain(&moved.line()));
    }
    more(text, report.group_trend.len(), rows, "failure group");
}

fn differences(text: &mut String, report: &Report, rows: usize) {
    if report.different.is_empty() && report.changes.is_empty() {
        return;
    }
    put!(text, "\n## What is different\n");
    for change in report.changes.iter().take(rows) {
        put!(text, "- {}", plain(&outline::change_line(report, change)));
    }
    for told in outline::differences(report, rows) {
        put!(text, "- {}", plain(&told.line()));
    }
}

fn objects(text: &mut String, report: &Report, rows: usize) {
    if report.objects.is_empty() {
        return;
    }
    put!(text, "\n## Objects\n");
    put!(text, "| Object | Records | Failed | Failure rate |");
    put!(text, "|---|--:|--:|--:|");
    for object in report.objects.iter().take(rows) {
        let rate = percent(object.failure_rate);
        put!(text, "| {} | {} | {} | {rate} |", plain(&object.object), count(object.records), count(object.failed));
    }
    more(text, report.objects.len(), rows, "object");
}

fn undecided(text: &mut String, report: &Report) {
    let undecided = outline::answered(report, Answer::Undecidable).count() as u64;
    if undecided == 0 {
        return;
    }
    let checks = counted(report.verdicts.len() as u64, "check");
    put!(text, "\n## Not decided\n\n{} of {checks} need evidence that was not given.\n", count(undecided));
    for wanted in outline::wanted(report) {
        let missing = wanted.missing;
        let checks = counted(wanted.checks.len() as u64, "check");
        put!(text, "- `{}` ({checks}): `{}`", code(&missing.table), code(&missing.command));
    }
}

fn books(text: &mut String, report: &Report, rows: usize) {
    if report.books.is_empty() {
        return;
    }
    put!(text, "\n## Books\n");
    put!(text, "| Export | Table | Read | Stored | Rejected | Superseded |");
    put!(text, "|---|---|--:|--:|--:|--:|");
    for book in report.books.iter().take(rows) {
        put!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            plain(&book.file),
            plain(&book.table),
            count(book.rows_read),
            count(book.rows_stored),
            count(book.rows_rejected),
            count(book.rows_superseded)
        );
    }
    more(text, report.books.len(), rows, "export");
}

fn more(text: &mut String, total: usize, shown: usize, noun: &str) {
    if total > shown {
        let rest = counted((total - shown) as u64, &format!("more {noun}"));
        put!(text, "\nand {rest}.");
    }
}

/// A foreign text in one line of Markdown in which nothing is markup, a mention or HTML.
pub fn plain(text: &str) -> String {
    escaped(&clip(&line(text), TEXT))
}

/// A line in which nothing is markup.
pub fn escaped(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A text between backticks.
pub fn code(text: &str) -> String {
    line(text).replace('`', "'").replace('|', "\\|")
}
