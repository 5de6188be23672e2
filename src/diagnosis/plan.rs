//! Which findings stand, in which order, and what to fix first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::effect::{Effects, Rows};
use super::{Coverage, Finding, Fix};
use crate::query::{Catalogue, Kind, Query, Severity};

/// The column in which a check counts the rows that it leaves to others.
const TOLD_ELSEWHERE: &str = "explained_elsewhere";

/// Whether a finding explains failed rows: one that was made from logs alone is about none.
fn explains(finding: &Finding, catalogue: &Catalogue) -> bool {
    finding.kind == Kind::Diagnosis && finding.records > 0 && catalogue.get(&finding.check).is_some_and(|check| check.explains)
}

/// The failed rows that a finding explains.
fn explained_by(finding: &Finding, catalogue: &Catalogue, effects: &Effects) -> Rows {
    if explains(finding, catalogue) { effects.rows_of(finding) } else { Rows::new() }
}

/// Whether what is about `wide` is about all of `narrow`; none is everything.
fn holds(wide: &Option<String>, narrow: &Option<String>) -> bool {
    wide.is_none() || wide == narrow
}

/// Removes findings all of whose rows more specific checks explain (`hides` in their front matter).
pub(super) fn hide(findings: &mut Vec<Finding>, catalogue: &Catalogue, effects: &Effects) {
    let is_hidden = |general: &Finding| {
        let hides = |check: &Query| check.hides.contains(&general.check);
        let specific: Vec<&Finding> =
            findings.iter().filter(|finding| catalogue.get(&finding.check).is_some_and(hides)).collect();
        let within = effects.within(general);
        if !explains(general, catalogue) || within.is_empty() {
            let covers = |one: &&Finding| holds(&one.job_id, &general.job_id) && holds(&one.object, &general.object);
            return specific.iter().any(covers);
        }
        let rows: Vec<Rows> = specific.iter().map(|finding| explained_by(finding, catalogue, effects)).collect();
        let told = effects.sum(&rows);
        within.iter().all(|(cell, records)| told.get(cell) >= Some(records))
    };
    let mut hidden = findings.iter().map(is_hidden).collect::<Vec<_>>().into_iter();
    findings.retain(|_| !hidden.next().unwrap_or(false));
}

/// Orders findings by severity, then by the records that fixing them recovers, then by area and name; a consequence comes
/// after its cause, summaries come last.
pub(super) fn order(findings: &mut Vec<Finding>, catalogue: &Catalogue, effects: &Effects) {
    let left = effects.all_left();
    let mut weighed: Vec<(u64, Rows, Finding)> = std::mem::take(findings)
        .into_iter()
        .map(|finding| {
            let rows = explained_by(&finding, catalogue, effects);
            let weight = match catalogue.get(&finding.check) {
                Some(check) if check.follows => 0,
                _ if rows.is_empty() => finding.records,
                _ => effects.recovered_by(&rows, &left).0,
            };
            (weight, rows, finding)
        })
        .collect();
    weighed.sort_by_cached_key(|(weight, _, finding)| {
        (
            finding.kind == Kind::Summary,
            Reverse(finding.severity),
            Reverse(*weight),
            Reverse(finding.records),
            catalogue.get(&finding.check).map(|check| check.area.clone()),
            [finding.check.clone(), finding.job_id.clone().unwrap_or_default(), finding.object.clone().unwrap_or_default()],
            finding.families.clone(),
            finding.id.clone(),
        )
    });
    // The findings that explain each cell, to name the causes of a consequence.
    let mut told_by: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (_, rows, finding) in &weighed {
        for cell in rows.keys() {
            told_by.entry(*cell).or_default().push(finding.id.clone());
        }
    }
    for (_, rows, finding) in &mut weighed {
        let causes = effects.causes_of(rows);
        let causes: BTreeSet<&String> =
            causes.iter().filter_map(|cell| told_by.get(cell)).flatten().filter(|id| **id != finding.id).collect();
        finding.consequence_of = causes.into_iter().cloned().collect();
    }
    *findings = weighed.into_iter().map(|(_, _, finding)| finding).collect();
}

/// What the findings of one check explain.
struct Told<'a> {
    check: &'a str,
    findings: Vec<(usize, Rows)>,
    sum: Rows,
}

