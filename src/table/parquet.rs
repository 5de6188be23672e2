//! Parquet: the columns with their types, compressed with zstd.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Out, Sink};
use crate::error::{Place, Result};

/// Rows that are held back until they are written together. DuckDB reads row groups of this size side by side.
const ROW_GROUP: usize = 122_880;

/// One Parquet file.
pub(super) struct Parquet<'a> {
    writer: ArrowWriter<Out<'a>>,
}

impl<'a> Parquet<'a> {
    pub(super) fn open(out: Out<'a>, schema: &SchemaRef) -> Result<Parquet<'a>> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer =
            ArrowWriter::try_new(out, schema.clone(), Some(properties)).place(|| "cannot write the result as Parquet".into())?;
        Ok(Parquet { writer })
    }
}

impl Sink for Parquet<'_> {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch).place(|| "cannot write the result as Parquet".into())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.writer.close().map(drop).place(|| "cannot write the result as Parquet".into())
    }
}
