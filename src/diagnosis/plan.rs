//! Which findings stand, in which order, and what to fix first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::effect::{Effects, Rows};
use super::{Coverage, Finding, Fix};
use crate::query::{Catalogue, Kind, Severity};

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

/// What the findings of the checks that hide one check tell together.
#[derive(Default)]
struct Specific {
    rows: Rows,
    /// Jobs and objects that they are about.
    scopes: BTreeSet<(Option<String>, Option<String>)>,
}

/// Removes findings all of whose rows more specific checks explain (`hides` in their front matter).
pub(super) fn hide(findings: &mut Vec<Finding>, catalogue: &Catalogue, effects: &Effects) {
    let mut specific: BTreeMap<&str, Specific> = BTreeMap::new();
    for finding in findings.iter() {
        let Some(check) = catalogue.get(&finding.check).filter(|check| !check.hides.is_empty()) else { continue };
        let rows = explained_by(finding, catalogue, effects);
        for general in &check.hides {
            let told = specific.entry(general).or_default();
            effects.add(&rows, &mut told.rows);
            told.scopes.insert((finding.job_id.clone(), finding.object.clone()));
        }
    }
    findings.retain(|general| {
        let Some(told) = specific.get(general.check.as_str()) else { return true };
        let within = effects.within(general);
        let is_hidden = if !explains(general, catalogue) || within.is_empty() {
            told.scopes.iter().any(|(job, object)| holds(job, &general.job_id) && holds(object, &general.object))
        } else {
            within.iter().all(|(cell, records)| told.rows.get(cell) >= Some(records))
        };
        !is_hidden
    });
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
            !finding.told_by.is_empty(),
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
#[derive(Default)]
struct Told {
    sum: Rows,
    /// The first finding that explains rows of a cell.
    first: BTreeMap<usize, usize>,
}

/// Puts findings beneath one that is told before them where both are about the same thing: their check says so (`told_by`), or
/// another check explains every failed row that they are about.
pub(super) fn put_beneath(findings: &mut [Finding], catalogue: &Catalogue, effects: &Effects) {
    let mut heads: Vec<Option<usize>> = Vec::with_capacity(findings.len());
    // Checks in the order in which they are told first, and where each stands in it.
    let mut told: Vec<Told> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    let mut of_check: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let named = finding.told_by.iter().find_map(|check| {
            let others = of_check.get(check.as_str()).into_iter().flatten();
            others.copied().find(|other| holds(&findings[*other].job_id, &finding.job_id))
        });
        of_check.entry(&finding.check).or_default().push(at);
        let about = match finding.families.is_empty() || finding.kind == Kind::Summary {
            true => Rows::new(),
            false => effects.within(finding),
        };
        let own = place.get(finding.check.as_str());
        let same_rows =
            told.iter().enumerate().filter(|(check, _)| !about.is_empty() && Some(check) != own).find_map(|(_, told)| {
                let is_told = |cell: &usize| told.sum.get(cell).is_some_and(|rows| effects.is_whole(*cell, *rows));
                about.keys().all(is_told).then(|| about.keys().filter_map(|cell| told.first.get(cell)).min().copied()).flatten()
            });
        heads.push(named.or(same_rows).map(|head| heads[head].unwrap_or(head)));
        let rows = explained_by(finding, catalogue, effects);
        if rows.is_empty() {
            continue;
        }
        let check = *place.entry(&finding.check).or_insert_with(|| {
            told.push(Told::default());
            told.len() - 1
        });
        effects.add(&rows, &mut told[check].sum);
        for cell in rows.keys() {
            told[check].first.entry(*cell).or_insert(at);
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
    let open: Vec<(&Finding, Rows)> = findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning && !follows(finding))
        .map(|finding| (finding, explained_by(finding, catalogue, effects)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let mut left = effects.all_left();
    let mut plan: Vec<Fix> = Vec::new();
    let mut sum = 0;
    // A gain never grows as more is fixed, so a stale gain that is still the largest need only be computed anew.
    let mut gains: BinaryHeap<((u64, u64), Reverse<usize>)> =
        open.iter().enumerate().map(|(at, (_, rows))| (effects.recovered_by(rows, &left), Reverse(at))).collect();
    while let Some((gain, Reverse(at))) = gains.pop() {
        let (finding, rows) = &open[at];
        let fresh = effects.recovered_by(rows, &left);
        if fresh < gain {
            gains.push((fresh, Reverse(at)));
            continue;
        }
        let (recovers, possibly_recovers) = fresh;
        if fresh == (0, 0) {
            break;
        }
        effects.fix(rows, &mut left);
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
    let mut sum = Rows::new();
    others.iter().for_each(|finding| effects.add(&effects.rows_of(finding), &mut sum));
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
