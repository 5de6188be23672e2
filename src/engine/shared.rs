//! Which records of the target several records of the source became.
//!
//! Nearly every row has a target of its own. Hashes find the few that share one, in a fifth of the memory or less that a group for every
//! target takes; only those are compared as texts.

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use duckdb::Connection;

use super::session::{Parameters, append, run, stream};
use crate::error::{Place, Result};

/// The rows that may share one. Default mappings (code 6) send many to one on purpose.
pub(super) const READS: &str = "audit_log where destination_id is not null and not failed and coalesce(status_code, 0) <> 6";

/// Pairs that are held at once: 256 MB. More rows are read once to find the places that are shared, and again for their pairs.
const PAIRS: i64 = 16 << 20;

/// Fills the table `shared_destination` from the rows of its source. Stopped on its way, it can begin again.
pub(super) fn compute(connection: &Connection) -> Result<()> {
    compute_holding(connection, PAIRS)
}

fn compute_holding(connection: &Connection, most: i64) -> Result<()> {
    let suspects = suspects(connection, most)?;
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

/// The hashes of targets that seem to have several sources; `most` pairs are held at once.
fn suspects(connection: &Connection, most: i64) -> Result<Vec<u64>> {
    let rows: i64 = connection
        .query_row("select coalesce(sum(records), 0)::bigint from outcome where has_destination", [], |row| row.get(0))
        .place(|| "cannot look into the store".into())?;
    let mut places = Places::of(rows as usize);
    if rows <= most {
        // Growing would touch twice the memory.
        let mut pairs = Vec::with_capacity(rows as usize);
        read(connection, "source_id", &mut |target, source| {
            places.take(target);
            pairs.push((target, source));
        })?;
        pairs.retain(|(target, _)| places.is_shared(*target));
        return Ok(several(pairs));
    }
    let mut again = 0;
    read(connection, "null", &mut |target, _| again += i64::from(places.take(target)))?;
    // Each row that came again shares its place with one more at most. Records that are synced job after job all do.
    let parts = (2 * again / most + 1) as u64;
    let mut suspects = Vec::new();
    for part in 0..parts {
        let mut pairs = Vec::with_capacity(2 * again as usize / parts as usize);
        read(connection, "source_id", &mut |target, source| {
            if target % parts == part && places.is_shared(target) {
                pairs.push((target, source));
            }
        })?;
        suspects.extend(several(pairs));
    }
    Ok(suspects)
}

/// Calls `each` with the hash of the target of each row, and with that of its `source`.
fn read(connection: &Connection, source: &str, each: &mut dyn FnMut(u64, u64)) -> Result<()> {
    let sql = format!("select hash(destination_id), hash({source}) from {READS}");
    stream(connection, &sql, &Parameters::new(), &mut |batch| {
        let [targets, sources] = [0, 1].map(|column| batch.column(column).as_primitive::<UInt64Type>().values());
        targets.iter().zip(sources).for_each(|(target, source)| each(*target, *source));
        Ok(())
    })?;
    Ok(())
}

/// Places for targets: nearly every target is alone, and those whose place nobody else takes need no further look.
struct Places {
    /// Two bits a place: whether anybody took it, and whether somebody else did.
    words: Vec<u64>,
    /// Bits of a hash that do not tell its place.
    rest: u32,
}

impl Places {
    /// Eight places for each of so many targets: one of eight lone targets shares its place.
    fn of(targets: usize) -> Self {
        let places = (targets * 8).next_power_of_two().max(32);
        Self { words: vec![0; places / 32], rest: u64::BITS - places.ilog2() }
    }

    /// The word and the bit of a target's place.
    fn at(&self, target: u64) -> (usize, u64) {
        let place = target >> self.rest;
        ((place / 32) as usize, place % 32 * 2)
    }

    /// Takes a target's place. Returns whether it was taken.
    fn take(&mut self, target: u64) -> bool {
        let (word, bit) = self.at(target);
        let taken = self.words[word] >> bit & 1;
        self.words[word] |= (taken << 1 | 1) << bit;
        taken != 0
    }

    fn is_shared(&self, target: u64) -> bool {
        let (word, bit) = self.at(target);
        self.words[word] >> bit & 2 != 0
    }
}

/// The targets that come with several sources, of pairs of a target and a source.
fn several(mut pairs: Vec<(u64, u64)>) -> Vec<u64> {
    pairs.sort_unstable();
    pairs.dedup();
    pairs.chunk_by(|a, b| a.0 == b.0).filter(|sources| sources.len() > 1).map(|sources| sources[0].0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_suspect_if_its_sources_differ() {
        assert_eq!(several(vec![(7, 1), (5, 2), (7, 1), (9, 3), (5, 4), (5, 2)]), [5]);
        assert!(several(Vec::new()).is_empty());
    }

    #[test]
    fn a_place_that_two_took_is_shared() {
        let spread = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut places = Places::of(5000);
        for number in 1..5000 {
            places.take(spread(number));
        }
        assert!(places.take(spread(17)) && places.is_shared(spread(17)));
        let shared = (1..5000).filter(|number| places.is_shared(spread(*number))).count();
        assert!(shared < 1000, "{shared}");
    }

    #[test]
    fn rows_that_are_read_twice_tell_the_same() {
        let connection = Connection::open_in_memory().expect("DuckDB opens");
        let told = |most: i64| -> Vec<(String, i64, i64)> {
            let reset = "create or replace table shared_destination
                (object varchar, destination_org_id varchar, destination_id varchar, sources bigint, records bigint)";
            connection.execute_batch(reset).expect("a table");
            compute_holding(&connection, most).expect("it counts");
            let mut rows = connection
                .prepare("select destination_id, sources, records from shared_destination order by all")
                .expect("a query");
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
            rows.map(|row| row.expect("a row")).collect()
        };
        let log = "create table audit_log as select 'Account' as object, null::varchar as destination_org_id,
                case when i % 1000 = 0 then 'one' else 'd' || (i % 5000)::varchar end as destination_id,
                's' || (i % 5000)::varchar as source_id, false as failed, 7 as status_code
            from range(10000) t(i);
            create table outcome as select true as has_destination, count(*) as records from audit_log";
        connection.execute_batch(log).expect("tables");
        let all = told(PAIRS);
        assert_eq!(all, [("one".to_string(), 5, 10)]);
        assert_eq!(told(9_999), all);
        assert_eq!(told(700), all);
    }
}
