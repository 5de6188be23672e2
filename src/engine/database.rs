//! A store that is a `.duckdb` database: what changes it does so in one transaction.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use serde::Deserialize;
use tempfile::TempDir;

use super::rows::typed_rows;
use super::session::{Parameters, Session, Value};
use super::stored::{self, Access, MARKER};
use super::{Memory, literal};
use crate::error::{Error, Place, Result};
use crate::schema;
use crate::store::audit_rows::{AuditRows, Bounds, KEYS, Slice};
use crate::store::catalogue::{self, Book};
use crate::store::forget::{Revision, revision, revisions};
use crate::store::supersede::{Held, Lost, collect};
use crate::store::{Contents, Dataset, FORMAT, Store, Workspace, part, tables};

/// The table that says which keys stand in which rows: DuckDB's own statistics end after eight letters, which all ids of an org share.
const RANGES: &str = "key_range";

/// Rows of one range.
const RANGE_ROWS: u64 = 64 << 10;

/// A database that is open for writing; nobody else has it open.
pub struct Database {
    session: Session,
    path: PathBuf,
    _spill: TempDir,
}

impl Database {
    /// Opens the database at `path`, and makes it where there is none; while another program has it open, waits.
    pub fn open_or_create(path: &Path, memory: &Memory) -> Result<Self> {
        if !path.exists() {
            // Made elsewhere: a database that is only half made cannot be opened.
            let workspace = Workspace::beside(path)?;
            let new = workspace.path("new.duckdb");
            Self::open(&new, memory)?.close()?;
            // A link never replaces what another writer has made meanwhile; not all disks have links.
            if std::fs::hard_link(&new, path).is_err() && !path.exists() {
                std::fs::rename(&new, path).place(|| format!("cannot make store '{}'", path.display()))?;
            }
        }
        Self::open(path, memory)
    }

    /// Opens the database at `path`, which is made where there is none.
    pub(super) fn open(path: &Path, memory: &Memory) -> Result<Self> {
        let (session, spill) = memory.start()?;
        let database = Self { session, path: path.to_path_buf(), _spill: spill };
        stored::attach(&database.session, path, "target", Access::Write)?;
        let tables = stored::tables(&database.session, "target", path)?;
        database.transaction(|database| database.prepare(&tables))?;
        Ok(database)
    }

    /// Writes everything into the one file, and closes it.
    ///
    /// # Errors
    /// Where there is no room for that: what was done is done, and kept in the log beside the file.
    pub fn close(self) -> Result<()> {
        self.session.run("detach target").map_err(|error| {
            let path = self.path.display();
            let hint =
                format!("what is new is in '{path}.wal', which belongs to it: with room on the disk, the next writer puts it in");
            error.at(format!("cannot complete the file of store '{path}', which holds what was asked for")).hint(hint)
        })
    }

    /// Makes the tables that are not there yet, beside `tables`.
    fn prepare(&self, tables: &BTreeSet<String>) -> Result<()> {
        for table in schema::tables().iter().chain(schema::made()) {
            self.session.run(&format!("create table if not exists target.\"{}\" ({})", table.name, stored::definition(table)))?;
        }
        let bounds: Vec<String> = KEYS.iter().map(|key| format!("{key}_low varchar, {key}_high varchar")).collect();
        self.session.run(&format!(
            "create table if not exists target.{RANGES} (export_id varchar, first_row bigint, last_row bigint, {});
             create table if not exists target.{MARKER} (format integer, tool varchar);
             insert into target.{MARKER} select {FORMAT}, 'synclens {}' where not exists (from target.{MARKER})",
            bounds.join(", "),
            env!("CARGO_PKG_VERSION")
        ))?;
        if tables.contains(RANGES) { Ok(()) } else { self.add_ranges("true") }
    }

