//! Reports that are larger or nastier than a reader can take.

use super::{fixture, formats};
use crate::report::{html, markdown, terminal};

fn page(report: &crate::report::model::Report) -> String {
    let mut out = Vec::new();
    html::render(report, &mut out).expect("a page");
    String::from_utf8(out).expect("a page is UTF-8")
}

#[test]
fn a_page_stays_below_a_megabyte_and_says_what_it_leaves_out() {
    let html = page(&fixture::large(100_000, 5_000));
    assert!(html.len() < 1_000_000, "{} bytes", html.len());
    for noun in ["findings", "groups", "jobs"] {
        assert!(html.contains(&format!("more {noun}, in the JSON report")), "{noun}");
    }
}

#[test]
fn a_screen_and_a_ticket_stay_short() {
    let report = fixture::large(100_000, 5_000);
    let mut out = Vec::new();
    let options = terminal::Options { width: 80, color: false, verbose: false, top: None };
    terminal::render(&report, &options, &mut out).expect("a terminal");
    let screen = String::from_utf8(out).expect("UTF-8");
    assert!(screen.lines().count() < 60);
    let mut out = Vec::new();
    markdown::render(&report, None, &mut out).expect("Markdown");
    assert!(out.len() < 65_536, "{} bytes", out.len());
}

#[test]
fn no_line_of_a_screen_is_wider_than_the_terminal() {
    for report in [fixture::rich(), fixture::hostile(), fixture::large(500, 300)] {
        for width in [60, 80, 120] {
            let mut out = Vec::new();
            let options = terminal::Options { width, color: false, verbose: true, top: Some(20) };
            terminal::render(&report, &options, &mut out).expect("a terminal");
            let text = String::from_utf8(out).expect("UTF-8");
            let widest = text.lines().max_by_key(|line| unicode_width::UnicodeWidthStr::width(*line)).expect("a line");
            assert!(unicode_width::UnicodeWidthStr::width(widest) <= width, "{width}: {widest}");
        }
    }
}

#[test]
fn nothing_in_a_hostile_report_acts() {
    let report = fixture::hostile();
    let html = page(&report);
    assert!(!html.contains("<script>alert") && !html.contains("<img") && !html.contains("<svg onload"));
    assert_eq!(html.matches("<script").count(), 2, "the data and the page's own");
    assert!(html.contains("{{ 7*7 }}"), "a template inside a text stays a text");
    for (ending, bytes) in formats(&report, &[]) {
        if ending == "xlsx" {
            continue;
        }
        let text = String::from_utf8(bytes).expect("UTF-8");
        if ending != "json" && ending != "csv" {
            for mark in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200f}'] {
                assert!(!text.contains(mark), "{ending} holds {mark:?}");
            }
        }
        if ending == "csv" {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let cells = reader.records().flat_map(|record| record.expect("CSV").iter().map(str::to_owned).collect::<Vec<_>>());
            assert!(cells.into_iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])));
        }
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = fixture::rich();
    let rows = report.findings[1].samples.clone();
    assert!(formats(&report, &rows) == formats(&report, &rows));
}
