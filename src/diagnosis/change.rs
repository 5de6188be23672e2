//! Where along the insert order failing lies: from an order on, in a stretch, in whole batches.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Axis, Change};
use crate::engine::{Parameters, Session, Value, typed_rows};
use crate::error::{Place, Result};

/// How far the failure rates inside and outside of a stretch must lie apart.
const GAP: f64 = 0.5;
/// Fewest rows inside and outside.
const SIDE: u64 = 20;
/// The chance of one false alarm over all stretches that could be found.
const FALSE_ALARMS: f64 = 0.05;
/// Jobs and objects whose rows are read, those with the most uneven failures first.
const MOST: usize = 20;
/// Stretches that are told of one object of a job; where there are more, they must be batches.
const STRETCHES: usize = 3;
/// Stretches that are looked for: enough to see that they are batches.
const SOUGHT: usize = 12;
/// The smallest batch that two edges tell: of two orders at random, one pair in forty has a common divisor this large.
const BATCH: i64 = 25;

/// Failures of an object of a job by position.
#[derive(Deserialize)]
struct Step {
    job_id: String,
    object: String,
    records: u64,
    failed: u64,
}

const STEPS: &str = "
    select job_id, object, sum(records)::bigint as records,
        coalesce(sum(records) filter (is_failed(has_error, status_code)), 0)::bigint as failed
    from outcome
    where position is not null and job_id is not null and object is not null and status_code is not null and status_code <> 9
    group by job_id, object, position having sum(records) > 0 order by job_id, object, position";

/// Neighbouring rows of one result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Run {
    failed: bool,
    first: i64,
    last: i64,
    records: u64,
}

#[derive(Deserialize)]
struct RunOf {
    job_id: String,
    object: String,
    #[serde(flatten)]
    run: Run,
}

const RUNS: &str = "
    with sought as (
        select one.job_id, one.object from (select unnest(from_json($sought, '[{\"job_id\": \"VARCHAR\", \"object\": \"VARCHAR\"}]')) as one)
    ),
    placed as (
        select job_id, object, failed, insert_order,
            row_number() over (partition by job_id, object order by insert_order, export_id, row_number)
                - row_number() over (partition by job_id, object, failed order by insert_order, export_id, row_number) as run
        from audit_log semi join sought using (job_id, object)
        where insert_order is not null and status_code is not null and status_code <> 9
    )
    select job_id, object, failed, min(insert_order) as first, max(insert_order) as last, count(*) as records
    from placed group by job_id, object, failed, run order by job_id, object, first, last, failed";

/// The clear stretches of failures of all jobs and objects.
pub(super) fn changes(session: &Session) -> Result<Vec<Change>> {
    let mut steps: BTreeMap<(String, String), Vec<(u64, u64)>> = BTreeMap::new();
    for step in typed_rows::<Step>(&session.query(STEPS, &Parameters::new())?)? {
        steps.entry((step.job_id, step.object)).or_default().push((step.records, step.failed));
    }
    let mut sought: Vec<(f64, (String, String))> =
        steps.into_iter().map(|(place, steps)| (unevenness(&steps), place)).filter(|(uneven, _)| *uneven > 0.0).collect();
    sought.sort_by(|(a, a_place), (b, b_place)| b.total_cmp(a).then_with(|| a_place.cmp(b_place)));
    sought.truncate(MOST);
    if sought.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<_> =
        sought.iter().map(|(_, (job_id, object))| serde_json::json!({"job_id": job_id, "object": object})).collect();
    let places = serde_json::to_string(&places).place(|| "cannot look for changes along the order".into())?;
    let parameters = Parameters::from([("sought".into(), Value::Text(places))]);
    let mut runs: BTreeMap<(String, String), Vec<Run>> = BTreeMap::new();
    for run in typed_rows::<RunOf>(&session.query(RUNS, &parameters)?)? {
        runs.entry((run.job_id, run.object)).or_default().push(run.run);
    }
    let mut found: Vec<Change> = runs.iter().flat_map(|((job, object), runs)| told(job, object, runs, sought.len())).collect();
    found.sort_by(|a, b| {
        b.records.cmp(&a.records).then_with(|| (&a.job_id, &a.object, &a.at).cmp(&(&b.job_id, &b.object, &b.at)))
    });
    Ok(found)
}

