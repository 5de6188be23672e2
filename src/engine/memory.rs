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

impl Memory {
    /// A new engine, and where it puts what does not fit into memory: a folder that vanishes when dropped.
    pub(super) fn start(&self) -> Result<(Session, TempDir)> {
        let spill = tempfile::tempdir().place(|| "cannot make a folder for temporary files".into())?;
        let place = || "cannot start the SQL engine".to_string();
        let mut config = Config::default()
            .with("autoinstall_known_extensions", "false")
            .and_then(|config| config.with("autoload_known_extensions", "false"))
            .and_then(|config| config.with("temp_directory", spill.path().display().to_string()))
            .and_then(|config| config.with("preserve_insertion_order", "true"))
            .place(place)?;
        if let Some(threads) = self.threads {
            config = config.threads(threads.try_into().unwrap_or(i64::MAX)).place(place)?;
        }
        if let Some(limit) = &self.limit {
            config = config.max_memory(limit).place(place)?;
        }
        let connection = Connection::open_in_memory_with_flags(config).place(place)?;
        Ok((Session { connection, deferred: Arc::default() }, spill))
    }
}
