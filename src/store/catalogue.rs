//! What is known of the exports that a store holds without reading their rows, and how a person names one.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use serde::{Deserialize, Serialize};

use super::audit_rows::Slice;
use super::part::{self, Groups};
use crate::error::{Error, Result, nearest};

/// An export of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Its id.
    pub export_id: String,
    /// Its file as it was named.
    pub file: String,
    /// The table that it fills.
    pub table: String,
    /// Its place in the order of ingests.
    pub ingest_number: u64,
    /// Its rows in the store.
    pub rows_stored: u64,
}

/// The books in a part file; `export_id` is that of all of them where the file does not say.
pub fn read(path: &Path, export_id: Option<&str>, books: &mut Vec<Book>) -> Result<()> {
    let damaged = || Error::new(format!("cannot read '{}': these are no books", path.display()));
    part::read(path, Groups::All, None, &mut |batch| {
        let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let number = |name: &str| batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        let (Some(file), Some(table), Some(ingest), Some(stored)) =
            (text("file"), text("table"), number("ingest_number"), number("rows_stored"))
        else {
            return Err(damaged());
        };
        let ids = text("export_id");
        for row in 0..batch.num_rows() {
            let export_id = match (export_id, ids) {
                (Some(export_id), _) => export_id,
                (None, Some(ids)) => ids.value(row),
                (None, None) => return Err(damaged()),
            };
            books.push(Book {
                export_id: export_id.to_string(),
                file: file.value(row).to_string(),
                table: table.value(row).to_string(),
                ingest_number: ingest.value(row) as u64,
                rows_stored: stored.value(row) as u64,
            });
        }
        Ok(())
    })
}

/// What is known of an export without reading its rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Known {
    /// Its books.
    pub book: Book,
    /// Its audit rows.
    pub slices: Vec<Slice>,
    /// How many rows it supersedes, by export; it can be one of them.
    pub supersedes: BTreeMap<String, u64>,
}

/// The exports of a store, in the order of their ingest.
#[derive(Debug, Default)]
pub struct Catalogue {
    exports: BTreeMap<(u64, String), Known>,
    numbers: HashMap<String, u64>,
}

impl Catalogue {
    /// Adds an export.
    pub fn add(&mut self, known: Known) {
        let Book { export_id, ingest_number, .. } = known.book.clone();
        self.numbers.insert(export_id.clone(), ingest_number);
        self.exports.insert((ingest_number, export_id), known);
    }

    /// Takes an export out.
    pub fn remove(&mut self, export_id: &str) {
        if let Some(number) = self.numbers.remove(export_id) {
            self.exports.remove(&(number, export_id.to_string()));
        }
    }

    /// What is known of an export.
    pub fn get(&self, export_id: &str) -> Option<&Known> {
        self.exports.get(&(*self.numbers.get(export_id)?, export_id.to_string()))
    }

    /// All of them.
    pub fn exports(&self) -> impl Iterator<Item = &Known> {
        self.exports.values()
    }

    /// The books of all exports.
    pub fn books(&self) -> impl Iterator<Item = &Book> {
        self.exports().map(|known| &known.book)
    }

    /// The audit logs.
    pub fn audit_logs(&self) -> Vec<&Known> {
        self.exports().filter(|known| known.book.table == "audit_log").collect()
    }

    /// The number of the next ingest.
    pub fn next_number(&self) -> u64 {
        self.exports.last_key_value().map_or(0, |((number, _), _)| *number) + 1
    }
}

/// The export that a person names by its id, its file, or what only one of them begins with.
///
/// # Errors
/// There is none, or there are several; with the nearest names.
pub fn choose<'a>(books: impl Iterator<Item = &'a Book>, wanted: &str) -> Result<&'a Book> {
    let books: Vec<&Book> = books.collect();
    type Fits = fn(&Book, &str) -> bool;
    let ways: [Fits; 2] = [
        |book, wanted| book.export_id == wanted || book.file == wanted,
        |book, wanted| book.export_id.starts_with(wanted) || book.file.starts_with(wanted),
    ];
    let fitting = ways.iter().map(|fits| books.iter().copied().filter(|book| fits(book, wanted)).collect::<Vec<_>>());
    match fitting.into_iter().find(|fitting| !fitting.is_empty()).as_deref() {
        Some([book]) => Ok(book),
        Some(several) => {
            let names: Vec<String> = several.iter().take(8).map(|book| format!("{} ({})", book.export_id, book.file)).collect();
            Err(Error::new(format!("'{wanted}' can be any of {} exports", several.len()))
                .hint(format!("use the id: {}", names.join(", "))))
        }
        None => {
            let error = Error::new(format!("there is no export '{wanted}' in the store"));
            let names = books.iter().flat_map(|book| [book.export_id.as_str(), book.file.as_str()]);
            Err(match nearest(wanted, names) {
                Some(near) => error.hint(format!("did you mean '{near}'?")),
                None => error.hint("`synclens store list` shows them"),
            })
        }
    }
}
