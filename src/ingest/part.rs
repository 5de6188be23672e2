//! The Parquet files of an export: row groups encoded by the workers, appended in the order of the text.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

use parquet::arrow::ArrowSchemaConverter;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};
use rustc_hash::FxHashMap;

use super::column::{Column, Values};
use super::decode::Decoded;
use super::encode::{Chunk, ColumnEncoder, Data, selected};
use crate::error::{Place, Result};
use crate::schema::{Kind, Table};
use crate::store::Durability;
use crate::store::part::{properties, schema_of};

/// Row groups of one part file: those of 512 MB of text at least.
const PART_ROW_GROUPS: usize = 128;

/// A row group, encoded column by column.
pub type RowGroup = Vec<Chunk>;

/// A block as typed columns, with its place in the export.
pub struct Typed {
    /// Its columns.
    pub decoded: Decoded,
    /// The number of its first data row, from 1.
    pub first_row: u64,
}

impl Typed {
    /// The number of the row that is stored at a place.
    pub fn row_number(&self, place: u32) -> i64 {
        let place = self.decoded.places.as_ref().map_or(place, |places| places[place as usize]);
        (self.first_row + u64::from(place)) as i64
    }
}

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

    /// Encodes blocks that follow each other.
    ///
    /// Failed audit rows become a row group of their own, which is all that a reader of failures need look at.
    pub fn encode(&mut self, blocks: &mut [Typed]) -> Result<Vec<RowGroup>> {
        spell_out_alike(blocks);
        let failed = || blocks.iter().flat_map(|block| &block.decoded.extra.failed);
        let is_mixed = failed().any(|failed| *failed) && failed().any(|failed| !failed);
        let wanted = if is_mixed { &[Some(false), Some(true)][..] } else { &[None] };
        let places = |block: &Typed, wanted: Option<bool>| -> Vec<u32> {
            let stored = block.decoded.columns.first().map_or(0, Column::len) as u32;
            let is_wanted = |place: &u32| wanted.is_none_or(|wanted| block.decoded.extra.failed[*place as usize] == wanted);
            (0..stored).filter(is_wanted).collect()
        };
        let mut row_groups = Vec::with_capacity(wanted.len());
        for wanted in wanted {
            let places: Vec<Vec<u32>> = blocks.iter().map(|block| places(block, *wanted)).collect();
            if places.iter().any(|places| !places.is_empty()) {
                let rows: Vec<(&Typed, &[u32])> = blocks.iter().zip(places.iter().map(Vec::as_slice)).collect();
                row_groups.push(self.row_group(&rows)?);
            }
        }
        Ok(row_groups)
    }

    /// Encodes some rows of blocks, with the places of the rows of each.
    fn row_group(&mut self, rows: &[(&Typed, &[u32])]) -> Result<RowGroup> {
        let mut chunks = Vec::with_capacity(self.columns.len());
        for (number, of) in self.table.columns.iter().enumerate() {
            let column: Vec<(&Column, &[u32])> =
                rows.iter().map(|(block, places)| (&block.decoded.columns[number], *places)).collect();
            let present = selected(&column, |block| &block.present);
            chunks.push(self.chunk(number, &present, &Data::of(&column, of.kind != Kind::Integer))?);
        }
        if chunks.len() < self.columns.len() {
            let groups = selected(rows, |block| &block.decoded.extra.groups);
            let present: Vec<bool> = groups.iter().map(|group| *group != 0).collect();
            let (names, codes) = group_names(&groups);
            let names = names.iter().map(String::as_bytes).collect();
            chunks.push(self.chunk(chunks.len(), &present, &Data::Coded(names, codes))?);
            let numbers = rows.iter().flat_map(|(block, places)| places.iter().map(|place| block.row_number(*place))).collect();
            let all = vec![true; groups.len()];
            chunks.push(self.chunk(chunks.len(), &all, &Data::Bigints(numbers))?);
            let failed = selected(rows, |block| &block.decoded.extra.failed);
            chunks.push(self.chunk(chunks.len(), &all, &Data::Flags(failed))?);
        }
        Ok(chunks)
    }

    fn chunk(&mut self, column: usize, present: &[bool], data: &Data) -> Result<Chunk> {
        let description = Arc::clone(&self.columns[column]);
        self.encoder.encode(description, present, data).place(|| "cannot encode rows".to_string())
    }
}

/// Spells a column's texts out in all blocks where they are in one: no longer do they repeat.
fn spell_out_alike(blocks: &mut [Typed]) {
    let columns = blocks.first().map_or(0, |block| block.decoded.columns.len());
    let is_spelled = |column: &Column| matches!(&column.values, Values::Texts(texts) if texts.is_spelled);
    for column in 0..columns {
        if blocks.iter().any(|block| is_spelled(&block.decoded.columns[column])) {
            blocks.iter_mut().for_each(|block| block.decoded.columns[column].spell_out());
        }
    }
}

/// The names of failure groups, and each row's as its code.
fn group_names(groups: &[u64]) -> (Vec<String>, Vec<u32>) {
    let mut names = Vec::new();
    let mut codes = FxHashMap::default();
    let mut code = |group: u64| {
        *codes.entry(group).or_insert_with(|| {
            names.push(format!("{group:016x}"));
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
