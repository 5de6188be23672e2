//! What a dataset holds at one moment: its folders and files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::catalogue::{self, Book};
use super::part;
use super::staging;
use crate::error::{Place, Result};

/// How the name of a folder begins that holds one export.
pub const EXPORT: &str = "export_id=";

/// The folder of what was computed from the store; other tools pass over names with a dot in front.
pub const DERIVED: &str = ".derived";

/// How the name of a folder begins that holds several: its tables have the column `export_id`.
pub const MERGED: &str = "merged=";

/// A folder of a store.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Its name.
    pub name: String,
    /// Its part files by table, in order.
    pub tables: BTreeMap<String, Vec<PathBuf>>,
    /// The books of its exports, where it holds several.
    merged: Vec<Book>,
}

impl Folder {
    /// Lists the folder `name` of a store.
    pub(super) fn list(root: &Path, name: String) -> Result<Self> {
        let mut folder = Self { tables: tables(&root.join(&name))?, name, merged: Vec::new() };
        if folder.export_id().is_none() {
            folder.merged = folder.read_books()?;
        }
        Ok(folder)
    }

    /// The export that it holds, where it holds only one.
    pub fn export_id(&self) -> Option<&str> {
        self.name.strip_prefix(EXPORT)
    }

    /// Its part files of a table.
    pub fn files(&self, table: &str) -> &[PathBuf] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    /// Whether it holds an export.
    pub fn holds(&self, export_id: &str) -> bool {
        self.export_id() == Some(export_id) || self.merged.iter().any(|book| book.export_id == export_id)
    }

    /// The books of its exports.
    pub fn books(&self) -> Result<Vec<Book>> {
        if self.merged.is_empty() { self.read_books() } else { Ok(self.merged.clone()) }
    }

    fn read_books(&self) -> Result<Vec<Book>> {
        let mut books = Vec::new();
        self.files("export").iter().try_for_each(|path| catalogue::read(path, self.export_id(), &mut books))?;
        Ok(books)
    }

    /// The number of the part file behind those of a table.
    pub fn next_part(&self, table: &str) -> usize {
        let number = |path: &PathBuf| path.file_name()?.to_str()?.get(5..10)?.parse::<usize>().ok();
        self.files(table).iter().filter_map(number).max().unwrap_or(0) + 1
    }

    /// The bytes of its files.
    pub fn bytes(&self) -> Result<u64> {
        bytes(self.tables.values().flatten())
    }
}

fn bytes<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Result<u64> {
    let size = |path: &PathBuf| fs::metadata(path).map(|file| file.len()).place(|| format!("cannot read '{}'", path.display()));
    files.into_iter().map(size).sum()
}

/// What a dataset holds: a list that stays as it is, whatever comes and goes.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The folders, by name.
    pub folders: Vec<Folder>,
}

impl Contents {
    /// Lists a store.
    pub(super) fn list(root: &Path) -> Result<Self> {
        let folders = names(root)?.into_iter().map(|name| Folder::list(root, name)).collect::<Result<_>>()?;
        Ok(Self { folders })
    }

    /// The books of all exports, in the order of their ingest.
    pub fn books(&self) -> Result<Vec<Book>> {
        let mut books = Vec::new();
        for folder in &self.folders {
            books.extend(folder.books()?);
        }
        books.sort_unstable_by(|a, b| (a.ingest_number, &a.export_id).cmp(&(b.ingest_number, &b.export_id)));
        Ok(books)
    }

    /// The SQL expression that reads the rows of a table, all exports together; none if no export has any.
    pub fn source(&self, table: &str) -> Option<String> {
        let files = |alone: bool| -> Vec<String> {
            let folders = self.folders.iter().filter(|folder| folder.export_id().is_some() == alone);
            let path = |path: &PathBuf| format!("'{}'", path.display().to_string().replace('\'', "''"));
            folders.flat_map(|folder| folder.files(table)).map(path).collect()
        };
        let [alone, merged] = [true, false].map(files);
        let alone = (!alone.is_empty()).then(|| {
            format!("read_parquet([{}], hive_partitioning = true, hive_types = {{'export_id': varchar}})", alone.join(", "))
        });
        let merged = (!merged.is_empty()).then(|| format!("read_parquet([{}], hive_partitioning = false)", merged.join(", ")));
        match (alone, merged) {
            (Some(alone), Some(merged)) => Some(format!("(select * from {alone} union all by name select * from {merged})")),
            (alone, merged) => alone.or(merged),
        }
    }

    /// The bytes of the files of a table.
    pub fn bytes(&self, table: &str) -> Result<u64> {
        self.folders.iter().map(|folder| bytes(folder.files(table))).sum()
    }

    /// How many part files there are.
    pub fn part_files(&self) -> usize {
        self.folders.iter().flat_map(|folder| folder.tables.values()).map(Vec::len).sum()
    }

    /// Part files whose content has not the hash that their names tell.
    pub fn damaged(&self) -> Result<Vec<PathBuf>> {
        let mut damaged = Vec::new();
        for path in self.folders.iter().flat_map(|folder| folder.tables.values().flatten()) {
            if let Some(expected) = staging::hash_in_name(path)
                && staging::hash(path).place(|| format!("cannot read '{}'", path.display()))? != expected
            {
                damaged.push(path.clone());
            }
        }
        Ok(damaged)
    }
}

/// The names of the folders of a store that hold exports.
pub(super) fn names(root: &Path) -> Result<BTreeSet<String>> {
    let list = || -> std::io::Result<BTreeSet<String>> {
        let names = fs::read_dir(root)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names
            .filter(|name| name.as_ref().map_or(true, |name| [EXPORT, MERGED].iter().any(|prefix| name.starts_with(prefix))))
            .collect()
    };
    list().place(|| format!("cannot list store '{}'", root.display()))
}

/// The part files of a folder, by table.
fn tables(folder: &Path) -> Result<BTreeMap<String, Vec<PathBuf>>> {
    let place = || format!("cannot list '{}'", folder.display());
    let mut tables = BTreeMap::new();
    for entry in fs::read_dir(folder).place(place)? {
        let table = entry.place(place)?;
        let files = if table.path().is_dir() { part::files(&table.path())? } else { Vec::new() };
        if !files.is_empty() {
            tables.insert(table.file_name().to_string_lossy().into_owned(), files);
        }
    }
    Ok(tables)
}
