//! Starts DuckDB within what it may use.

use std::sync::Arc;

use duckdb::{Config, Connection};
use tempfile::TempDir;

use super::session::Session;
use crate::error::{Place, Result};

/// What the engine may use.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Threads; as many as cores where none is given.
    pub threads: Option<usize>,
    /// Bytes in DuckDB's words (`4GB`); DuckDB's own bound where none is given.
    pub limit: Option<String>,
}

/// DuckDB in memory, which holds nothing yet.
pub struct Started {
    pub(super) session: Session,
    /// Where it puts what does not fit into memory: a folder that vanishes when dropped.
    pub(super) spill: TempDir,
}

impl Memory {
    /// Starts DuckDB.
    pub fn start(&self) -> Result<Started> {
        let spill = tempfile::tempdir().place(|| "cannot make a folder for temporary files".into())?;
        let place = || "cannot start the SQL engine".to_string();
        let mut config = Config::default()
            .with("autoinstall_known_extensions", "false")
            .and_then(|config| config.with("autoload_known_extensions", "false"))
            .and_then(|config| config.with("temp_directory", spill.path().display().to_string()))
            .and_then(|config| config.with("preserve_insertion_order", "true"))
            // A store lies on a disk at hand: threads that read ahead take a fifth more memory, and are no faster on cold files either.
            .and_then(|config| config.with("async_threads", "0"))
            .place(place)?;
        if let Some(threads) = self.threads {
            config = config.threads(threads.try_into().unwrap_or(i64::MAX)).place(place)?;
        }
        if let Some(limit) = &self.limit {
            config = config.max_memory(limit).place(place)?;
        }
        let connection = Connection::open_in_memory_with_flags(config).place(place)?;
        Ok(Started { session: Session { connection, deferred: Arc::default() }, spill })
    }
}
