//! Rows of a result as Rust or JSON values.

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::json::WriterBuilder;
use arrow::json::writer::JsonArray;
use serde::de::DeserializeOwned;
use serde_json::Map;

use crate::error::{Place, Result};

/// A result: its columns, and its rows in batches.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

impl Rows {
    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

/// How times are written: ISO 8601 in UTC.
const TIMESTAMP: &str = "%Y-%m-%dT%H:%M:%SZ";

/// The rows as JSON objects, nulls included.
pub fn json_rows(rows: &Rows) -> Result<Vec<Map<String, serde_json::Value>>> {
    typed_rows(rows)
}

/// The rows as values of a type whose fields are named as the columns.
pub fn typed_rows<T: DeserializeOwned>(rows: &Rows) -> Result<Vec<T>> {
    let place = || "cannot read a result".to_string();
    let mut values = Vec::with_capacity(rows.count());
    // One after the other: the JSON of a large result takes more memory than the result.
    for batch in rows.batches.iter().filter(|batch| batch.num_rows() > 0) {
        let format = WriterBuilder::new().with_explicit_nulls(true).with_timestamp_format(TIMESTAMP.into());
        let mut writer = format.build::<_, JsonArray>(Vec::new());
        writer.write(batch).place(place)?;
        writer.finish().place(place)?;
        values.append(&mut serde_json::from_slice::<Vec<T>>(&writer.into_inner()).place(place)?);
    }
    Ok(values)
}

/// Sums come as 128-bit numbers, which few readers know; where all values fit they become 64-bit ones.
pub(super) fn narrow(batch: RecordBatch) -> RecordBatch {
    let schema = batch.schema();
    if !schema.fields().iter().any(|field| matches!(field.data_type(), DataType::Decimal128(_, 0))) {
        return batch;
    }
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| match field.data_type() {
        DataType::Decimal128(_, 0) => {
            let narrowed = cast(column, &DataType::Int64).ok().filter(|narrowed| narrowed.null_count() == column.null_count());
            (field.name().clone(), narrowed.unwrap_or_else(|| column.clone()))
        }
        _ => (field.name().clone(), column.clone()),
    });
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap_or(batch)
}
