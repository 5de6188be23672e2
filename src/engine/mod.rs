//! Runs SQL over a store and gives Arrow: DuckDB in memory, with the tables and views of `queries/cube.sql` and `queries/views.sql`.

mod cascade;
mod copy;
mod database;
mod deferred;
mod derived;
mod filter;
mod guard;
mod memory;
mod reference;
mod rows;
mod script;
mod session;
mod shared;
mod stored;
mod verify;
mod views;

pub use copy::copy;
pub use database::Database;
pub use filter::{Filter, find_job};
pub use memory::{Memory, Started};
pub use rows::{Rows, json_rows, typed_rows};
pub use session::{Parameters, Session, Value};
pub use verify::verify;
pub use views::Engine;

/// What makes the tables and views that queries read: the cube, and what is made of it.
const SCRIPTS: [&str; 2] = [include_str!("../../queries/cube.sql"), include_str!("../../queries/views.sql")];

/// A text as an SQL literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