/// How much more the failures vary from step to step than chance lets them (six standard deviations of a chi-square); below
/// 0 where chance explains it.
fn unevenness(steps: &[(u64, u64)]) -> f64 {
    let (records, failed) = steps.iter().fold((0, 0), |(records, failed), step| (records + step.0, failed + step.1));
    if failed < SIDE || records - failed < SIDE {
        return 0.0;
    }
    let freedom = (steps.len() - 1) as f64;
    likelihood(steps.iter().copied()) - (freedom + 6.0 * (2.0 * freedom).sqrt())
}

/// Twice the log-likelihood ratio of a failure rate for each part (records, failed) against one rate for all.
fn likelihood(parts: impl Iterator<Item = (u64, u64)> + Clone) -> f64 {
    let (records, failed) = parts.clone().fold((0, 0), |(records, failed), part| (records + part.0, failed + part.1));
    let fit = |records: u64, failed: u64| -> f64 {
        let term = |count: u64| if count == 0 { 0.0 } else { count as f64 * (count as f64 / records as f64).ln() };
        term(failed) + term(records - failed)
    };
    2.0 * (parts.map(|(records, failed)| fit(records, failed)).sum::<f64>() - fit(records, failed))
}

/// Part of an object's rows in the insert order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stretch {
    first: i64,
    last: i64,
    records: u64,
    failed: u64,
}

/// What is told of the rows of one object of a job.
fn told(job: &str, object: &str, runs: &[Run], places: usize) -> Vec<Change> {
    let (Some(from), Some(to)) = (runs.first().map(|run| run.first), runs.iter().map(|run| run.last).max()) else {
        return Vec::new();
    };
    let all = runs.iter().map(|run| run.records).sum::<u64>();
    // Any two rows bound a stretch.
    let possible = all as f64 * all as f64 / 2.0 * places as f64;
    let mut stretches = stretches(runs);
    let sum = |stretches: &[Stretch]| stretches.iter().fold((0, 0), |(n, k), one| (n + one.records, k + one.failed));
    let all_failed = runs.iter().filter(|run| run.failed).map(|run| run.records).sum::<u64>();
    let (inside, inside_failed) = sum(&stretches);
    let outside = (all - inside, all_failed - inside_failed);
    let rate = |(records, failed): (u64, u64)| failed as f64 / records as f64;
    stretches.retain(|one| {
        let one = (one.records, one.failed);
        one.0 >= SIDE
            && outside.0 >= SIDE
            && rate(one) - rate(outside) >= GAP
            // Half of exp(-x/2) bounds the chance of such a difference (Chernoff); times the stretches (Bonferroni).
            && 0.5 * (-likelihood([one, outside].into_iter()) / 2.0).exp() * possible <= FALSE_ALARMS
    });
    stretches.sort_by_key(|one| one.first);
    let batch = batch(&stretches, from, to);
    let rounded = |rate: f64| Some((rate * 1e6).round() / 1e6);
    let change = |one: &Stretch, counted: (u64, u64)| Change {
        job_id: job.to_string(),
        object: Some(object.to_string()),
        along: Axis::Order,
        at: one.first.to_string(),
        until: (one.last < to).then(|| one.last.to_string()),
        stretches: 1,
        batch: batch.map(i64::unsigned_abs),
        rate_before: rounded(rate(outside)),
        rate_after: rounded(rate(counted)),
        records: counted.0,
    };
    match (stretches.as_slice(), batch) {
        ([first, _, ..], Some(_)) => {
            let last = stretches[stretches.len() - 1];
            let whole = Stretch { last: last.last, ..*first };
            vec![Change { stretches: stretches.len() as u64, ..change(&whole, sum(&stretches)) }]
        }
        (few, _) if few.len() <= STRETCHES => few.iter().map(|one| change(one, (one.records, one.failed))).collect(),
        _ => Vec::new(),
    }
}

