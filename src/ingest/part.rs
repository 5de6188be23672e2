//! The Parquet files of an export: row groups encoded by the workers, appended in the order of the text.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array, StringBuilder, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use super::column::{Column, Values};
use super::decode::Decoded;
use crate::error::{Place, Result};
use crate::schema::{Kind, Table};

/// Row groups of one part file: 64 blocks of text, some 300 MB of Parquet at most.
const PART_ROW_GROUPS: usize = 64;

/// The Arrow schema of a table as it is stored.
pub fn schema_of(table: &Table) -> SchemaRef {
    let mut fields: Vec<Field> =
        table.columns.iter().map(|column| Field::new(&column.name, data_type(column.kind), true)).collect();
    if table.name == "audit_log" {
        fields.push(Field::new("group_id", DataType::Utf8, true));
        fields.push(Field::new("row_number", DataType::Int64, true));
    }
    Arc::new(Schema::new(fields))
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Id | Kind::Text => DataType::Utf8,
        Kind::Integer => DataType::Int32,
        Kind::Bigint => DataType::Int64,
        Kind::Boolean => DataType::Boolean,
        Kind::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        Kind::Texts => DataType::new_list(DataType::Utf8, true),
    }
}

/// How every file of the store is written: zstd at its fastest level, statistics for pruning.
pub fn properties() -> parquet::file::properties::WriterPropertiesBuilder {
    let level = ZstdLevel::try_new(1).expect("zstd has a level 1");
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(concat!("synclens ", env!("CARGO_PKG_VERSION")).to_string())
}

/// Encodes row groups of one table; shared by the workers.
pub struct Encoder {
    schema: SchemaRef,
    factory: ArrowRowGroupWriterFactory,
}

impl Encoder {
    /// Encodes a block whose first data row is `first_row` (from 1).
    pub fn encode(&self, decoded: Decoded, first_row: u64) -> Result<Vec<ArrowColumnChunk>> {
        let Decoded { columns, extra, places, .. } = decoded;
        let rows = columns.first().map_or(0, Column::len);
        let is_audit_log = self.schema.field_with_name("group_id").is_ok();
        let mut arrays: Vec<ArrayRef> =
            columns.iter().zip(self.schema.fields()).map(|(column, field)| array(column, field.data_type())).collect();
        if is_audit_log {
            let mut groups = StringBuilder::new();
            for group in &extra.groups {
                groups.append_option((*group != 0).then(|| format!("{group:016x}")));
            }
            arrays.push(Arc::new(groups.finish()));
            let numbers: Vec<i64> = match places {
                Some(places) => places.iter().map(|place| (first_row + u64::from(*place)) as i64).collect(),
                None => (0..rows as u64).map(|place| (first_row + place) as i64).collect(),
            };
            arrays.push(Arc::new(Int64Array::from(numbers)));
        }
        let encode = || -> parquet::errors::Result<Vec<ArrowColumnChunk>> {
            let writers = self.factory.create_column_writers(0)?;
            let fields = self.schema.fields().iter();
            let columns = arrays.iter().zip(fields).zip(writers).map(|((array, field), mut writer)| {
                for leaf in compute_leaves(field, array)? {
                    writer.write(&leaf)?;
                }
                writer.close()
            });
            columns.collect()
        };
        encode().place(|| "cannot encode rows".to_string())
    }
}

fn array(column: &Column, data_type: &DataType) -> ArrayRef {
    let rows = 0..column.len();
    match (&column.values, data_type) {
        (Values::Texts(_), _) => {
            let mut texts = StringBuilder::new();
            rows.for_each(|row| texts.append_option(column.text(row)));
            Arc::new(texts.finish())
        }
        (Values::Flags(_), _) => Arc::new(rows.map(|row| column.flag(row)).collect::<BooleanArray>()),
        (Values::Numbers(_), DataType::Int32) => {
            Arc::new(rows.map(|row| column.number(row).map(|number| number as i32)).collect::<Int32Array>())
        }
        (Values::Numbers(_), DataType::Int64) => Arc::new(rows.map(|row| column.number(row)).collect::<Int64Array>()),
        (Values::Numbers(_), _) => Arc::new(rows.map(|row| column.number(row)).collect::<TimestampMicrosecondArray>()),
    }
}

/// The part files of a table.
pub struct Parts {
    folder: PathBuf,
    properties: Arc<WriterProperties>,
    schema: SchemaRef,
    open: Option<SerializedFileWriter<BufWriter<File>>>,
    groups: usize,
    parts: usize,
}

