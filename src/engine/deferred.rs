//! Tables that are filled when a statement first names them: they are made of audit rows or of texts, which takes time, and few
//! commands ask for them.
//!
//! `queries/views.sql` says which they are: every table that it makes `with no data`, and those that are filled in Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use duckdb::Connection;

use super::derived::{self, Derived};
use super::script::{self, Step};
use super::session::run;
use super::{cascade, reference, shared};
use crate::error::Result;

/// The tables that wait, by name.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    tables: BTreeMap<String, Table>,
    /// Where tables that take long are kept for the next command.
    derived: Option<Derived>,
}

#[derive(Debug)]
struct Table {
    /// Names by which a statement reads it: its own, and those of the views over it.
    names: BTreeSet<String>,
    /// The tables of the same kind that it is made of.
    needs: Vec<String>,
    made_by: Maker,
    is_filled: Mutex<bool>,
}

/// What gives the rows of a table.
#[derive(Debug, Clone)]
enum Maker {
    Sql(String),
    /// What SQL says badly, or at too high a price, or does not hold; with what it reads.
    Rust(fn(&Connection) -> Result<()>, &'static str),
}

impl Maker {
    fn reads(&self) -> &str {
        match self {
            Maker::Sql(sql) => sql,
            Maker::Rust(_, sql) => sql,
        }
    }
}

impl Deferred {
    /// Looks for them in the script that makes the views.
    pub(super) fn of(script: &str, derived: Option<Derived>) -> Self {
        let mut made = BTreeMap::from([
            ("error_code", Maker::Rust(reference::error_codes, "")),
            ("exact_cascade", Maker::Rust(cascade::compute, cascade::READS)),
            ("key_prefix", Maker::Rust(reference::key_prefixes, "")),
            ("shared_destination", Maker::Rust(shared::compute, shared::READS)),
        ]);
        let mut views = Vec::new();
        for Step { makes, reads, .. } in Step::of(script) {
            if reads.starts_with("create view") {
                views.push((makes, reads));
            } else if let Some((_, sql)) = reads.strip_suffix("with no data").and_then(|sql| sql.split_once(" as")) {
                made.insert(makes, Maker::Sql(sql.to_string()));
            }
        }
        let table = |(name, made_by): (&&str, &Maker)| {
            let mut names = BTreeSet::from([name.to_string()]);
            // Views over views: until none is new.
            while let Some((view, _)) =
                views.iter().find(|(view, sql)| !names.contains(*view) && names.iter().any(|name| script::names(sql, name)))
            {
                names.insert(view.to_string());
            }
            let needs = made.keys().filter(|other| *other != name && script::names(made_by.reads(), other));
            let needs = needs.map(|need| need.to_string()).collect();
            (name.to_string(), Table { names, needs, made_by: made_by.clone(), is_filled: Mutex::new(false) })
        };
        Self { tables: made.iter().map(table).collect(), derived }
    }

    /// The tables that a statement names, wherever in it; a name too many costs time only.
    fn named(&self, sql: &str) -> impl Iterator<Item = &String> {
        let sql = sql.to_lowercase();
        let named = self.tables.iter().filter(move |(_, table)| table.names.iter().any(|name| script::names(&sql, name)));
        named.map(|(name, _)| name)
    }

    /// Whether a table is one of them that nobody has named yet.
    pub(super) fn waits(&self, table: &str) -> bool {
        self.tables.get(table).is_some_and(|table| !*table.held())
    }

    /// How long a statement may wait for them beside others; 0 where it names none.
    pub(super) fn weight(&self, sql: &str) -> usize {
        self.named(sql).map(|name| 1 + derived::weight(name)).max().unwrap_or(0)
    }

    /// Fills the tables that a statement names.
    pub(super) fn fill(&self, connection: &Connection, sql: &str) -> Result<()> {
        self.named(sql).try_for_each(|name| self.fill_one(connection, name))
    }

    fn fill_one(&self, connection: &Connection, name: &str) -> Result<()> {
        let Some(table) = self.tables.get(name) else { return Ok(()) };
        let derived = self.derived.as_ref().filter(|derived| derived.keeps(name));
        let read = |is_filled: &mut bool| {
            *is_filled = *is_filled || derived.is_some_and(|derived| derived.read(connection, name));
            *is_filled
        };
        if read(&mut table.held()) {
            return Ok(());
        }
        // Before the table is held: who holds one waits for nobody.
        table.needs.iter().try_for_each(|need| self.fill_one(connection, need))?;
        let mut is_filled = table.held();
        if !read(&mut is_filled) {
            match &table.made_by {
                Maker::Rust(compute, _) => compute(connection)?,
                Maker::Sql(sql) => run(connection, &format!("insert into \"{name}\" {sql}"))?,
            }
            if let Some(derived) = derived {
                derived.write(connection, name);
            }
            *is_filled = true;
        }
        Ok(())
    }
}

impl Table {
    /// Whether it is filled, held so that nobody else fills it. While another session does, this thread works on something else.
    ///
    /// Who holds a table must not take on other work before it is done, for that may wait for the table.
    fn held(&self) -> MutexGuard<'_, bool> {
        loop {
            match self.is_filled.try_lock() {
                Ok(held) => return held,
                Err(TryLockError::Poisoned(held)) => return held.into_inner(),
                Err(TryLockError::WouldBlock) if rayon::yield_now() == Some(rayon::Yield::Executed) => {}
                Err(TryLockError::WouldBlock) => return self.is_filled.lock().unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}
