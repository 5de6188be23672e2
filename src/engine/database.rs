//! A store that is a `.duckdb` database: what changes it does so in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use serde::Deserialize;
use tempfile::TempDir;

use super::session::{Parameters, Session, Value};
use super::stored::{self, Access, MARKER, StoredTables};
use super::{Memory, Started, literal};
use crate::error::{Error, Place, Result};
use crate::schema;
use crate::store::audit_rows::{AuditRows, Bounds, KEYS, Slice};
use crate::store::catalogue::{self, Book, Catalogue, Known};
use crate::store::forget::{Revision, revision, revisions};
use crate::store::supersede::{Held, Lost, Recent, collect};
use crate::store::{Contents, Dataset, FORMAT, Register, Store, Workspace, part, tables};

/// The table that says which keys stand in which rows: DuckDB's own statistics end after eight letters, which all ids of an org share.
const RANGES: &str = "key_range";

/// Rows of one range.
const RANGE_ROWS: u64 = 64 << 10;

/// The memory that writing may use where the user does not say: what it does not hold is written early. With it, copying a store of
/// 10,000,000 rows takes 535 MB in all on two threads.
const MEMORY: &str = "300MB";

/// A database that is open for writing; nobody else has it open.
pub struct Database {
    session: Session,
    path: PathBuf,
    catalogue: Catalogue,
    recent: Recent,
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
        let limit = memory.limit.clone().or_else(|| Some(MEMORY.to_string()));
        let Started { session, spill } = Memory { limit, ..memory.clone() }.start()?;
        let mut database =
            Self { session, path: path.to_path_buf(), catalogue: Catalogue::default(), recent: Recent::default(), _spill: spill };
        stored::attach(&database.session, path, "target", Access::Write)?;
        let tables = stored::tables(&database.session, "target", path)?;
        database.transaction(|database| database.prepare(&tables))?;
        database.catalogue = database.known()?;
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
        if tables.contains(RANGES) { Ok(()) } else { self.add_ranges() }
    }

    /// Adds the key ranges of all audit rows.
    fn add_ranges(&self) -> Result<()> {
        let bounds: Vec<String> = KEYS.iter().map(|key| format!("min({key}), max({key})")).collect();
        self.session.run(&format!(
            "insert into target.{RANGES} select export_id, min(row_number), max(row_number), {}
             from target.audit_log group by export_id, row_number // {RANGE_ROWS} order by all",
            bounds.join(", ")
        ))
    }

    /// Does something wholly or not at all.
    fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
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

    /// What the tables say of all exports.
    fn known(&self) -> Result<Catalogue> {
        #[derive(Deserialize)]
        struct Superseding {
            export_id: String,
            superseded_export_id: String,
            records: u64,
        }
        let books: Vec<Book> =
            self.session.rows("select export_id, file, \"table\", ingest_number, rows_stored from target.export")?;
        let bounds: Vec<String> = KEYS.iter().map(|key| format!("{key}_low, {key}_high")).collect();
        let ranges: Vec<Range> = self.session.rows(&format!(
            "select export_id, first_row, last_row, [{}] as bounds from target.{RANGES} order by export_id, first_row",
            bounds.join(", ")
        ))?;
        let superseding: Vec<Superseding> = self
            .session
            .rows("select export_id, superseded_export_id, count(*) as records from target.superseded group by all")?;
        let mut slices: BTreeMap<String, Vec<Slice>> = BTreeMap::new();
        for range in ranges {
            slices.entry(range.export_id.clone()).or_default().push(range.slice());
        }
        let mut supersedes: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for Superseding { export_id, superseded_export_id, records } in superseding {
            supersedes.entry(export_id).or_default().insert(superseded_export_id, records);
        }
        let mut catalogue = Catalogue::default();
        for book in books {
            let slices = slices.remove(&book.export_id).unwrap_or_default();
            let supersedes = supersedes.remove(&book.export_id).unwrap_or_default();
            catalogue.add(Known { book, slices, supersedes });
        }
        Ok(catalogue)
    }

    /// Takes the exports of `dataset` in, in one transaction, and supersedes what they hold anew. Returns the books of those that were there
    /// before.
    pub fn fill(&mut self, dataset: &Dataset) -> Result<Vec<Book>> {
        let contents = dataset.contents()?;
        let mut register = Register::new(dataset);
        register.refresh(&dataset.lock()?)?;
        let there: Vec<Book> = register
            .catalogue()
            .exports()
            .filter_map(|known| Some(self.catalogue.get(&known.book.export_id)?.book.clone()))
            .collect();
        let before = self.catalogue.next_number() - 1;
        let new: Vec<Known> = register
            .catalogue()
            .exports()
            .filter(|known| self.catalogue.get(&known.book.export_id).is_none())
            .map(|known| {
                let mut known = known.clone();
                known.book.ingest_number += before;
                // A database finds rows by their numbers.
                known.slices.iter_mut().for_each(|slice| slice.place = slice.rows.unwrap_or((0, i64::MAX as u64)));
                known
            })
            .collect();
        if !new.is_empty() {
            self.transaction(|database| database.take_in(&contents, &there, before, new))?;
        }
        Ok(there)
    }

    /// Takes in what `contents` has beside `there`, the exports `new`, whose ingest numbers are higher by `before`.
    fn take_in(&mut self, contents: &Contents, there: &[Book], before: u64, new: Vec<Known>) -> Result<()> {
        let there: Vec<String> = there.iter().map(|book| literal(&book.export_id)).collect();
        let condition = if there.is_empty() { String::new() } else { format!("where export_id not in ({})", there.join(", ")) };
        for table in schema::tables().iter().chain(schema::made()) {
            let Some(source) = contents.source(&table.name) else { continue };
            let replace = if table.name == "export" {
                format!("replace (ingest_number + {before} as ingest_number)")
            } else {
                String::new()
            };
            let sql = format!("insert into target.\"{}\" by name select * {replace} from {source} {condition}", table.name);
            self.session.run(&sql)?;
        }
        self.insert(RANGES, None, &mut std::iter::once(ranges(&new)))?;
        let logs: Vec<String> =
            new.iter().filter(|known| known.book.table == "audit_log").map(|known| known.book.export_id.clone()).collect();
        new.into_iter().for_each(|known| self.catalogue.add(known));
        for export_id in logs {
            let earlier: Vec<&Known> =
                self.catalogue.audit_logs().into_iter().take_while(|known| known.book.export_id != export_id).collect();
            let Some(known) = self.catalogue.get(&export_id) else { continue };
            if let Some(revision) = revision(self, &earlier, known)? {
                self.revise(&revision)?;
                self.catalogue.add(Known { supersedes: revision.supersedes(), ..known.clone() });
            }
        }
        Ok(())
    }

    /// Adds rows to a table; `export_id` is whose they are, where they do not say.
    fn insert(&self, table: &str, export_id: Option<&str>, batches: &mut dyn Iterator<Item = RecordBatch>) -> Result<()> {
        let workspace = Workspace::beside(&self.path)?;
        let file = workspace.path(&format!("{table}.parquet"));
        part::write(&file, batches)?;
        if !file.exists() {
            return Ok(());
        }
        let owner = export_id.map_or(String::new(), |export_id| format!(", {} as export_id", literal(export_id)));
        let file = literal(&file.display().to_string());
        self.session.run(&format!(
            "insert into target.\"{table}\" by name select *{owner} from read_parquet({file}, hive_partitioning = false)"
        ))
    }

    /// Takes in what an export supersedes now.
    fn revise(&self, revision: &Revision) -> Result<()> {
        let Revision { export_id, lost, cube } = revision;
        self.session.run(&format!("delete from target.superseded where export_id = {}", literal(export_id)))?;
        self.insert("superseded", Some(export_id), &mut tables::superseded(lost))?;
        self.insert("outcome", Some(export_id), &mut std::iter::once(tables::outcome(cube)))?;
        self.insert("activity", Some(export_id), &mut std::iter::once(tables::activity(cube)))
    }

    /// Takes in all tables of `stored.*` of a session as they are, into an empty store. Returns how many exports it has then.
    pub(super) fn take_over(&mut self, store: &Store) -> Result<usize> {
        StoredTables::of(&self.session, store)?.create(&self.session)?;
        self.transaction(|database| {
            for table in schema::tables().iter().chain(schema::made()) {
                database.session.run(&format!("insert into target.\"{0}\" by name from stored.\"{0}\"", table.name))?;
            }
            database.add_ranges()
        })?;
        Ok(self.known()?.books().count())
    }

    /// Takes the export that `wanted` names out.
    pub fn forget(&mut self, wanted: &str) -> Result<Book> {
        let book = catalogue::choose(self.catalogue.books(), wanted)?.clone();
        self.transaction(|database| {
            revisions(database, &book)?.iter().try_for_each(|revision| database.revise(revision))?;
            let tables = schema::tables().iter().chain(schema::made()).map(|table| table.name.as_str()).chain([RANGES]);
            for table in tables {
                database
                    .session
                    .run(&format!("delete from target.\"{table}\" where export_id = {}", literal(&book.export_id)))?;
            }
            Ok(book)
        })
    }

    /// Gives the room of what was taken out back.
    pub fn compact(&self) -> Result<()> {
        self.session.run("checkpoint target").map_err(|error| self.failed(error))
    }
}

