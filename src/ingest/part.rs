//! The Parquet files of an export: row groups encoded by the workers, appended in the order of the text.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};
use rustc_hash::FxHashMap;

use super::column::Strings;
use super::decode::Decoded;
use super::encode::{Chunk, ColumnEncoder, Data, ZSTD_LEVEL};
use crate::error::{Place, Result};
use crate::schema::{Kind, Table};

/// Row groups of one part file: 64 blocks of text, some 300 MB of Parquet at most.
const PART_ROW_GROUPS: usize = 64;

/// The Arrow schema of a table as it is stored.
fn schema_of(table: &Table) -> SchemaRef {
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

/// How every file of the store is written: compressed, with statistics for pruning.
fn properties() -> WriterPropertiesBuilder {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).expect("zstd has the level");
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(concat!("synclens ", env!("CARGO_PKG_VERSION")).to_string())
}

/// Encodes the row groups of one table; every worker has its own.
pub struct Encoder {
    table: &'static Table,
    columns: Vec<ColumnDescPtr>,
    encoder: ColumnEncoder,
}

impl Encoder {
    /// An encoder for the rows of `table`.
    pub fn new(table: &'static Table) -> Result<Self> {
        let columns = descriptions(table)?.columns().to_vec();
        let encoder = ColumnEncoder::new().place(|| "cannot start compressing".to_string())?;
        Ok(Self { table, columns, encoder })
    }

    /// Encodes a block whose first data row is `first_row` (from 1).
    pub fn encode(&mut self, decoded: &Decoded, first_row: u64) -> Result<Vec<Chunk>> {
        let mut chunks = Vec::with_capacity(self.columns.len());
        for (column, of) in decoded.columns.iter().zip(&self.table.columns) {
            let is_wide = of.kind != Kind::Integer;
            chunks.push(self.chunk(chunks.len(), &column.present, &Data::of(column, is_wide))?);
        }
        if chunks.len() < self.columns.len() {
            let groups = &decoded.extra.groups;
            let present: Vec<bool> = groups.iter().map(|group| *group != 0).collect();
            let (names, codes) = group_names(groups);
            chunks.push(self.chunk(chunks.len(), &present, &Data::Coded(&names, &codes))?);
            let number = |place: u64| (first_row + place) as i64;
            let numbers: Vec<i64> = match &decoded.places {
                Some(places) => places.iter().map(|place| number(u64::from(*place))).collect(),
                None => (0..groups.len() as u64).map(number).collect(),
            };
            chunks.push(self.chunk(chunks.len(), &vec![true; numbers.len()], &Data::Bigints(&numbers))?);
        }
        Ok(chunks)
    }

    fn chunk(&mut self, column: usize, present: &[bool], data: &Data) -> Result<Chunk> {
        let description = Arc::clone(&self.columns[column]);
        self.encoder.encode(description, present, data).place(|| "cannot encode rows".to_string())
    }
}

/// The names of failure groups, and each row's as its code.
fn group_names(groups: &[u64]) -> (Strings, Vec<u32>) {
    let mut names = Strings::default();
    let mut codes = FxHashMap::default();
    let mut code = |group: u64| {
        *codes.entry(group).or_insert_with(|| {
            names.push(format!("{group:016x}").as_bytes());
            names.len() as u32 - 1
        })
    };
    let codes = groups.iter().map(|group| if *group == 0 { 0 } else { code(*group) }).collect();
    (names, codes)
}

fn descriptions(table: &Table) -> Result<SchemaDescriptor> {
    ArrowSchemaConverter::new().convert(&schema_of(table)).place(|| "cannot make a schema".to_string())
}

/// The part files of a table.
pub struct Parts {
    folder: PathBuf,
    table: &'static Table,
    open: Option<SerializedFileWriter<BufWriter<File>>>,
    groups: usize,
    parts: usize,
}

impl Parts {
    /// Part files of `table` in `folder`, which is there; there is at least one.
    pub fn new(folder: PathBuf, table: &'static Table) -> Result<Self> {
        let mut parts = Self { folder, table, open: None, groups: 0, parts: 0 };
        parts.file()?;
        Ok(parts)
    }

    /// Appends a row group.
    pub fn append(&mut self, columns: Vec<Chunk>) -> Result<()> {
        if self.groups == PART_ROW_GROUPS {
            self.close()?;
        }
        self.groups += 1;
        let folder = self.folder.clone();
        let writer = self.file()?;
        let append = || -> parquet::errors::Result<()> {
            let mut group = writer.next_row_group()?;
            for chunk in columns {
                group.append_column(&chunk.bytes, chunk.close)?;
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
            let root = descriptions(self.table)?.root_schema_ptr();
            let writer = SerializedFileWriter::new(BufWriter::new(file), root, Arc::new(properties().build()));
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
