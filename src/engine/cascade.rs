//! Which failed rows are consequences of other failed rows, followed to their roots.
//!
//! A message names a record that failed in the same job: that is a link. Finding the first of the rows that a name stands for, and following
//! chains of any length through cycles, is what SQL says badly, so it is done here.

use std::cmp::Ordering;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type};
use duckdb::Connection;
use rustc_hash::FxHashMap;

use super::session::{Parameters, append, run, stream};
use crate::error::Result;
use crate::store::cube::{Code, Names};

/// What it reads.
pub(super) const READS: &str = "failed_row";

/// The failed rows whose messages name records. A message about a lock or a duplicate names some too, but not because they failed.
const NAMING: &str = "
    select f.rowid, r.referenced_id
    from stored.error_reference r
    join failed_row f on f.export_id = r.export_id and f.row_number = r.row_number
    join message_group g on g.group_id = f.group_id and g.root_category not in ('locking', 'duplicate')
    where f.job_id is not null";

/// The failed rows, which may be named.
const FAILED: &str = "
    select rowid, row_number, insert_order, sequence, job_id, export_id, source_id, destination_id
    from failed_row where job_id is not null";

/// Fills the table `exact_cascade` from `failed_row`. Stopped on its way, it can begin again.
pub(super) fn compute(connection: &Connection) -> Result<()> {
    let mut links = Links::default();
    stream(connection, NAMING, &Parameters::new(), &mut |batch| {
        links.name(&batch);
        Ok(())
    })?;
    if links.naming.is_empty() {
        return Ok(());
    }
    stream(connection, FAILED, &Parameters::new(), &mut |batch| {
        links.add(&batch);
        Ok(())
    })?;
    let roots = follow(&links.parents(), |one, other| links.order(one, other));
    let rowid = |row: usize| links.rows[row].rowid;
    let roots = roots.into_iter().map(|(child, root, distance)| [rowid(child), rowid(root), distance.into()]);
    run(connection, "create or replace temp table root (child bigint, root bigint, distance integer)")?;
    append(connection, "root", roots)?;
    run(
        connection,
        "insert into exact_cascade
         select c.export_id, c.row_number, c.job_id, c.object, c.depth, c.group_id, own.family_id,
             p.export_id, p.row_number, p.object, g.family_id, r.distance
         from root r join failed_row c on c.rowid = r.child join failed_row p on p.rowid = r.root
         left join message_group own on own.group_id = c.group_id
         left join message_group g on g.group_id = p.group_id;
         drop table root",
    )
}

/// A failed row at an end of a link.
struct Row {
    rowid: i64,
    job: Code,
    source_id: Option<String>,
    sequence: Option<i32>,
    insert_order: Option<i64>,
    export: Code,
    row_number: i64,
}

/// Rows of one job that one id stands for: the first of all, and the first of those of another source record than that one.
#[derive(Default, Clone, Copy)]
struct Firsts {
    first: Option<usize>,
    of_another: Option<usize>,
}

/// Which failed rows name which records, and the failed rows of these.
#[derive(Default)]
struct Links {
    ids: Names,
    jobs: Names,
    exports: Names,
    /// The ids that a row names, by its row id.
    naming: FxHashMap<i64, Vec<Code>>,
    rows: Vec<Row>,
    /// By job and id.
    named: FxHashMap<(Code, Code), Firsts>,
}

impl Links {
    /// Takes in rows of [`NAMING`].
    fn name(&mut self, batch: &RecordBatch) {
        let (rowids, ids) = (batch.column(0).as_primitive::<Int64Type>(), batch.column(1).as_string::<i32>());
        for (rowid, id) in rowids.values().iter().zip(ids).filter(|(_, id)| id.is_some()) {
            self.naming.entry(*rowid).or_default().push(self.ids.code(id));
        }
    }

    /// Takes in rows of [`FAILED`]; of those at no end of a link nothing is kept.
    fn add(&mut self, batch: &RecordBatch) {
        let [rowids, row_numbers, orders] = [0, 1, 2].map(|column| batch.column(column).as_primitive::<Int64Type>());
        let sequences = batch.column(3).as_primitive::<Int32Type>();
        let [jobs, exports, sources, destinations] = [4, 5, 6, 7].map(|column| batch.column(column).as_string::<i32>());
        for at in 0..batch.num_rows() {
            let ids = [sources, destinations].map(|ids| ids.is_valid(at).then(|| self.ids.known(ids.value(at))).flatten());
            if ids == [None, None] && !self.naming.contains_key(&rowids.value(at)) {
                continue;
            }
            let job = self.jobs.code(Some(jobs.value(at)));
            self.rows.push(Row {
                rowid: rowids.value(at),
                job,
                source_id: sources.is_valid(at).then(|| sources.value(at).to_string()),
                sequence: sequences.is_valid(at).then(|| sequences.value(at)),
                insert_order: orders.is_valid(at).then(|| orders.value(at)),
                export: self.exports.code(Some(exports.value(at))),
                row_number: row_numbers.value(at),
            });
            for id in ids.into_iter().flatten() {
                let firsts = self.named.get(&(job, id)).copied().unwrap_or_default();
                let firsts = self.with(firsts, self.rows.len() - 1);
                self.named.insert((job, id), firsts);
            }
        }
    }

    /// The first rows with another one among them.
    fn with(&self, firsts: Firsts, row: usize) -> Firsts {
        let Some(first) = firsts.first else { return Firsts { first: Some(row), of_another: None } };
        let is_another = self.rows[row].source_id != self.rows[first].source_id;
        if self.order(row, first) == Ordering::Less {
            Firsts { first: Some(row), of_another: if is_another { Some(first) } else { firsts.of_another } }
        } else if is_another && firsts.of_another.is_none_or(|other| self.order(row, other) == Ordering::Less) {
            Firsts { of_another: Some(row), ..firsts }
        } else {
            firsts
        }
    }

