//! The cube of an export on its way to its files: where it grows large it is written, and counting begins anew.

use std::path::PathBuf;

use arrow::array::RecordBatch;

use super::cube::Cube;
use super::part::{Batches, FIRST_PART};
use super::tables::{activity, outcome};
use crate::error::Result;

/// Cells, or minutes, from which on a cube is written before its end: 25 MB. Exports have some thousands, but for those that have a group for
/// nearly every row.
///
/// The files may then hold several rows for one key, which whoever reads that many rows or more adds up.
pub const LARGE: usize = 128 << 10;

/// The tables `outcome` and `activity` of an export, while they are counted.
pub struct Counting {
    folder: PathBuf,
    large: usize,
    cube: Cube,
    outcome: Option<Batches>,
    activity: Option<Batches>,
}

impl Counting {
    /// Writes below `folder` what has `large` cells or minutes.
    pub fn new(folder: PathBuf, large: usize) -> Self {
        Self { folder, large, cube: Cube::default(), outcome: None, activity: None }
    }

    /// Adds counts.
    pub fn add(&mut self, cube: &Cube) -> Result<()> {
        self.cube.merge(cube);
        if self.cube.cells.len().max(self.cube.minutes.len()) < self.large { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<()> {
        let cube = std::mem::take(&mut self.cube);
        let tables = [("outcome", &mut self.outcome, outcome(&cube)), ("activity", &mut self.activity, activity(&cube))];
        tables.into_iter().try_for_each(|(table, file, rows): (_, &mut Option<Batches>, RecordBatch)| match file {
            _ if rows.num_rows() == 0 => Ok(()),
            Some(file) => file.write(&rows),
            None => file.insert(Batches::create(&self.folder.join(table).join(FIRST_PART), rows.schema())?).write(&rows),
        })
    }

    /// Writes what is left.
    pub fn close(mut self) -> Result<()> {
        self.write()?;
        [self.outcome, self.activity].into_iter().flatten().try_for_each(Batches::close)
    }
}
