//! What the books of a store say about the exports that are there.

use std::fs::File;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{Error, Place, Result};
use crate::store::Dataset;

/// An export of the store.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its id.
    pub export_id: String,
    /// Its file as it was named.
    pub file: String,
    /// Its place in the order of ingests.
    pub ingest_number: u64,
}

/// The export with this id, where it is in the store.
pub fn find(store: &Dataset, export_id: &str) -> Result<Option<Known>> {
    if store.export_folder(export_id).exists() { read(store, export_id).map(Some) } else { Ok(None) }
}

/// All exports of the store.
pub fn list(store: &Dataset) -> Result<Vec<Known>> {
    store.exports()?.iter().map(|id| read(store, id)).collect()
}

/// The number of the next ingest.
pub fn next_number(store: &Dataset) -> Result<u64> {
    Ok(list(store)?.iter().map(|known| known.ingest_number).max().unwrap_or(0) + 1)
}

fn read(store: &Dataset, export_id: &str) -> Result<Known> {
    let place = || format!("cannot read the books of export {export_id}");
    let files = store.files(export_id, "export")?;
    let path = files.first().ok_or_else(|| Error::new(format!("{}: they are not there", place())))?;
    let file = File::open(path).place(place)?;
    let mut reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build()).place(place)?;
    let batch = reader.next().ok_or_else(|| Error::new(format!("{}: they are empty", place())))?.place(place)?;
    let file = batch.column_by_name("file").and_then(|column| column.as_string_opt::<i32>());
    let number = batch.column_by_name("ingest_number").and_then(|column| column.as_primitive_opt::<Int64Type>());
    match (file, number) {
        (Some(file), Some(number)) if !number.is_empty() => {
            Ok(Known { export_id: export_id.to_string(), file: file.value(0).to_string(), ingest_number: number.value(0) as u64 })
        }
        _ => Err(Error::new(format!("{}: they are damaged", place()))),
    }
}
