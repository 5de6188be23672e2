//! What became of the records from the first job to the second.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::{Parameters, Session};
use crate::error::Result;

/// What became of the records of one object from the first job to the second.
#[derive(Debug, Default, Serialize)]
pub struct Records {
    /// Its API name.
    pub object: Option<String>,
    /// Failed in the first, delivered in the second.
    pub fixed: u64,
    /// Failed in both.
    pub still_failing: u64,
    /// Not failed in the first, or not in it; failed in the second.
    pub newly_failing: u64,
    /// In the first only.
    pub gone: u64,
    /// Of those, failed in the first.
    pub gone_failed: u64,
    /// In the second only, and not failed.
    pub added: u64,
    /// Delivered by both.
    pub delivered_twice: u64,
    /// All others: in both, and neither failed nor delivered in one of them.
    pub other: u64,
    /// Some of those that fail newly.
    pub newly_failing_samples: Vec<String>,
    /// Some of those that still fail.
    pub still_failing_samples: Vec<String>,
}

/// A record is delivered by a job if any of its rows says so, else failed if any does.
const RECORDS: &str = "
    select object, a, b, count(*) as records, case when b = 2 then min(source_id, 3) else [] end as samples
    from (
        select object, source_id, coalesce(max(case when job_id = $a then state end), 0) as a, coalesce(max(case when job_id = $b then state end), 0) as b
        from (
            select job_id, object, source_id, (case when failed then 2 when status_code in (2, 4, 6, 7, 11) then 3 else 1 end)::utinyint as state
            from audit_log where job_id in ($a, $b) and source_id is not null
        ) group by object, source_id
    ) group by object, a, b order by object, a, b";

#[derive(Deserialize)]
struct Transition {
    object: Option<String>,
    a: u8,
    b: u8,
    records: u64,
    samples: Vec<String>,
}

/// What became of the records, by object, where most failed first.
pub(super) fn records(session: &Session, parameters: &Parameters) -> Result<Vec<Records>> {
    Ok(counted(session.rows_with(RECORDS, parameters)?))
}

/// States: 0 not in the job, 1 neither failed nor delivered (not processed, gone from the source, undocumented), 2 failed, 3 delivered.
fn counted(transitions: Vec<Transition>) -> Vec<Records> {
    let mut objects: BTreeMap<Option<String>, Records> = BTreeMap::new();
    for Transition { object, a, b, records, samples } in transitions {
        let entry = objects.entry(object.clone()).or_insert_with(|| Records { object, ..Records::default() });
        match (a, b) {
            (2, 3) => entry.fixed += records,
            (2, 2) => {
                entry.still_failing += records;
                entry.still_failing_samples = samples;
            }
            (_, 2) => {
                entry.newly_failing += records;
                entry.newly_failing_samples.extend(samples);
            }
            (a, 0) => {
                entry.gone += records;
                entry.gone_failed += if a == 2 { records } else { 0 };
            }
            (0, _) => entry.added += records,
            (3, 3) => entry.delivered_twice += records,
            _ => entry.other += records,
        }
    }
    let mut records: Vec<Records> = objects.into_values().collect();
    records.sort_by_key(|entry| std::cmp::Reverse(entry.newly_failing + entry.still_failing + entry.fixed));
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_in_one_place() {
        let mut all = Vec::new();
        for a in 0..=3 {
            for b in 0..=3 {
                if (a, b) != (0, 0) {
                    all.push(Transition { object: None, a, b, records: 1, samples: Vec::new() });
                }
            }
        }
        let number = all.len() as u64;
        let found = counted(all);
        let of = &found[0];
        let counted = of.fixed + of.still_failing + of.newly_failing + of.gone + of.added + of.delivered_twice + of.other;
        assert_eq!(counted, number);
        assert_eq!((of.fixed, of.still_failing, of.newly_failing, of.gone, of.gone_failed), (1, 1, 3, 3, 1));
    }
}
