//! The formats from outside: whole outputs, hostile and large reports, and that all formats tell the same.

mod bounds;
mod fixture;
mod golden;
mod judged;
mod redacted;
mod same;
mod schema;
mod workbook;

use super::model::{AuditRow, Report, Severity};
use super::{csv, html, json, junit, markdown, terminal, xlsx};

/// Every format of a report as text or bytes, by its ending.
fn formats(report: &Report, rows: &[AuditRow]) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    let mut add = |ending, render: &mut dyn FnMut(&mut Vec<u8>) -> crate::error::Result<()>| {
        let mut out = Vec::new();
        render(&mut out).expect("a report can be written to memory");
        all.push((ending, out));
    };
    let options = terminal::Options { width: 120, color: false, verbose: true, top: None };
    add("txt", &mut |out| terminal::render(report, &options, out));
    add("html", &mut |out| html::render(report, out));
    add("md", &mut |out| markdown::render(report, Some(usize::MAX), out));
    add("json", &mut |out| json::render(report, out));
    add("csv", &mut |out| csv::render(report, out));
    add("xml", &mut |out| junit::render(report, Severity::Error, out));
    add("xlsx", &mut |out| xlsx::render(report, &mut rows.iter().cloned().map(Ok), out));
    all
}
