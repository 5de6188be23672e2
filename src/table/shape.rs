//! Brings the columns of a result into a shape that every format can hold.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

/// The columns as they are written: names that differ, times in UTC without a zone.
pub(super) fn schema(schema: &SchemaRef) -> SchemaRef {
    let mut taken = HashSet::new();
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            let kind = match field.data_type() {
                DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, None),
                other => other.clone(),
            };
            Field::new(free_name(field.name(), &mut taken), kind, true).with_metadata(field.metadata().clone())
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// `name`, with a number behind it if a column before has it: JSON, Parquet and workbooks need names that differ.
fn free_name(name: &str, taken: &mut HashSet<String>) -> String {
    let free = (0..)
        .map(|number| if number == 0 { name.to_string() } else { format!("{name}_{number}") })
        .find(|name| !taken.contains(name))
        .expect("some number is free");
    taken.insert(free.clone());
    free
}

/// The rows of a batch in the columns of `schema`.
pub(super) fn batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| in_kind(column, field.data_type()));
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), columns.collect::<Result<_, _>>()?, &options)
}

fn in_kind(column: &ArrayRef, kind: &DataType) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        own if own == kind => Ok(column.clone()),
        // A cast would shift the times into their zone; the values are UTC already.
        DataType::Timestamp(_, Some(_)) => Ok(make_array(column.to_data().into_builder().data_type(kind.clone()).build()?)),
        _ => cast_with_options(column, kind, &CastOptions { safe: false, ..CastOptions::default() }),
    }
}

/// The mark of a column that holds addresses.
const LINK: &str = "link";

/// A column of addresses, which a workbook shows as links.
pub fn link(field: Field) -> Field {
    field.with_metadata(std::collections::HashMap::from([(LINK.to_string(), String::new())]))
}

/// Whether a column holds addresses.
pub(super) fn is_link(field: &Field) -> bool {
    field.metadata().contains_key(LINK)
}
