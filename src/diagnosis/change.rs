//! Where along the insert order failing began or ended: "everything after Order 84,212 fails".

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Axis, Change};
use crate::engine::{Parameters, Session, Value, typed_rows};
use crate::error::Result;

/// How far the failure rates before and after must lie apart.
const GAP: f64 = 0.5;
/// Fewest rows on either side.
const SIDE: u64 = 20;
/// Change points that are told, the largest first.
const MOST: usize = 20;

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
        coalesce(sum(records) filter (coalesce(has_error, false) or status_code in (1, 3)), 0)::bigint as failed
    from outcome
    where position is not null and job_id is not null and object is not null and status_code is not null and status_code <> 9
    group by all order by job_id, object, position";

/// The order within [from, to] that parts the fewest failures before it and successes from it on.
const EXACT: &str = "
    select insert_order as at from (
        select insert_order, sum(case when failed then 1 else -1 end) over (order by insert_order rows between unbounded preceding and 1 preceding) as failures_before
        from audit_log
        where job_id = $job and object = $object and insert_order between $low and $high and status_code is not null and status_code <> 9
    ) order by coalesce(failures_before, 0) * $direction, insert_order limit 1";

/// The clear change points of all jobs and objects.
pub(super) fn changes(session: &Session) -> Result<Vec<Change>> {
    let mut runs: BTreeMap<(String, String), Vec<Step>> = BTreeMap::new();
    for step in typed_rows::<Step>(&session.query(STEPS, &Parameters::new())?)? {
        runs.entry((step.job_id.clone(), step.object.clone())).or_default().push(step);
    }
    let mut found: Vec<(Change, i64, i64)> =
        runs.into_iter().filter_map(|((job, object), steps)| largest_change(job, object, &steps)).collect();
    found.sort_by(|(a, ..), (b, ..)| b.records.cmp(&a.records).then_with(|| (&a.job_id, &a.object).cmp(&(&b.job_id, &b.object))));
    found.truncate(MOST);
    found.into_iter().map(|(change, low, high)| exact(session, change, low, high)).collect()
}

/// The step at which splitting the run parts failing from not failing best, with the orders between which it lies.
fn largest_change(job: String, object: String, steps: &[Step]) -> Option<(Change, i64, i64)> {
    let (all, all_failed): (u64, u64) =
        steps.iter().fold((0, 0), |(records, failed), step| (records + step.records, failed + step.failed));
    let mut before = (0, 0);
    let mut best: Option<(f64, usize, f64, f64)> = None;
    for (index, step) in steps.iter().enumerate() {
        let (records, failed) = before;
        if records >= SIDE && all - records >= SIDE {
            let (rate_before, rate_after) =
                (failed as f64 / records as f64, (all_failed - failed) as f64 / (all - records) as f64);
            let gap = (rate_after - rate_before).abs();
            if gap >= GAP && best.is_none_or(|(largest, ..)| gap > largest) {
                best = Some((gap, index, rate_before, rate_after));
            }
        }
        before = (records + step.records, failed + step.failed);
    }
    let (_, index, rate_before, rate_after) = best?;
    let records = steps[index..].iter().map(|step| step.records).sum();
    let rounded = |rate: f64| Some((rate * 1e6).round() / 1e6);
    let change = Change {
        job_id: job,
        object: Some(object),
        along: Axis::Order,
        at: steps[index].position.to_string(),
        rate_before: rounded(rate_before),
        rate_after: rounded(rate_after),
        records,
    };
    // The change lies in the step before or in this one: a step is as wide as an eighth of its position.
    let low = steps[index.saturating_sub(1)].position;
    let high = steps.get(index + 1).map_or(i64::MAX, |next| next.position);
    Some((change, low, high))
}

fn exact(session: &Session, change: Change, low: i64, high: i64) -> Result<Change> {
    #[derive(Deserialize)]
    struct At {
        at: i64,
    }
    let direction = if change.rate_after > change.rate_before { 1 } else { -1 };
    let parameters = Parameters::from([
        ("job".into(), Value::Text(change.job_id.clone())),
        ("object".into(), Value::Text(change.object.clone().unwrap_or_default())),
        ("low".into(), Value::Int(low)),
        ("high".into(), Value::Int(high)),
        ("direction".into(), Value::Int(direction)),
    ]);
    let at = typed_rows::<At>(&session.query(EXACT, &parameters)?)?;
    Ok(Change { at: at.first().map_or(change.at.clone(), |found| found.at.to_string()), ..change })
}
