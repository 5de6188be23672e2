//! The audit rows of one export, in slices that say which keys they can hold, so that only slices that can meet are read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use arrow::record_batch::RecordBatch;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;
use serde::{Deserialize, Serialize};

use super::part::{self, Groups};
use crate::error::Result;

/// The columns by which rows of two exports are known to be the same.
pub const KEYS: [&str; 3] = ["audit_id", "job_id", "source_id"];

/// What values a column of a slice has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bounds {
    /// None at all.
    Nothing,
    /// Nobody knows.
    Unknown,
    /// From the first to the second.
    Between(String, String),
}

impl Bounds {
    /// What no value is below; none where there is no value.
    pub fn low(&self) -> Option<&str> {
        match self {
            Bounds::Nothing => None,
            Bounds::Unknown => Some(""),
            Bounds::Between(low, _) => Some(low),
        }
    }

    /// What no value is above; none where there is no value.
    pub fn high(&self) -> Option<&str> {
        match self {
            Bounds::Nothing => None,
            Bounds::Unknown => Some("\u{10ffff}"),
            Bounds::Between(_, high) => Some(high),
        }
    }

    fn meet(&self, other: &Bounds) -> bool {
        match (self, other) {
            (Bounds::Nothing, _) | (_, Bounds::Nothing) => false,
            (Bounds::Unknown, _) | (_, Bounds::Unknown) => true,
            (Bounds::Between(low, high), Bounds::Between(other_low, other_high)) => low <= other_high && other_low <= high,
        }
    }
}

/// Some audit rows of an export, one after the other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Slice {
    /// Where they are, as the store knows it: file and row group, or first and last row.
    pub place: (u64, u64),
    /// Their first and last row number, where that is known.
    pub rows: Option<(u64, u64)>,
    /// The bounds of their [`KEYS`].
    pub keys: [Bounds; 3],
}

/// By what rows of two exports are known to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The id of the audit row.
    AuditId,
    /// Job, object and source record, where one of the exports has no ids.
    Source,
}

/// Whether rows of these two exports have ids to compare, or must be compared by what they are about.
pub fn key(one: &[Slice], other: &[Slice]) -> Key {
    let has_ids = |slices: &[Slice]| slices.iter().any(|slice| slice.keys[0] != Bounds::Nothing);
    if has_ids(one) && has_ids(other) { Key::AuditId } else { Key::Source }
}

/// The slices of `one` that can hold a row of `other`.
pub fn meeting(one: &[Slice], other: &[Slice], key: Key) -> Vec<Slice> {
    let keys = match key {
        Key::AuditId => 0..1,
        Key::Source => 1..3,
    };
    let meet = |a: &Slice, b: &Slice| keys.clone().all(|key| a.keys[key].meet(&b.keys[key]));
    one.iter().filter(|slice| other.iter().any(|other| meet(slice, other))).cloned().collect()
}

/// The slices that hold any of these rows; `rows` is sorted.
pub fn holding(slices: &[Slice], rows: &[u64]) -> Vec<Slice> {
    let holds = |slice: &Slice| {
        slice.rows.is_none_or(|(first, last)| rows.get(rows.partition_point(|row| *row < first)).is_some_and(|row| *row <= last))
    };
    slices.iter().filter(|slice| holds(slice)).cloned().collect()
}

/// The audit rows of one export.
pub trait AuditRows {
    /// Calls `take` with the rows of some slices, batch by batch; `columns` are read, and maybe others.
    fn read(&self, slices: &[Slice], columns: &[&str], take: &mut dyn FnMut(&RecordBatch) -> Result<()>) -> Result<()>;
}

/// Audit rows in Parquet files.
#[derive(Debug)]
pub struct ParquetRows(pub Vec<PathBuf>);

impl AuditRows for ParquetRows {
    fn read(&self, slices: &[Slice], columns: &[&str], take: &mut dyn FnMut(&RecordBatch) -> Result<()>) -> Result<()> {
        let mut wanted: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for slice in slices {
            wanted.entry(slice.place.0).or_default().push(slice.place.1 as usize);
        }
        for (file, groups) in wanted {
            part::read(&self.0[file as usize], Groups::Only(&groups), Some(columns), take)?;
        }
        Ok(())
    }
}

/// The slices of the audit rows in Parquet files, in order, by the export whose they are; by none where the files do not say.
///
/// Merged exports share files, but no row group of the audit log.
pub fn slices(files: &[PathBuf]) -> Result<BTreeMap<Option<String>, Vec<Slice>>> {
    let mut slices: BTreeMap<Option<String>, Vec<Slice>> = BTreeMap::new();
    for (file, path) in files.iter().enumerate() {
        for (number, group) in part::open(path)?.metadata().row_groups().iter().enumerate() {
            let owner = match bounds(group, "export_id") {
                Bounds::Between(owner, _) => Some(owner),
                Bounds::Nothing | Bounds::Unknown => None,
            };
            let keys = KEYS.map(|name| bounds(group, name));
            let slice = Slice { place: (file as u64, number as u64), rows: numbers(group), keys };
            slices.entry(owner).or_default().push(slice);
        }
    }
    Ok(slices)
}

fn statistics<'a>(group: &'a RowGroupMetaData, name: &str) -> Option<&'a Statistics> {
    group.columns().iter().find(|column| column.column_path().string() == name)?.statistics()
}

/// The bounds of a column of texts.
pub fn bounds(group: &RowGroupMetaData, name: &str) -> Bounds {
    let Some(statistics) = statistics(group, name) else { return Bounds::Unknown };
    let text = |bytes: Option<&[u8]>| String::from_utf8(bytes?.to_vec()).ok();
    match (text(statistics.min_bytes_opt()), text(statistics.max_bytes_opt()), statistics.null_count_opt()) {
        (Some(low), Some(high), _) => Bounds::Between(low, high),
        (_, _, Some(nulls)) if nulls == group.num_rows() as u64 => Bounds::Nothing,
        _ => Bounds::Unknown,
    }
}

fn numbers(group: &RowGroupMetaData) -> Option<(u64, u64)> {
    match statistics(group, "row_number")? {
        Statistics::Int64(numbers) => Some((*numbers.min_opt()? as u64, *numbers.max_opt()? as u64)),
        _ => None,
    }
}