/// Puts findings beneath one that is told before them where both are about the same thing: their check says so (`told_by`), or
/// another check explains every failed row that they are about.
pub(super) fn put_beneath(findings: &mut [Finding], catalogue: &Catalogue, effects: &Effects) {
    let mut heads: Vec<Option<usize>> = Vec::with_capacity(findings.len());
    let mut told: Vec<Told> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        let named = finding.told_by.iter().find_map(|check| {
            findings[..at].iter().position(|other| other.check == *check && holds(&other.job_id, &finding.job_id))
        });
        let about = match finding.families.is_empty() || finding.kind == Kind::Summary {
            true => Rows::new(),
            false => effects.within(finding),
        };
        let same_rows = told.iter().filter(|told| told.check != finding.check && !about.is_empty()).find_map(|told| {
            let is_told = |cell: &usize| told.sum.get(cell).is_some_and(|rows| effects.is_whole(*cell, *rows));
            let head = told.findings.iter().find(|(_, rows)| rows.keys().any(|cell| about.contains_key(cell)));
            head.filter(|_| about.keys().all(is_told)).map(|(head, _)| *head)
        });
        heads.push(named.or(same_rows).map(|head| heads[head].unwrap_or(head)));
        let rows = explained_by(finding, catalogue, effects);
        if rows.is_empty() {
            continue;
        }
        match told.iter_mut().find(|told| told.check == finding.check) {
            Some(told) => {
                told.sum = effects.sum([&told.sum, &rows]);
                told.findings.push((at, rows));
            }
            None => told.push(Told { check: &finding.check, sum: rows.clone(), findings: vec![(at, rows)] }),
        }
    }
    let ids: Vec<Option<String>> = heads.iter().map(|head| head.map(|head| findings[head].id.clone())).collect();
    for (finding, id) in findings.iter_mut().zip(ids) {
        finding.beneath = id;
    }
}

/// The actions in the order that recovers most records, each counting only what those before it leave.
pub(super) fn fix_plan(findings: &[Finding], catalogue: &Catalogue, effects: &Effects) -> Vec<Fix> {
    let failed = effects.failed();
    // A consequence is fixed with its root.
    let follows = |finding: &&Finding| catalogue.get(&finding.check).is_some_and(|check| check.follows);
    let mut open: Vec<(&Finding, Rows)> = findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning && !follows(finding))
        .map(|finding| (finding, explained_by(finding, catalogue, effects)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let mut left = effects.all_left();
    let mut plan: Vec<Fix> = Vec::new();
    let mut sum = 0;
    // A gain never grows as more is fixed, so a stale gain that is still the largest need only be computed anew.
    let mut gains: Vec<(u64, u64)> = open.iter().map(|(_, rows)| effects.recovered_by(rows, &left)).collect();
    while let Some(best) = (0..open.len()).max_by_key(|index| (gains[*index], Reverse(*index))) {
        let fresh = effects.recovered_by(&open[best].1, &left);
        if fresh < gains[best] {
            gains[best] = fresh;
            continue;
        }
        let (finding, rows) = open.remove(best);
        let (recovers, possibly_recovers) = gains.remove(best);
        if recovers == 0 && possibly_recovers == 0 {
            break;
        }
        effects.fix(&rows, &mut left);
        sum += recovers;
        plan.push(Fix {
            finding: finding.id.clone(),
            title: finding.title.clone(),
            recovers,
            possibly_recovers,
            share: share(recovers, failed),
            cumulative_share: share(sum, failed),
        });
    }
    plan
}

/// The failed rows that findings explain; summaries explain nothing.
pub(super) fn explained(findings: &[Finding], catalogue: &Catalogue, effects: &Effects) -> Rows {
    // A check that leaves out what others tell is about rows beyond theirs.
    let (beyond, others): (Vec<&Finding>, Vec<&Finding>) = findings
        .iter()
        .filter(|finding| explains(finding, catalogue))
        .partition(|finding| finding.evidence.contains_key(TOLD_ELSEWHERE));
    let rows: Vec<Rows> = others.iter().map(|finding| effects.rows_of(finding)).collect();
    let mut sum = effects.sum(&rows);
    beyond.iter().for_each(|finding| effects.add_beyond(finding, &mut sum));
    sum
}

/// How many failed rows that is.
pub(super) fn coverage(explained: &Rows, effects: &Effects) -> Coverage {
    let explained = explained.values().sum();
    Coverage { failed: effects.failed(), explained, share: share(explained, effects.failed()) }
}

/// 0 to 1 with 6 decimals; none for 0 of 0.
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 1e6).round() / 1e6)
}
