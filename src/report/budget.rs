//! What a report may hold before a run counts as failed: `--fail-on`, `[budget]` and `--baseline`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::model::{Baseline, Finding, Group, Report, Severity, rate};
use super::outline;
use super::words::{clip, count, counted, line, percent, place};
use crate::error::{Error, Result};

/// The `[budget]` table of `synclens.toml`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// The highest share of failed records that is still fine, 0 to 1.
    pub max_failure_rate: Option<f64>,
    /// Families (or group ids) that are known and accepted: their rows and findings count nowhere here.
    pub accepted_families: Vec<String>,
    /// Whether families that the baseline does not have are refused.
    pub no_new_families: bool,
}

impl Budget {
    /// The reasons why `report` is over the budget or has a finding of at least `fail_on`; empty where all is fine.
    pub fn reasons(&self, report: &Report, fail_on: Option<Severity>) -> Result<Vec<String>> {
        let accepted = self.accepted(report);
        let mut reasons = Vec::new();
        if let Some(limit) = fail_on {
            let met = outline::diagnoses(report)
                .filter(|finding| finding.severity >= limit && !is_accepted_finding(finding, &accepted));
            reasons.extend(met.map(finding_reason));
        }
        if let Some(allowed) = self.max_failure_rate {
            reasons.extend(rate_reason(report, allowed, &accepted)?);
        }
        if self.no_new_families {
            let baseline = report.baseline.as_ref().ok_or_else(|| {
                Error::new("cannot hold the budget: no_new_families needs a report to compare with")
                    .hint("give it with --baseline REPORT.json")
            })?;
            let new: BTreeSet<&str> = baseline.new_families.iter().map(String::as_str).collect();
            let is_refused =
                |group: &&Group| new.contains(group.family_id.as_str()) && !accepted.contains(group.family_id.as_str());
            reasons.extend(report.groups.iter().filter(is_refused).map(new_family_reason));
        }
        Ok(reasons)
    }

    /// The accepted families of a report; a group id stands for the family that holds the group.
    fn accepted<'a>(&'a self, report: &'a Report) -> BTreeSet<&'a str> {
        let named: BTreeSet<&str> = self.accepted_families.iter().map(String::as_str).collect();
        let families = report.groups.iter().filter(|group| ids(group).any(|id| named.contains(id)));
        families.map(|group| group.family_id.as_str()).collect()
    }
}

fn finding_reason(finding: &Finding) -> String {
    let place = place(finding);
    let place = if place.is_empty() { place } else { format!(" – {place}") };
    let records = counted(finding.records, "record");
    format!("{}: {}{place} ({records}) [{}]", finding.severity.word(), line(&finding.title), line(&finding.id))
}

fn rate_reason(report: &Report, allowed: f64, accepted: &BTreeSet<&str>) -> Result<Option<String>> {
    if !(0.0..=1.0).contains(&allowed) {
        return Err(Error::new(format!("cannot use max_failure_rate = {allowed} of [budget]: it is not between 0 and 1"))
            .hint("write 2 % as 0.02"));
    }
    let known: u64 =
        report.groups.iter().filter(|group| accepted.contains(group.family_id.as_str())).map(|group| group.records).sum();
    let failed = report.totals.failed.saturating_sub(known);
    let reached = rate(failed, report.totals.records);
    Ok(reached.filter(|reached| *reached > allowed).map(|reached| {
        format!(
            "failure rate {} ({} of {}) is above {}",
            percent(Some(reached)),
            count(failed),
            counted(report.totals.records, "record"),
            percent(Some(allowed))
        )
    }))
}

fn new_family_reason(group: &Group) -> String {
    let name = outline::group_name(group);
    format!("new failure group: {} ({}) [{}]", clip(&name, 200), counted(group.records, "record"), line(&group.family_id))
}

/// A finding is accepted where all families that it explains are.
fn is_accepted_finding(finding: &Finding, accepted: &BTreeSet<&str>) -> bool {
    !finding.families.is_empty() && finding.families.iter().all(|family| accepted.contains(family.as_str()))
}

/// Compares a report with an earlier one. A family is the same where they share a group, since a family may grow.
pub fn compare(report: &Report, earlier: &Report) -> Baseline {
    Baseline {
        as_of: earlier.as_of.clone(),
        records: earlier.totals.records,
        failed: earlier.totals.failed,
        failure_rate: rate(earlier.totals.failed, earlier.totals.records),
        new_families: only_in(report, earlier),
        gone_families: only_in(earlier, report),
    }
}

/// The families of `one` that share no group with `other`.
fn only_in(one: &Report, other: &Report) -> Vec<String> {
    let known: BTreeSet<&str> = other.groups.iter().flat_map(ids).collect();
    let new = one.groups.iter().filter(|group| ids(group).all(|id| !known.contains(id)));
    new.map(|group| group.family_id.clone()).collect()
}

fn ids(group: &Group) -> impl Iterator<Item = &str> {
    std::iter::once(group.family_id.as_str()).chain(group.group_ids.iter().map(String::as_str))
}