    /// Adds the key ranges of audit rows that fulfil a condition.
    fn add_ranges(&self, condition: &str) -> Result<()> {
        let bounds: Vec<String> = KEYS.iter().map(|key| format!("min({key}), max({key})")).collect();
        self.session.run(&format!(
            "insert into target.{RANGES} select export_id, min(row_number), max(row_number), {}
             from target.audit_log where {condition} group by export_id, row_number // {RANGE_ROWS} order by all",
            bounds.join(", ")
        ))
    }

    /// Does something wholly or not at all.
    fn transaction<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.session.run("begin")?;
        let done = work(self).and_then(|done| self.session.run("commit").map(|()| done));
        done.map_err(|error| {
            // Where that fails too, the transaction ends with the connection.
            let _ = self.session.run("rollback");
            self.failed(error)
        })
    }

    fn failed(&self, error: Error) -> Error {
        error.at(format!("cannot change store '{}'", self.path.display())).hint("the store is as it was before")
    }

    /// The books of all exports, in the order of their ingest.
    pub fn books(&self) -> Result<Vec<Book>> {
        let sql =
            "select export_id, file, \"table\", ingest_number, rows_stored from target.export order by ingest_number, export_id";
        typed_rows(&self.session.query(sql, &Parameters::new())?)
    }

    /// Takes the exports of `dataset` in, in one transaction, and supersedes what they hold anew. Returns the books of those that were there
    /// before.
    pub fn fill(&self, dataset: &Dataset) -> Result<Vec<Book>> {
        let contents = dataset.contents()?;
        self.transaction(|database| {
            let mut books = database.books()?;
            let mut there = Vec::new();
            for book in contents.books()? {
                if let Some(known) = books.iter().find(|known| known.export_id == book.export_id) {
                    there.push(known.clone());
                    continue;
                }
                let book = Book { ingest_number: catalogue::next_number(&books), ..book };
                database.insert(&contents, &book)?;
                if book.table == "audit_log"
                    && let Some(revision) = revision(database, &catalogue::audit_logs(&books), &book)?
                {
                    database.revise(&revision)?;
                }
                books.push(book);
            }
            Ok(there)
        })
    }

    fn insert(&self, contents: &Contents, book: &Book) -> Result<()> {
        let Some(folder) = contents.folder(&book.export_id) else { return Ok(()) };
        for (table, files) in &folder.tables {
            let number = if table == "export" {
                format!("replace ({}::bigint as ingest_number)", book.ingest_number)
            } else {
                String::new()
            };
            self.insert_files(table, files, &book.export_id, &number)?;
        }
        self.add_ranges(&format!("export_id = {}", literal(&book.export_id)))
    }

    fn insert_files(&self, table: &str, files: &[PathBuf], export_id: &str, replace: &str) -> Result<()> {
        let files: Vec<String> = files.iter().map(|file| literal(&file.display().to_string())).collect();
        self.session.run(&format!(
            "insert into target.\"{table}\" by name select * {replace}, {} as export_id from read_parquet([{}], hive_partitioning = false)",
            literal(export_id),
            files.join(", ")
        ))
    }

    /// Takes in what an export supersedes now.
    fn revise(&self, revision: &Revision) -> Result<()> {
        let Revision { export_id, lost, cube } = revision;
        self.session.run(&format!("delete from target.superseded where export_id = {}", literal(export_id)))?;
        let workspace = Workspace::beside(&self.path)?;
        let insert = |table: &str, batches: &mut dyn Iterator<Item = RecordBatch>| -> Result<()> {
            let file = workspace.path(&format!("{table}.parquet"));
            part::write(&file, batches)?;
            if file.exists() { self.insert_files(table, &[file], export_id, "") } else { Ok(()) }
        };
        insert("superseded", &mut tables::superseded(lost))?;
        insert("outcome", &mut std::iter::once(tables::outcome(cube)))?;
        insert("activity", &mut std::iter::once(tables::activity(cube)))
    }

    /// Takes in all tables of `stored.*` of a session as they are, into an empty store.
    pub(super) fn take_over(&self, store: &Store) -> Result<()> {
        stored::create(&self.session, store)?;
        self.transaction(|database| {
            for table in schema::tables().iter().chain(schema::made()) {
                database.session.run(&format!("insert into target.\"{0}\" by name from stored.\"{0}\"", table.name))?;
            }
            database.add_ranges("true")
        })
    }

    /// Takes the export that `wanted` names out.
    pub fn forget(&self, wanted: &str) -> Result<Book> {
        let books = self.books()?;
        let book = catalogue::choose(&books, wanted)?;
        self.transaction(|database| {
            revisions(database, &books, book)?.iter().try_for_each(|revision| database.revise(revision))?;
            let tables = schema::tables().iter().chain(schema::made()).map(|table| table.name.as_str()).chain([RANGES]);
            for table in tables {
                database
                    .session
                    .run(&format!("delete from target.\"{table}\" where export_id = {}", literal(&book.export_id)))?;
            }
            Ok(book.clone())
        })
    }

    /// Gives the room of what was taken out back.
    pub fn compact(&self) -> Result<()> {
        self.session.run("checkpoint target").map_err(|error| self.failed(error))
    }
}

