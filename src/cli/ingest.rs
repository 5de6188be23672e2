//! `synclens ingest`: reads exports into a store.

use std::path::PathBuf;

use clap::Args;

use super::arguments::{Everywhere, Reading};
use super::{Done, opened, told};
use crate::engine::Database;
use crate::error::Result;
use crate::store::{Dataset, Durability, Store, Workspace};

/// Read exports into a store, losing nothing
///
/// Reads CSV, JSON, Parquet and Arrow, compressed or not, files, folders and ZIP archives. Which table an export fills is found by its
/// header. The same content twice changes nothing; audit rows that are exported again count once, at their newest state.
#[derive(Debug, Args)]
pub struct Ingest {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    /// The store: a folder, or a file that ends in .duckdb; made where there is none
    #[arg(long, value_name = "PATH", env = "SYNCLENS_STORE", default_value = "synclens-store")]
    store: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

impl Ingest {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let accounts = match Store::at(&self.store) {
            Store::Dataset(path) => {
                let dataset = Dataset::open_or_create(&path, Durability::Flushed)?;
                opened::ingested(everywhere, &self.exports, &dataset, &self.reading)?
            }
            Store::Database(path) => {
                let workspace = Workspace::beside(&path)?;
                let dataset = Dataset::open_or_create(&workspace.path("read"), Durability::Temporary)?;
                let mut accounts = opened::ingested(everywhere, &self.exports, &dataset, &self.reading)?;
                let mut database = Database::open_or_create(&path, &everywhere.engine_memory())?;
                for book in database.fill(&dataset)? {
                    let same = accounts.iter_mut().filter(|account| account.export_id == book.export_id);
                    same.for_each(|account| account.is_there_already(&book));
                }
                database.close()?;
                accounts
            }
        };
        told::accounts(everywhere, &accounts, &format!("synclens store rejects --store {}", opened::shown(&self.store)));
        Ok(Done::Well)
    }
}
