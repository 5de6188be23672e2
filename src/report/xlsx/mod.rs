//! The report as an Excel workbook: a sheet a list, and the failed rows.

mod sheet;

use std::io::{Cursor, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook};

use super::model::{Answer, AuditRow, FindingKind, Group, Report, rate};
use super::words::{counted, line, spaced, visible};
use super::{outline, status};
use crate::error::{Place, Result};
use sheet::{Cell, Column, Formats, Kind, Sheet, table};

/// The failed rows that a sheet holds: Excel's 1,048,576 rows without the header.
const LARGEST: usize = 1_048_575;

/// Writes the workbook. `rows` are the failed rows of the report, as many as there are: those beyond Excel's limit are
/// left out, which the summary says. They go to the disk as they come, so that memory stays small.
pub fn render(report: &Report, rows: &mut dyn Iterator<Item = Result<AuditRow>>, out: &mut dyn Write) -> Result<()> {
    let mut workbook = Workbook::new();
    // The time of writing would give other bytes each time.
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1).place(sheet::place)?;
    let properties = DocProperties::new().set_title("Sync report").set_author(report.tool.name.as_str());
    workbook.set_properties(&properties.set_creation_datetime(&epoch));
    workbook.add_worksheet().set_name("Summary").place(sheet::place)?;
    fix_plan(&mut workbook, report)?;
    findings(&mut workbook, report)?;
    groups(&mut workbook, report)?;
    objects(&mut workbook, report)?;
    jobs(&mut workbook, report)?;
    group_trend(&mut workbook, report)?;
    different(&mut workbook, report)?;
    not_decided(&mut workbook, report)?;
    books(&mut workbook, report)?;
    let written = failed_rows(&mut workbook, report, rows)?;
    summary(&mut workbook, report, written)?;
    let mut buffer = Cursor::new(Vec::new());
    workbook.save_to_writer(&mut buffer).place(sheet::place)?;
    out.write_all(buffer.get_ref()).place(sheet::place)
}

/// The first sheet, written last: only then is it known how many failed rows there are.
fn summary(workbook: &mut Workbook, report: &Report, written: usize) -> Result<()> {
    let totals = &report.totals;
    let numbers: [(&str, Cell); 13] = [
        ("As of", Cell::Time(report.as_of.clone())),
        ("Records", Cell::Count(totals.records)),
        ("Failed", Cell::Count(totals.failed)),
        ("Failure rate", Cell::Share(rate(totals.failed, totals.records))),
        ("Failed by themselves", Cell::Count(totals.roots)),
        ("Failed because another record failed", Cell::Count(totals.cascaded)),
        ("Failures explained by findings", Cell::Count(report.coverage.explained)),
        ("Share explained", Cell::Share(report.coverage.share)),
        ("Jobs", Cell::Count(totals.jobs)),
        ("Objects", Cell::Count(totals.objects)),
        ("Findings", Cell::Count(report.findings.len() as u64)),
        ("Failure groups", Cell::Count(report.groups.len() as u64)),
        ("Failed rows in this workbook", Cell::Count(written as u64)),
    ];
    let mut texts = vec![outline::books_line(report)];
    texts.extend(outline::baseline_line(report).map(|text| format!("Baseline: {text}")));
    let limited = outline::filters_line(report);
    if !limited.is_empty() {
        texts.push(format!("Only {limited}"));
    }
    if written == LARGEST && totals.failed > written as u64 {
        let beyond = counted(totals.failed - written as u64, "failed row");
        texts.push(format!("{beyond} beyond the {LARGEST} that a sheet of Excel holds are left out"));
    }
    texts.extend(report.notes.iter().map(|note| line(note)));
    texts.push(format!("{} {}", report.tool.name, report.tool.version));
    let formats = Formats::new();
    let sheet = workbook.worksheet_from_name("Summary").place(sheet::place)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_column_width(0, 38).place(sheet::place)?;
    sheet.set_column_width(1, 24).place(sheet::place)?;
    let title = Format::new().set_bold().set_font_size(14).set_align(FormatAlign::Top).set_text_wrap();
    sheet.merge_range(0, 0, 0, 5, &visible(&report.verdict), &title).place(sheet::place)?;
    sheet.set_row_height(0, 60).place(sheet::place)?;
    for (row, (name, cell)) in (2..).zip(&numbers) {
        sheet.write_string(row, 0, *name).place(sheet::place)?;
        cell.write(sheet, &formats, row, 1)?;
    }
    let codes = outline::status_sums(report);
    let first = 3 + numbers.len() as u32;
    for (row, (code, records)) in (first..).zip(&codes) {
        sheet.write_string(row, 0, format!("Status: {}", status::name(code))).place(sheet::place)?;
        Cell::Count(*records).write(sheet, &formats, row, 1)?;
    }
    for (row, text) in (first + 1 + codes.len() as u32..).zip(&texts) {
        Cell::text(text).write(sheet, &formats, row, 0)?;
    }
    Ok(())
}

