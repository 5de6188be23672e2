//! The `.sql` files: front matter, parameters, and running many of them side by side.

pub mod check;
mod file;
mod parameters;

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use file::{Example, Kind, Param, Query, Severity};

use crate::engine::{Rows, Session};
use crate::error::{Error, Place, Result};

/// The files of `queries/`, as listed when the crate was built: path below the folder, text.
static BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/queries.rs"));

/// The queries that can be run, by name.
#[derive(Debug)]
pub struct Catalogue {
    queries: Vec<Query>,
}

impl Catalogue {
    /// The queries of the tool, and those of the folder `own` where one is given. One of the user's own hides a built-in one of its name.
    pub fn load(own: Option<&Path>) -> Result<Catalogue> {
        let mut queries = Vec::new();
        for (path, text) in BUILT_IN {
            queries.push(Query { is_built_in: true, ..Query::parse(Path::new(path), text)? });
        }
        if let Some(folder) = own {
            let of_folder = Catalogue::of_folder(folder)?;
            queries.retain(|query: &Query| of_folder.get(&query.name).is_none());
            queries.extend(of_folder.queries);
        }
        Ok(Catalogue { queries })
    }

    /// The queries of one folder and the folders below it.
    pub fn of_folder(folder: &Path) -> Result<Catalogue> {
        let mut files = Vec::new();
        list(folder, &mut files)?;
        files.sort();
        let mut queries: Vec<Query> = Vec::new();
        for path in files {
            let text = std::fs::read_to_string(&path).place(|| format!("cannot read '{}'", path.display()))?;
            let query = Query::parse(&path, &text)?;
            if queries.iter().any(|other| other.name == query.name) {
                return Err(Error::new(format!("'{}': a query named '{}' is there already", path.display(), query.name)));
            }
            queries.push(query);
        }
        Ok(Catalogue { queries })
    }

    /// All queries, in the order of their files.
    pub fn all(&self) -> &[Query] {
        &self.queries
    }

    /// The queries that diagnose.
    pub fn checks(&self) -> impl Iterator<Item = &Query> {
        self.queries.iter().filter(|query| query.is_check())
    }

    /// The query with this name.
    pub fn get(&self, name: &str) -> Option<&Query> {
        self.queries.iter().find(|query| query.name == name)
    }

    /// The query with this name, or an error that names the nearest ones.
    pub fn find(&self, name: &str) -> Result<&Query> {
        self.get(name).ok_or_else(|| {
            let near = crate::error::nearest(name, self.queries.iter().map(|query| query.name.as_str()));
            Error::new(format!("there is no query '{name}'")).hint(match near {
                Some(near) => format!("did you mean '{near}'? `synclens query` lists all"),
                None => "`synclens query` lists all".into(),
            })
        })
    }

    /// Refuses parameters that no query has, and those of queries that are not there.
    pub fn accepts(&self, given: &Given) -> Result<()> {
        given.of_query.iter().try_for_each(|(query, name, _)| self.find(query)?.has(name))?;
        match given.everywhere.iter().find(|(name, _)| self.queries.iter().all(|query| query.has(name).is_err())) {
            Some((name, _)) => Err(Error::new(format!("no query has a parameter '{name}'"))
                .hint("`synclens explain CHECK` lists the parameters of a check")),
            None => Ok(()),
        }
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).place(|| format!("cannot read the folder '{}'", folder.display()))? {
        let path = entry.place(|| format!("cannot read the folder '{}'", folder.display()))?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "sql") {
            files.push(path);
        }
    }
    Ok(())
}

/// Runs queries side by side, each on a connection of its own; the answers come in the order of the queries, each with its query.
///
/// `given` are the values of parameters that differ from their defaults: query, parameter, text of the value. What takes longest
/// begins first.
pub fn run_all<'a>(session: &Session, queries: &[&'a Query], given: &Given) -> Vec<(&'a Query, Result<Rows>)> {
    let mut waiting: Vec<(usize, Result<Session>)> = (0..queries.len()).map(|place| (place, session.another())).collect();
    waiting.sort_by_key(|(place, _)| Reverse(session.weight(&queries[*place].sql)));
    let run =
        |(place, session): (usize, Result<Session>)| (place, session.and_then(|session| queries[place].run(&session, given)));
    let mut answers: Vec<(usize, Result<Rows>)> = waiting.into_par_iter().with_max_len(1).map(run).collect();
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(place, rows)| (queries[place], rows)).collect()
}

/// Values of parameters as the user gave them.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// For every query that has such a parameter (`--param K=V`).
    pub everywhere: Vec<(String, String)>,
    /// For one query (`[params."slug"]` of the configuration): query, parameter, value.
    pub of_query: Vec<(String, String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Engine, Filter, Memory, Parameters, Value};
    use crate::store::{Dataset, Durability, Store};

    #[test]
    fn every_query_of_the_tool_is_one_select() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        Dataset::open_or_create(folder.path(), Durability::Temporary)?;
        let store = Store::Dataset(folder.path().to_path_buf());
        let session =
            Engine::open(Memory::default().start()?, &store, &Filter::default(), &[], Durability::Temporary)?.session()?;
        for query in Catalogue::load(None)?.all() {
            let nothing: Parameters = query.params.iter().map(|param| (param.name.clone(), Value::Null)).collect();
            session.select(&query.sql, &nothing).map_err(|error| error.at(query.name.clone()))?;
        }
        Ok(())
    }
}
