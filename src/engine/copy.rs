//! Copies a store into a new one: a folder of Parquet files, or a DuckDB database.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::database::Database;
use super::session::{Parameters, Value};
use super::stored::StoredTables;
use super::{Memory, Started};
use crate::error::{Error, Place, Result};
use crate::schema;
use crate::store::part::{FIRST_PART, Part, schema_of};
use crate::store::{Dataset, Durability, Store, Workspace, conform};

/// Copies `store` to `target`, where nothing may be; it is there wholly or not at all. Returns how many exports it has.
pub fn copy(store: &Store, target: &Path, memory: &Memory) -> Result<usize> {
    if target.symlink_metadata().is_ok() {
        let error = Error::new(format!("cannot copy to '{}': it is there already", target.display()));
        return Err(error.hint("name a path where nothing is"));
    }
    let place = || format!("cannot copy to '{}'", target.display());
    let workspace = Workspace::beside(target)?;
    let copied = match Store::at(target) {
        Store::Dataset(_) => to_dataset(store, &workspace.path("copy"), memory),
        Store::Database(_) => to_database(store, &workspace.path("copy.duckdb"), memory),
    };
    let (new, exports) = copied.map_err(|error| error.at(place()))?;
    if target.symlink_metadata().is_ok() {
        return Err(Error::new(format!("{}: it has come meanwhile", place())));
    }
    std::fs::rename(&new, target).place(place)?;
    Ok(exports)
}

fn to_database(store: &Store, target: &Path, memory: &Memory) -> Result<(PathBuf, usize)> {
    let mut database = Database::open(target, memory)?;
    let exports = database.take_over(store)?;
    database.close().map_err(|error| error.hint("nothing is left of the copy"))?;
    Ok((target.to_path_buf(), exports))
}

fn to_dataset(store: &Store, target: &Path, memory: &Memory) -> Result<(PathBuf, usize)> {
    #[derive(Deserialize)]
    struct Export {
        export_id: String,
    }
    let Started { session, spill: _spill } = memory.start()?;
    StoredTables::of(&session, store)?.create(&session)?;
    let dataset = Dataset::open_or_create(target, Durability::Flushed)?;
    let sql = "select export_id from stored.export order by ingest_number, export_id";
    let exports: Vec<Export> = session.rows(sql)?;
    for Export { export_id } in &exports {
        let staging = dataset.stage()?;
        for table in schema::tables().iter().chain(schema::made()) {
            let sql = format!("from stored.\"{}\" where export_id = $export_id", table.name);
            let parameters = Parameters::from([("export_id".to_string(), Value::Text(export_id.clone()))]);
            let schema = schema_of(table);
            let mut part = Part::new(staging.folder().join(&table.name).join(FIRST_PART));
            session.stream(&sql, &parameters, &mut |batch| part.write(&conform(&batch, &schema)?))?;
            part.close()?;
        }
        let lock = dataset.lock()?;
        staging.commit(&dataset, export_id, &lock)?;
    }
    Ok((target.to_path_buf(), exports.len()))
}
