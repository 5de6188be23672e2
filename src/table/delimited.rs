//! CSV and TSV: texts as they are, so that they can be read back; null is an empty field, an empty text is `""`.

use std::io::{self, Write};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::cells::Cells;
use super::{Out, Sink};
use crate::error::{Place, Result};

/// Values with a delimiter between them.
///
/// A text that a spreadsheet would take for a formula is left alone: data files are for programs, and the workbook is for people.
pub(super) struct Delimited<'a> {
    out: Out<'a>,
    delimiter: u8,
}

impl<'a> Delimited<'a> {
    pub(super) fn open(out: Out<'a>, schema: &SchemaRef, delimiter: u8) -> Result<Delimited<'a>> {
        let mut delimited = Delimited { out, delimiter };
        let names: Vec<Option<&str>> = schema.fields().iter().map(|field| Some(field.name().as_str())).collect();
        delimited.row(&names).place(|| "cannot write the result".into())?;
        Ok(delimited)
    }

    fn row(&mut self, values: &[Option<&str>]) -> io::Result<()> {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.out.write_all(&[self.delimiter])?;
            }
            match value {
                Some(text) if self.needs_quotes(text) => write!(self.out, "\"{}\"", text.replace('"', "\"\""))?,
                Some(text) => self.out.write_all(text.as_bytes())?,
                // A line without anything on it is no row to most readers.
                None if values.len() == 1 => self.out.write_all(b"\"\"")?,
                None => {}
            }
        }
        self.out.write_all(b"\n")
    }

    fn needs_quotes(&self, text: &str) -> bool {
        text.is_empty()
            || text.starts_with(' ')
            || text.ends_with(' ')
            || text.bytes().any(|byte| byte == self.delimiter || matches!(byte, b'"' | b'\n' | b'\r'))
    }
}

impl Sink for Delimited<'_> {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        Cells::of(batch)?.rows(|values| self.row(values).place(|| "cannot write the result".into()))
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush().place(|| "cannot write the result".into())
    }
}
