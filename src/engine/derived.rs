//! Tables that were computed from all audit rows of a large store, kept beside it for the next command.
//!
//! Their names tell what they were made of, so that nothing stale is ever read: any other export, rule or version of the tool has other
//! names. Where they cannot be written or read, they are computed again.

use std::fs;
use std::path::{Path, PathBuf};

use duckdb::Connection;
use xxhash_rust::xxh3::Xxh3;

use super::literal;
use super::session::run;
use crate::error::Result;
use crate::message::Rule;
use crate::store::{Contents, DERIVED};

/// The tables whose making reads all audit rows, or all that failed, that which takes longest with what it is made of last.
const KEPT: [&str; 7] =
    ["failed_row", "first_failure", "exact_cascade", "shared_destination", "followed_row", "named_later", "failing_streak"];

/// Bytes of audit rows from which on that takes longer than reading what is kept: some 200,000 rows.
const LARGE: u64 = 1 << 20;

/// Where they are kept.
#[derive(Debug)]
pub(super) struct Derived {
    folder: PathBuf,
    /// Hash of what they are made of.
    key: String,
}

/// How long the making of a table takes beside that of others; 0 where nothing is kept of it.
pub(super) fn weight(table: &str) -> usize {
    KEPT.iter().position(|kept| *kept == table).map_or(0, |place| place + 1)
}

impl Derived {
    /// The place for what is computed from these files of the store in `root`, with these rules for families; none for a store that is small.
    pub(super) fn of(root: &Path, contents: &Contents, rules: &[Rule]) -> Result<Option<Self>> {
        if contents.bytes("audit_log")? < LARGE {
            return Ok(None);
        }
        let mut hash = Xxh3::new();
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        super::SCRIPTS.iter().for_each(|script| hash.update(script.as_bytes()));
        hash.update(format!("{rules:?}").as_bytes());
        for folder in &contents.folders {
            hash.update(folder.name.as_bytes());
            // The names of part files hold the hashes of their contents.
            let names = folder.tables.values().flatten().filter_map(|file| file.file_name());
            names.for_each(|name| hash.update(name.as_encoded_bytes()));
        }
        Ok(Some(Self { folder: root.join(DERIVED), key: format!("{:032x}", hash.digest128()) }))
    }

    /// Whether a table is one of those that are kept.
    pub(super) fn keeps(&self, table: &str) -> bool {
        KEPT.contains(&table)
    }

    fn path(&self, table: &str) -> PathBuf {
        self.folder.join(format!("{}-{table}.parquet", self.key))
    }

    /// Fills a table from what is kept; false where nothing is, or nothing that can be read.
    pub(super) fn read(&self, connection: &Connection, table: &str) -> bool {
        let path = self.path(table);
        path.exists()
            && run(connection, &format!("insert into \"{table}\" from {}", literal(&path.display().to_string()))).is_ok()
    }

    /// Keeps a table, and removes what was kept of the store as it was before. Without room or rights for that, nothing is kept.
    pub(super) fn write(&self, connection: &Connection, table: &str) {
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            for entry in fs::read_dir(&self.folder)? {
                let entry = entry?;
                if !entry.file_name().to_string_lossy().starts_with(&self.key) {
                    fs::remove_file(entry.path())?;
                }
            }
            // A rename makes it visible whole.
            let new = tempfile::Builder::new().prefix(&self.key).tempfile_in(&self.folder)?.into_temp_path();
            // A file of DuckDB's own beside it would look to another session as one to remove.
            let options = "format parquet, compression zstd, use_tmp_file false";
            let copy = format!("copy \"{table}\" to {} ({options})", literal(&new.display().to_string()));
            run(connection, &copy).map_err(std::io::Error::other)?;
            new.persist(self.path(table)).map_err(|error| error.error)
        };
        // What is not kept is computed again.
        let _ = write();
    }
}
