//! The Parquet files of an export: row groups encoded by the workers, appended in the order of the text.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

use parquet::arrow::ArrowSchemaConverter;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};
use rustc_hash::FxHashMap;

use super::column::Column;
use super::decode::Decoded;
use super::encode::{Chunk, ColumnEncoder, Data, Rows};
use super::texts::Strings;
use crate::error::{Place, Result};
use crate::schema::{Kind, Table};
use crate::store::Durability;
use crate::store::part::{properties, schema_of};

/// Row groups of one part file: those of 64 blocks of text at least, which are 512 MB.
const PART_ROW_GROUPS: usize = 128;

/// A row group, encoded column by column.
pub type RowGroup = Vec<Chunk>;

/// Encodes the row groups of one table; every worker has its own.
pub struct Encoder {
    table: &'static Table,
    columns: Vec<ColumnDescPtr>,
    encoder: ColumnEncoder,
}

impl Encoder {
    /// An encoder for the rows of `table`.
    pub fn new(table: &'static Table, durability: Durability) -> Result<Self> {
        let columns = descriptions(table)?.columns().to_vec();
        let encoder = ColumnEncoder::new(durability).place(|| "cannot start compressing".to_string())?;
        Ok(Self { table, columns, encoder })
    }

    /// Encodes a block whose first data row is `first_row` (from 1).
    ///
    /// Failed audit rows become a row group of their own, which is all that a reader of failures need look at.
    pub fn encode(&mut self, decoded: &Decoded, first_row: u64) -> Result<Vec<RowGroup>> {
        let stored = decoded.columns.first().map_or(0, Column::len) as u32;
        let mut parts: Vec<Vec<u32>> = vec![(0..stored).collect()];
        let failed = &decoded.extra.failed;
        if failed.contains(&true) && failed.contains(&false) {
            let (failed, others) = parts[0].iter().partition(|place| failed[**place as usize]);
            parts = vec![others, failed];
        }
        let are_all = parts.len() == 1;
        let parts = parts.iter().filter(|places| !places.is_empty());
        parts.map(|places| self.row_group(decoded, first_row, Rows { places, are_all })).collect()
    }

    fn row_group(&mut self, decoded: &Decoded, first_row: u64, rows: Rows) -> Result<RowGroup> {
        let mut chunks = Vec::with_capacity(self.columns.len());
        for (column, of) in decoded.columns.iter().zip(&self.table.columns) {
            let is_wide = of.kind != Kind::Integer;
            chunks.push(self.chunk(chunks.len(), &rows.of(&column.present), &Data::of(column, rows, is_wide))?);
        }
        if chunks.len() < self.columns.len() {
            let groups = rows.of(&decoded.extra.groups);
            let present: Vec<bool> = groups.iter().map(|group| *group != 0).collect();
            let (names, codes) = group_names(&groups);
            chunks.push(self.chunk(chunks.len(), &present, &Data::Coded(Cow::Owned(names), Cow::Owned(codes)))?);
            let place_in_file = |place: &u32| match &decoded.places {
                Some(places) => places[*place as usize],
                None => *place,
            };
            let numbers = rows.places.iter().map(|place| (first_row + u64::from(place_in_file(place))) as i64).collect();
            let all = vec![true; rows.places.len()];
            chunks.push(self.chunk(chunks.len(), &all, &Data::Bigints(numbers))?);
            chunks.push(self.chunk(chunks.len(), &all, &Data::Flags(rows.of(&decoded.extra.failed)))?);
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
    pub fn append(&mut self, columns: RowGroup) -> Result<()> {
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
