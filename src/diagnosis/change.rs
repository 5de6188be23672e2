//! Where along the insert order failing lies: from an order on, in a stretch, in whole batches.

use std::collections::BTreeMap;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::{Axis, Change};
use crate::engine::{Parameters, Session, Value, literal};
use crate::error::{Place, Result};
use crate::schema::last_order;

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
    position: i64,
    records: u64,
    failed: u64,
}

const STEPS: &str = "
    select job_id, object, position, sum(records)::bigint as records,
        coalesce(sum(records) filter (is_failed(has_error, status_code)), 0)::bigint as failed
    from outcome
    where position is not null and job_id is not null and object is not null and status_code is not null and status_code <> 9
    group by job_id, object, position having sum(records) > 0 order by job_id, object, position";

/// Rows of an object of a job that follow each other in the insert order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    first: i64,
    last: i64,
    records: u64,
    failed: u64,
}

impl Piece {
    /// Failed rows beyond the others.
    fn surplus(&self) -> i64 {
        2 * self.failed as i64 - self.records as i64
    }
}

/// Steps into which the orders of one object of a job are cut at first; then those in which a stretch begins or ends are looked at order by
/// order. A job of a million rows is seen in steps of 50, so that no batch is missed.
const STEPS_OF_JOB: i64 = 20_000;

/// What is looked at of one object of a job.
#[derive(Debug, Serialize)]
struct Sought {
    /// Its place among all that are.
    number: i64,
    job_id: String,
    object: String,
    /// Orders of a step.
    #[serde(skip)]
    width: i64,
}

/// The rows of what is sought.
const ROWS: &str = "
    with sought as (
        select unnest(from_json($sought, '[{\"number\": \"BIGINT\", \"job_id\": \"VARCHAR\", \"object\": \"VARCHAR\"}]'), recursive := true)
    )
    select number, insert_order::bigint, failed
    from audit_log join sought using (job_id, object)
    where insert_order is not null and status_code is not null and status_code <> 9";

/// The pieces of each that is sought, in order: its rows by `step`, which gives none for rows that are passed over.
fn pieces(session: &Session, sought: &[Sought], step: impl Fn(&Sought, i64) -> Option<i64>) -> Result<Vec<Vec<Piece>>> {
    let place = || "cannot look for changes along the order".to_string();
    let parameters = Parameters::from([("sought".into(), Value::Text(serde_json::to_string(sought).place(place)?))]);
    let mut pieces: Vec<FxHashMap<i64, Piece>> = sought.iter().map(|_| FxHashMap::default()).collect();
    session.stream(ROWS, &parameters, &mut |batch| {
        let [numbers, orders] = [0, 1].map(|column| batch.column(column).as_primitive::<Int64Type>().values());
        for ((number, order), failed) in numbers.iter().zip(orders).zip(batch.column(2).as_boolean()) {
            let Some(step) = step(&sought[*number as usize], *order) else { continue };
            let new = Piece { first: *order, last: *order, records: 0, failed: 0 };
            let piece = pieces[*number as usize].entry(step).or_insert(new);
            piece.first = piece.first.min(*order);
            piece.last = piece.last.max(*order);
            piece.records += 1;
            piece.failed += u64::from(failed == Some(true));
        }
        Ok(())
    })?;
    let in_order = |pieces: FxHashMap<i64, Piece>| {
        let mut pieces: Vec<Piece> = pieces.into_values().collect();
        pieces.sort_by_key(|piece| piece.first);
        pieces
    };
    Ok(pieces.into_iter().map(in_order).collect())
}

/// The steps in which a stretch begins or ends, and their neighbours.
fn edges(sought: &Sought, pieces: &[Piece]) -> FxHashSet<i64> {
    let at = |order: i64| pieces.partition_point(|piece| piece.first <= order).saturating_sub(1);
    let near = |edge: usize| edge.saturating_sub(1)..(edge + 2).min(pieces.len());
    let stretches = stretches(pieces);
    let near = stretches.iter().flat_map(|one| near(at(one.first)).chain(near(at(one.last))));
    near.map(|piece| pieces[piece].first.div_euclid(sought.width)).collect()
}

