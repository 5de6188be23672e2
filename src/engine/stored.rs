//! The tables `stored.*`: what a store holds, whatever it is made of.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::literal;
use super::script::{self, Step};
use super::session::Session;
use crate::error::{Error, Result};
use crate::schema::{self, Table};
use crate::store::{Contents, Dataset, Store, check_format};

/// What a database may be attached for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading.
    Read,
    /// Reading and writing.
    Write,
}

/// The storage version of DuckDB files: the oldest that the DuckDB tools of the last years open.
const STORAGE: &str = "v1.2.0";

/// How long another program's hold on a database is waited for: longer than an ingest holds it, shorter than patience.
const WAIT: Duration = Duration::from_secs(60);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Attaches the database at `path`; while another program has it open, waits.
pub fn attach(session: &Session, path: &Path, name: &str, access: Access) -> Result<()> {
    let options = match access {
        Access::Read => "read_only".to_string(),
        Access::Write => format!("storage_version '{STORAGE}'"),
    };
    let sql = format!("attach {} as {name} ({options})", literal(&path.display().to_string()));
    let until = Instant::now() + WAIT;
    loop {
        match session.run(&sql) {
            Err(error) if error.to_string().contains("Could not set lock") => {
                if Instant::now() > until {
                    let error = Error::new(format!("cannot open store '{}': another program has it open", path.display()));
                    return Err(error.hint("try again when that has ended"));
                }
                std::thread::sleep(PAUSE);
            }
            other => return other.map_err(|error| error.at(format!("cannot open store '{}'", path.display()))),
        }
    }
}

/// The table of a database that tells the format of the store.
pub const MARKER: &str = "store_format";

/// The names of the tables of an attached database.
///
/// # Errors
/// Where it is a store of a later version.
pub fn tables(session: &Session, name: &str, path: &Path) -> Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Name {
        table_name: String,
    }
    #[derive(Deserialize)]
    struct Format {
        format: u32,
        tool: String,
    }
    let sql = format!("select table_name from duckdb_tables() where database_name = '{name}'");
    let names: Vec<Name> = session.rows(&sql)?;
    let names: BTreeSet<String> = names.into_iter().map(|name| name.table_name).collect();
    if names.contains(MARKER) {
        let sql = format!("select format, tool from {name}.{MARKER}");
        for Format { format, tool } in session.rows(&sql)? {
            check_format(path, format, &tool)?;
        }
    }
    Ok(names)
}

/// Tables that are read several times while the others are made, or by many queries: the files of a view are opened for each query anew, so
/// they are kept in memory.
const OFTEN_READ: [&str; 2] = ["export", "message_group"];

/// That of them which nobody reads later, and which may be large.
const READ_FIRST: &str = "message_group";

/// The tables `stored.<table>`: what the exports of a store hold, as it is when they are looked for.
pub struct StoredTables {
    /// The tables that its exports hold.
    pub there: BTreeSet<&'static str>,
    /// The files that the tables read, where it is a dataset: whatever comes and goes later is not seen.
    pub contents: Option<Contents>,
    /// What gives memory back when all tables are made.
    pub release: String,
    /// What makes each.
    statements: Vec<(&'static str, String)>,
}

impl StoredTables {
    /// Looks for them in `store`.
    pub fn of(session: &Session, store: &Store) -> Result<Self> {
        session.run("set global parquet_metadata_cache = true; create schema stored; create schema kept")?;
        let (contents, in_file) = match store {
            Store::Dataset(path) => (Some(Dataset::open(path)?.contents()?), BTreeSet::new()),
            Store::Database(path) => {
                attach(session, path, "store_file", Access::Read)?;
                (None, tables(session, "store_file", path)?)
            }
        };
        let source = |table: &str| match &contents {
            Some(contents) => contents.source(table),
            None => in_file.contains(table).then(|| format!("store_file.\"{table}\"")),
        };
        let (mut there, mut release, mut statements) = (BTreeSet::new(), String::new(), Vec::new());
        for table in schema::tables().iter().chain(schema::made()) {
            let name = table.name.as_str();
            let statement = match source(name) {
                Some(source) => {
                    there.insert(name);
                    let view = format!("view stored.\"{name}\" as select * from {source}");
                    if name == READ_FIRST {
                        release = format!("create or replace {view}; drop table kept.\"{name}\"");
                    }
                    if OFTEN_READ.contains(&name) {
                        format!(
                            "create table kept.\"{name}\" as select * from {source};
                             create view stored.\"{name}\" as select * from kept.\"{name}\""
                        )
                    } else {
                        format!("create {view}")
                    }
                }
                None => format!("create table stored.\"{name}\" ({})", definition(table)),
            };
            statements.push((name, statement));
        }
        Ok(Self { there, contents, release, statements })
    }

    /// What makes them.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.statements.iter().map(|(makes, reads)| Step { makes, reads, made_in_rust: None })
    }

    /// Makes them.
    pub fn create(&self, session: &Session) -> Result<()> {
        script::run_side_by_side(session, &self.steps().collect::<Vec<_>>())
    }
}

/// The columns of a table, as SQL defines them.
pub fn columns(table: &Table) -> impl Iterator<Item = String> {
    table.columns.iter().map(|column| format!("\"{}\" {}", column.name, column.kind.sql()))
}

/// The columns of a table in a store, as SQL defines them.
pub fn definition(table: &Table) -> String {
    let made = if table.name == "audit_log" { &["group_id varchar", "row_number bigint", "failed boolean"][..] } else { &[] };
    let made = made.iter().chain(&["export_id varchar"]).map(|column| (*column).to_string());
    columns(table).chain(made).collect::<Vec<_>>().join(", ")
}
