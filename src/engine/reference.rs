//! What the tool knows of Salesforce itself, as tables to join: key prefixes and error codes.

use duckdb::params;

use super::session::Session;
use crate::error::{Place, Result};
use crate::message::{codes, prefixes};

/// Makes and fills `key_prefix` and `error_code`.
pub(super) fn create(session: &Session) -> Result<()> {
    session.run(
        "create table key_prefix (prefix varchar, object varchar);
         create table error_code (code varchar, category varchar, retry varchar, meaning varchar)",
    )?;
    let place = || "cannot make the reference tables".to_string();
    let mut rows = session.connection.appender("key_prefix").place(place)?;
    for (prefix, object) in prefixes::all() {
        rows.append_row(params![prefix, object]).place(place)?;
    }
    rows.flush().place(place)?;
    let mut rows = session.connection.appender("error_code").place(place)?;
    for code in codes::all() {
        rows.append_row(params![code.code, code.category.as_str(), code.retry.as_str(), code.meaning]).place(place)?;
    }
    rows.flush().place(place)
}
