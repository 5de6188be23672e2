//! Where ingested exports are kept: a folder of Parquet files, or a DuckDB database with the same tables.

pub mod dataset;

use std::path::{Path, PathBuf};

use crate::error::{Place, Result};

pub use dataset::{Dataset, Durability};

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

    /// The SQL expression that reads the rows of a table, all exports together; none if no export has any.
    pub fn source(&self, table: &str) -> Result<Option<String>> {
        match self {
            Store::Database(_) => Ok(Some(format!("store_file.\"{table}\""))),
            Store::Dataset(folder) => Ok(dataset_has(folder, table)?.then(|| {
                let files = folder.join("export_id=*").join(table).join("*.parquet").display().to_string().replace('\'', "''");
                format!("read_parquet('{files}', hive_partitioning = true, hive_types = {{'export_id': varchar}})")
            })),
        }
    }
}

/// Whether any export of a dataset holds rows of a table.
fn dataset_has(folder: &Path, table: &str) -> Result<bool> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        entries => entries.place(|| format!("cannot read the store '{}'", folder.display()))?,
    };
    Ok(entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("export_id=") && entry.path().join(table).is_dir()))
}
