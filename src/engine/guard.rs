//! Keeps SQL that came with a query file from doing more than reading.

use duckdb::Connection;
use serde_json::Value;

use crate::error::{Error, Place, Result};

/// What a SELECT may be made of. DuckDB's parser also takes COPY, INSERT, UPDATE and DELETE for a part of one, behind WITH.
const READING: [&str; 4] = ["SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"];

/// Functions that run SQL which stands in a text, where nobody has looked at it.
const RUNNING: [&str; 2] = ["query", "json_execute_serialized_sql"];

/// Refuses everything but a single SELECT that only reads: DuckDB's own parser decides, and it serialises little else.
pub fn single_select(connection: &Connection, sql: &str) -> Result<()> {
    let verdict: String = connection
        .query_row("SELECT json_serialize_sql(?)", [sql], |row| row.get(0))
        .place(|| "cannot check the query".into())?;
    let verdict: Value = serde_json::from_str(&verdict).place(|| "cannot check the query".into())?;
    if verdict["error"] == Value::Bool(true) {
        let reason = verdict["error_message"].as_str().unwrap_or("it is not a SELECT");
        return Err(Error::new(format!("a query is one SELECT: {reason}")));
    }
    match verdict["statements"].as_array().map_or(0, Vec::len) {
        1 => only_reads(&verdict),
        count => Err(Error::new(format!("a query is one SELECT, here are {count} statements"))),
    }
}

/// Refuses a parsed statement any part of which writes, or runs what nobody has looked at.
fn only_reads(parsed: &Value) -> Result<()> {
    match parsed {
        Value::Object(part) => {
            let named = |key: &str| part.get(key).and_then(Value::as_str).unwrap_or_default();
            let kind = named("type");
            if kind.ends_with("_NODE") && !READING.contains(&kind) {
                let kind = kind.trim_end_matches("_NODE").trim_end_matches("_QUERY");
                return Err(Error::new(format!("a query only reads, here is a part that is {kind}")));
            }
            let function = named("function_name").to_ascii_lowercase();
            if RUNNING.contains(&function.as_str()) {
                return Err(Error::new(format!("a query is one SELECT, without further SQL in texts as {function}() runs it")));
            }
            part.values().try_for_each(only_reads)
        }
        Value::Array(parts) => parts.iter().try_for_each(only_reads),
        _ => Ok(()),
    }
}
