//! The findings as CSV, a row each, for machines and spreadsheets.

use std::io::Write;

use super::model::{Finding, FindingKind, Fix, Report};
use super::outline;
use super::words::visible;
use crate::error::{Place, Result};

/// The columns, named as the keys of the JSON.
const COLUMNS: [&str; 18] = [
    "id",
    "check",
    "kind",
    "severity",
    "certain",
    "job_id",
    "object",
    "records",
    "recovers",
    "possibly_recovers",
    "share",
    "cumulative_share",
    "title",
    "summary",
    "actions",
    "families",
    "evidence",
    "guide",
];

/// Writes the findings in the report's order; lists and evidence are JSON texts.
pub fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let place = || "cannot write the report as CSV".to_owned();
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).place(place)?;
    let fixes = outline::fixes(report);
    for finding in &report.findings {
        writer
            .write_record(record(finding, fixes.get(finding.id.as_str()).copied())?.iter().map(|text| inert(&visible(text))))
            .place(place)?;
    }
    writer.flush().place(place)
}

fn record(finding: &Finding, fix: Option<&Fix>) -> Result<[String; 18]> {
    let json = |value: serde_json::Result<String>| value.place(|| format!("cannot write finding '{}' as CSV", finding.id));
    let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let share = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let kind = match finding.kind {
        FindingKind::Diagnosis => "diagnosis",
        FindingKind::Summary => "summary",
    };
    Ok([
        finding.id.clone(),
        finding.check.clone(),
        kind.to_owned(),
        finding.severity.word().to_owned(),
        finding.certain.to_string(),
        finding.job_id.clone().unwrap_or_default(),
        finding.object.clone().unwrap_or_default(),
        finding.records.to_string(),
        number(fix.map(|fix| fix.recovers)),
        number(fix.map(|fix| fix.possibly_recovers)),
        share(fix.and_then(|fix| fix.share)),
        share(fix.and_then(|fix| fix.cumulative_share)),
        finding.title.clone(),
        finding.summary.clone(),
        json(serde_json::to_string(&finding.actions))?,
        json(serde_json::to_string(&finding.families))?,
        json(serde_json::to_string(&finding.evidence))?,
        finding.guide.clone().unwrap_or_default(),
    ])
}

/// A cell that no spreadsheet takes for a formula: an apostrophe before the characters that begin one.
pub fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