/// The clear stretches of failures of all jobs and objects.
pub(super) fn changes(session: &Session) -> Result<Vec<Change>> {
    let mut steps: BTreeMap<(String, String), Vec<Step>> = BTreeMap::new();
    for step in session.rows::<Step>(STEPS)? {
        steps.entry((step.job_id.clone(), step.object.clone())).or_default().push(step);
    }
    let mut uneven: Vec<(f64, Sought)> = steps
        .into_iter()
        .map(|((job_id, object), steps)| {
            let width = steps.iter().map(|step| last_order(step.position)).max().unwrap_or(0) / STEPS_OF_JOB;
            let counts: Vec<(u64, u64)> = steps.iter().map(|step| (step.records, step.failed)).collect();
            (unevenness(&counts), Sought { number: 0, job_id, object, width: width.max(1) })
        })
        .filter(|(uneven, _)| *uneven > 0.0)
        .collect();
    // The sort is stable: what is equally uneven stays in the order of its names.
    uneven.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let numbered = (0..).zip(uneven.into_iter().take(MOST));
    let sought: Vec<Sought> = numbered.map(|(number, (_, sought))| Sought { number, ..sought }).collect();
    if sought.is_empty() {
        return Ok(Vec::new());
    }
    let mut all = pieces(session, &sought, |sought, order| Some(order.div_euclid(sought.width)))?;
    let wide = |(sought, pieces): (&Sought, &Vec<Piece>)| {
        if sought.width > 1 { edges(sought, pieces) } else { FxHashSet::default() }
    };
    let near: Vec<FxHashSet<i64>> = sought.iter().zip(&all).map(wide).collect();
    if near.iter().any(|steps| !steps.is_empty()) {
        let is_near = |sought: &Sought, order: i64| near[sought.number as usize].contains(&order.div_euclid(sought.width));
        let fine = pieces(session, &sought, |sought, order| is_near(sought, order).then_some(order))?;
        for ((sought, pieces), fine) in sought.iter().zip(&mut all).zip(fine) {
            pieces.retain(|piece| !is_near(sought, piece.first));
            pieces.extend(fine);
            pieces.sort_by_key(|piece| piece.first);
        }
    }
    let told = sought.iter().zip(&all).flat_map(|(one, pieces)| told(&one.job_id, &one.object, pieces, sought.len()));
    let mut found: Vec<Change> = told.collect();
    found.sort_by(|a, b| {
        b.records.cmp(&a.records).then_with(|| (&a.job_id, &a.object, &a.at).cmp(&(&b.job_id, &b.object, &b.at)))
    });
    Ok(found)
}

/// The SQL that gives the counts of changes: the rows of their stretches, and the others of the same object of the same job.
pub(super) fn sql(changes: &[Change]) -> String {
    let stretch = |change: &Change, (first, last): (i64, i64)| {
        let [job, object, at] = [&change.job_id, change.object.as_deref().unwrap_or_default(), &change.at].map(literal);
        format!("({job}, {object}, {at}, {first}, {last})")
    };
    let stretches = changes.iter().flat_map(|change| change.orders.iter().map(move |orders| stretch(change, *orders)));
    format!(
        "with stretch (job_id, object, \"at\", first, last) as (values
    {}
),
placed as (
    select a.job_id, a.object, a.failed, s.\"at\"
    from audit_log a left join stretch s on s.job_id = a.job_id and s.object = a.object and a.insert_order between s.first and s.last
    where a.insert_order is not null and a.status_code is not null and a.status_code <> 9
        and (a.job_id, a.object) in (select (job_id, object) from stretch)
),
elsewhere as (
    select job_id, object, round(avg(failed::integer), 6) as rate_before from placed where \"at\" is null group by job_id, object
)
select job_id, object, \"at\", rate_before, round(avg(failed::integer), 6) as rate_after, count(*) as records
from placed join elsewhere using (job_id, object) where \"at\" is not null
group by all order by records desc, job_id, object, \"at\"",
        stretches.collect::<Vec<_>>().join(",\n    ")
    )
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

