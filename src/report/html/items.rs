//! The findings as the page shows them: in the order of their entries, those behind the first of an entry folded away.

use std::collections::BTreeSet;

use serde::Serialize;

use super::facets::{Index, Matches};
use super::limits::Limits;
use crate::diagnosis::NARROWED;
use crate::report::entries::{Entry, entries};
use crate::report::model::{AuditRow, Finding, FindingKind, Fix, Report};
use crate::report::{outline, status, words};

/// Sample rows of a finding that is folded away.
const FOLDED_SAMPLES: usize = 3;

/// A finding.
#[derive(Serialize)]
pub struct Item<'a> {
    #[serde(flatten)]
    pub finding: &'a Finding,
    summary_kind: bool,
    /// Whether it is the first of its check, which tells what the check means.
    first: bool,
    /// What stands above this finding and those after it, which are like the one before or beneath it.
    opens: String,
    /// Whether it is the last of those.
    closes: bool,
    place: String,
    fix: Option<&'a Fix>,
    values: Vec<(&'a str, String)>,
    rows: Vec<SampleRow<'a>>,
    own_sql: Option<&'a str>,
    /// Whether the SQL of its check stands before its own.
    shares_sql: bool,
    matches: Matches,
}

#[derive(Serialize)]
struct SampleRow<'a> {
    object: &'a Option<String>,
    source_id: &'a Option<String>,
    destination_id: &'a Option<String>,
    status: Option<String>,
    error_message: &'a Option<String>,
    origin: String,
}

/// The findings that fit within the limits: the first of every entry, and of what stands behind them as much of each entry as there is
/// room for.
pub fn items<'a>(report: &'a Report, index: &Index<'_>, limits: &Limits) -> Vec<Item<'a>> {
    let fixes = outline::fixes(report);
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut item = |finding: &'a Finding, samples| Item {
        summary_kind: finding.kind == FindingKind::Summary,
        first: told.insert(&finding.check),
        opens: String::new(),
        closes: false,
        place: words::place(finding),
        fix: fixes.get(finding.id.as_str()).copied(),
        values: finding.evidence.iter().map(|(key, value)| (key.as_str(), words::value(value))).collect(),
        rows: finding.samples.iter().take(samples).map(sample_row).collect(),
        own_sql: finding.sql.as_deref().map(|sql| parted(sql).1),
        shares_sql: finding.sql.as_deref().is_some_and(|sql| !parted(sql).0.is_empty()),
        matches: index.matches(report, finding),
        finding,
    };
    let entries = entries(report);
    let shown = &entries[..entries.len().min(limits.findings)];
    let mut items: Vec<Item<'a>> = Vec::new();
    for (entry, room) in shown.iter().zip(rooms(shown, limits.findings - shown.len())) {
        items.push(item(entry.head, limits.samples));
        let first = items.len();
        let further = entry.like.iter().chain(&entry.beneath).take(room);
        items.extend(further.map(|finding| item(finding, limits.samples.min(FOLDED_SAMPLES))));
        if let Some(opening) = items.get_mut(first) {
            opening.opens = entry.others(|_| true);
            items.last_mut().expect("it has an item").closes = true;
        }
    }
    items
}

/// How many of `all` findings each entry shows behind its first: one each, and again, until there are no more.
fn rooms(entries: &[Entry<'_>], all: usize) -> Vec<usize> {
    let wanted: Vec<usize> = entries.iter().map(|entry| entry.like.len() + entry.beneath.len()).collect();
    let mut rooms = vec![0; entries.len()];
    let mut left = all;
    while left > 0 && rooms != wanted {
        for (room, wanted) in rooms.iter_mut().zip(&wanted) {
            if *room < *wanted && left > 0 {
                *room += 1;
                left -= 1;
            }
        }
    }
    rooms
}

/// The SQL of a check, which its findings share, and what narrows it to one finding.
pub fn parted(sql: &str) -> (&str, &str) {
    sql.split_at(sql.rfind(NARROWED).unwrap_or(0))
}

fn sample_row(row: &AuditRow) -> SampleRow<'_> {
    SampleRow {
        object: &row.object,
        source_id: &row.source_id,
        destination_id: &row.destination_id,
        status: row.status_code.as_deref().map(status::name),
        error_message: &row.error_message,
        origin: words::origin(row),
    }
}
