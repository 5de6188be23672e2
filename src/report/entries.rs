//! Findings as people read them: those of one check are told together, with what was found beneath them.

use std::collections::BTreeMap;

use super::model::{Finding, FindingKind, Report, Severity};
use super::words::{count, place};

/// Places that are named where findings are only summed up.
const PLACES: usize = 4;

/// What one check found at one severity.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Its first finding, which is told in full.
    pub head: &'a Finding,
    /// Its other findings, in the report's order.
    pub like: Vec<&'a Finding>,
    /// Findings of other checks about the same thing.
    pub beneath: Vec<&'a Finding>,
}

/// The findings of a report, each in one entry, in the order of their heads.
pub fn entries(report: &Report) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut of_check: BTreeMap<(&str, Severity, bool), usize> = BTreeMap::new();
    let mut of_finding: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &report.findings {
        if let Some(entry) = finding.beneath.as_deref().and_then(|head| of_finding.get(head)) {
            entries[*entry].beneath.push(finding);
            continue;
        }
        let key = (finding.check.as_str(), finding.severity, finding.kind == FindingKind::Summary);
        let entry = *of_check.entry(key).or_insert(entries.len());
        match entries.get_mut(entry) {
            Some(entry) => entry.like.push(finding),
            None => entries.push(Entry { head: finding, like: Vec::new(), beneath: Vec::new() }),
        }
        of_finding.insert(&finding.id, entry);
    }
    entries
}

impl Entry<'_> {
    /// `3 more like this: Account (6), Contact (2), Lead (1)`; empty where there is none.
    pub fn more(&self) -> String {
        let places: Vec<String> =
            self.like.iter().take(PLACES).map(|finding| short(finding)).filter(|text| !text.is_empty()).collect();
        let more = match self.like.len() {
            0 => return String::new(),
            number => format!("{} more like this", count(number as u64)),
        };
        let rest = if self.like.len() > places.len() && !places.is_empty() { ", …" } else { "" };
        if places.is_empty() { more } else { format!("{more}: {}{rest}", places.join(", ")) }
    }

    /// `Also: The job was aborted; …`: the titles of what was found beneath; empty where there is none.
    pub fn also(&self) -> String {
        let mut titles: Vec<(&str, u64)> = Vec::new();
        for finding in &self.beneath {
            match titles.iter_mut().find(|(title, _)| *title == finding.title) {
                Some((_, number)) => *number += 1,
                None => titles.push((&finding.title, 1)),
            }
        }
        let told = titles.iter().map(|(title, number)| match number {
            1 => (*title).to_owned(),
            number => format!("{title} ({})", count(*number)),
        });
        let told: Vec<String> = told.collect();
        if told.is_empty() { String::new() } else { format!("Also: {}", told.join("; ")) }
    }
}

/// The place of a finding and its records.
fn short(finding: &Finding) -> String {
    match (place(finding), finding.records) {
        (place, 0) => place,
        (place, _) if place.is_empty() => String::new(),
        (place, records) => format!("{place} ({})", count(records)),
    }
}
