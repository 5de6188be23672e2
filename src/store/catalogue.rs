//! What the books say about the exports that a store holds, and how a person names one.

use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use serde::Deserialize;

use super::part::{self, Groups};
use crate::error::{Error, Result, nearest};

/// An export of a store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

/// The books of audit logs.
pub fn audit_logs(books: &[Book]) -> Vec<Book> {
    books.iter().filter(|book| book.table == "audit_log").cloned().collect()
}

/// The number of the next ingest.
pub fn next_number(books: &[Book]) -> u64 {
    books.iter().map(|book| book.ingest_number).max().unwrap_or(0) + 1
}

/// The export that a person names by its id, its file, or what only one of them begins with.
///
/// # Errors
/// There is none, or there are several; with the nearest names.
pub fn choose<'a>(books: &'a [Book], wanted: &str) -> Result<&'a Book> {
    type Fits = fn(&Book, &str) -> bool;
    let ways: [Fits; 2] = [
        |book, wanted| book.export_id == wanted || book.file == wanted,
        |book, wanted| book.export_id.starts_with(wanted) || book.file.starts_with(wanted),
    ];
    let fitting = ways.iter().map(|fits| books.iter().filter(|book| fits(book, wanted)).collect::<Vec<_>>());
    match fitting.into_iter().find(|fitting| !fitting.is_empty()).as_deref() {
        Some([book]) => Ok(*book),
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
