//! What the page filters by: jobs, objects, codes, categories and groups, and the failed records where they meet.

use std::collections::BTreeMap;

use serde::Serialize;

use super::limits::Limits;
use crate::report::model::{Failures, Finding, Group, Job, Report};
use crate::report::outline;

/// The values of each filter; rows name a value by its place in these lists.
#[derive(Serialize)]
pub struct Facets<'a> {
    jobs: Vec<(&'a str, String)>,
    objects: Vec<&'a str>,
    codes: Vec<&'a str>,
    categories: Vec<&'a str>,
    groups: Vec<(&'a str, String)>,
    /// Code and category of each group.
    of_group: Vec<[usize; 2]>,
}

/// The code under which groups without one are filtered.
const NO_CODE: &str = "(no code)";

impl<'a> Facets<'a> {
    /// The facets of what the page shows of a report.
    pub fn of(report: &'a Report, limits: &Limits) -> Self {
        let groups = &report.groups[..report.groups.len().min(limits.rows)];
        let sorted = |mut values: Vec<&'a str>| {
            values.sort_unstable();
            values.dedup();
            values
        };
        let codes = sorted(groups.iter().map(code).collect());
        let categories = sorted(groups.iter().map(|group| group.category.as_str()).collect());
        let of_group =
            groups.iter().map(|group| [place_in(&codes, code(group)), place_in(&categories, &group.category)]).collect();
        let name = |job: &Job| job.name.clone().unwrap_or_else(|| job.job_id.clone());
        Self {
            jobs: report.jobs.iter().rev().take(limits.rows).map(|job| (job.job_id.as_str(), name(job))).collect(),
            objects: report.objects.iter().take(limits.rows).map(|object| object.object.as_str()).collect(),
            groups: groups.iter().map(|group| (group.family_id.as_str(), outline::group_name(group))).collect(),
            codes,
            categories,
            of_group,
        }
    }
}

fn code(group: &Group) -> &str {
    group.code.as_deref().unwrap_or(NO_CODE)
}

fn place_in(sorted: &[&str], value: &str) -> usize {
    sorted.binary_search(&value).expect("the list was made of all values")
}

/// Where each value stands in the facets.
pub struct Index<'a> {
    jobs: BTreeMap<&'a str, usize>,
    objects: BTreeMap<&'a str, usize>,
    groups: BTreeMap<&'a str, usize>,
    of_group: Vec<[usize; 2]>,
}

impl<'a> Index<'a> {
    /// The places of these facets.
    pub fn of(facets: &Facets<'a>) -> Self {
        Self {
            jobs: facets.jobs.iter().enumerate().map(|(index, job)| (job.0, index)).collect(),
            objects: facets.objects.iter().enumerate().map(|(index, object)| (*object, index)).collect(),
            groups: facets.groups.iter().enumerate().map(|(index, group)| (group.0, index)).collect(),
            of_group: facets.of_group.clone(),
        }
    }

    /// Failed records of one job, object and group; none where the page leaves one of them out.
    pub fn cell(&self, failures: &Failures) -> Option<[u64; 4]> {
        let job = *self.jobs.get(failures.job_id.as_str())?;
        let object = *self.objects.get(failures.object.as_str())?;
        let group = *self.groups.get(failures.family_id.as_str())?;
        Some([job as u64, object as u64, group as u64, failures.records])
    }

    /// The values under which a finding is shown.
    pub fn matches(&self, report: &Report, finding: &Finding) -> Matches {
        let groups: Vec<usize> = finding.families.iter().filter_map(|family| self.groups.get(family.as_str()).copied()).collect();
        let scope = |one: &Option<String>, known: &BTreeMap<&str, usize>, of: fn(&Group) -> &Vec<String>| match one {
            Some(value) => Some(listed(known.get(value.as_str()).copied())),
            None if finding.families.is_empty() => None,
            None => {
                let values = groups.iter().flat_map(|group| of(&report.groups[*group]));
                Some(listed(values.filter_map(|value| known.get(value.as_str()).copied())))
            }
        };
        Matches {
            jobs: scope(&finding.job_id, &self.jobs, |group| &group.jobs),
            objects: scope(&finding.object, &self.objects, |group| &group.objects),
            codes: listed(groups.iter().map(|group| self.of_group[*group][0])),
            categories: listed(groups.iter().map(|group| self.of_group[*group][1])),
            groups: listed(groups),
        }
    }
}

/// The places of what a finding is about; none where it is about everything.
#[derive(Serialize)]
pub struct Matches {
    jobs: Option<Vec<usize>>,
    objects: Option<Vec<usize>>,
    codes: Vec<usize>,
    categories: Vec<usize>,
    groups: Vec<usize>,
}

fn listed(places: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut places: Vec<_> = places.into_iter().collect();
    places.sort_unstable();
    places.dedup();
    places
}
