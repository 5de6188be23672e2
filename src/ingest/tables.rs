//! The small tables that ingest makes beside the rows: groups, references, rejects, the cube, the books.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int32Array, Int64Array, ListBuilder, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;

use super::account::Account;
use super::audit::Group;
use super::cube::{Cell, Cube, Minute, NULL};
use super::part::write_table;
use super::reject::Reject;
use crate::error::Result;

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(columns).expect("the columns are equally long")
}

fn texts<T: AsRef<str>>(texts: impl Iterator<Item = Option<T>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

fn numbers(numbers: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(numbers.collect::<Int64Array>())
}

fn moments(moments: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(moments.collect::<TimestampMicrosecondArray>())
}

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

/// A group id as the store spells it.
pub fn group_text(group_id: u64) -> Option<String> {
    (group_id != 0).then(|| format!("{group_id:016x}"))
}

/// The failure groups of an export, by id.
pub fn message_groups(groups: &BTreeMap<u64, Group>) -> RecordBatch {
    let messages = || groups.values().map(|group| &group.message);
    batch(vec![
        ("group_id", texts(groups.keys().map(|id| group_text(*id)))),
        ("code", texts(messages().map(|message| message.code.as_deref()))),
        ("root_code", texts(messages().map(|message| message.root_code.as_deref()))),
        ("category", texts(messages().map(|message| Some(message.category.as_str())))),
        ("root_category", texts(messages().map(|message| Some(message.root_category.as_str())))),
        ("retry", texts(messages().map(|message| Some(message.retry.as_str())))),
        ("pattern", texts(messages().map(|message| Some(&message.pattern)))),
        ("fields", lists(messages().map(|message| message.fields.as_slice()))),
        ("entity", texts(messages().map(|message| message.entity.as_deref()))),
        ("sample", texts(groups.values().map(|group| Some(&group.sample)))),
    ])
}

/// Ids that messages name.
pub fn references(references: &[(u64, String)]) -> RecordBatch {
    batch(vec![
        ("row_number", numbers(references.iter().map(|(row, _)| Some(*row as i64)))),
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

/// Rows of exports that no longer count.
pub fn superseded<'a>(rows: impl Iterator<Item = (&'a str, u64)> + Clone) -> RecordBatch {
    batch(vec![
        ("superseded_export_id", texts(rows.clone().map(|(export_id, _)| Some(export_id)))),
        ("row_number", numbers(rows.map(|(_, row)| Some(row as i64)))),
    ])
}

/// The cube, in the order of its names and numbers.
pub fn outcome(cube: &Cube) -> RecordBatch {
    let mut rows: Vec<(&Cell, &i64)> = cube.cells.iter().filter(|(_, records)| **records != 0).collect();
    rows.sort_unstable_by_key(|(cell, _)| {
        let flags = [cell.is_parent, cell.update_required, cell.has_destination, cell.has_error];
        let numbers = [cell.sequence, cell.depth, cell.status_code, cell.hour, cell.position];
        (cell.names.map(|code| cube.names.name(code)), numbers, flags, cell.group_id)
    });
    let number = |value: i64| (value != NULL).then_some(value);
    let integer = |value: fn(&Cell) -> i64| -> ArrayRef {
        Arc::new(rows.iter().map(|(cell, _)| number(value(cell)).map(|value| value as i32)).collect::<Int32Array>())
    };
    let flag = |value: fn(&Cell) -> u8| -> ArrayRef {
        Arc::new(rows.iter().map(|(cell, _)| [Some(false), Some(true), None][value(cell) as usize]).collect::<BooleanArray>())
    };
    batch(vec![
        ("job_id", texts(rows.iter().map(|(cell, _)| cube.names.name(cell.names[0])))),
        ("object", texts(rows.iter().map(|(cell, _)| cube.names.name(cell.names[1])))),
        ("sequence", integer(|cell| cell.sequence)),
        ("depth", integer(|cell| cell.depth)),
        ("is_parent", flag(|cell| cell.is_parent)),
        ("update_required", flag(|cell| cell.update_required)),
        ("destination_org_id", texts(rows.iter().map(|(cell, _)| cube.names.name(cell.names[2])))),
        ("has_destination", flag(|cell| cell.has_destination)),
        ("status_code", integer(|cell| cell.status_code)),
        ("has_error", flag(|cell| cell.has_error)),
        ("group_id", texts(rows.iter().map(|(cell, _)| group_text(cell.group_id)))),
        ("hour", moments(rows.iter().map(|(cell, _)| number(cell.hour)))),
        ("position", numbers(rows.iter().map(|(cell, _)| number(cell.position)))),
        ("records", numbers(rows.iter().map(|(_, records)| Some(**records)))),
    ])
}

/// The activity by minute.
pub fn activity(cube: &Cube) -> RecordBatch {
    let mut rows: Vec<(&Minute, &(i64, i64))> = cube.minutes.iter().filter(|(_, sums)| **sums != (0, 0)).collect();
    rows.sort_unstable_by_key(|(minute, _)| (minute.names.map(|code| cube.names.name(code)), minute.minute));
    batch(vec![
        ("job_id", texts(rows.iter().map(|(minute, _)| cube.names.name(minute.names[0])))),
        ("object", texts(rows.iter().map(|(minute, _)| cube.names.name(minute.names[1])))),
        ("minute", moments(rows.iter().map(|(minute, _)| Some(minute.minute)))),
        ("records", numbers(rows.iter().map(|(_, (records, _))| Some(*records)))),
        ("failed", numbers(rows.iter().map(|(_, (_, failed))| Some(*failed)))),
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
    folder: PathBuf,
    waiting: Vec<T>,
    writer: Option<super::part::Batches>,
    to_batch: Box<dyn Fn(&[T]) -> RecordBatch + Send>,
}

/// Rows that wait for their batch.
const WAITING_ROWS: usize = 64 << 10;

impl<T> Rows<T> {
    /// Writes to `folder`, which is made when the first row comes.
    pub fn new(folder: &Path, to_batch: impl Fn(&[T]) -> RecordBatch + Send + 'static) -> Self {
        Self { folder: folder.to_path_buf(), waiting: Vec::new(), writer: None, to_batch: Box::new(to_batch) }
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
        match &mut self.writer {
            Some(writer) => writer.write(&batch),
            None => {
                let writer = self.writer.insert(super::part::Batches::create(&self.folder, batch.schema())?);
                writer.write(&batch)
            }
        }
    }

    /// Writes the last rows.
    pub fn close(mut self) -> Result<()> {
        self.flush()?;
        self.writer.map_or(Ok(()), super::part::Batches::close)
    }
}

/// Writes a batch as the whole of a table below `folder`.
pub fn write(folder: &Path, table: &str, batch: &RecordBatch) -> Result<()> {
    write_table(&folder.join(table), batch)
}
