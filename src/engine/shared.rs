//! Which records of the target several records of the source became.
//!
//! Nearly every row has a target of its own. Pairs of hashes find the few that share one in a fifth of the memory that a group for every
//! target takes; only those are compared as texts.

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use duckdb::Connection;

use super::session::{Parameters, append, run, stream};
use crate::error::{Place, Result};

/// The rows that may share one. Default mappings (code 6) send many to one on purpose.
pub(super) const READS: &str = "audit_log where destination_id is not null and not failed and coalesce(status_code, 0) <> 6";

/// Pairs that are looked at at once: 256 MB.
const PAIRS: i64 = 16 << 20;

/// Bits for each pair: one of eight lone targets shares its place.
const BITS: usize = 8;

/// Fills the table `shared_destination` from the rows of its source. Stopped on its way, it can begin again.
pub(super) fn compute(connection: &Connection) -> Result<()> {
    let rows: i64 = connection
        .query_row("select coalesce(sum(records), 0)::bigint from outcome where has_destination", [], |row| row.get(0))
        .place(|| "cannot look into the store".into())?;
    let parts = rows / PAIRS + 1;
    let mut suspects: Vec<u64> = Vec::new();
    for part in 0..parts {
        let sql = format!(
            "select target, source from (
                select hash(destination_id) as target, hash(source_id) as source from {READS}
            ) where target % {parts} = {part}"
        );
        // Growing would touch twice the memory.
        let mut pairs: Vec<(u64, u64)> = Vec::with_capacity((rows / parts) as usize);
        stream(connection, &sql, &Parameters::new(), &mut |batch| {
            let [targets, sources] = [0, 1].map(|column| batch.column(column).as_primitive::<UInt64Type>().values());
            pairs.extend(targets.iter().copied().zip(sources.iter().copied()));
            Ok(())
        })?;
        suspects.extend(several(pairs));
    }
    if suspects.is_empty() {
        return Ok(());
    }
    run(connection, "create or replace temp table suspect (target ubigint)")?;
    append(connection, "suspect", suspects.into_iter().map(|target| [target]))?;
    run(
        connection,
        &format!(
            "insert into shared_destination
             select object, destination_org_id, destination_id, count(distinct source_id), count(*)
             from {READS} and hash(destination_id) in (select target from suspect)
             group by object, destination_org_id, destination_id having count(distinct source_id) > 1;
             drop table suspect"
        ),
    )
}

/// The targets that come with several sources, of pairs of a target and a source.
fn several(mut pairs: Vec<(u64, u64)>) -> Vec<u64> {
    // Nearly every target is alone: those whose place in a table of bits nobody else takes are out before anything is sorted.
    let bits = (pairs.len() * BITS).next_power_of_two().max(64);
    let (mut seen, mut twice) = (vec![0u64; bits / 64], vec![0u64; bits / 64]);
    let place = |target: u64| {
        let bit = (target >> (u64::BITS - bits.ilog2())) as usize;
        (bit / 64, 1 << (bit % 64))
    };
    for (target, _) in &pairs {
        let (word, bit) = place(*target);
        twice[word] |= seen[word] & bit;
        seen[word] |= bit;
    }
    pairs.retain(|(target, _)| {
        let (word, bit) = place(*target);
        twice[word] & bit != 0
    });
    pairs.sort_unstable();
    pairs.dedup();
    pairs.chunk_by(|a, b| a.0 == b.0).filter(|sources| sources.len() > 1).map(|sources| sources[0].0).collect()
}

#[cfg(test)]
mod tests {
    use super::several;

    #[test]
    fn a_target_is_suspect_if_its_sources_differ() {
        assert_eq!(several(vec![(7, 1), (5, 2), (7, 1), (9, 3), (5, 4), (5, 2)]), [5]);
        let spread = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut pairs: Vec<(u64, u64)> = (1..5000).map(|number| (spread(number), number)).collect();
        pairs.extend([(spread(17), 1), (spread(18), 18)]);
        assert_eq!(several(pairs), [spread(17)]);
        assert!(several(Vec::new()).is_empty());
    }
}
