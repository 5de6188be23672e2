//! Where ingested exports are kept: a folder of Parquet files, or a DuckDB database with the same tables.

pub mod audit_rows;
pub mod catalogue;
mod change;
mod compact;
mod contents;
mod copy;
pub mod counting;
pub mod cube;
mod dataset;
pub mod forget;
pub mod part;
mod register;
mod staging;
pub mod supersede;
pub mod tables;

use std::path::{Path, PathBuf};

use crate::error::Result;

pub use compact::{Compacted, compact};
pub use contents::{Contents, DERIVED};
pub use copy::conform;
pub use dataset::{Dataset, Durability, FORMAT, Lock, check_format};
pub use register::Register;
pub use staging::{Staging, Workspace};

/// A store, known by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// A folder of Parquet files, one sub-folder an export.
    Dataset(PathBuf),
    /// A DuckDB database file.
    Database(PathBuf),
}

impl Store {
    /// The store at `path`: a DuckDB database where the name ends in `.duckdb`, else a folder.
    pub fn at(path: &Path) -> Store {
        match path.extension() {
            Some(end) if end.eq_ignore_ascii_case("duckdb") => Store::Database(path.to_path_buf()),
            _ => Store::Dataset(path.to_path_buf()),
        }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Store::Dataset(path) | Store::Database(path) => path,
        }
    }

    /// Its files whose content has changed since they were written, a sentence each. A database has no hashes to tell it by.
    pub fn damaged(&self) -> Result<Vec<String>> {
        let Store::Dataset(root) = self else { return Ok(Vec::new()) };
        let damaged = Dataset::open(root)?.contents()?.damaged()?;
        let name = |file: &PathBuf| file.strip_prefix(root).unwrap_or(file).display().to_string();
        Ok(damaged.iter().map(|file| format!("{}: its content has changed since it was written", name(file))).collect())
    }
}
