//! The words that the shell completes and colours, as the engine and the store know them.

use std::collections::{BTreeMap, BTreeSet};

use super::describe;
use crate::engine::Session;
use crate::error::Result;
use crate::query::Catalogue;

/// Jobs that are offered for completion: more would not be looked through.
const JOBS: usize = 5_000;

/// Everything that can be completed.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Tables and views, with their columns.
    pub tables: BTreeMap<String, Vec<String>>,
    /// SQL keywords, in capitals.
    pub keywords: BTreeSet<String>,
    /// Functions.
    pub functions: BTreeSet<String>,
    /// Named queries, with their parameters.
    pub queries: BTreeMap<String, Vec<String>>,
    /// Ids of jobs, newest first.
    pub jobs: Vec<String>,
    /// API names of objects.
    pub objects: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Word {
    word: String,
}

impl Vocabulary {
    /// Asks the engine.
    pub(super) fn of(session: &Session, catalogue: &Catalogue) -> Result<Vocabulary> {
        let words = |sql: &str| -> Result<Vec<String>> {
            let rows: Vec<Word> = session.rows(sql)?;
            Ok(rows.into_iter().map(|row| row.word).collect())
        };
        Ok(Vocabulary {
            tables: describe::tables(session)?,
            keywords: words("select upper(keyword_name) as word from duckdb_keywords()")?.into_iter().collect(),
            functions: words("select distinct function_name as word from duckdb_functions() where regexp_full_match(function_name, '[a-z][a-z0-9_]*')")?
                .into_iter()
                .collect(),
            queries: catalogue.all().iter().map(|query| (query.name.clone(), query.params.iter().map(|param| param.name.clone()).collect())).collect(),
            jobs: words(&format!("select job_id as word from job where job_id is not null order by started_at desc nulls last, job_id limit {JOBS}"))?,
            objects: words("select distinct object as word from outcome where object is not null order by object")?,
        })
    }
}