impl Held for Database {
    fn audit_rows(&self, export_id: &str) -> Result<Box<dyn AuditRows + '_>> {
        Ok(Box::new(DatabaseRows { session: &self.session, export_id: export_id.to_string() }))
    }

    fn lost(&self, by: &str, of: Option<&BTreeSet<String>>) -> Result<Lost> {
        let named = of.map_or(String::new(), |of| {
            let of: Vec<String> = of.iter().map(|export_id| literal(export_id)).collect();
            format!("and superseded_export_id in ({})", of.join(", "))
        });
        let sql = format!(
            "select superseded_export_id, row_number from target.superseded where export_id = {} {named} order by all",
            literal(by)
        );
        let mut lost = Lost::new();
        self.session.stream(&sql, &Parameters::new(), &mut |batch| {
            collect(&batch, by, of, &mut lost);
            Ok(())
        })?;
        Ok(lost)
    }
}

/// The audit rows of one export in a database.
struct DatabaseRows<'a> {
    session: &'a Session,
    export_id: String,
}

impl AuditRows for DatabaseRows<'_> {
    fn slices(&self) -> Result<Vec<Slice>> {
        #[derive(Deserialize)]
        struct Range {
            first_row: u64,
            last_row: u64,
            bounds: [Option<String>; 6],
        }
        let bounds: Vec<String> = KEYS.iter().map(|key| format!("{key}_low, {key}_high")).collect();
        let sql = format!(
            "select first_row, last_row, [{}] as bounds from target.{RANGES} where export_id = $export_id order by first_row",
            bounds.join(", ")
        );
        let ranges: Vec<Range> = typed_rows(&self.session.query(&sql, &self.parameters())?)?;
        let slice = |Range { first_row, last_row, bounds }| {
            let [a, b, c, d, e, f]: [Option<String>; 6] = bounds;
            let bounds = |(low, high): (Option<String>, Option<String>)| match (low, high) {
                (Some(low), Some(high)) => Bounds::Between(low.into_bytes(), high.into_bytes()),
                _ => Bounds::Nothing,
            };
            let (place, keys) = ((first_row, last_row), [(a, b), (c, d), (e, f)].map(bounds));
            Slice { place, rows: Some(place), keys }
        };
        Ok(ranges.into_iter().map(slice).collect())
    }

    fn read(&self, slices: &[Slice], columns: &[&str], take: &mut dyn FnMut(&RecordBatch) -> Result<()>) -> Result<()> {
        let ranges: Vec<String> =
            slices.iter().map(|Slice { place: (first, last), .. }| format!("row_number between {first} and {last}")).collect();
        if ranges.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "select {} from target.audit_log where export_id = $export_id and ({})",
            columns.join(", "),
            ranges.join(" or ")
        );
        self.session.stream(&sql, &self.parameters(), &mut |batch| take(&batch)).map(drop)
    }
}

impl DatabaseRows<'_> {
    fn parameters(&self) -> Parameters {
        Parameters::from([("export_id".to_string(), Value::Text(self.export_id.clone()))])
    }
}
