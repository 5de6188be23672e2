//! The Parquet files of a store's tables: their schema, how they are written, and how they are read batch by batch.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};

use crate::error::{Place, Result};
use crate::schema::{Kind, Table};

/// zstd's level: its fastest that still looks for matches.
pub const ZSTD_LEVEL: i32 = 1;

/// The first, and mostly only, part file of a table.
pub const FIRST_PART: &str = "part-00001.parquet";

/// Rows of a row group, where they are not grouped by what they are: few enough that statistics prune.
const GROUP_ROWS: usize = 128 << 10;

/// Rows that come first from which on a part file is packed: a smaller one takes a block or two of the file system either way, and zstd
/// is set up anew for each column that is read.
const PACKED_ROWS: usize = 1 << 10;

/// Rows read at a time.
const BATCH_ROWS: usize = 64 << 10;

/// The Arrow schema of a table as it is stored.
pub fn schema_of(table: &Table) -> SchemaRef {
    let mut fields: Vec<Field> =
        table.columns.iter().map(|column| Field::new(&column.name, data_type(column.kind), true)).collect();
    if table.name == "audit_log" {
        fields.push(Field::new("group_id", DataType::Utf8, true));
        fields.push(Field::new("row_number", DataType::Int64, true));
        fields.push(Field::new("failed", DataType::Boolean, true));
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

/// How what is packed, or not, says so.
pub fn compression(is_packed: bool) -> Compression {
    if is_packed {
        Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).expect("zstd has the level"))
    } else {
        Compression::UNCOMPRESSED
    }
}

/// How every file of the store is written: with statistics for pruning.
pub fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by(concat!("synclens ", env!("CARGO_PKG_VERSION")).to_string())
}

/// One part file, written batch by batch.
pub struct Batches {
    path: PathBuf,
    writer: ArrowWriter<BufWriter<File>>,
}

impl Batches {
    /// Creates the file `path`, and its folder.
    pub fn create(path: &Path, schema: SchemaRef, is_packed: bool) -> Result<Self> {
        let properties = properties().set_compression(compression(is_packed)).build();
        let create = || -> Result<_, Box<dyn std::error::Error>> {
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            let file = BufWriter::new(File::create_new(path)?);
            Ok(ArrowWriter::try_new(file, schema, Some(properties))?)
        };
        let writer = create().place(|| format!("cannot create '{}'", path.display()))?;
        Ok(Self { path: path.to_path_buf(), writer })
    }

    /// Appends rows.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch).place(|| format!("cannot write '{}'", self.path.display()))
    }

    /// Ends the row group.
    pub fn end_group(&mut self) -> Result<()> {
        self.writer.flush().place(|| format!("cannot write '{}'", self.path.display()))
    }

    /// Ends the file.
    pub fn close(self) -> Result<()> {
        self.writer.close().map(drop).place(|| format!("cannot write '{}'", self.path.display()))
    }
}

/// A part file that is made when its first rows come; without rows there is none.
pub struct Part {
    path: PathBuf,
    file: Option<Batches>,
}

impl Part {
    /// The file `path`, which is not made yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Appends rows.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match &mut self.file {
            _ if batch.num_rows() == 0 => Ok(()),
            Some(file) => file.write(batch),
            None => self.file.insert(Batches::create(&self.path, batch.schema(), batch.num_rows() >= PACKED_ROWS)?).write(batch),
        }
    }

    /// Appends the last rows.
    pub fn last(mut self, batch: &RecordBatch) -> Result<()> {
        self.write(batch)?;
        self.close()
    }

    /// Ends the file.
    pub fn close(self) -> Result<()> {
        self.file.map_or(Ok(()), Batches::close)
    }
}

/// Writes batches as the part file `path`; without rows it writes none.
pub fn write(path: &Path, batches: impl IntoIterator<Item = RecordBatch>) -> Result<()> {
    let mut part = Part::new(path.to_path_buf());
    batches.into_iter().try_for_each(|batch| part.write(&batch))?;
    part.close()
}

/// The part files of a table's folder, in order; none where there is no folder.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = || -> std::io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        match std::fs::read_dir(folder) {
            Ok(entries) => {
                for entry in entries {
                    files.push(entry?.path());
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        files.retain(|file| file.extension().is_some_and(|extension| extension == "parquet"));
        files.sort_unstable();
        Ok(files)
    };
    list().place(|| format!("cannot list '{}'", folder.display()))
}

/// Opens a part file.
pub fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let place = || format!("cannot read '{}'", path.display());
    ParquetRecordBatchReaderBuilder::try_new(File::open(path).place(place)?).place(place)
}

/// What of a part file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Groups<'a> {
    /// All its row groups.
    All,
    /// These.
    Only(&'a [usize]),
}

/// Calls `take` with the rows of a part file, batch by batch; without `columns`, with all columns.
pub fn read(
    path: &Path,
    groups: Groups,
    columns: Option<&[&str]>,
    take: &mut dyn FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    let mut builder = open(path)?.with_batch_size(BATCH_ROWS);
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_projection(mask);
    }
    if let Groups::Only(groups) = groups {
        builder = builder.with_row_groups(groups.to_vec());
    }
    let place = || format!("cannot read '{}'", path.display());
    for batch in builder.build().place(place)? {
        take(&batch.place(place)?)?;
    }
    Ok(())
}
