//! Parquet as delimited text, read by Polars a slice of rows at a time.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write as _};

use polars::prelude::{
    AnyValue, Column, DataType, IntoSeries as _, ParallelStrategy, ParquetReader, PolarsResult, SerReader as _,
};

use super::pipe::PipeWriter;

/// Rows decoded at a time: some 16 MB of an audit log's texts.
const SLICE_ROWS: usize = 64 << 10;

/// Moments are UTC, with a zone or without.
const MOMENT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// Writes the rows of `file`; nested columns are left out, since no table has one.
pub fn render(file: &File, out: &mut PipeWriter) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(&mut *out);
    let mut at = 0;
    loop {
        let columns = slice(file, at).map_err(io::Error::other)?;
        if at == 0 {
            rows.write_record(columns.iter().map(|column| column.name().as_str()))?;
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
            rows.write_record(None::<&[u8]>)?;
        }
    }
    rows.flush()?;
    drop(rows);
    out.flush()
}

/// The flat columns of the rows from `at` on, as texts or bytes.
fn slice(file: &File, at: usize) -> PolarsResult<Vec<Column>> {
    let reader = ParquetReader::new(file.try_clone()?).with_slice(Some((at, SLICE_ROWS)));
    let rows = reader.read_parallel(ParallelStrategy::None).finish()?;
    rows.columns().iter().filter(|column| !column.dtype().is_nested()).map(text).collect()
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
