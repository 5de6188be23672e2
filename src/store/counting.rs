//! The cube of an export on its way to its files: where it grows large it is written, and counting begins anew.

use std::path::Path;

use super::cube::Cube;
use super::part::{FIRST_PART, Part};
use super::tables;
use crate::error::Result;

/// Cells, or minutes, from which on a cube is written before its end: 25 MB. Exports have some thousands, but for those that have a group for
/// nearly every row.
///
/// The files may then hold several rows for one key, which whoever reads that many rows or more adds up.
pub const LARGE: usize = 128 << 10;

/// The tables `outcome` and `activity` of an export, while they are counted.
pub struct Counting {
    large: usize,
    cube: Cube,
    outcome: Part,
    activity: Part,
}

impl Counting {
    /// Writes below `folder` what has `large` cells or minutes.
    pub fn new(folder: &Path, large: usize) -> Self {
        let part = |table: &str| Part::new(folder.join(table).join(FIRST_PART));
        Self { large, cube: Cube::default(), outcome: part("outcome"), activity: part("activity") }
    }

    /// Adds counts.
    pub fn add(&mut self, cube: &Cube) -> Result<()> {
        self.cube.merge(cube);
        if self.cube.cells.len().max(self.cube.minutes.len()) < self.large { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<()> {
        let cube = std::mem::take(&mut self.cube);
        self.outcome.write(&tables::outcome(&cube))?;
        self.activity.write(&tables::activity(&cube))
    }

    /// Writes what is left.
    pub fn close(self) -> Result<()> {
        let Self { cube, outcome, activity, .. } = self;
        let written = rayon::join(|| outcome.last(&tables::outcome(&cube)), || activity.last(&tables::activity(&cube)));
        written.0.and(written.1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arrow::array::AsArray as _;
    use arrow::datatypes::Int64Type;

    use super::super::cube::Facts;
    use super::super::part::{Groups, read};
    use super::*;

    /// A row of the group `group_id`, and of the minute of that number.
    fn row(object: &str, group_id: u64) -> Cube {
        let mut cube = Cube::default();
        let names = [cube.names.code(None), cube.names.code(Some(object)), cube.names.code(None)];
        let time = Some(group_id as i64 * 60_000_000);
        let (flag, number) = (Some(true), Some(1));
        let facts = Facts {
            names,
            is_parent: flag,
            update_required: flag,
            has_destination: false,
            has_error: flag,
            sequence: number,
            depth: number,
            status_code: number,
            group_id,
            time,
            order: number,
        };
        cube.add(&facts, 1);
        cube
    }

    /// How many rows a table has, and their records by object and group or minute.
    fn counted(folder: &Path, table: &str, of: &str) -> (usize, BTreeMap<(String, String), i64>) {
        let (mut rows, mut sums) = (0, BTreeMap::new());
        let path = folder.join(table).join(FIRST_PART);
        let columns = ["object", of, "records"];
        read(&path, Groups::All, Some(&columns), &mut |batch| {
            rows += batch.num_rows();
            let column = |name: &str| batch.column_by_name(name).expect("it was asked for");
            let text = |name: &str| arrow::compute::cast(column(name), &arrow::datatypes::DataType::Utf8).expect("it is a text");
            let (objects, keys, records) = (text("object"), text(of), column("records").as_primitive::<Int64Type>());
            for row in 0..batch.num_rows() {
                let text = |column: &arrow::array::ArrayRef| column.as_string::<i32>().value(row).to_string();
                *sums.entry((text(&objects), text(&keys))).or_default() += records.value(row);
            }
            Ok(())
        })
        .expect("it is whole");
        (rows, sums)
    }

    #[test]
    fn what_is_written_early_adds_up_to_what_is_written_once() {
        let write = |large: usize| {
            let folder = tempfile::tempdir().expect("there is room");
            let mut counting = Counting::new(folder.path(), large);
            for number in 0..60 {
                // The objects change places, so that a name has another code in each part.
                counting.add(&row(["Account", "Contact", "Case"][number % 3], number as u64 * 7 % 5 + 1)).expect("there is room");
            }
            counting.close().expect("there is room");
            [counted(folder.path(), "outcome", "group_id"), counted(folder.path(), "activity", "minute")]
        };
        let [once, early] = [write(usize::MAX), write(4)];
        for (once, early) in once.iter().zip(&early) {
            assert_eq!(once.0, 15);
            assert!(early.0 > once.0, "{} rows, and none was written early", early.0);
            assert_eq!(once.1, early.1);
            assert_eq!(early.1.values().sum::<i64>(), 60);
        }
    }
}
