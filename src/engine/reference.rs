//! What the tool knows of Salesforce itself, as tables to join: key prefixes and error codes.

use super::session::{Session, append};
use crate::error::Result;
use crate::message::{codes, prefixes};

/// Makes and fills `key_prefix` and `error_code`.
pub(super) fn create(session: &Session) -> Result<()> {
    session.run(
        "create table key_prefix (prefix varchar, object varchar);
         create table error_code (code varchar, category varchar, retry varchar, meaning varchar)",
    )?;
    append(&session.connection, "key_prefix", prefixes::all().map(|(prefix, object)| [prefix, object]))?;
    let codes = codes::all().iter();
    let codes = codes.map(|code| [code.code, code.category.as_str(), code.retry.as_str(), code.meaning]);
    append(&session.connection, "error_code", codes)
}
