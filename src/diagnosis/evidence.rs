//! What the store was given: which tables and columns, and how to export those that are missing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Missing;
use crate::engine::{Parameters, Session, typed_rows};
use crate::error::Result;
use crate::query::Query;
use crate::schema;

/// The tables of a store with the columns that their exports had.
#[derive(Debug, Default)]
pub struct Evidence {
    tables: BTreeMap<String, BTreeSet<String>>,
    /// The namespace prefix of the package's fields, as the audit log's header shows it.
    prefix: Option<String>,
}

#[derive(Deserialize)]
struct Given {
    table: String,
    columns: Option<Vec<String>>,
    prefix: Option<String>,
}

impl Evidence {
    /// Reads it from the books.
    pub fn of(session: &Session) -> Result<Evidence> {
        let books = session.query(
            "select \"table\", columns, prefix from stored.export order by \"table\" = 'audit_log' desc, ingest_number, export_id",
            &Parameters::new(),
        )?;
        let mut evidence = Evidence::default();
        for given in typed_rows::<Given>(&books)? {
            evidence.tables.entry(given.table).or_default().extend(given.columns.into_iter().flatten());
            evidence.prefix = evidence.prefix.or(given.prefix.filter(|prefix| !prefix.is_empty()));
        }
        Ok(evidence)
    }

    /// Whether a table, or a column (`sync_job.status`), was given.
    fn has(&self, what: &str) -> bool {
        match what.split_once('.') {
            Some((table, column)) => self.tables.get(table).is_some_and(|columns| columns.contains(column)),
            None => self.tables.contains_key(what),
        }
    }

    /// Whether everything is there without which a check cannot run.
    pub fn has_needs(&self, check: &Query) -> bool {
        check.needs.iter().all(|what| self.has(what))
    }

    /// What a check needs and was not given, with how to export it.
    pub fn missing(&self, check: &Query) -> Vec<Missing> {
        let mut missing: Vec<&str> = check.needs.iter().map(String::as_str).filter(|what| !self.has(what)).collect();
        if !check.any_of.is_empty() && !check.any_of.iter().any(|what| self.has(what)) {
            missing.extend(check.any_of.iter().map(String::as_str));
        }
        let mut tables: Vec<&str> = missing.iter().map(|what| what.split_once('.').map_or(*what, |(table, _)| table)).collect();
        tables.sort_unstable();
        tables.dedup();
        tables.iter().filter_map(|table| Some(self.recipe(schema::table(table)?))).collect()
    }

    fn recipe(&self, table: &schema::Table) -> Missing {
        let recipe = schema::recipe(table, self.prefix.as_deref().map(|prefix| prefix.trim_end_matches('_')));
        Missing { table: recipe.table, soql: recipe.soql, command: recipe.command, finds_fields: recipe.finds_fields }
    }

    /// The tables that a check could look at.
    pub fn looked_at(&self, check: &Query) -> Vec<String> {
        let mut tables: Vec<String> = check
            .needs
            .iter()
            .chain(&check.any_of)
            .chain(&check.sharpens)
            .filter(|what| self.has(what))
            .map(|what| what.split_once('.').map_or(what.as_str(), |(table, _)| table).to_string())
            .collect();
        tables.sort();
        tables.dedup();
        tables
    }
}
