//! The stages of the way from an export to Parquet, one at a time: what `benches/stages.rs` measures.

use super::Options;
use super::block::{Block, Blocks, Next, Parity};
use super::decode::{Decoded, Decoder};
use super::detect;
use super::index::Index;
use super::part::{Encoder, Typed};
use super::plan::Plan;
use crate::error::{Error, Place, Result};
use crate::store::Durability;

/// A delimited export in memory, read as the tool would.
pub struct Stages {
    plan: Plan,
    rows: Vec<u8>,
}

impl Stages {
    /// An export with its header.
    pub fn of(export: &[u8]) -> Result<Self> {
        let plan = detect::plan("", export, None, &Options::default())?;
        let rows = export[plan.rows_at..].to_vec();
        Ok(Self { plan, rows })
    }

    /// Bytes of the rows.
    pub fn bytes(&self) -> usize {
        self.rows.len()
    }

    /// Cuts the rows into blocks of `limit` bytes by quote parity, and says how many there are.
    pub fn cut(&self, limit: usize) -> Result<usize> {
        let mut blocks = Parity::new(&self.rows[..], limit, &self.plan);
        let (mut block, mut count) = (Block::default(), 0);
        while let Next::Block = blocks.next(&mut block).place(|| "cannot read the rows".into())? {
            count += 1;
        }
        Ok(count)
    }

    /// Finds all fields, and says how many records there are.
    pub fn index(&self) -> Result<usize> {
        let mut index = Index::default();
        index.build(&self.rows, self.plan.delimiter).map_err(|_| Error::new("the rows are not plain CSV"))?;
        Ok(index.records.len())
    }

    /// Finds all fields and makes typed columns of them: ids, times, numbers, messages as groups, the cube.
    pub fn decode(&self) -> Result<Typed> {
        let mut block = Block { bytes: self.rows.clone(), ..Block::default() };
        let mut decoded = Decoded::new(&self.plan);
        Decoder::new(&self.plan).decode(&mut block, &mut decoded).map_err(|_| Error::new("the rows are not plain CSV"))?;
        Ok(Typed { decoded, first_row: 1 })
    }

    /// Writes typed columns as Parquet pages, and says how many bytes they take.
    pub fn encode(&self, typed: &mut Typed) -> Result<usize> {
        let row_groups = Encoder::new(self.plan.table, Durability::Flushed)?.encode(std::slice::from_mut(typed))?;
        Ok(row_groups.iter().flatten().map(|chunk| chunk.bytes.len()).sum())
    }
}
