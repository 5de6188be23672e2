//! Puts small exports together: few files instead of many, of which each export can still be taken out.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use super::change::Change;
use super::contents::{Folder, MERGED};
use super::copy::{Source, copy};
use super::dataset::Dataset;
use super::part::FIRST_PART;
use crate::error::Result;

/// Bytes from which a folder is large enough: a scan of it takes longer than opening its files, and taking one export out of it
/// still takes seconds.
const LARGE: u64 = 256 << 20;

/// What a compaction did: part files before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Part files before.
    pub before: usize,
    /// Part files after.
    pub after: usize,
}

/// Puts the small exports of a dataset together, in the order of their ingest.
pub fn compact(dataset: &Dataset) -> Result<Compacted> {
    dataset.clean()?;
    let lock = dataset.lock()?;
    let contents = dataset.contents()?;
    let mut change = Change::new(dataset, &lock)?;
    let mut small: Vec<(u64, u64, &Folder)> = Vec::new();
    for folder in &contents.folders {
        let (bytes, first) = (folder.bytes()?, folder.books()?.iter().map(|book| book.ingest_number).min());
        if bytes < LARGE {
            small.push((first.unwrap_or(0), bytes, folder));
        }
    }
    small.sort_unstable_by_key(|(first, _, folder)| (*first, &folder.name));
    let mut together: Vec<&Folder> = Vec::new();
    let mut sum = 0;
    for (_, bytes, folder) in small {
        if sum + bytes > LARGE {
            merge(&together, &mut change)?;
            (together, sum) = (Vec::new(), 0);
        }
        together.push(folder);
        sum += bytes;
    }
    merge(&together, &mut change)?;
    change.commit()?;
    Ok(Compacted { before: contents.part_files(), after: dataset.contents()?.part_files() })
}

/// Puts folders together as one; one alone stays as it is.
fn merge(folders: &[&Folder], change: &mut Change) -> Result<()> {
    if folders.len() < 2 {
        return Ok(());
    }
    let names: Vec<&str> = folders.iter().map(|folder| folder.name.as_str()).collect();
    let name = format!("{MERGED}{:016x}", xxh3_64(names.join("/").as_bytes()));
    let tables: BTreeSet<&String> = folders.iter().flat_map(|folder| folder.tables.keys()).collect();
    for table in tables {
        let sources: Vec<Source> =
            folders.iter().map(|folder| Source { files: folder.files(table), export_id: folder.export_id() }).collect();
        copy(table, &sources, &|_| true, &change.add(&format!("{name}/{table}")).join(FIRST_PART))?;
    }
    folders.iter().for_each(|folder| change.remove(&folder.name));
    Ok(())
}
