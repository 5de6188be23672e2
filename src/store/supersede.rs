//! Rows exported again: of all exports that hold a row one counts, the one with its newest state.
//!
//! Rows are the same if they have the same audit id; where one of two exports has no ids, if job, object and source record
//! agree. Only exports whose keys can meet are read, and of them only the slices whose bounds say so.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use arrow::array::{Array as _, AsArray, BooleanArray, Int32Array, Int64Array, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Int64Type, TimestampMicrosecondType};
use xxhash_rust::xxh3::Xxh3;

use super::audit_rows::{AuditRows, Key, Slice, holding, key, meeting};
use super::catalogue::{Catalogue, Known};
use super::cube::{Cube, Facts};
use crate::error::Result;

/// Row numbers by export, sorted: rows that no longer count.
pub type Lost = BTreeMap<String, Vec<u64>>;

/// What superseding asks of a store.
pub trait Held {
    /// Its exports.
    fn catalogue(&self) -> &Catalogue;

    /// What was read of them lately.
    fn recent(&self) -> &Recent;

    /// The audit rows of an export.
    fn audit_rows(&self, export_id: &str) -> Result<Box<dyn AuditRows + '_>>;

    /// The rows that no longer count since the export `by` is there: rows of those exports in `of`, or of any.
    fn lost(&self, by: &str, of: Option<&BTreeSet<String>>) -> Result<Lost>;
}

/// A row: the hash of its key, its number, when it changed last.
///
/// A hash of 64 bits takes two different rows of 10,000,000 for one with a chance of 1 in 400,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    key: u64,
    number: u64,
    modified_at: i64,
}

/// The time of a row that has none.
const NO_TIME: i64 = i64::MIN;

/// Keys of small exports that were read: exports of one time have the same bounds, so each is compared with all others.
#[derive(Debug, Default)]
pub struct Recent(RefCell<BTreeMap<(String, Key), Rc<Vec<Row>>>>);

/// Rows of an export whose keys are worth keeping.
const SMALL_ROWS: u64 = 64 << 10;

/// Rows whose keys are kept: 48 MB.
const RECENT_ROWS: usize = 2 << 20;

impl Recent {
    /// An export is no longer what it was.
    pub fn forget(&self, export_id: &str) {
        self.0.borrow_mut().retain(|(other, _), _| other != export_id);
    }

    fn rows(&self, held: &dyn Held, rival: &Rival) -> Result<Rc<Vec<Row>>> {
        let Rival { known: Known { book, slices, .. }, key, meeting } = rival;
        let audit_rows = held.audit_rows(&book.export_id)?;
        if book.rows_stored > SMALL_ROWS {
            return Ok(Rc::new(rows(audit_rows.as_ref(), meeting, *key)?));
        }
        let place = (book.export_id.clone(), *key);
        if let Some(rows) = self.0.borrow().get(&place) {
            return Ok(Rc::clone(rows));
        }
        let read = Rc::new(rows(audit_rows.as_ref(), slices, *key)?);
        let mut recent = self.0.borrow_mut();
        if recent.values().map(|rows| rows.len()).sum::<usize>() > RECENT_ROWS {
            recent.clear();
        }
        recent.insert(place, Rc::clone(&read));
        Ok(read)
    }
}

/// An earlier export whose slices `meeting` can hold rows of the new one.
struct Rival<'a> {
    known: &'a Known,
    key: Key,
    meeting: Vec<Slice>,
}