fn fix_plan(workbook: &mut Workbook, report: &Report) -> Result<()> {
    const COLUMNS: [Column; 8] = [
        Column("Step", 8, Kind::Number),
        Column("Fix", 60, Kind::Text),
        Column("Recovers", 12, Kind::Number),
        Column("Possibly recovers", 18, Kind::Number),
        Column("Share", 10, Kind::Share),
        Column("Running total", 14, Kind::Share),
        Column("To do first", 90, Kind::Text),
        Column("Finding", 32, Kind::Text),
    ];
    let rows = outline::steps(report, LARGEST).into_iter().enumerate().map(|(index, step)| {
        let fix = step.fix;
        [
            Cell::Count(index as u64 + 1),
            Cell::text(&step.name),
            Cell::Count(fix.recovers),
            Cell::Count(fix.possibly_recovers),
            Cell::Share(fix.share),
            Cell::Share(fix.cumulative_share),
            Cell::optional(step.action.as_deref()),
            Cell::text(&fix.finding),
        ]
    });
    table(workbook, "Fix plan", &COLUMNS, rows)
}

fn findings(workbook: &mut Workbook, report: &Report) -> Result<()> {
    const COLUMNS: [Column; 14] = [
        Column("Finding", 32, Kind::Text),
        Column("Check", 26, Kind::Text),
        Column("Severity", 10, Kind::Text),
        Column("Kind", 10, Kind::Text),
        Column("Certain", 9, Kind::Text),
        Column("Title", 40, Kind::Text),
        Column("Job", 22, Kind::Text),
        Column("Object", 20, Kind::Text),
        Column("Records", 12, Kind::Number),
        Column("Recovers", 12, Kind::Number),
        Column("Summary", 70, Kind::Text),
        Column("Actions", 70, Kind::Text),
        Column("Evidence", 50, Kind::Text),
        Column("SQL", 40, Kind::Text),
    ];
    let fixes = outline::fixes(report);
    let rows = report.findings.iter().take(LARGEST).map(|finding| {
        let fix = fixes.get(finding.id.as_str());
        let kind = if finding.kind == FindingKind::Summary { "summary" } else { "diagnosis" };
        let evidence = finding.evidence.iter().map(|(key, value)| format!("{key}: {}", super::words::value(value)));
        [
            Cell::text(&finding.id),
            Cell::text(&finding.check),
            Cell::Severity(finding.severity),
            Cell::text(kind),
            Cell::text(if finding.certain { "yes" } else { "possible" }),
            Cell::text(&finding.title),
            Cell::optional(finding.job_id.as_deref()),
            Cell::optional(finding.object.as_deref()),
            Cell::Count(finding.records),
            fix.map_or(Cell::Empty, |fix| Cell::Count(fix.recovers)),
            Cell::text(&finding.summary),
            Cell::text(&finding.actions.join("\n")),
            Cell::text(&evidence.collect::<Vec<_>>().join("\n")),
            Cell::optional(finding.sql.as_deref()),
        ]
    });
    table(workbook, "Findings", &COLUMNS, rows)
}

fn groups(workbook: &mut Workbook, report: &Report) -> Result<()> {
    const COLUMNS: [Column; 12] = [
        Column("Family", 18, Kind::Text),
        Column("Records", 12, Kind::Number),
        Column("Share", 10, Kind::Share),
        Column("Code", 36, Kind::Text),
        Column("Root code", 30, Kind::Text),
        Column("Category", 16, Kind::Text),
        Column("Retry", 12, Kind::Text),
        Column("Pattern", 80, Kind::Text),
        Column("Fields", 24, Kind::Text),
        Column("Names", 24, Kind::Text),
        Column("Objects", 30, Kind::Text),
        Column("Sample", 80, Kind::Text),
    ];
    let rows = report.groups.iter().take(LARGEST).map(|group| {
        [
            Cell::text(&group.family_id),
            Cell::Count(group.records),
            Cell::Share(rate(group.records, report.totals.failed)),
            Cell::optional(group.code.as_deref()),
            Cell::optional(group.root_code.as_deref()),
            Cell::text(&spaced(&group.category)),
            Cell::text(&spaced(&group.retry)),
            Cell::text(&group.pattern),
            Cell::text(&group.fields.join(", ")),
            Cell::optional(group.entity.as_deref()),
            Cell::text(&group.objects.join(", ")),
            Cell::text(&group.sample),
        ]
    });
    table(workbook, "Groups", &COLUMNS, rows)
}

