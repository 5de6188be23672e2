//! Parquet as delimited text, read by Polars a slice of rows at a time.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write as _};

use polars::prelude::{
    AnyValue, ArrowDataType, Column, DataType, IntoColumn as _, IntoSeries as _, ParallelStrategy, ParquetReader, PolarsResult,
    SerReader as _,
};

use super::frame::not_read;
use super::pipe::PipeWriter;

/// Rows decoded at a time: some 16 MB of an audit log's texts.
const SLICE_ROWS: usize = 64 << 10;

/// Moments are UTC, with a zone or without.
const MOMENT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// Writes the rows of `file`. The fields of a record in a column become columns with dotted names; columns of lists and the like are
/// named and have no values, since no table has one.
pub fn render(file: &File, out: &mut PipeWriter) -> io::Result<()> {
    let schema = ParquetReader::new(file.try_clone()?).schema().map_err(io::Error::other)?;
    let fields = || schema.iter_values().enumerate();
    let read: Vec<usize> = fields().filter(|(_, field)| is_read(&field.dtype)).map(|(place, _)| place).collect();
    let left_out: Vec<_> = fields().filter(|(_, field)| !is_read(&field.dtype)).map(|(_, field)| not_read(&field.name)).collect();
    let mut rows = csv::Writer::from_writer(&mut *out);
    let mut at = 0;
    loop {
        let columns = slice(file, at, &read).map_err(io::Error::other)?;
        if at == 0 {
            rows.write_record(columns.iter().map(|column| column.name().as_str()).chain(left_out.iter().map(String::as_str)))?;
        }
        let height = columns.first().map_or(0, Column::len);
        if height == 0 {
            break;
        }
        at += height;
        for row in 0..height {
            for column in &columns {
                rows.write_field(bytes(&column.get(row).map_err(io::Error::other)?))?;
            }
            rows.write_record(left_out.iter().map(|_| ""))?;
        }
    }
    rows.flush()?;
    drop(rows);
    out.flush()
}

/// Whether values of this type can be told as text; those that cannot are not decoded, since Polars fails at some of them.
fn is_read(data_type: &ArrowDataType) -> bool {
    match data_type {
        ArrowDataType::Struct(fields) => fields.iter().all(|field| is_read(&field.dtype)),
        ArrowDataType::Dictionary(_, values, _) => is_read(values),
        ArrowDataType::Interval(_) => false,
        other => !other.is_nested(),
    }
}

/// The columns of the rows from `at` on, as texts or bytes.
fn slice(file: &File, at: usize, read: &[usize]) -> PolarsResult<Vec<Column>> {
    let reader = ParquetReader::new(file.try_clone()?).with_slice(Some((at, SLICE_ROWS))).with_projection(Some(read.to_vec()));
    let rows = reader.read_parallel(ParallelStrategy::None).finish()?;
    rows.columns().iter().flat_map(flat).map(|column| text(&column)).collect()
}

/// A column, or the fields of its records.
fn flat(column: &Column) -> Vec<Column> {
    let Ok(records) = column.struct_() else { return vec![column.clone()] };
    let fields = records.fields_as_series().into_iter().map(|field| {
        let name = format!("{}.{}", column.name(), field.name());
        field.into_column().with_name(name.into())
    });
    fields.flat_map(|field| flat(&field)).collect()
}

fn text(column: &Column) -> PolarsResult<Column> {
    match column.dtype() {
        // Some writers do not say that their bytes are text.
        DataType::Binary => Ok(column.clone()),
        DataType::Datetime(unit, _) => {
            let moments = column.datetime()?.physical().clone().into_datetime(*unit, None);
            Ok(moments.strftime(MOMENT)?.into_series().into())
        }
        _ => column.cast(&DataType::String),
    }
}

fn bytes<'a>(value: &'a AnyValue) -> Cow<'a, [u8]> {
    match value {
        AnyValue::Null => Cow::Borrowed(&b""[..]),
        AnyValue::Binary(bytes) => Cow::Borrowed(bytes),
        value => match value.get_str() {
            Some(text) => Cow::Borrowed(text.as_bytes()),
            None => Cow::Owned(value.to_string().into_bytes()),
        },
    }
}