/// Which rows no longer count since the export `export_id` with the rows `new` came after `earlier`: rows of theirs, and of its own
/// where one of them has a newer state.
pub fn lost(held: &dyn Held, earlier: &[&Known], export_id: &str, new: &dyn AuditRows, new_slices: &[Slice]) -> Result<Lost> {
    let mut gone_rows: BTreeMap<&str, u64> = BTreeMap::new();
    for (of, rows) in earlier.iter().flat_map(|known| &known.supersedes) {
        *gone_rows.entry(of).or_default() += rows;
    }
    let rivals = earlier.iter().filter_map(|known| {
        if gone_rows.get(known.book.export_id.as_str()) == Some(&known.book.rows_stored) {
            return None;
        }
        let key = key(new_slices, &known.slices);
        let meeting = meeting(&known.slices, new_slices, key);
        (!meeting.is_empty()).then_some(Rival { known, key, meeting })
    });
    let rivals: Vec<Rival> = rivals.collect();
    let mut lost = Lost::new();
    let mut gone = gone(held, earlier, rivals.iter().map(|rival| rival.known.book.export_id.clone()).collect())?;
    for key in [Key::AuditId, Key::Source] {
        let of_key: Vec<&Rival> = rivals.iter().filter(|rival| rival.key == key).collect();
        let old_slices: Vec<Slice> = of_key.iter().flat_map(|rival| rival.meeting.clone()).collect();
        let new_rows = rows(new, &meeting(new_slices, &old_slices, key), key)?;
        for rival in of_key {
            let other = &rival.known.book.export_id;
            let mut old_rows = held.recent().rows(held, rival)?;
            if let Some(gone) = gone.remove(other) {
                Rc::make_mut(&mut old_rows).retain(|row| gone.binary_search(&row.number).is_err());
            }
            let (old_lost, new_lost) = contest(&old_rows, &new_rows);
            lost.entry(other.clone()).or_default().extend(old_lost);
            lost.entry(export_id.to_string()).or_default().extend(new_lost);
        }
    }
    lost.retain(|_, rows| {
        rows.sort_unstable();
        rows.dedup();
        !rows.is_empty()
    });
    Ok(lost)
}

/// Whether any rows of two exports can be the same.
pub fn can_meet(one: &[Slice], other: &[Slice]) -> bool {
    !meeting(one, other, key(one, other)).is_empty()
}

/// How many rows of an export have a key that an earlier row of it has.
pub fn duplicates(rows_of: &dyn AuditRows, slices: &[Slice]) -> Result<u64> {
    let rows = rows(rows_of, slices, Key::AuditId)?;
    Ok(rows.windows(2).filter(|pair| pair[0].key == pair[1].key).count() as u64)
}

/// The rows of exports in `of` that any of `by` supersedes.
fn gone(held: &dyn Held, by: &[&Known], of: BTreeSet<String>) -> Result<Lost> {
    let mut gone = Lost::new();
    for known in by.iter().filter(|known| known.supersedes.keys().any(|export_id| of.contains(export_id))) {
        for (export_id, rows) in held.lost(&known.book.export_id, Some(&of))? {
            gone.entry(export_id).or_default().extend(rows);
        }
    }
    gone.values_mut().for_each(|rows| rows.sort_unstable());
    Ok(gone)
}

/// Adds rows of the table `superseded` to `lost`: those that the export `by` lists, of the exports `of`.
pub fn collect(batch: &RecordBatch, by: &str, of: Option<&BTreeSet<String>>, lost: &mut Lost) {
    let Some(exports) = batch.column_by_name("superseded_export_id").map(|column| column.as_string::<i32>()) else { return };
    let Some(numbers) = batch.column_by_name("row_number").map(|column| column.as_primitive::<Int64Type>()) else { return };
    let owners = batch.column_by_name("export_id").map(|column| column.as_string::<i32>());
    for row in 0..batch.num_rows() {
        let export_id = exports.value(row);
        let is_asked = owners.is_none_or(|owners| owners.value(row) == by) && of.is_none_or(|of| of.contains(export_id));
        if is_asked {
            match lost.get_mut(export_id) {
                Some(rows) => rows.push(numbers.value(row) as u64),
                None => drop(lost.insert(export_id.to_string(), vec![numbers.value(row) as u64])),
            }
        }
    }
}

/// Decides which rows lose: the older state, and between equals the earlier export. Both sides are sorted by key.
fn contest(old: &[Row], new: &[Row]) -> (Vec<u64>, Vec<u64>) {
    let (mut old_lost, mut new_lost) = (Vec::new(), Vec::new());
    let mut at = 0;
    for same_old in old.chunk_by(|a, b| a.key == b.key) {
        at += new[at..].iter().take_while(|row| row.key < same_old[0].key).count();
        let same_new = &new[at..][..new[at..].iter().take_while(|row| row.key == same_old[0].key).count()];
        // Copies of a row inside one file are told, not superseded: they stand or fall together.
        let newest = |rows: &[Row]| rows.iter().map(|row| row.modified_at).max();
        match (newest(same_old), newest(same_new)) {
            (_, None) => {}
            (Some(old), Some(new)) if new != NO_TIME && new < old => new_lost.extend(same_new.iter().map(|row| row.number)),
            _ => old_lost.extend(same_old.iter().map(|row| row.number)),
        }
    }
    (old_lost, new_lost)
}

