//! Which row groups of Parquet files can hold what another export holds, and their rows.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;

use crate::error::{Place, Result};

/// The least and the greatest text of a column; `None` where the statistics do not tell.
type Bounds = Option<(Vec<u8>, Vec<u8>)>;

/// Row groups of the audit log of one export.
#[derive(Debug)]
pub struct RowGroups {
    /// Whether any of its rows has an audit id.
    pub has_ids: bool,
    bounds: BTreeMap<(usize, usize), BTreeMap<&'static str, Bounds>>,
    all: bool,
}

/// Rows read at a time.
const BATCH_ROWS: usize = 64 << 10;

impl RowGroups {
    /// All row groups of any files.
    pub fn all() -> Self {
        Self { has_ids: true, bounds: BTreeMap::new(), all: true }
    }

    /// The row groups of these files, with the bounds of their keys.
    pub fn of(files: &[PathBuf]) -> Result<Self> {
        let mut groups = Self { has_ids: false, bounds: BTreeMap::new(), all: false };
        for (place, path) in files.iter().enumerate() {
            let builder = open(path)?;
            for (number, group) in builder.metadata().row_groups().iter().enumerate() {
                let of = |name: &'static str| (name, bounds(group, name));
                let bounds = BTreeMap::from(["audit_id", "job_id", "source_id"].map(of));
                groups.has_ids |= bounds["audit_id"].is_some();
                groups.bounds.insert((place, number), bounds);
            }
        }
        Ok(groups)
    }

    /// Those whose bounds of all `keys` overlap with any of `others`.
    pub fn meeting(&self, others: &RowGroups, keys: &[&str]) -> RowGroups {
        let overlap = |one: &Bounds, other: &Bounds| match (one, other) {
            (Some((low, high)), Some((other_low, other_high))) => low <= other_high && other_low <= high,
            // Without a value there is nothing to meet.
            _ => false,
        };
        let meets = |one: &BTreeMap<&str, Bounds>| {
            others.bounds.values().any(|other| keys.iter().all(|key| overlap(&one[key], &other[key])))
        };
        let bounds =
            self.bounds.iter().filter(|(_, bounds)| meets(bounds)).map(|(place, bounds)| (*place, bounds.clone())).collect();
        RowGroups { has_ids: self.has_ids, bounds, all: false }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        !self.all && self.bounds.is_empty()
    }
}

fn bounds(group: &RowGroupMetaData, name: &str) -> Bounds {
    let column = group.columns().iter().find(|column| column.column_path().string() == name)?;
    match column.statistics()? {
        Statistics::ByteArray(statistics) => Some((statistics.min_opt()?.data().to_vec(), statistics.max_opt()?.data().to_vec())),
        _ => None,
    }
}

/// Opens a Parquet file.
pub fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let place = || format!("cannot read '{}'", path.display());
    ParquetRecordBatchReaderBuilder::try_new(File::open(path).place(place)?).place(place)
}

/// Calls `take` with the rows of `groups`, batch by batch.
pub fn batches(
    files: &[PathBuf],
    groups: &RowGroups,
    columns: &[&str],
    mut take: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    for (place, path) in files.iter().enumerate() {
        let builder = open(path)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        let mut builder = builder.with_projection(mask).with_batch_size(BATCH_ROWS);
        if !groups.all {
            builder = builder
                .with_row_groups(groups.bounds.keys().filter(|(file, _)| *file == place).map(|(_, number)| *number).collect());
        }
        let describe = || format!("cannot read '{}'", path.display());
        for batch in builder.build().place(describe)? {
            take(&batch.place(describe)?)?;
        }
    }
    Ok(())
}