    /// Processing order within a job; what is not known comes last.
    fn order(&self, one: usize, other: usize) -> Ordering {
        let key = |row: &Row| {
            let (sequence, order) = (row.sequence, row.insert_order);
            (sequence.is_none(), sequence, order.is_none(), order)
        };
        let (one, other) = (&self.rows[one], &self.rows[other]);
        key(one)
            .cmp(&key(other))
            .then_with(|| self.exports.name(one.export).cmp(&self.exports.name(other.export)))
            .then(one.row_number.cmp(&other.row_number))
    }

    /// Of each row the first one that its message names, of another record and the same job.
    fn parents(&self) -> Vec<Option<usize>> {
        let parent = |row: &Row| {
            let firsts = self.naming.get(&row.rowid)?.iter().filter_map(|id| self.named.get(&(row.job, *id)));
            let of_others = firsts.filter_map(|firsts| {
                let is_another = |first: &usize| self.rows[*first].source_id != row.source_id;
                firsts.first.filter(is_another).or(firsts.of_another.filter(is_another))
            });
            of_others.min_by(|one, other| self.order(*one, *other))
        };
        self.rows.iter().map(parent).collect()
    }
}

/// For each row that has a parent its root and the number of steps to it, in linear time. In a cycle the row that comes first in processing
/// order is the root.
fn follow(parents: &[Option<usize>], order: impl Fn(usize, usize) -> Ordering) -> Vec<(usize, usize, u32)> {
    // None: not looked at; Some((root, distance)): known. A root by itself has distance 0.
    let mut known: Vec<Option<(usize, u32)>> = vec![None; parents.len()];
    let mut on_path = vec![false; parents.len()];
    for start in 0..parents.len() {
        let mut path = Vec::new();
        let mut at = start;
        let (root, mut distance) = loop {
            if let Some(found) = known[at] {
                break found;
            }
            if on_path[at] {
                let cycle_from = path.iter().position(|step| *step == at).unwrap_or(0);
                close_cycle(&path.split_off(cycle_from), &mut known, &order);
                continue;
            }
            let Some(parent) = parents[at] else { break (at, 0) };
            on_path[at] = true;
            path.push(at);
            at = parent;
        };
        for step in path.iter().rev() {
            distance += 1;
            known[*step] = Some((root, distance));
        }
    }
    let found = known.into_iter().enumerate().filter_map(|(child, found)| found.map(|(root, distance)| (child, root, distance)));
    found.filter(|(_, _, distance)| *distance > 0).collect()
}

/// Makes the row of a cycle that comes first its root.
fn close_cycle(cycle: &[usize], known: &mut [Option<(usize, u32)>], order: impl Fn(usize, usize) -> Ordering) {
    let Some((first, root)) = cycle.iter().enumerate().min_by(|(_, one), (_, other)| order(**one, **other)) else { return };
    for offset in 0..cycle.len() {
        // Steps forward from `first` come back to it after the rest of the cycle.
        let step = cycle[(first + offset) % cycle.len()];
        known[step] = Some((*root, ((cycle.len() - offset) % cycle.len()) as u32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows links from children to parents, whose order is that of their numbers.
    fn followed(links: &[(usize, usize)]) -> Vec<(usize, usize, u32)> {
        let mut parents = vec![None; 10];
        links.iter().for_each(|(child, parent)| parents[*child] = Some(*parent));
        follow(&parents, |one, other| one.cmp(&other))
    }

    #[test]
    fn chains_end_at_their_root() {
        assert_eq!(followed(&[(1, 0), (2, 1), (3, 2), (4, 2)]), [(1, 0, 1), (2, 0, 2), (3, 0, 3), (4, 0, 3)]);
    }

    #[test]
    fn a_chain_may_run_against_the_order() {
        assert_eq!(followed(&[(1, 2), (2, 3), (3, 9)]), [(1, 9, 3), (2, 9, 2), (3, 9, 1)]);
    }

    #[test]
    fn a_cycle_has_its_first_row_as_root() {
        assert_eq!(followed(&[(1, 2), (2, 1), (5, 2)]), [(2, 1, 1), (5, 1, 2)]);
        assert_eq!(followed(&[(1, 5), (3, 1), (5, 3)]), [(3, 1, 1), (5, 1, 2)]);
    }

    /// Links of rows of one job: source record and sequence.
    fn rows(rows: &[(&str, Option<i32>)]) -> Links {
        let mut links = Links::default();
        let (job, export) = (links.jobs.code(Some("job")), links.exports.code(Some("export")));
        for (row_number, (source, sequence)) in rows.iter().enumerate() {
            let (rowid, row_number) = (row_number as i64, row_number as i64 + 1);
            let (source_id, sequence) = (Some(source.to_string()), *sequence);
            links.rows.push(Row { rowid, job, source_id, sequence, insert_order: None, export, row_number });
        }
        links
    }

    #[test]
    fn an_id_stands_for_the_first_row_of_it_and_of_another_record() {
        let links = rows(&[("a", Some(2)), ("a", Some(1)), ("b", None), ("c", Some(3)), ("a", Some(0))]);
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1], [3, 0, 4, 2, 1]] {
            let firsts = order.iter().fold(Firsts::default(), |firsts, row| links.with(firsts, *row));
            assert_eq!((firsts.first, firsts.of_another), (Some(4), Some(3)), "{order:?}");
        }
    }
}
