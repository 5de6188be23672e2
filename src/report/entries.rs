//! Findings as people read them: those of one check are told together, with what was found beneath them.

use std::collections::BTreeMap;

use super::model::{Finding, FindingKind, Report, Severity};
use super::words::{count, line, place};

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
    /// What stands behind its first finding, in a line of what `fits`; empty where nothing does.
    pub fn others(&self, fits: impl Fn(&str) -> bool) -> String {
        let (mut told, mut left) = (self.more(), 0);
        for title in self.also() {
            let join = match told.as_str() {
                "" => "Also: ",
                text if text.contains("Also: ") => "; ",
                _ => ". Also: ",
            };
            let longer = format!("{told}{join}{title}");
            if left == 0 && (told.is_empty() || fits(&longer)) { told = longer } else { left += 1 }
        }
        match left {
            0 => told,
            _ if told.contains("Also: ") => format!("{told}, and {} more", count(left)),
            _ => format!("{told}. Also {} of other checks", count(left)),
        }
    }

    /// `3 more like this: Account (6), Contact (2), Lead (1)`; empty where there is none.
    fn more(&self) -> String {
        let mut places: Vec<(String, u64)> = Vec::new();
        for finding in &self.like {
            let name = place(finding);
            match places.iter().position(|(known, _)| *known == name) {
                Some(at) => places[at].1 += finding.records,
                None if places.len() <= PLACES => places.push((name, finding.records)),
                None => {}
            }
        }
        let more = match self.like.len() {
            0 => return String::new(),
            number => format!("{} more like this", count(number as u64)),
        };
        let rest = if places.len() > PLACES { ", …" } else { "" };
        let named = places.iter().take(PLACES).filter(|(name, _)| !name.is_empty());
        let told =
            named.map(|(name, records)| if *records == 0 { name.clone() } else { format!("{name} ({})", count(*records)) });
        let told = told.collect::<Vec<_>>().join(", ");
        if told.is_empty() { more } else { format!("{more}: {told}{rest}") }
    }

    /// The titles of what was found beneath, with their numbers.
    fn also(&self) -> Vec<String> {
        let mut titles: Vec<(&str, u64)> = Vec::new();
        for finding in &self.beneath {
            match titles.iter_mut().find(|(title, _)| *title == finding.title) {
                Some((_, number)) => *number += 1,
                None => titles.push((&finding.title, 1)),
            }
        }
        let told =
            |(title, number): (&str, u64)| if number == 1 { line(title) } else { format!("{} ({})", line(title), count(number)) };
        titles.into_iter().map(told).collect()
    }
}
