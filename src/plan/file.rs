//! Writes one ordered result as many files.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::{cast, filter_record_batch, is_not_null};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};

use super::folder::{Folder, IDS};
use super::{Format, Listed, Options};
use crate::engine::{Parameters, Session};
use crate::error::{Error, Place, Result};
use crate::report::csv::inert;
use crate::report::words::line;
use crate::table::{self, Look, Writer};

/// A list of records that goes into a file, or into several where it has more rows than one may have.
#[derive(Debug, Clone)]
pub struct List {
    /// The name of the file, without the ending.
    pub stem: String,
    /// Why its records are together.
    pub class: String,
    /// The object of its records.
    pub object: String,
    /// How many records.
    pub rows: u64,
    /// Whether a loader is to get them: a file with their ids alone is written as well.
    pub is_loaded: bool,
}

/// Columns that hold addresses.
const LINKS: [&str; 2] = ["SourceUrl", "TargetUrl"];

/// Writes the lists. The first column of the rows that `sql` gives is the place of their list, counted from 1; the rows come in this order.
///
/// One row after the other goes from the engine into its file, so memory does not grow with their number.
pub fn write(session: &Session, sql: &str, lists: &[List], folder: &Folder, options: &Options) -> Result<Vec<Listed>> {
    let mut files = Files { lists, folder, options, open: None, listed: Vec::new() };
    session.stream(sql, &Parameters::new(), &mut |batch| files.batch(&batch))?;
    files.close()?;
    let written: u64 = files.listed.iter().map(|file| file.rows).sum();
    let expected: u64 = lists.iter().map(|list| list.rows).sum();
    if written != expected {
        return Err(Error::new(format!("{written} records were written where {expected} were counted"))
            .hint("the store changed meanwhile: try again"));
    }
    Ok(files.listed)
}

struct Files<'a> {
    lists: &'a [List],
    folder: &'a Folder,
    options: &'a Options,
    open: Option<Open>,
    listed: Vec<Listed>,
}

struct Open {
    list: usize,
    part: u64,
    rows: u64,
    name: String,
    writer: Writer<'static>,
    schema: SchemaRef,
    ids: Option<Ids>,
}

/// A file with ids alone: a loader takes the other columns for fields, and refuses to delete where there are any.
struct Ids {
    name: String,
    writer: Writer<'static>,
    schema: SchemaRef,
}

impl Ids {
    fn open(folder: &Folder, stem: &str, schema: &SchemaRef) -> Result<Ids> {
        folder.make_ids()?;
        let name = format!("{IDS}/{stem}.csv");
        let writer = Writer::to_file(table::Format::Csv, &folder.path(&name), Look::default())?;
        let schema = Arc::new(schema.project(&[0]).place(|| "cannot read the plan".into())?);
        Ok(Ids { name, writer, schema })
    }

    /// Adds the ids of the rows that have one.
    fn batch(&mut self, rows: &RecordBatch) -> Result<()> {
        let place = || "cannot read the plan".to_string();
        let ids = rows.project(&[0]).place(place)?;
        let ids = filter_record_batch(&ids, &is_not_null(ids.column(0)).place(place)?).place(place)?;
        self.writer.batch(&ids)
    }

    /// Completes it, and gives its name.
    fn close(self) -> Result<String> {
        self.writer.finish(&self.schema).map_err(|error| unwritten(error, &self.name))?;
        Ok(self.name)
    }
}

/// What hindered a file of the unfinished folder.
fn unwritten(error: Error, file: &str) -> Error {
    let error = error.at(format!("'{file}'"));
    match error.next_step() {
        Some(_) => error,
        None => error.hint("nothing was put into the folder: it is as it was before"),
    }
}

impl Files<'_> {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let place = || "cannot read the plan".to_string();
        let places = cast(batch.column(0), &DataType::Int64).place(place)?;
        let places = places.as_primitive::<Int64Type>().values();
        let columns: Vec<usize> = (1..batch.num_columns()).collect();
        let rest = batch.project(&columns).place(place)?;
        let texts = rest.columns().iter().map(|column| harmless(column, self.options.format)).collect();
        let rest = RecordBatch::try_new(marked(&rest.schema()), texts).place(place)?;
        let most = self.options.rows_per_file.map_or(u64::MAX, std::num::NonZeroU64::get);
        let mut from = 0;
        while from < places.len() {
            let list = places[from] as usize - 1;
            if self.open.as_ref().is_none_or(|open| open.list != list || open.rows == most) {
                self.next(list, rest.schema())?;
            }
            let open = self.open.as_mut().ok_or_else(|| Error::new("no file is open"))?;
            let same = places[from..].iter().take_while(|place| **place == places[from]).count();
            let taken = same.min(usize::try_from(most - open.rows).unwrap_or(usize::MAX));
            let rows = rest.slice(from, taken);
            open.writer.batch(&rows).map_err(|error| unwritten(error, &open.name))?;
            if let Some(ids) = &mut open.ids {
                ids.batch(&rows).map_err(|error| unwritten(error, &ids.name))?;
            }
            open.rows += taken as u64;
            from += taken;
        }
        Ok(())
    }

    fn next(&mut self, list: usize, schema: SchemaRef) -> Result<()> {
        let part = self.open.as_ref().filter(|open| open.list == list).map_or(1, |open| open.part + 1);
        self.close()?;
        let List { stem, rows, is_loaded, .. } = &self.lists[list];
        let parts = self.options.rows_per_file.map_or(1, |most| rows.div_ceil(most.get()));
        let digits = parts.to_string().len();
        let stem = if parts > 1 { format!("{stem}_part{part:0digits$}of{parts}") } else { stem.clone() };
        let (ending, format) = match self.options.format {
            Format::Csv => ("csv", table::Format::Csv),
            Format::Xlsx => ("xlsx", table::Format::Xlsx),
        };
        let name = format!("{stem}.{ending}");
        let writer = Writer::to_file(format, &self.folder.path(&name), Look::default())?;
        let ids = is_loaded.then(|| Ids::open(self.folder, &stem, &schema)).transpose()?;
        self.open = Some(Open { list, part, rows: 0, name, writer, schema, ids });
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        if let Some(open) = self.open.take() {
            open.writer.finish(&open.schema).map_err(|error| unwritten(error, &open.name))?;
            let ids = open.ids.map(Ids::close).transpose()?;
            let List { class, object, .. } = self.lists[open.list].clone();
            self.listed.push(Listed { file: open.name, ids, class, object, rows: open.rows });
        }
        Ok(())
    }
}

/// The texts of a column on one line each, so that none of them acts where a person opens the file; other columns as they are.
fn harmless(column: &ArrayRef, format: Format) -> ArrayRef {
    let Some(texts) = column.as_string_opt::<i32>() else { return column.clone() };
    if texts.iter().flatten().all(is_plain) {
        return column.clone();
    }
    Arc::new(texts.iter().map(|text| text.map(|text| harmless_text(text, format))).collect::<StringArray>())
}

fn harmless_text(text: &str, format: Format) -> Cow<'_, str> {
    match format {
        _ if is_plain(text) => Cow::Borrowed(text),
        Format::Csv => Cow::Owned(inert(&line(text))),
        Format::Xlsx => Cow::Owned(line(text)),
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The columns, with those marked that a workbook shows as links.
fn marked(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let field = Field::new(field.name(), field.data_type().clone(), true);
        if LINKS.contains(&field.name().as_str()) { table::link(field) } else { field }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
