//! What the tool knows of Salesforce itself, as tables to join: key prefixes and error codes.

use duckdb::Connection;

use super::session::append;
use crate::error::Result;
use crate::message::{codes, prefixes};

/// Fills `key_prefix`.
pub(super) fn key_prefixes(connection: &Connection) -> Result<()> {
    append(connection, "key_prefix", prefixes::all().map(|(prefix, object)| [prefix, object]))
}

/// Fills `error_code`.
pub(super) fn error_codes(connection: &Connection) -> Result<()> {
    let codes = codes::all().iter();
    let codes = codes.map(|code| [code.code, code.category.as_str(), code.retry.as_str(), code.meaning]);
    append(connection, "error_code", codes)
}