/// What is told of the rows of one object of a job.
fn told(job: &str, object: &str, pieces: &[Piece], places: usize) -> Vec<Change> {
    let (Some(from), Some(to)) = (pieces.first().map(|piece| piece.first), pieces.iter().map(|piece| piece.last).max()) else {
        return Vec::new();
    };
    let sum = |pieces: &[Piece]| pieces.iter().fold((0, 0), |(n, k), one| (n + one.records, k + one.failed));
    let (all, all_failed) = sum(pieces);
    // Any two rows bound a stretch.
    let possible = all as f64 * all as f64 / 2.0 * places as f64;
    let mut stretches = stretches(pieces);
    let (inside, inside_failed) = sum(&stretches);
    let rest = (all - inside, all_failed - inside_failed);
    let rate = |(records, failed): (u64, u64)| failed as f64 / records as f64;
    stretches.retain(|one| {
        let one = (one.records, one.failed);
        one.0 >= SIDE
            && rest.0 >= SIDE
            && rate(one) - rate(rest) >= GAP
            // Half of exp(-x/2) bounds the chance of such a difference (Chernoff); times the stretches (Bonferroni).
            && 0.5 * (-likelihood([one, rest].into_iter()) / 2.0).exp() * possible <= FALSE_ALARMS
    });
    stretches.sort_by_key(|one| one.first);
    let (told, told_failed) = sum(&stretches);
    let elsewhere = (all - told, all_failed - told_failed);
    let batch = batch(&stretches, from, to);
    let rounded = |rate: f64| Some((rate * 1e6).round() / 1e6);
    let change = |one: &Piece, counted: (u64, u64)| Change {
        job_id: job.to_string(),
        object: Some(object.to_string()),
        along: Axis::Order,
        at: one.first.to_string(),
        until: (one.last < to).then(|| one.last.to_string()),
        stretches: 1,
        batch: batch.map(i64::unsigned_abs),
        rate_before: rounded(rate(elsewhere)),
        rate_after: rounded(rate(counted)),
        records: counted.0,
        orders: vec![(one.first, one.last)],
    };
    match (stretches.as_slice(), batch) {
        ([first, _, ..], Some(_)) => {
            let last = stretches[stretches.len() - 1];
            let whole = Piece { last: last.last, ..*first };
            let orders = stretches.iter().map(|one| (one.first, one.last)).collect();
            vec![Change { stretches: stretches.len() as u64, orders, ..change(&whole, sum(&stretches)) }]
        }
        (few, _) if few.len() <= STRETCHES => few.iter().map(|one| change(one, (one.records, one.failed))).collect(),
        _ => Vec::new(),
    }
}

/// The stretches in which failures outnumber successes the most, none overlapping another.
fn stretches(pieces: &[Piece]) -> Vec<Piece> {
    let mut parts: Vec<&[Piece]> = vec![pieces];
    let mut found: Vec<Piece> = Vec::new();
    while let Some(part) = parts.pop() {
        let Some((begin, end)) = densest(part) else { continue };
        let whole = |sum: Piece, piece: &Piece| Piece {
            first: sum.first,
            last: sum.last.max(piece.last),
            records: sum.records + piece.records,
            failed: sum.failed + piece.failed,
        };
        let stretch = part[begin + 1..=end].iter().fold(part[begin], whole);
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

/// The part of neighbouring pieces with the largest surplus of failures (Kadane), as its first and last piece.
fn densest(pieces: &[Piece]) -> Option<(usize, usize)> {
    let mut best: Option<(i64, usize, usize)> = None;
    let (mut surplus, mut begin) = (0_i64, 0);
    for (at, piece) in pieces.iter().enumerate() {
        if surplus <= 0 {
            (surplus, begin) = (0, at);
        }
        surplus += piece.surplus();
        if surplus > best.map_or(0, |(largest, ..)| largest) {
            best = Some((surplus, begin, at));
        }
    }
    best.map(|(_, begin, end)| (begin, end))
}

/// The batch size at whose multiples all edges lie; the ends of the object are no edges.
fn batch(stretches: &[Piece], from: i64, to: i64) -> Option<i64> {
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
    fn runs(lengths: &[u64], mut failed: bool) -> Vec<Piece> {
        let mut next = 1;
        lengths
            .iter()
            .map(|records| {
                let failed_rows = if failed { *records } else { 0 };
                let run = Piece { first: next, last: next + *records as i64 - 1, records: *records, failed: failed_rows };
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
