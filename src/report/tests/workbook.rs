//! The workbook, read by another library.

use std::io::Cursor;

use calamine::{Data, DataType as _, Reader, Xlsx};

use super::fixture;
use crate::report::model::Report;
use crate::report::xlsx;

fn workbook(report: &Report) -> Xlsx<Cursor<Vec<u8>>> {
    let rows: Vec<_> = report.findings.iter().flat_map(|finding| finding.samples.clone()).collect();
    let mut out = Vec::new();
    xlsx::render(report, &mut rows.into_iter().map(Ok), &mut out).expect("a workbook");
    Xlsx::new(Cursor::new(out)).expect("a workbook")
}

fn column(workbook: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str, name: &str) -> Vec<Data> {
    let range = workbook.worksheet_range(sheet).expect("a sheet");
    let mut rows = range.rows();
    let at = rows.next().expect("a header").iter().position(|cell| *cell == name).expect("the column");
    rows.map(|row| row[at].clone()).collect()
}

#[test]
fn its_cells_are_the_reports_values() {
    let report = fixture::rich();
    let mut workbook = workbook(&report);
    let sheets = [
        "Summary",
        "Fix plan",
        "Findings",
        "Groups",
        "Objects",
        "Jobs",
        "From job to job",
        "What is different",
        "Not decided",
        "Books",
        "Failed rows",
    ];
    assert_eq!(workbook.sheet_names(), sheets);
    let numbers = |values: Vec<Data>| values.iter().map(|cell| cell.as_f64().expect("a number") as u64).collect::<Vec<_>>();
    assert_eq!(
        numbers(column(&mut workbook, "Findings", "Records")),
        report.findings.iter().map(|finding| finding.records).collect::<Vec<_>>()
    );
    assert_eq!(
        numbers(column(&mut workbook, "Groups", "Records")),
        report.groups.iter().map(|group| group.records).collect::<Vec<_>>()
    );
    assert_eq!(
        numbers(column(&mut workbook, "Fix plan", "Recovers")),
        report.fix_plan.iter().map(|fix| fix.recovers).collect::<Vec<_>>()
    );
    assert!(matches!(column(&mut workbook, "Jobs", "Started")[0], Data::DateTime(_)));
    assert_eq!(column(&mut workbook, "Failed rows", "Category")[0], "validation");
    assert_eq!(numbers(column(&mut workbook, "Failed rows", "Row"))[0], 311);
}

#[test]
fn a_formula_in_a_text_is_a_text() {
    let report = fixture::hostile();
    let mut workbook = workbook(&report);
    for sheet in workbook.sheet_names() {
        assert!(workbook.worksheet_formula(&sheet).is_ok_and(|formulas| formulas.is_empty()), "{sheet}");
    }
    let titles = column(&mut workbook, "Findings", "Title");
    assert!(titles.iter().any(|title| *title == "=cmd|' /C calc'!A0"));
}

#[test]
fn a_fault_while_reading_rows_ends_the_workbook() {
    let mut rows = std::iter::once(Err(crate::error::Error::new("the disk is gone")));
    let error = xlsx::render(&fixture::rich(), &mut rows, &mut Vec::new()).expect_err("the fault");
    assert_eq!(error.to_string(), "the disk is gone");
}
