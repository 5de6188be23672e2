//! Tries the examples of checks: their tables go through the real ingest, and the rows they give are compared.

use std::fs;

use rayon::prelude::*;

use super::{Example, Given, Query};
use crate::engine::{Engine, Filter, Memory, json_rows};
use crate::error::{Place, Result};
use crate::ingest::{self, Input, Silent};
use crate::store::{Dataset, Durability, Store};

/// What came of one example.
#[derive(Debug)]
pub struct Tried {
    /// The query.
    pub query: String,
    /// Which example: `fires 1`, `silent 2`.
    pub example: String,
    /// What was expected and what came instead; none where they agree.
    pub difference: Option<String>,
}

/// Tries every example of `queries`, side by side.
pub fn try_examples(queries: &[Query]) -> Vec<Result<Tried>> {
    let examples: Vec<(&Query, String, &Example)> = queries
        .iter()
        .flat_map(|query| {
            let fires = query.fires.iter().enumerate().map(|(index, example)| (format!("fires {}", index + 1), example));
            let silent = query.silent.iter().enumerate().map(|(index, example)| (format!("silent {}", index + 1), example));
            fires.chain(silent).map(move |(name, example)| (query, name, example))
        })
        .collect();
    examples
        .into_par_iter()
        .map(|(query, name, example)| {
            let difference =
                difference(query, example).map_err(|error| error.at(format!("query '{}', example {name}", query.name)))?;
            Ok(Tried { query: query.name.clone(), example: name, difference })
        })
        .collect()
}

fn difference(query: &Query, example: &Example) -> Result<Option<String>> {
    let folder = tempfile::tempdir().place(|| "cannot make a temporary folder".into())?;
    let dataset = Dataset::open_or_create(&folder.path().join("store"), Durability::Temporary)?;
    for (table, text) in &example.tables {
        let path = folder.path().join(format!("{table}.csv"));
        fs::write(&path, text).place(|| format!("cannot write '{}'", path.display()))?;
        let options = ingest::Options { table: Some(table.clone()), ..ingest::Options::default() };
        ingest::ingest(&[Input::Path(path)], &dataset, &options, &Silent)?;
    }
    let filter = Filter { as_of: example.as_of.clone(), ..Filter::default() };
    let store = Store::Dataset(dataset.root().to_path_buf());
    let memory = Memory { threads: Some(1), limit: None };
    let engine = Engine::open(memory.start()?, &store, &filter, &[], Durability::Temporary)?;
    // A query of one's own may come from anybody.
    engine.lock(&store)?;
    let given = Given { everywhere: example.params.clone(), of_query: Vec::new() };
    let rows = json_rows(&query.run(&engine.session()?, &given)?)?;

    let mut expected = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(example.gives.as_bytes());
    let place = || "cannot read what the example gives".to_string();
    let columns: Vec<String> = expected.headers().place(place)?.iter().map(str::to_string).collect();
    let expected: Vec<Vec<String>> =
        expected.records().map(|record| Ok(record.place(place)?.iter().map(str::to_string).collect())).collect::<Result<_>>()?;
    let columns =
        if columns.is_empty() { rows.first().map(|row| row.keys().cloned().collect()).unwrap_or_default() } else { columns };
    let found: Vec<Vec<String>> = rows
        .iter()
        .map(|row| columns.iter().map(|column| row.get(column).map_or("(no such column)".into(), text)).collect())
        .collect();
    Ok((expected != found).then(|| format!("columns {columns:?}\n  expected {expected:?}\n  found    {found:?}")))
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
