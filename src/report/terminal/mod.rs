//! The report on a terminal: the verdict, one screen, and the details on demand.

mod detail;
mod text;

use std::io::Write;

use super::entries::{Entry, entries};
use super::model::{Answer, Report, Severity, rate};
use super::outline::Step;
use super::words::{count, counted, line, percent, place, time};
use super::{outline, status};
use crate::error::{Place, Result};
pub use text::wrap;
use text::{DIM, GOOD, HEADING, Paint, bar, cut, fit, sparkline, width};

/// How a terminal is to be written to.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Columns of the terminal; below 60 counts as 60, above 120 as 120, since longer lines read badly.
    pub width: usize,
    /// Whether colours are written.
    pub color: bool,
    /// Whether the details follow the screen.
    pub verbose: bool,
    /// How many entries of findings, steps and groups are shown; without it, what fits on one screen, or all if `verbose`.
    pub top: Option<usize>,
}

/// Entries and steps on one screen: with the head and the foot they take about 40 lines.
const ENTRIES: usize = 6;
const STEPS: usize = 5;

/// Lines of a text on the screen.
const LINES: usize = 2;

/// Columns of `, and 10 more` behind a line.
const AND_MORE: usize = 13;

/// Jobs in the sparkline.
const SPARKS: usize = 40;

/// Where the text of labelled lines begins.
const INDENT: usize = 11;

/// Writes the report for a terminal.
pub fn render(report: &Report, options: &Options, out: &mut dyn Write) -> Result<()> {
    let mut screen = Screen { paint: Paint { color: options.color }, width: options.width.clamp(60, 120), text: String::new() };
    let all = if options.verbose { usize::MAX } else { 0 };
    screen.head(report);
    screen.findings(report, options.top.unwrap_or(ENTRIES.max(all)), options.verbose);
    screen.fix_plan(report, options.top.unwrap_or(STEPS.max(all)));
    if options.verbose {
        detail::write(&mut screen, report, options.top.unwrap_or(usize::MAX));
    }
    screen.undecided(report, options.verbose);
    out.write_all(screen.text.as_bytes()).place(|| "cannot write the report".to_owned())
}

/// What is written so far, and how.
struct Screen {
    paint: Paint,
    width: usize,
    text: String,
}