impl Held for Database {
    fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    fn recent(&self) -> &Recent {
        &self.recent
    }

    fn audit_rows(&self, export_id: &str) -> Result<Box<dyn AuditRows + '_>> {
        Ok(Box::new(DatabaseRows { session: &self.session, export_id: export_id.to_string() }))
    }

    fn lost(&self, by: &str, of: Option<&BTreeSet<String>>) -> Result<Lost> {
        let mut lost = Lost::new();
        if self.catalogue.get(by).is_none_or(|known| known.supersedes.is_empty()) {
            return Ok(lost);
        }
        let named = of.map_or(String::new(), |of| {
            let of: Vec<String> = of.iter().map(|export_id| literal(export_id)).collect();
            format!("and superseded_export_id in ({})", of.join(", "))
        });
        let sql = format!(
            "select superseded_export_id, row_number from target.superseded where export_id = {} {named} order by all",
            literal(by)
        );
        self.session.stream(&sql, &Parameters::new(), &mut |batch| {
            collect(&batch, by, of, &mut lost);
            Ok(())
        })?;
        Ok(lost)
    }
}

/// Rows of an export, one after the other, and the bounds of their keys.
#[derive(Deserialize)]
struct Range {
    export_id: String,
    first_row: u64,
    last_row: u64,
    bounds: [Option<String>; 6],
}