/// The keys of rows, sorted.
fn rows(rows_of: &dyn AuditRows, slices: &[Slice], key: Key) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let columns = ["audit_id", "job_id", "source_id", "object", "modified_at", "row_number"];
    rows_of.read(slices, &columns, &mut |batch| {
        let [id, job, source, object] = ["audit_id", "job_id", "source_id", "object"].map(|name| texts(batch, name));
        let number = numbers::<Int64Type>(batch, "row_number");
        for row in 0..batch.num_rows() {
            let mut hash = Xxh3::new();
            if key == Key::AuditId && id.is_valid(row) {
                hash.update(id.value(row).as_bytes());
            } else if source.is_valid(row) {
                for part in [job, object, source] {
                    hash.update(if part.is_valid(row) { part.value(row).as_bytes() } else { b"" });
                    hash.update(b"\0");
                }
            } else {
                continue;
            }
            let modified_at = value::<TimestampMicrosecondType>(batch, "modified_at", row).unwrap_or(NO_TIME);
            rows.push(Row { key: hash.digest(), number: number.value(row) as u64, modified_at });
        }
        Ok(())
    })?;
    rows.sort_unstable();
    Ok(rows)
}

/// Counts rows (sorted by number) of `slices`, each `records` times; -1 takes them out. `take` has the counts, batch by batch.
pub fn count(
    rows_of: &dyn AuditRows,
    slices: &[Slice],
    rows: &[u64],
    records: i64,
    take: &mut dyn FnMut(&Cube) -> Result<()>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns = [
        "job_id",
        "object",
        "destination_org_id",
        "destination_id",
        "status_code",
        "has_error",
        "sequence",
        "depth",
        "is_parent",
        "insert_order",
        "update_required",
        "created_at",
        "modified_at",
        "group_id",
        "row_number",
    ];
    rows_of.read(&holding(slices, rows), &columns, &mut |batch| {
        let [job, object, org, destination, group] =
            ["job_id", "object", "destination_org_id", "destination_id", "group_id"].map(|name| texts(batch, name));
        let integer = |name: &str, row: usize| {
            let column: &Int32Array = column(batch, name).as_primitive();
            column.is_valid(row).then(|| i64::from(column.value(row)))
        };
        let flag = |name: &str, row: usize| {
            let column: &BooleanArray = column(batch, name).as_boolean();
            column.is_valid(row).then(|| column.value(row))
        };
        let moment = |name: &str, row: usize| value::<TimestampMicrosecondType>(batch, name, row);
        let text = |column: &StringArray, row: usize| column.is_valid(row).then(|| column.value(row).to_string());
        let numbers: &Int64Array = numbers::<Int64Type>(batch, "row_number");
        let mut cube = Cube::default();
        for row in 0..batch.num_rows() {
            if rows.binary_search(&(numbers.value(row) as u64)).is_err() {
                continue;
            }
            let names = [job, object, org].map(|column| cube.names.code(text(column, row).as_deref()));
            let facts = Facts {
                names,
                is_parent: flag("is_parent", row),
                update_required: flag("update_required", row),
                has_destination: destination.is_valid(row),
                has_error: flag("has_error", row),
                sequence: integer("sequence", row),
                depth: integer("depth", row),
                status_code: integer("status_code", row),
                group_id: text(group, row).and_then(|group| u64::from_str_radix(&group, 16).ok()).unwrap_or(0),
                time: moment("modified_at", row).or_else(|| moment("created_at", row)),
                order: value::<Int64Type>(batch, "insert_order", row),
            };
            cube.add(&facts, records);
        }
        take(&cube)
    })
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a dyn arrow::array::Array {
    batch.column_by_name(name).expect("the column was asked for")
}

fn texts<'a>(batch: &'a RecordBatch, name: &str) -> &'a StringArray {
    column(batch, name).as_string()
}

fn numbers<'a, T: ArrowPrimitiveType>(batch: &'a RecordBatch, name: &str) -> &'a PrimitiveArray<T> {
    column(batch, name).as_primitive()
}

fn value<T: ArrowPrimitiveType<Native = i64>>(batch: &RecordBatch, name: &str, row: usize) -> Option<i64> {
    let column = numbers::<T>(batch, name);
    column.is_valid(row).then(|| column.value(row))
}
