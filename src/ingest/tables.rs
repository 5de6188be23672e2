//! The small tables that ingest makes beside the rows: groups, references, rejects, the books.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, StringBuilder};
use arrow::record_batch::RecordBatch;

use super::account::Account;
use super::reject::Reject;
use crate::error::Result;
use crate::store::part::{self, FIRST_PART, Part};
use crate::store::tables::{batch, moments, numbers, texts};

fn lists<'a>(lists: impl Iterator<Item = &'a [String]>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for list in lists {
        for text in list {
            builder.values().append_value(text);
        }
        builder.append(true);
    }
    Arc::new(builder.finish())
}

/// Ids that messages name.
pub fn references(references: &[(i64, String)]) -> RecordBatch {
    batch(vec![
        ("row_number", numbers(references.iter().map(|(row, _)| Some(*row)))),
        ("referenced_id", texts(references.iter().map(|(_, id)| Some(id)))),
    ])
}

/// Rows kept aside.
pub fn rejects(file: &str, rejects: &[Reject]) -> RecordBatch {
    batch(vec![
        ("row_number", numbers(rejects.iter().map(|reject| Some(reject.row_number as i64)))),
        ("file", texts(rejects.iter().map(|_| Some(file)))),
        ("line", numbers(rejects.iter().map(|reject| reject.line.map(|line| line as i64)))),
        ("byte_offset", numbers(rejects.iter().map(|reject| reject.offset.map(|offset| offset as i64)))),
        ("column", texts(rejects.iter().map(|reject| reject.column.as_deref()))),
        ("reason", texts(rejects.iter().map(|reject| Some(&reject.reason)))),
        ("raw", texts(rejects.iter().map(|reject| reject.raw.as_deref()))),
    ])
}

/// The books of one export.
pub fn export(account: &Account, ingest_number: u64) -> RecordBatch {
    let count = |value: u64| numbers(std::iter::once(Some(value as i64)));
    let text = |value: &str| texts(std::iter::once(Some(value)));
    let list = |values: &[String]| lists(std::iter::once(values));
    let prefix = account.prefix.as_ref().map(|prefix| format!("{prefix}__"));
    let columns: Vec<String> = account.columns.iter().map(|(column, _)| column.clone()).collect();
    batch(vec![
        ("file", text(&account.file)),
        ("table", text(&account.table)),
        ("bytes", count(account.bytes)),
        ("content_hash", text(&account.content_hash)),
        ("rows_read", count(account.rows_read)),
        ("rows_stored", count(account.rows_stored)),
        ("rows_rejected", count(account.rows_rejected)),
        ("first_at", moments(std::iter::once(account.first_at))),
        ("last_at", moments(std::iter::once(account.last_at))),
        ("ingest_number", count(ingest_number)),
        ("tool_version", text(env!("CARGO_PKG_VERSION"))),
        ("columns", list(&columns)),
        ("prefix", texts(std::iter::once(prefix))),
        ("assumptions", list(&account.assumptions)),
        ("bad_values", text(&serde_json::to_string(&account.bad_values).expect("names and counts are JSON"))),
        ("duplicates", count(account.duplicates)),
    ])
}

/// Rows of a table that grow with the export, written as they come.
pub struct Rows<T> {
    waiting: Vec<T>,
    part: Part,
    to_batch: Box<dyn Fn(&[T]) -> RecordBatch + Send>,
}

/// Rows that wait for their batch.
const WAITING_ROWS: usize = 64 << 10;

impl<T> Rows<T> {
    /// Writes to `folder`, which is made when the first row comes.
    pub fn new(folder: &Path, to_batch: impl Fn(&[T]) -> RecordBatch + Send + 'static) -> Self {
        Self { waiting: Vec::new(), part: Part::new(folder.join(FIRST_PART)), to_batch: Box::new(to_batch) }
    }

    /// Adds rows.
    pub fn extend(&mut self, rows: impl Iterator<Item = T>) -> Result<()> {
        self.waiting.extend(rows);
        if self.waiting.len() >= WAITING_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let batch = (self.to_batch)(&self.waiting);
        self.waiting.clear();
        self.part.write(&batch)
    }

    /// Writes the last rows.
    pub fn close(mut self) -> Result<()> {
        self.flush()?;
        self.part.close()
    }
}

/// Writes batches as the whole of a table below `folder`.
pub fn write(folder: &Path, table: &str, batches: impl IntoIterator<Item = RecordBatch>) -> Result<()> {
    part::write(&folder.join(table).join(FIRST_PART), batches)
}
