//! Which findings stand, in which order, and what to fix first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::effect::Effects;
use super::{Coverage, Finding, Fix};
use crate::query::{Catalogue, Kind, Severity};

/// Whether a finding explains failed rows: one that was made from logs alone is about none.
fn explains(finding: &Finding, catalogue: &Catalogue) -> bool {
    finding.kind == Kind::Diagnosis && finding.records > 0 && catalogue.get(&finding.check).is_some_and(|check| check.explains)
}

/// Removes findings whose rows a more specific check explains (`hides` in its front matter).
pub(super) fn hide(findings: &mut Vec<Finding>, catalogue: &Catalogue, effects: &Effects) {
    let hidden_by = |general: &Finding| -> Vec<&Finding> {
        findings
            .iter()
            .filter(|specific| catalogue.get(&specific.check).is_some_and(|check| check.hides.contains(&general.check)))
            .collect()
    };
    let covers = |specific: &Finding, general: &Finding| {
        let wider = |wide: &Option<String>, narrow: &Option<String>| wide.is_none() || wide == narrow;
        wider(&specific.job_id, &general.job_id)
            && wider(&specific.object, &general.object)
            && (specific.families.is_empty() || specific.families == general.families)
    };
    let keep: Vec<bool> = findings
        .iter()
        .map(|general| {
            let specific = hidden_by(general);
            if specific.iter().any(|specific| covers(specific, general)) {
                return false;
            }
            let cells = effects.cells_of(general);
            if specific.is_empty() || cells.is_empty() || !explains(general, catalogue) {
                return true;
            }
            let covered: BTreeSet<usize> = specific
                .iter()
                .filter(|finding| explains(finding, catalogue))
                .flat_map(|finding| effects.cells_of(finding))
                .collect();
            !cells.is_subset(&covered)
        })
        .collect();
    let mut keep = keep.into_iter();
    findings.retain(|_| keep.next().unwrap_or(true));
}

/// Orders findings by severity, then by the records that fixing them recovers, then by name; a consequence comes after
/// its cause, summaries come last.
pub(super) fn order(findings: &mut Vec<Finding>, catalogue: &Catalogue, effects: &Effects) {
    let none = BTreeSet::new();
    let mut weighed: Vec<(u64, BTreeSet<usize>, Finding)> = std::mem::take(findings)
        .into_iter()
        .map(|finding| {
            let cells = if explains(&finding, catalogue) { effects.cells_of(&finding) } else { BTreeSet::new() };
            let weight = if cells.is_empty() { finding.records } else { effects.recovered_by(&cells, &none).0 };
            (weight, cells, finding)
        })
        .collect();
    weighed.sort_by(|(a_weight, _, a), (b_weight, _, b)| {
        (a.kind == Kind::Summary, Reverse(a.severity), Reverse(a_weight), &a.check, &a.job_id, &a.object, &a.families, &a.id).cmp(
            &(
                b.kind == Kind::Summary,
                Reverse(b.severity),
                Reverse(b_weight),
                &b.check,
                &b.job_id,
                &b.object,
                &b.families,
                &b.id,
            ),
        )
    });
    // The findings that explain each cell, to name the causes of a consequence.
    let mut explained_by: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (_, cells, finding) in &weighed {
        for cell in cells {
            explained_by.entry(*cell).or_default().push(finding.id.clone());
        }
    }
    for (_, cells, finding) in &mut weighed {
        let mut causes: Vec<String> = effects
            .causes_of(cells)
            .iter()
            .filter_map(|cell| explained_by.get(cell))
            .flatten()
            .filter(|id| **id != finding.id)
            .cloned()
            .collect();
        causes.sort();
        causes.dedup();
        finding.consequence_of = causes;
    }
    *findings = weighed.into_iter().map(|(_, _, finding)| finding).collect();
}

/// The actions in the order that recovers most records, each counting only what those before it leave.
pub(super) fn fix_plan(findings: &[Finding], catalogue: &Catalogue, effects: &Effects) -> Vec<Fix> {
    let failed = effects.failed();
    let mut open: Vec<(&Finding, BTreeSet<usize>)> = findings
        .iter()
        .filter(|finding| explains(finding, catalogue) && finding.severity >= Severity::Warning)
        .map(|finding| (finding, effects.cells_of(finding)))
        .collect();
    let mut done = BTreeSet::new();
    let mut plan: Vec<Fix> = Vec::new();
    let mut sum = 0;
    // A gain never grows as more cells are done, so a stale gain that is still the largest need only be computed anew.
    let mut gains: Vec<(u64, u64)> = open.iter().map(|(_, cells)| effects.recovered_by(cells, &done)).collect();
    while let Some(best) = (0..open.len()).max_by_key(|index| (gains[*index], Reverse(*index))) {
        let fresh = effects.recovered_by(&open[best].1, &done);
        if fresh < gains[best] {
            gains[best] = fresh;
            continue;
        }
        let (finding, cells) = open.remove(best);
        let (recovers, possibly_recovers) = gains.remove(best);
        if recovers == 0 && possibly_recovers == 0 {
            break;
        }
        done.extend(cells);
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

/// How many failed rows a finding explains; summaries explain nothing.
pub(super) fn coverage(findings: &[Finding], catalogue: &Catalogue, effects: &Effects) -> Coverage {
    let explained: BTreeSet<usize> =
        findings.iter().filter(|finding| explains(finding, catalogue)).flat_map(|finding| effects.cells_of(finding)).collect();
    let explained = explained.iter().map(|cell| effects.records(*cell)).sum();
    Coverage { failed: effects.failed(), explained, share: share(explained, effects.failed()) }
}

/// 0 to 1 with 6 decimals; none for 0 of 0.
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 1e6).round() / 1e6)
}
