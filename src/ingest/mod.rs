//! Reads exports, whatever their shape, into a store, and keeps the books.

mod account;
mod audit;
mod block;
mod careful;
mod column;
mod decode;
mod detect;
mod encode;
mod export;
mod footer;
mod frame;
mod group;
mod index;
mod job;
mod json;
mod lenient;
mod message_groups;
mod moment;
mod neighbour;
mod object;
mod open;
mod outcome;
mod pack;
mod page;
#[cfg(feature = "engine")]
mod parquet;
/// Polars reads Parquet, and builds of the readers alone do without it.
#[cfg(not(feature = "engine"))]
mod parquet {
    pub fn render(_file: &std::fs::File, _out: &mut super::pipe::PipeWriter) -> std::io::Result<()> {
        Err(std::io::Error::other("it is Parquet, which this build does not read"))
    }
}
mod part;
mod pipe;
mod plan;
mod record;
mod reject;
#[cfg(test)]
mod roundtrip;
mod run;
#[doc(hidden)]
pub mod stages;
mod statistics;
mod tables;
#[cfg(test)]
mod tests;
mod text;
mod texts;
mod token;
mod value;
mod word;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::error::Result;
use crate::store::Dataset;

pub use account::{Account, Outcome};
pub use reject::Reject;

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file, or a folder with all below it.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// What becomes of bad rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BadRows {
    /// They are kept aside.
    #[default]
    Rejected,
    /// The first one ends the ingest.
    Fatal,
}

/// How exports are read, where the user says so.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The job of rows that name none.
    pub job_id: Option<String>,
    /// The table that the exports fill.
    pub table: Option<String>,
    /// Columns and the headers that give them.
    pub map: Vec<(String, String)>,
    /// The byte between fields.
    pub delimiter: Option<u8>,
    /// The encoding by its WHATWG name.
    pub encoding: Option<String>,
    /// What becomes of bad rows.
    pub bad_rows: BadRows,
    /// Workers; else as many as the machine has cores.
    pub threads: Option<NonZeroUsize>,
}

/// Follows an ingest.
pub trait Progress: Sync {
    /// An export begins; `bytes` is the size of its file, where known.
    fn begin(&self, file: &str, bytes: Option<u64>);
    /// Some of it was read.
    fn advance(&self, bytes: u64, rows: u64);
}

/// Follows nothing.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _file: &str, _bytes: Option<u64>) {}
    fn advance(&self, _bytes: u64, _rows: u64) {}
}

/// Reads `inputs` into `store`: one account for each export, in order.
///
/// # Errors
/// Where an input that was named cannot be read or is no export, nothing of a folder or archive was recognised, or the store fails.
/// Exports before the failing one stay in the store.
pub fn ingest(inputs: &[Input], store: &Dataset, options: &Options, progress: &dyn Progress) -> Result<Vec<Account>> {
    store.clean()?;
    let sources = open::sources(inputs)?;
    export::all(&sources, store, options, progress)
}