fn objects(workbook: &mut Workbook, report: &Report) -> Result<()> {
    let codes = outline::status_sums(report);
    let names: Vec<String> = codes.iter().map(|(code, _)| status::name(code)).collect();
    let mut columns = vec![
        Column("Object", 30, Kind::Text),
        Column("Records", 12, Kind::Number),
        Column("Failed", 12, Kind::Number),
        Column("Failure rate", 13, Kind::Share),
    ];
    columns.extend(names.iter().map(|name| Column(name, 18, Kind::Number)));
    let rows = report.objects.iter().map(|object| {
        let mut cells = vec![
            Cell::text(&object.object),
            Cell::Count(object.records),
            Cell::Count(object.failed),
            Cell::Share(object.failure_rate),
        ];
        cells.extend(codes.iter().map(|(code, _)| Cell::Count(object.status_codes.get(code).copied().unwrap_or(0))));
        cells
    });
    table(workbook, "Objects", &columns, rows)
}

fn jobs(workbook: &mut Workbook, report: &Report) -> Result<()> {
    const COLUMNS: [Column; 8] = [
        Column("Job", 22, Kind::Text),
        Column("Name", 30, Kind::Text),
        Column("Status", 18, Kind::Text),
        Column("Started", 20, Kind::Time),
        Column("Ended", 20, Kind::Time),
        Column("Records", 12, Kind::Number),
        Column("Failed", 12, Kind::Number),
        Column("Failure rate", 13, Kind::Share),
    ];
    let rows = report.jobs.iter().map(|job| {
        [
            Cell::text(&job.job_id),
            Cell::optional(job.name.as_deref()),
            Cell::optional(job.status.as_deref()),
            Cell::Time(job.started_at.clone()),
            Cell::Time(job.ended_at.clone()),
            Cell::Count(job.records),
            Cell::Count(job.failed),
            Cell::Share(rate(job.failed, job.records)),
        ]
    });
    table(workbook, "Jobs", &COLUMNS, rows)
}

fn group_trend(workbook: &mut Workbook, report: &Report) -> Result<()> {
    const COLUMNS: [Column; 12] = [
        Column("Change", 10, Kind::Text),
        Column("Failure", 80, Kind::Text),
        Column("Object", 20, Kind::Text),
        Column("Job", 22, Kind::Text),
        Column("Failed", 12, Kind::Number),
        Column("Processed", 12, Kind::Number),
        Column("Rate", 10, Kind::Share),
        Column("Jobs before", 12, Kind::Number),
        Column("Failed before", 14, Kind::Number),
        Column("Processed before", 16, Kind::Number),
        Column("Rate before", 12, Kind::Share),
        Column("Last seen", 22, Kind::Text),
    ];
    let rows = outline::group_trend(report, LARGEST).into_iter().map(|moved| {
        let trend = moved.trend;
        [
            Cell::text(&trend.change),
            Cell::text(&moved.failure),
            Cell::text(&trend.object),
            Cell::text(&trend.job_id),
            Cell::Count(trend.records),
            Cell::Count(trend.processed),
            Cell::Share(trend.failure_rate),
            Cell::Count(trend.jobs_before),
            Cell::Count(trend.records_before),
            Cell::Count(trend.processed_before),
            Cell::Share(trend.rate_before),
            Cell::optional(trend.last_seen.as_deref()),
        ]
    });
    table(workbook, "From job to job", &COLUMNS, rows)
}

