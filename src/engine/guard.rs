//! Keeps SQL that came with a query file from doing more than reading.

use duckdb::Connection;

use crate::error::{Error, Place, Result};

/// Refuses everything but a single SELECT: DuckDB's own parser decides, and it serialises nothing else.
pub fn single_select(connection: &Connection, sql: &str) -> Result<()> {
    let verdict: String = connection
        .query_row("SELECT json_serialize_sql(?)", [sql], |row| row.get(0))
        .place(|| "cannot check the query".into())?;
    let verdict: serde_json::Value = serde_json::from_str(&verdict).place(|| "cannot check the query".into())?;
    if verdict["error"] == serde_json::Value::Bool(true) {
        let reason = verdict["error_message"].as_str().unwrap_or("it is not a SELECT");
        return Err(Error::new(format!("a query is one SELECT: {reason}")));
    }
    match verdict["statements"].as_array().map_or(0, Vec::len) {
        1 => Ok(()),
        count => Err(Error::new(format!("a query is one SELECT, here are {count} statements"))),
    }
}
