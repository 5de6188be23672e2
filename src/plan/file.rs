//! Writes one ordered result as many files.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};

use super::folder::Folder;
use super::{Format, Listed, Options};
use crate::engine::{Parameters, Session};
use crate::error::{Error, Place, Result};
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
}

impl Files<'_> {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let place = || "cannot read the plan".to_string();
        let places = cast(batch.column(0), &DataType::Int64).place(place)?;
        let places = places.as_primitive::<Int64Type>().values();
        let columns: Vec<usize> = (1..batch.num_columns()).collect();
        let rest = batch.project(&columns).place(place)?;
        let schema = marked(&rest.schema());
        let rest = rest.with_schema(schema).place(place)?;
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
            open.writer.batch(&rest.slice(from, taken))?;
            open.rows += taken as u64;
            from += taken;
        }
        Ok(())
    }

    fn next(&mut self, list: usize, schema: SchemaRef) -> Result<()> {
        let part = self.open.as_ref().filter(|open| open.list == list).map_or(1, |open| open.part + 1);
        self.close()?;
        let List { stem, rows, .. } = &self.lists[list];
        let parts = self.options.rows_per_file.map_or(1, |most| rows.div_ceil(most.get()));
        let digits = parts.to_string().len();
        let stem = if parts > 1 { format!("{stem}_part{part:0digits$}of{parts}") } else { stem.clone() };
        let (ending, format) = match self.options.format {
            Format::Csv => ("csv", table::Format::Csv),
            Format::Xlsx => ("xlsx", table::Format::Xlsx),
        };
        let name = format!("{stem}.{ending}");
        let writer = Writer::to_file(format, &self.folder.path(&name), Look::default())?;
        self.open = Some(Open { list, part, rows: 0, name, writer, schema });
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        if let Some(open) = self.open.take() {
            open.writer.finish(&open.schema).map_err(|error| error.at(format!("'{}'", open.name)))?;
            let list = &self.lists[open.list];
            self.listed.push(Listed { file: open.name, class: list.class.clone(), object: list.object.clone(), rows: open.rows });
        }
        Ok(())
    }
}

/// The columns, with those marked that a workbook shows as links.
fn marked(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let field = Field::new(field.name(), field.data_type().clone(), true);
        if LINKS.contains(&field.name().as_str()) { table::link(field) } else { field }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
