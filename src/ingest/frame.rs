//! Columnar files as delimited text: Arrow batch by batch here, Parquet beside.

use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

use arrow::array::{Array as _, RecordBatch, make_array, new_null_array};
use arrow::csv::WriterBuilder;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};

use super::parquet;
use super::pipe::{Pipe, PipeWriter};

/// A columnar file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// The Arrow file format, also called Feather.
    ArrowFile,
    /// The Arrow stream format.
    ArrowStream,
}

impl Format {
    /// What the first bytes of a file say.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'A', b'R', b'1', ..] => Some(Format::Parquet),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Format::ArrowFile),
            [0xff, 0xff, 0xff, 0xff, ..] => Some(Format::ArrowStream),
            _ => None,
        }
    }
}

/// The name of a column whose values cannot be told as text: no column of a table, so that it is told as not recognised.
pub fn not_read(name: &str) -> String {
    format!("{name} (its values are no text)")
}

/// The rows as delimited text. The fields of a record in a column become columns with dotted names; columns of lists are named and have
/// no values, since no table has one.
pub fn text(mut reader: impl Read + Send + 'static, format: Format) -> impl Read + Send {
    Pipe::new(move |out| {
        if format == Format::ArrowStream {
            let batches = StreamReader::try_new(reader, None).map_err(io::Error::other)?;
            let schema = batches.schema();
            return render(&schema, batches, out);
        }
        // These formats begin at their end: what may be compressed is spooled first.
        let mut file = tempfile::tempfile()?;
        io::copy(&mut reader, &mut file)?;
        file.rewind()?;
        if format == Format::Parquet {
            return parquet::render(&file, out);
        }
        let batches = FileReader::try_new(io::BufReader::new(file), None).map_err(io::Error::other)?;
        let schema = batches.schema();
        render(&schema, batches, out)
    })
}

fn render(
    schema: &SchemaRef,
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    out: &mut PipeWriter,
) -> io::Result<()> {
    let mut writer = WriterBuilder::new().with_header(true).build(&mut *out);
    for batch in std::iter::once(Ok(RecordBatch::new_empty(schema.clone()))).chain(batches) {
        let flat = batch.and_then(|batch| flat(&batch.normalize(".", None)?)).map_err(io::Error::other)?;
        writer.write(&flat).map_err(io::Error::other)?;
    }
    drop(writer);
    out.flush()
}

/// Lists without their values, and moments without their zones: they count from 1970 in UTC whatever zone they are to be shown in.
fn flat(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.schema_ref().fields().iter().zip(batch.columns()).map(|(field, column)| match field.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let moments = column.to_data().into_builder().data_type(DataType::Timestamp(*unit, None)).build()?;
            Ok((field.name().clone(), make_array(moments)))
        }
        nested if is_nested(nested) => Ok((not_read(field.name()), new_null_array(&DataType::Utf8, batch.num_rows()))),
        _ => Ok((field.name().clone(), Arc::clone(column))),
    });
    RecordBatch::try_from_iter(columns.collect::<Result<Vec<_>, ArrowError>>()?)
}

fn is_nested(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_nested(values),
        other => other.is_nested() || matches!(other, DataType::Binary | DataType::LargeBinary | DataType::BinaryView),
    }
}
