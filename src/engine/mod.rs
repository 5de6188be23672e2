//! Runs SQL over a store and gives Arrow: DuckDB in memory, with the tables and views of `queries/views.sql`.

mod cascade;
mod guard;
mod rows;
mod session;
mod views;

pub use rows::{Rows, json_rows, typed_rows};
pub use session::{Parameters, Session, Value};
pub use views::{Engine, Filter, Memory};

/// A text as an SQL literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
