//! Whole outputs as files: `UPDATE_GOLDEN=1` writes them anew.

use std::path::Path;

use super::fixture;
use crate::report::model::{Report, Severity};
use crate::report::{csv, html, json, junit, markdown, terminal};

const SCREEN: terminal::Options = terminal::Options { width: 80, color: false, verbose: false, top: None };

/// Compares with `golden/<name>`, or writes it.
fn check(name: &str, written: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, written).expect("the golden file can be written");
    }
    let kept = std::fs::read(&path).expect("the golden file can be read; UPDATE_GOLDEN=1 makes it");
    assert!(kept == written, "{name} has changed: UPDATE_GOLDEN=1 writes it anew, then look at the difference");
}

fn all(name: &str, report: &Report) {
    let mut out = Vec::new();
    terminal::render(report, &SCREEN, &mut out).expect("a terminal");
    check(&format!("{name}.txt"), &out);
    out.clear();
    terminal::render(report, &terminal::Options { width: 120, verbose: true, ..SCREEN }, &mut out).expect("a terminal");
    check(&format!("{name}-verbose.txt"), &out);
    out.clear();
    html::render(report, &mut out).expect("a page");
    check(&format!("{name}.html"), &out);
    out.clear();
    markdown::render(report, None, &mut out).expect("Markdown");
    check(&format!("{name}.md"), &out);
    out.clear();
    json::render(report, &mut out).expect("JSON");
    check(&format!("{name}.json"), &out);
    out.clear();
    csv::render(report, &mut out).expect("CSV");
    check(&format!("{name}.csv"), &out);
    out.clear();
    junit::render(report, Severity::Error, &mut out).expect("JUnit XML");
    check(&format!("{name}.xml"), &out);
}

#[test]
fn a_rich_report() {
    all("rich", &fixture::rich());
}

#[test]
fn an_empty_report() {
    all("empty", &fixture::empty());
}

#[test]
fn a_hostile_report() {
    all("hostile", &fixture::hostile());
}
