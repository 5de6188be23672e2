//! JSON: an array with a row on each line, or a row on each line alone.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::json::writer::JsonFormat;
use arrow::json::{Writer, WriterBuilder};

use super::cells::TIMESTAMP;
use super::{Out, Sink};
use crate::error::{Place, Result};

/// One array, a row on each line.
#[derive(Debug, Default)]
pub(super) struct Array;

impl JsonFormat for Array {
    fn start_stream<W: Write>(&self, out: &mut W) -> Result<(), ArrowError> {
        Ok(out.write_all(b"[")?)
    }

    fn start_row<W: Write>(&self, out: &mut W, is_first_row: bool) -> Result<(), ArrowError> {
        Ok(out.write_all(if is_first_row { b"\n" } else { b",\n" })?)
    }

    fn end_stream<W: Write>(&self, out: &mut W) -> Result<(), ArrowError> {
        Ok(out.write_all(b"\n]\n")?)
    }
}

/// A row on each line.
pub(super) type Lines = arrow::json::writer::LineDelimited;

/// Rows as JSON objects, nulls included.
pub(super) struct Json<'a, F: JsonFormat> {
    writer: Writer<Out<'a>, F>,
}

impl<'a, F: JsonFormat> Json<'a, F> {
    pub(super) fn new(out: Out<'a>) -> Self {
        Json { writer: WriterBuilder::new().with_explicit_nulls(true).with_timestamp_format(TIMESTAMP.into()).build(out) }
    }
}

impl<F: JsonFormat> Sink for Json<'_, F> {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch).place(|| "cannot write the result".into())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let place = || "cannot write the result".to_string();
        self.writer.finish().place(place)?;
        self.writer.get_mut().flush().place(place)
    }
}