impl Screen {
    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, title: &str, note: &str) {
        let note = cut(note, self.width.saturating_sub(width(title) + 2));
        let heading = format!("{}  {}", self.paint.say(HEADING, title), self.paint.say(DIM, &note));
        self.text.push('\n');
        self.line(&heading);
    }

    /// A label, and a text wrapped beside it.
    fn labelled(&mut self, label: &str, text: &str) {
        for (index, part) in wrap(text, self.width - INDENT).iter().enumerate() {
            let label = if index == 0 { format!("  {label}") } else { String::new() };
            let label = self.paint.say(DIM, &fit(&label, INDENT));
            self.line(&format!("{label}{part}"));
        }
    }

    /// A text wrapped behind `indent` columns.
    fn indented(&mut self, indent: usize, text: &str, style: anstyle::Style) {
        for part in wrap(text, self.width - indent) {
            let part = self.paint.say(style, &part);
            self.line(&format!("{}{part}", " ".repeat(indent)));
        }
    }

    /// The first `most` lines of a wrapped text, the last with an ellipsis where it goes on.
    fn shortened(&mut self, indent: usize, text: &str, most: usize, style: anstyle::Style) {
        if text.is_empty() {
            return;
        }
        let columns = self.width - indent;
        let mut lines = wrap(text, columns);
        if lines.len() > most {
            let rest = lines.split_off(most - 1).join(" ");
            lines.push(cut(&rest, columns));
        }
        for part in lines {
            let part = self.paint.say(style, &part);
            self.line(&format!("{}{part}", " ".repeat(indent)));
        }
    }

    fn head(&mut self, report: &Report) {
        let totals = &report.totals;
        for part in wrap(&line(&report.verdict), self.width) {
            let style = if totals.failed == 0 && totals.records > 0 { GOOD.bold() } else { HEADING };
            let part = self.paint.say(style, &part);
            self.line(&part);
        }
        self.text.push('\n');
        self.labelled("Books", &outline::books_line(report));
        let mut records = format!(
            "{} in {} and {}",
            counted(totals.records, "record"),
            counted(totals.jobs, "job"),
            counted(totals.objects, "object")
        );
        if let Some(as_of) = &report.as_of {
            records += &format!(", as of {}", time(as_of));
        }
        self.labelled("Records", &records);
        let limited = outline::filters_line(report);
        if !limited.is_empty() {
            self.labelled("Only", &limited);
        }
        let statuses: Vec<_> = outline::status_sums(report)
            .iter()
            .map(|(code, records)| format!("{} {}", status::name(code), count(*records)))
            .collect();
        if !statuses.is_empty() {
            self.labelled("Status", &statuses.join(" · "));
        }
        if totals.failed > 0 {
            let share = percent(rate(totals.failed, totals.records));
            let mut failed = format!("{} ({share})", count(totals.failed));
            if totals.cascaded > 0 {
                failed +=
                    &format!(": {} by themselves, {} because another record failed", count(totals.roots), count(totals.cascaded));
            }
            self.labelled("Failed", &failed);
        }
        self.trend(report);
        if let Some(baseline) = outline::baseline_line(report) {
            self.labelled("Baseline", &baseline);
        }
        for note in &report.notes {
            self.labelled("Note", &line(note));
        }
    }

    fn trend(&mut self, report: &Report) {
        let rates: Vec<f64> = outline::processed_jobs(report).filter_map(|job| rate(job.failed, job.records)).collect();
        let shown = &rates[rates.len().saturating_sub(SPARKS.min(self.width / 3))..];
        if let (Some(first), Some(last), true) = (shown.first(), shown.last(), shown.len() > 1) {
            let which = if shown.len() < rates.len() { format!("the last {} jobs", shown.len()) } else { "each job".to_owned() };
            let text = format!(
                "{} failure rate of {which}, oldest first: {} to {}",
                sparkline(shown),
                percent(Some(*first)),
                percent(Some(*last))
            );
            let groups = outline::group_trend_line(report);
            let groups = if groups.is_empty() { groups } else { format!("; failure groups: {groups}") };
            self.labelled("Trend", &(text + &groups));
        }
    }

    fn findings(&mut self, report: &Report, top: usize, verbose: bool) {
        let entries = entries(report);
        let total = entries.len();
        if total == 0 {
            self.heading("Findings", "none");
            return;
        }
        self.heading("Findings", "the worst first; bars are records of all failed");
        let (shown, rest) = entries.split_at(total.min(top));
        let digits = shown.iter().map(|entry| count(entry.head.records).len()).max().unwrap_or(0);
        let fixes = outline::fixes(report);
        for entry in shown {
            self.headline(report, entry, digits);
            let certainty = if entry.head.certain { "" } else { "Possible cause: " };
            let summary = format!("{certainty}{}", line(&entry.head.summary));
            if verbose {
                detail::entry(self, entry, &summary, fixes.get(entry.head.id.as_str()).copied());
            } else {
                self.shortened(INDENT, &summary, LINES, DIM);
                let room = self.width - INDENT - AND_MORE;
                self.shortened(INDENT, &entry.others(|text| width(text) <= room), 1, DIM);
            }
        }
        if !rest.is_empty() {
            let of = |severity: Severity| rest.iter().filter(|entry| entry.head.severity == severity).count();
            let kinds: Vec<_> = Severity::ALL
                .into_iter()
                .filter(|severity| of(*severity) > 0)
                .map(|severity| format!("{} {}", of(severity), severity.word()))
                .collect();
            let rest = format!("and {} more ({}): --verbose, or --top {total}", rest.len(), kinds.join(", "));
            let rest = self.paint.say(DIM, &rest);
            self.line(&format!("  {rest}"));
        }
    }

    /// The first line of an entry; its records stand in a column of `digits`.
    fn headline(&mut self, report: &Report, entry: &Entry<'_>, digits: usize) {
        const BAR: usize = 8;
        let finding = entry.head;
        let style = text::severity(finding.severity);
        let mut title = line(&finding.title);
        let place = place(finding);
        if !place.is_empty() {
            title += &format!(" – {place}");
        }
        let share = rate(finding.records, report.totals.failed).unwrap_or(0.0);
        let filled = if finding.families.is_empty() { String::new() } else { bar(share, BAR) };
        let records = if finding.records > 0 { count(finding.records) } else { String::new() };
        let row = format!(
            "  {} {} {}  {}",
            self.paint.say(style, &fit(finding.severity.word(), 8)),
            fit_right(&records, digits),
            self.paint.say(style, &fit(&filled, BAR)),
            self.paint.say(HEADING, &cut(&title, self.width - 14 - digits - BAR))
        );
        self.line(&row);
    }

    fn fix_plan(&mut self, report: &Report, top: usize) {
        if report.fix_plan.is_empty() {
            return;
        }
        let coverage = &report.coverage;
        let explained = format!(
            "findings explain {} of {} failures ({})",
            count(coverage.explained),
            count(coverage.failed),
            percent(coverage.share)
        );
        self.heading("Fix plan", &explained);
        let steps = outline::steps(report, top);
        let columns = Columns::of(&steps, self.width);
        let head = format!(
            "     {} {:>9}{} {:>6} {:>6}",
            fit("", columns.title),
            "recovers",
            columns.possibly("possibly"),
            "share",
            "total"
        );
        let head = self.paint.say(DIM, &head);
        self.line(&head);
        for (index, step) in steps.iter().enumerate() {
            self.step(index + 1, step, &columns);
        }
        let total = report.fix_plan.len();
        if total > top {
            let rest = self.paint.say(DIM, &format!("and {} more steps", count((total - top) as u64)));
            self.line(&format!("  {rest}"));
        }
    }

    fn step(&mut self, number: usize, step: &Step<'_>, columns: &Columns) {
        let fix = step.fix;
        let possibly = if fix.possibly_recovers > 0 { format!("+{}", count(fix.possibly_recovers)) } else { String::new() };
        let row = format!(
            "{} {} {:>9}{} {:>6} {:>6} {}",
            fit_right(&format!("{number}."), 4),
            fit(&step.name, columns.title),
            count(fix.recovers),
            columns.possibly(&possibly),
            percent(fix.share),
            percent(fix.cumulative_share),
            self.paint.say(GOOD, &bar(fix.cumulative_share.unwrap_or(0.0), 6))
        );
        self.line(&row);
        if let Some(action) = &step.action {
            self.shortened(5, action, LINES, DIM);
        }
    }

    fn undecided(&mut self, report: &Report, verbose: bool) {
        let undecided = outline::answered(report, Answer::Undecidable).count() as u64;
        if undecided == 0 {
            return;
        }
        let note = format!(
            "{} of {} need evidence that was not given",
            count(undecided),
            counted(report.verdicts.len() as u64, "check")
        );
        self.heading("Not decided", &note);
        let wanted = outline::wanted(report);
        if !verbose {
            let tables = wanted.iter().map(|wanted| format!("{} ({})", line(&wanted.missing.table), wanted.checks.len()));
            let tables = tables.collect::<Vec<_>>().join(", ");
            self.indented(2, &format!("Missing, and how many checks wait for it: {tables}"), anstyle::Style::new());
            self.indented(2, "--verbose shows the commands that export them", DIM);
            return;
        }
        for wanted in wanted {
            let row = format!("  {} {}", fit(&line(&wanted.missing.table), 18), self.paint.say(DIM, &wanted.waiting()));
            self.line(&row);
            self.indented(6, &wanted.checks.join(", "), DIM);
            self.indented(6, &line(&wanted.missing.command), anstyle::Style::new());
        }
    }
}

/// The columns of the fix plan.
struct Columns {
    /// Characters of a title.
    title: usize,
    /// Whether any step may recover more than is certain.
    possibly: bool,
}

impl Columns {
    fn of(steps: &[Step<'_>], width: usize) -> Columns {
        let possibly = steps.iter().any(|step| step.fix.possibly_recovers > 0);
        Columns { title: width - if possibly { 46 } else { 36 }, possibly }
    }

    /// What stands in the column that may be missing.
    fn possibly(&self, text: &str) -> String {
        if self.possibly { format!(" {text:>9}") } else { String::new() }
    }
}

/// A text at the right end of `columns`.
fn fit_right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}
