//! Tables that are filled when a statement first names them: they are made of audit rows or of texts, which takes time, and few
//! commands ask for them.
//!
//! `queries/views.sql` says which they are: every view of the schema `source` gives the rows of the table of its name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use duckdb::Connection;
use serde::Deserialize;

use super::derived::Derived;
use super::rows::typed_rows;
use super::session::{Parameters, query, run};
use super::{cascade, shared};
use crate::error::Result;

/// The tables that wait, by name.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    tables: BTreeMap<String, Table>,
    /// Where tables that take long are kept for the next command.
    derived: Option<Derived>,
}

#[derive(Debug, Default)]
struct Table {
    /// Names by which a statement reads it: its own, and those of the views over it.
    names: BTreeSet<String>,
    /// The tables of the same kind that it is made of.
    needs: Vec<String>,
    is_filled: Mutex<bool>,
}

#[derive(Deserialize)]
struct View {
    schema: String,
    name: String,
    sql: String,
}

const VIEWS: &str = "
    select schema_name as schema, view_name as name, lower(sql) as sql from duckdb_views()
    where schema_name in ('main', 'source') and not internal order by all";

impl Deferred {
    /// Looks for them in what `queries/views.sql` made.
    pub(super) fn of(connection: &Connection, derived: Option<Derived>) -> Result<Self> {
        let views: Vec<View> = typed_rows(&query(connection, VIEWS, &Parameters::new())?)?;
        let (sources, over): (Vec<View>, Vec<View>) = views.into_iter().partition(|view| view.schema == "source");
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for source in &sources {
            let needs = sources.iter().filter(|other| other.name != source.name && source.sql.contains(&other.name));
            let mut names = BTreeSet::from([source.name.clone()]);
            // Views over views: until none is new.
            while let Some(view) =
                over.iter().find(|view| !names.contains(&view.name) && names.iter().any(|name| view.sql.contains(name)))
            {
                names.insert(view.name.clone());
            }
            let needs = needs.map(|need| need.name.clone()).collect();
            tables.insert(source.name.clone(), Table { names, needs, is_filled: Mutex::new(false) });
        }
        Ok(Self { tables, derived })
    }

    /// Fills the tables that a statement names, wherever in it; a name too many costs time only.
    pub(super) fn fill(&self, connection: &Connection, sql: &str) -> Result<()> {
        let sql = sql.to_lowercase();
        let named = self.tables.iter().filter(|(_, table)| table.names.iter().any(|name| sql.contains(name)));
        named.map(|(name, _)| name).try_for_each(|name| self.fill_one(connection, name))
    }

    fn fill_one(&self, connection: &Connection, name: &str) -> Result<()> {
        let Some(table) = self.tables.get(name) else { return Ok(()) };
        // Another session that wants it waits.
        let mut is_filled = table.is_filled.lock().unwrap_or_else(PoisonError::into_inner);
        if !*is_filled {
            let derived = self.derived.as_ref().filter(|derived| derived.keeps(name));
            if !derived.is_some_and(|derived| derived.read(connection, name)) {
                table.needs.iter().try_for_each(|need| self.fill_one(connection, need))?;
                match name {
                    // What SQL says badly, or at too high a price.
                    "exact_cascade" => cascade::compute(connection)?,
                    "shared_destination" => shared::compute(connection)?,
                    name => run(connection, &format!("insert into \"{name}\" from source.\"{name}\""))?,
                }
                if let Some(derived) = derived {
                    derived.write(connection, name);
                }
            }
            *is_filled = true;
        }
        Ok(())
    }
}
