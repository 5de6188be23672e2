//! The values of a batch as texts, for the formats that hold nothing else.

use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, RecordBatch, StringBuilder};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, FieldRef};
use arrow::error::ArrowError;
use arrow::json::EncoderOptions;
use arrow::json::writer::make_encoder;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::error::{Place, Result};

/// ISO 8601 in UTC; fractions of a second where there are any.
pub(super) const TIMESTAMP: &str = "%Y-%m-%dT%H:%M:%S%.fZ";

/// The columns of one batch, with a text for each value.
pub(super) struct Cells {
    columns: Vec<ArrayRef>,
}

impl Cells {
    /// Lists and other nested values become JSON text.
    pub(super) fn of(batch: &RecordBatch) -> Result<Cells> {
        let schema = batch.schema();
        let columns = batch.columns().iter().zip(schema.fields());
        let columns =
            columns.map(|(column, field)| if column.data_type().is_nested() { json(column, field) } else { Ok(column.clone()) });
        Ok(Cells { columns: columns.collect::<Result<_, _>>().place(|| "cannot write the result".into())? })
    }

    /// Calls `each` with every row: one text per column, none for null.
    pub(super) fn rows(&self, mut each: impl FnMut(&[Option<&str>]) -> Result<()>) -> Result<()> {
        let place = || "cannot write the result".to_string();
        let options = FormatOptions::new().with_timestamp_format(Some(TIMESTAMP));
        let formatters = self.columns.iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
        let formatters: Vec<ArrayFormatter> = formatters.collect::<Result<_, _>>().place(place)?;
        // Also the nulls of columns that hold nothing else, and those that a dictionary holds.
        let nulls: Vec<Option<NullBuffer>> = self.columns.iter().map(|column| column.logical_nulls()).collect();
        let mut texts = vec![String::new(); self.columns.len()];
        for row in 0..self.columns.first().map_or(0, |column| column.len()) {
            for (text, formatter) in texts.iter_mut().zip(&formatters) {
                text.clear();
                write!(text, "{}", formatter.value(row)).place(place)?;
            }
            let is_null = |nulls: &Option<NullBuffer>| nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
            let values = texts.iter().zip(&nulls).map(|(text, nulls)| (!is_null(nulls)).then_some(text.as_str()));
            each(&values.collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

/// How nested values are written as JSON.
static JSON: LazyLock<EncoderOptions> =
    LazyLock::new(|| EncoderOptions::default().with_explicit_nulls(true).with_timestamp_format(TIMESTAMP.into()));

fn json(column: &ArrayRef, field: &FieldRef) -> Result<ArrayRef, ArrowError> {
    let mut encoder = make_encoder(field, column.as_ref(), &JSON)?;
    let mut texts = StringBuilder::new();
    let mut text = Vec::new();
    for row in 0..column.len() {
        text.clear();
        if column.is_null(row) {
            texts.append_null();
        } else {
            encoder.encode(row, &mut text);
            texts.append_value(String::from_utf8_lossy(&text));
        }
    }
    Ok(Arc::new(texts.finish()))
}

/// Whether values of a type are numbers.
pub(super) fn is_number(kind: &DataType) -> bool {
    kind.is_numeric()
}