fn different(workbook: &mut Workbook, report: &Report) -> Result<()> {
    const COLUMNS: [Column; 9] = [
        Column("Value", 44, Kind::Text),
        Column("Failure", 80, Kind::Text),
        Column("Failed", 12, Kind::Number),
        Column("Processed", 12, Kind::Number),
        Column("Times as often", 15, Kind::Ratio),
        Column("At least", 12, Kind::Ratio),
        Column("At most", 12, Kind::Ratio),
        Column("Of the failures", 15, Kind::Share),
        Column("Compared", 50, Kind::Text),
    ];
    let rows = outline::differences(report, LARGEST).into_iter().map(|told| {
        let difference = told.difference;
        [
            Cell::text(&told.value),
            Cell::text(&told.failure),
            Cell::Count(difference.failed),
            Cell::Count(difference.processed),
            Cell::Ratio(difference.ratio),
            Cell::Ratio(difference.ci_low),
            Cell::Ratio(difference.ci_high),
            Cell::Share(Some(difference.support)),
            Cell::text(&difference.scope),
        ]
    });
    table(workbook, "What is different", &COLUMNS, rows)
}

fn not_decided(workbook: &mut Workbook, report: &Report) -> Result<()> {
    const COLUMNS: [Column; 5] = [
        Column("Check", 30, Kind::Text),
        Column("Title", 40, Kind::Text),
        Column("Needs", 20, Kind::Text),
        Column("Command", 90, Kind::Text),
        Column("Query", 60, Kind::Text),
    ];
    let rows = outline::answered(report, Answer::Undecidable).flat_map(|verdict| {
        verdict.missing.iter().map(|missing| {
            [
                Cell::text(&verdict.check),
                Cell::text(&verdict.title),
                Cell::text(&missing.table),
                Cell::text(&missing.command),
                Cell::text(&missing.soql),
            ]
        })
    });
    table(workbook, "Not decided", &COLUMNS, rows)
}

fn books(workbook: &mut Workbook, report: &Report) -> Result<()> {
    const COLUMNS: [Column; 8] = [
        Column("Export", 40, Kind::Text),
        Column("Table", 18, Kind::Text),
        Column("Bytes", 16, Kind::Number),
        Column("Read", 12, Kind::Number),
        Column("Stored", 12, Kind::Number),
        Column("Rejected", 12, Kind::Number),
        Column("Superseded", 12, Kind::Number),
        Column("Export id", 20, Kind::Text),
    ];
    let rows = report.books.iter().map(|book| {
        [
            Cell::text(&book.file),
            Cell::text(&book.table),
            Cell::Count(book.bytes),
            Cell::Count(book.rows_read),
            Cell::Count(book.rows_stored),
            Cell::Count(book.rows_rejected),
            Cell::Count(book.rows_superseded),
            Cell::text(&book.export_id),
        ]
    });
    table(workbook, "Books", &COLUMNS, rows)
}

/// The failed rows, as many as a sheet holds; gives their number.
fn failed_rows(workbook: &mut Workbook, report: &Report, rows: &mut dyn Iterator<Item = Result<AuditRow>>) -> Result<usize> {
    const COLUMNS: [Column; 12] = [
        Column("Job", 22, Kind::Text),
        Column("Object", 20, Kind::Text),
        Column("Source record", 22, Kind::Text),
        Column("Target record", 22, Kind::Text),
        Column("Status", 16, Kind::Text),
        Column("Code", 36, Kind::Text),
        Column("Category", 16, Kind::Text),
        Column("Retry", 12, Kind::Text),
        Column("Message", 90, Kind::Text),
        Column("Family", 18, Kind::Text),
        Column("Export", 30, Kind::Text),
        Column("Row", 12, Kind::Number),
    ];
    let families: std::collections::BTreeMap<&str, &Group> =
        report.groups.iter().map(|group| (group.family_id.as_str(), group)).collect();
    let mut sheet = Sheet::new(workbook, "Failed rows", &COLUMNS)?;
    for row in rows.take(LARGEST) {
        let row = row?;
        let group = row.family_id.as_deref().and_then(|family| families.get(family));
        sheet.push(&[
            Cell::optional(row.job_id.as_deref()),
            Cell::optional(row.object.as_deref()),
            Cell::optional(row.source_id.as_deref()),
            Cell::optional(row.destination_id.as_deref()),
            Cell::optional(row.status_code.as_deref().map(status::name).as_deref()),
            Cell::optional(group.and_then(|group| group.code.as_deref())),
            Cell::optional(group.map(|group| spaced(&group.category)).as_deref()),
            Cell::optional(group.map(|group| spaced(&group.retry)).as_deref()),
            Cell::optional(row.error_message.as_deref()),
            Cell::optional(row.family_id.as_deref()),
            Cell::optional(row.file.as_deref()),
            row.row_number.map_or(Cell::Empty, Cell::Count),
        ])?;
    }
    sheet.finish()
}
