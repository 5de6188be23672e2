//! `synclens store`: looking after a store.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::arguments::{Everywhere, Tabular};
use super::{Done, opened, told};
use crate::engine::{self, Database, Engine, Filter, Parameters, Value};
use crate::error::{Error, Result};
use crate::store::forget::forget;
use crate::store::{Dataset, Durability, Store as Kept, compact};

/// Look after a store
#[derive(Debug, Args)]
pub struct Store {
    #[command(subcommand)]
    action: Action,
    /// The store: a folder, or a file that ends in .duckdb
    #[arg(long, value_name = "PATH", env = "SYNCLENS_STORE", default_value = "synclens-store", global = true)]
    store: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The exports with their books: rows read = stored + rejected
    List(Tabular),
    /// The rows that could not be read: where, why, and their text
    Rejects {
        /// Only those of this export, by its id or file name
        #[arg(long, value_name = "EXPORT")]
        export: Option<String>,
        #[command(flatten)]
        tabular: Tabular,
    },
    /// Count everything again and compare it with the books
    Verify,
    /// Take one export out, as though it had never come
    ///
    /// Rows of other exports that it superseded count again.
    Forget {
        /// Its id or file name, or what only one of them begins with
        #[arg(value_name = "EXPORT")]
        export: String,
    },
    /// Put many small exports together into few files
    ///
    /// Nothing else changes: every export keeps its id and its books, and can still be forgotten.
    Compact,
    /// Copy everything into a new store, a folder or a .duckdb file
    Copy {
        /// The new store; nothing may be there
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
    },
}

const LIST: &str = "
    select e.export_id, e.file, e.\"table\", e.rows_read, e.rows_stored, e.rows_rejected, coalesce(s.records, 0) as rows_superseded, e.bytes, e.first_at, e.last_at
    from stored.export e left join (select superseded_export_id as export_id, count(*) as records from stored.superseded group by all) s using (export_id)
    order by e.ingest_number, e.export_id";
const REJECTS: &str = "
    select r.file, r.line, r.byte_offset, r.\"column\", r.reason, r.raw from stored.reject r join stored.export e using (export_id)
    where $export is null or r.export_id = $export or e.file = $export order by e.ingest_number, r.line";

impl Store {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let store = opened::existing(everywhere, &self.store)?;
        match &self.action {
            Action::List(tabular) => self.show(everywhere, &store, LIST, None, tabular),
            Action::Rejects { export, tabular } => self.show(everywhere, &store, REJECTS, export.as_deref(), tabular),
            Action::Verify => {
                let wrong = engine::verify(&store, &everywhere.engine_memory())?;
                match wrong.as_slice() {
                    [] => Ok(Done::Well),
                    wrong => Err(Error::new(format!("the store does not agree with its books:\n{}", wrong.join("\n")))
                        .hint(opened::INGEST_AGAIN)),
                }
            }
            Action::Forget { export } => {
                let book = match &store {
                    Kept::Dataset(path) => forget(&Dataset::open(path)?, export)?,
                    Kept::Database(path) => {
                        let mut database = Database::open_or_create(path, &everywhere.engine_memory())?;
                        let book = database.forget(export)?;
                        database.close()?;
                        book
                    }
                };
                told::forgotten(everywhere, &book);
                Ok(Done::Well)
            }
            Action::Compact => {
                match &store {
                    Kept::Dataset(path) => told::compacted(everywhere, &compact(&Dataset::open(path)?)?),
                    Kept::Database(path) => {
                        let database = Database::open_or_create(path, &everywhere.engine_memory())?;
                        database.compact()?;
                        database.close()?;
                    }
                }
                Ok(Done::Well)
            }
            Action::Copy { to } => {
                told::copied(everywhere, engine::copy(&store, to, &everywhere.engine_memory())?, to);
                Ok(Done::Well)
            }
        }
    }

    fn show(&self, everywhere: &Everywhere, store: &Kept, sql: &str, export: Option<&str>, tabular: &Tabular) -> Result<Done> {
        let engine = Engine::open(everywhere.engine_memory().start()?, store, &Filter::default(), &[], Durability::Flushed)?;
        let session = engine.session()?;
        let value = export.map_or(Value::Null, |export| Value::Text(export.to_string()));
        tabular.write(|each| session.stream(sql, &Parameters::from([("export".into(), value)]), each))?;
        Ok(Done::Well)
    }
}