impl Parts {
    /// Part files of `table` in `folder`, which is there.
    pub fn new(folder: PathBuf, table: &Table) -> Result<(Self, Encoder)> {
        let mut builder = properties().set_data_page_row_count_limit(1 << 20);
        for (column, encoding) in [
            ("audit_id", Encoding::DELTA_BYTE_ARRAY),
            ("source_id", Encoding::DELTA_BYTE_ARRAY),
            ("destination_id", Encoding::DELTA_BYTE_ARRAY),
            ("insert_order", Encoding::DELTA_BINARY_PACKED),
            ("created_at", Encoding::DELTA_BINARY_PACKED),
            ("modified_at", Encoding::DELTA_BINARY_PACKED),
            ("row_number", Encoding::DELTA_BINARY_PACKED),
        ] {
            let column = ColumnPath::from(column);
            builder = builder.set_column_dictionary_enabled(column.clone(), false).set_column_encoding(column, encoding);
        }
        let schema = schema_of(table);
        let properties = Arc::new(builder.build());
        let mut parts = Self { folder, properties, schema: Arc::clone(&schema), open: None, groups: 0, parts: 0 };
        let factory = ArrowRowGroupWriterFactory::new(parts.file()?, Arc::clone(&schema));
        let encoder = Encoder { schema, factory };
        Ok((parts, encoder))
    }

    /// Appends a row group.
    pub fn append(&mut self, columns: Vec<ArrowColumnChunk>) -> Result<()> {
        if self.groups == PART_ROW_GROUPS {
            self.close()?;
        }
        self.groups += 1;
        let folder = self.folder.clone();
        let writer = self.file()?;
        let append = || -> parquet::errors::Result<()> {
            let mut group = writer.next_row_group()?;
            for column in columns {
                column.append_to_row_group(&mut group)?;
            }
            group.close().map(drop)
        };
        append().place(|| format!("cannot write to '{}'", folder.display()))
    }

    fn file(&mut self) -> Result<&mut SerializedFileWriter<BufWriter<File>>> {
        if self.open.is_none() {
            self.parts += 1;
            let path = self.folder.join(format!("part-{:05}.parquet", self.parts));
            let file = File::create_new(&path).place(|| format!("cannot create '{}'", path.display()))?;
            let arrow = parquet::arrow::ArrowSchemaConverter::new().convert(&self.schema);
            let root = arrow.place(|| "cannot make a schema".to_string())?.root_schema_ptr();
            let writer = SerializedFileWriter::new(BufWriter::new(file), root, Arc::clone(&self.properties));
            self.open = Some(writer.place(|| format!("cannot write '{}'", path.display()))?);
        }
        Ok(self.open.as_mut().expect("it was opened above"))
    }

    /// Closes the file that is open.
    pub fn close(&mut self) -> Result<()> {
        self.groups = 0;
        if let Some(mut writer) = self.open.take() {
            writer.finish().place(|| format!("cannot write to '{}'", self.folder.display()))?;
        }
        Ok(())
    }
}

/// One part file of a small table, written batch by batch.
pub struct Batches {
    path: PathBuf,
    writer: ArrowWriter<BufWriter<File>>,
}

impl Batches {
    /// Creates the file, and its folder.
    pub fn create(folder: &Path, schema: SchemaRef) -> Result<Self> {
        let path = folder.join("part-00001.parquet");
        let create = || -> Result<_, Box<dyn std::error::Error>> {
            std::fs::create_dir_all(folder)?;
            let file = BufWriter::new(File::create_new(&path)?);
            Ok(ArrowWriter::try_new(file, schema, Some(properties().build()))?)
        };
        let writer = create().place(|| format!("cannot create '{}'", path.display()))?;
        Ok(Self { path, writer })
    }

    /// Appends rows.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch).place(|| format!("cannot write '{}'", self.path.display()))
    }

    /// Ends the file.
    pub fn close(self) -> Result<()> {
        self.writer.close().map(drop).place(|| format!("cannot write '{}'", self.path.display()))
    }
}

/// Writes a table as one part file; without rows it writes none.
pub fn write_table(folder: &Path, batch: &RecordBatch) -> Result<()> {
    if batch.num_rows() == 0 {
        return Ok(());
    }
    let mut file = Batches::create(folder, batch.schema())?;
    file.write(batch)?;
    file.close()
}
