//! Rows exported again: of all exports that hold a row one counts, the one with its newest state.
//!
//! Rows are the same if they have the same audit id; where one of two exports has no ids, if job, object and source record
//! agree. Only exports whose keys can meet are read, and of them only the row groups whose statistics say so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::{Array as _, AsArray, BooleanArray, Int32Array, Int64Array, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Int64Type, TimestampMicrosecondType};
use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::Xxh3;

use super::cube::{Cube, Facts};
use super::rowgroups::{RowGroups, batches};
use super::tables;
use crate::error::Result;
use crate::store::Dataset;

/// By what rows of two exports are known to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    AuditId,
    Source,
}

/// A row of the new export: the hash of its key, its number, when it changed last.
///
/// A hash of 64 bits takes two different rows of 10,000,000 for one with a chance of 1 in 400,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    key: u64,
    number: u64,
    modified_at: Option<i64>,
}

/// Finds what the export `export_id` in `folder` supersedes or is superseded by, writes the table `superseded` into it, and takes the
/// rows that no longer count out of its `cube`. Returns how many of its rows have a key that an earlier row of it has.
pub fn supersede(store: &Dataset, folder: &Path, export_id: &str, ids_ascend: bool, cube: &mut Cube) -> Result<u64> {
    let new = crate::store::dataset::parquet_files(&folder.join("audit_log"))?;
    let (mut by_id, mut by_source): (Option<Vec<Row>>, Option<Vec<Row>>) = (None, None);
    let mut duplicates = 0;
    if !ids_ascend {
        let rows = by_id.insert(rows(&new, Key::AuditId, &RowGroups::all())?);
        duplicates = rows.windows(2).filter(|pair| pair[0].key == pair[1].key).count() as u64;
    }
    let new_groups = RowGroups::of(&new)?;
    let mut superseded = Superseded::default();
    for other in store.exports()? {
        let old = store.files(&other, "audit_log")?;
        if old.is_empty() {
            continue;
        }
        let old_groups = RowGroups::of(&old)?;
        let key = if new_groups.has_ids && old_groups.has_ids { Key::AuditId } else { Key::Source };
        let meeting = match key {
            Key::AuditId => old_groups.meeting(&new_groups, &["audit_id"]),
            Key::Source => old_groups.meeting(&new_groups, &["job_id", "source_id"]),
        };
        if meeting.is_empty() {
            continue;
        }
        let known = match key {
            Key::AuditId => &mut by_id,
            Key::Source => &mut by_source,
        };
        let new_rows = match known {
            Some(rows) => rows,
            None => known.insert(rows(&new, key, &RowGroups::all())?),
        };
        let gone = superseded_before(store, &other)?;
        let (old_lost, new_lost) = contest(&rows(&old, key, &meeting)?, new_rows, &gone);
        take_back(&old, &meeting, &old_lost, cube)?;
        superseded.0.entry(other).or_default().extend(old_lost);
        superseded.1.extend(new_lost);
    }
    superseded.1.sort_unstable();
    superseded.1.dedup();
    take_back(&new, &RowGroups::all(), &superseded.1, cube)?;
    superseded.write(folder, export_id)?;
    Ok(duplicates)
}

/// Rows that no longer count: those of earlier exports, and those of the new one.
#[derive(Debug, Default)]
struct Superseded(BTreeMap<String, Vec<u64>>, Vec<u64>);

impl Superseded {
    fn write(self, folder: &Path, own: &str) -> Result<()> {
        let old = self.0.iter().flat_map(|(export, rows)| rows.iter().map(move |row| (export.as_str(), *row)));
        let new = self.1.iter().map(|row| (own, *row));
        tables::write(folder, "superseded", &tables::superseded(old.chain(new)))
    }
}

/// Decides which rows lose: the older state, and between equals the earlier export. Both sides are sorted by key.
fn contest(old: &[Row], new: &[Row], gone: &FxHashSet<u64>) -> (Vec<u64>, Vec<u64>) {
    let (mut old_lost, mut new_lost) = (Vec::new(), Vec::new());
    let mut at = 0;
    for row in old.iter().filter(|row| !gone.contains(&row.number)) {
        at += new[at..].iter().take_while(|other| other.key < row.key).count();
        let same = new[at..].iter().take_while(|other| other.key == row.key);
        // Copies of a row inside one file are told, not superseded: they stand or fall together.
        let Some(newest) = same.clone().map(|other| other.modified_at).max() else { continue };
        match (newest, row.modified_at) {
            (Some(new), Some(old)) if new < old => new_lost.extend(same.map(|other| other.number)),
            _ => old_lost.push(row.number),
        }
    }
    old_lost.sort_unstable();
    (old_lost, new_lost)
}

/// The keys of rows, sorted.
fn rows(files: &[PathBuf], key: Key, groups: &RowGroups) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let columns = ["audit_id", "job_id", "source_id", "object", "modified_at", "row_number"];
    batches(files, groups, &columns, |batch| {
        let [id, job, source, object] = ["audit_id", "job_id", "source_id", "object"].map(|name| texts(batch, name));
        let modified = numbers::<TimestampMicrosecondType>(batch, "modified_at");
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
            let modified_at = modified.is_valid(row).then(|| modified.value(row));
            rows.push(Row { key: hash.digest(), number: number.value(row) as u64, modified_at });
        }
        Ok(())
    })?;
    rows.sort_unstable();
    Ok(rows)
}

/// Rows of an export that later exports have superseded already.
fn superseded_before(store: &Dataset, export_id: &str) -> Result<FxHashSet<u64>> {
    let mut gone = FxHashSet::default();
    for other in store.exports()? {
        let files = store.files(&other, "superseded")?;
        batches(&files, &RowGroups::all(), &["superseded_export_id", "row_number"], |batch| {
            let (export, number) = (texts(batch, "superseded_export_id"), numbers::<Int64Type>(batch, "row_number"));
            gone.extend((0..batch.num_rows()).filter(|row| export.value(*row) == export_id).map(|row| number.value(row) as u64));
            Ok(())
        })?;
    }
    Ok(gone)
}

/// Takes rows (sorted by number) out of the cube.
fn take_back(files: &[PathBuf], groups: &RowGroups, lost: &[u64], cube: &mut Cube) -> Result<()> {
    if lost.is_empty() {
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
    batches(files, groups, &columns, |batch| {
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
        for row in 0..batch.num_rows() {
            if lost.binary_search(&(numbers.value(row) as u64)).is_err() {
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
            cube.add(&facts, -1);
        }
        Ok(())
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