/// The stretches in which failures outnumber successes the most, none overlapping another.
fn stretches(runs: &[Run]) -> Vec<Stretch> {
    let mut parts: Vec<&[Run]> = vec![runs];
    let mut found: Vec<Stretch> = Vec::new();
    while let Some(part) = parts.pop() {
        let Some((begin, end)) = densest(part) else { continue };
        let runs = &part[begin..=end];
        let stretch =
            runs.iter().fold(Stretch { first: runs[0].first, last: runs[0].last, records: 0, failed: 0 }, |sum, run| Stretch {
                last: sum.last.max(run.last),
                records: sum.records + run.records,
                failed: sum.failed + if run.failed { run.records } else { 0 },
                ..sum
            });
        // What is shorter than a side is chance, and so is what lies beside it.
        if stretch.records < SIDE || found.len() == SOUGHT {
            continue;
        }
        found.push(stretch);
        parts.push(&part[..begin]);
        parts.push(&part[end + 1..]);
    }
    found
}

/// The part of neighbouring runs with the largest surplus of failures (Kadane), as its first and last run.
fn densest(runs: &[Run]) -> Option<(usize, usize)> {
    let mut best: Option<(i64, usize, usize)> = None;
    let (mut surplus, mut begin) = (0_i64, 0);
    for (at, run) in runs.iter().enumerate() {
        if surplus <= 0 {
            (surplus, begin) = (0, at);
        }
        surplus += if run.failed { run.records as i64 } else { -(run.records as i64) };
        if surplus > best.map_or(0, |(largest, ..)| largest) {
            best = Some((surplus, begin, at));
        }
    }
    best.map(|(_, begin, end)| (begin, end))
}

/// The batch size at whose multiples all edges lie; the ends of the object are no edges.
fn batch(stretches: &[Stretch], from: i64, to: i64) -> Option<i64> {
    let starts = stretches.iter().map(|one| one.first - from).filter(|edge| *edge > 0);
    let ends = stretches.iter().filter(|one| one.last < to).map(|one| one.last + 1 - from);
    let edges: Vec<i64> = starts.chain(ends).collect();
    let divisor = edges.iter().fold(0, |divisor, edge| gcd(divisor, *edge));
    (edges.len() >= 2 && divisor >= BATCH).then_some(divisor)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs of so many rows, failed and not in turn.
    fn runs(lengths: &[u64], mut failed: bool) -> Vec<Run> {
        let mut next = 1;
        lengths
            .iter()
            .map(|records| {
                let run = Run { failed, first: next, last: next + *records as i64 - 1, records: *records };
                next += *records as i64;
                failed = !failed;
                run
            })
            .collect()
    }

    #[test]
    fn all_that_follows_a_point_is_one_stretch() {
        let told = told("J", "Case", &runs(&[300, 5, 2, 193], false), 1);
        let [change] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((change.at.as_str(), &change.until, change.batch), ("301", &None, None));
        assert_eq!((change.rate_before, change.rate_after), (Some(0.0), Some(0.99)));
    }

    #[test]
    fn whole_batches_are_told_as_such() {
        let told = told("J", "Case", &runs(&[400, 200, 800, 200, 200, 200, 100], false), 1);
        let [change] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((change.at.as_str(), change.until.as_deref()), ("401", Some("2000")));
        assert_eq!((change.stretches, change.batch, change.records), (3, Some(200), 600));
    }

    #[test]
    fn failures_here_and_there_are_no_stretch() {
        let scattered: Vec<u64> = (0..200).map(|at| if at % 2 == 0 { 3 + at % 5 } else { 1 + at % 3 }).collect();
        assert_eq!(told("J", "Case", &runs(&scattered, false), 1), []);
    }

    #[test]
    fn what_spreads_evenly_is_not_looked_at() {
        assert!(unevenness(&[(100, 50), (100, 47), (100, 53)]) < 0.0);
        assert!(unevenness(&[(100, 0), (100, 3), (100, 96)]) > 0.0);
    }
}
