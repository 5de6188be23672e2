//! Puts exports into a store that is a `.duckdb` database.

use std::path::Path;

use duckdb::Connection;

use super::literal;
use crate::error::{Place, Result};
use crate::schema;
use crate::store::{Dataset, Store};

/// The storage version of DuckDB files: the oldest that the DuckDB tools of the last years open.
const STORAGE: &str = "v1.2.0";

/// Puts every export of `dataset` that the database does not hold yet into it, in one transaction.
///
/// Rows that are exported again supersede older ones: where a new export holds the rows of an older one, the database keeps
/// the same books as a dataset does.
pub fn fill(path: &Path, dataset: &Dataset) -> Result<()> {
    let place = || format!("cannot fill the store '{}'", path.display());
    let connection = Connection::open_in_memory().place(place)?;
    let run = |sql: &str| connection.execute_batch(sql).place(place);
    run(&format!("attach {} as target (storage_version '{STORAGE}'); begin", literal(&path.display().to_string())))?;
    let source = Store::Dataset(dataset.root().to_path_buf());
    for table in schema::tables().iter().chain(schema::made()) {
        let facts = if table.name == "audit_log" { ", group_id varchar, row_number bigint" } else { "" };
        let columns: Vec<String> =
            table.columns.iter().map(|column| format!("\"{}\" {}", column.name, column.kind.sql())).collect();
        run(&format!("create table if not exists target.\"{}\" ({}{facts}, export_id varchar)", table.name, columns.join(", ")))?;
    }
    run("create temp table held as select export_id from target.export")?;
    for table in schema::tables().iter().chain(schema::made()) {
        if let Some(rows) = source.source(&table.name)? {
            run(&format!(
                "insert into target.\"{0}\" by name select * from {rows} where export_id not in (from held)",
                table.name
            ))?;
        }
    }
    run("commit; detach target").map_err(|error| error.hint("the database is as it was before"))
}