impl Range {
    fn slice(self) -> Slice {
        let [a, b, c, d, e, f] = self.bounds;
        let bounds = |(low, high): (Option<String>, Option<String>)| match (low, high) {
            (Some(low), Some(high)) => Bounds::Between(low, high),
            _ => Bounds::Nothing,
        };
        let (place, keys) = ((self.first_row, self.last_row), [(a, b), (c, d), (e, f)].map(bounds));
        Slice { place, rows: Some(place), keys }
    }
}

/// The slices of exports as rows of the table of ranges.
fn ranges(exports: &[Known]) -> RecordBatch {
    let slices = || exports.iter().flat_map(|known| known.slices.iter().map(move |slice| (&known.book.export_id, slice)));
    let mut columns = vec![
        ("export_id", tables::texts(slices().map(|(export_id, _)| Some(export_id)))),
        ("first_row", tables::numbers(slices().map(|(_, slice)| Some(slice.place.0 as i64)))),
        ("last_row", tables::numbers(slices().map(|(_, slice)| Some(slice.place.1 as i64)))),
    ];
    let names: Vec<[String; 2]> = KEYS.iter().map(|key| [format!("{key}_low"), format!("{key}_high")]).collect();
    for (key, [low, high]) in names.iter().enumerate() {
        let bound = |take: fn(&Bounds) -> Option<&str>| tables::texts(slices().map(|(_, slice)| take(&slice.keys[key])));
        columns.push((low, bound(Bounds::low)));
        columns.push((high, bound(Bounds::high)));
    }
    tables::batch(columns)
}

/// The audit rows of one export in a database.
struct DatabaseRows<'a> {
    session: &'a Session,
    export_id: String,
}

impl AuditRows for DatabaseRows<'_> {
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
        let parameters = Parameters::from([("export_id".to_string(), Value::Text(self.export_id.clone()))]);
        self.session.stream(&sql, &parameters, &mut |batch| take(&batch)).map(drop)
    }
}
