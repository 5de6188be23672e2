//! What `.tables`, `.schema` and `.queries` show: what there is, and what it means.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use crate::engine::Session;
use crate::error::{Error, Result, nearest};
use crate::query::{Catalogue, Query};
use crate::schema;

/// Tables that the views are made with, of no use by themselves.
const INTERNAL: [&str; 18] = [
    "batch_job",
    "batch_size",
    "cascade_count",
    "exact_cascade",
    "explained",
    "failed_row",
    "failing_streak",
    "family",
    "first_failure",
    "followed_row",
    "job_name",
    "limit_fault",
    "log_error",
    "named_later",
    "possible_cascade",
    "refresh_job",
    "shared_destination",
    "sign_in_fault",
];

#[derive(serde::Deserialize)]
struct Column {
    table: String,
    column: String,
    kind: String,
}

/// The columns of all tables and views that a user may read, in order.
fn columns(session: &Session) -> Result<Vec<Column>> {
    let columns: Vec<Column> = session.rows(
        "select table_name as \"table\", column_name as \"column\", data_type as kind from duckdb_columns() \
         where schema_name = 'main' and not internal order by table_name, column_index",
    )?;
    Ok(columns.into_iter().filter(|column| !INTERNAL.contains(&column.table.as_str())).collect())
}

/// The tables and views that a user may read, with their columns.
pub(super) fn tables(session: &Session) -> Result<BTreeMap<String, Vec<String>>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Column { table, column, .. } in columns(session)? {
        tables.entry(table).or_default().push(column);
    }
    Ok(tables)
}

/// Every table and view: its name, its rows where they are counted already, and what a row is.
pub(super) fn list(session: &Session) -> Result<RecordBatch> {
    #[derive(serde::Deserialize)]
    struct Counted {
        table: String,
        rows: i64,
    }
    let counted: Vec<Counted> = session.rows(
        "select table_name as \"table\", estimated_size as rows from duckdb_tables() where schema_name = 'main' \
         union all select 'audit_log', coalesce(sum(records), 0)::bigint from outcome",
    )?;
    let names: Vec<String> = tables(session)?.into_keys().collect();
    let rows_of =
        |name: &String| counted.iter().find(|counted| counted.table == *name && !session.waits(name)).map(|counted| counted.rows);
    let rows: Vec<Option<i64>> = names.iter().map(rows_of).collect();
    let meanings: Vec<&str> = names.iter().map(|name| schema::meaning(name).unwrap_or_default()).collect();
    batch([("table", texts(&names)), ("rows", Arc::new(Int64Array::from(rows))), ("a row is", texts(&meanings))])
}

/// The columns of one table, or of all: name, type, meaning.
pub(super) fn schema(session: &Session, table: Option<&str>) -> Result<RecordBatch> {
    let all = columns(session)?;
    let Some(name) = table else {
        let meanings: Vec<&str> = all.iter().map(meaning).collect();
        return batch([
            ("table", texts(all.iter().map(|column| &column.table))),
            ("column", texts(all.iter().map(|column| &column.column))),
            ("type", texts(all.iter().map(|column| &column.kind))),
            ("meaning", texts(meanings)),
        ]);
    };
    let of_table: Vec<&Column> = all.iter().filter(|column| column.table.eq_ignore_ascii_case(name)).collect();
    if of_table.is_empty() {
        let error = Error::new(format!("there is no table '{name}'"));
        return Err(match nearest(name, all.iter().map(|column| column.table.as_str())) {
            Some(near) => error.hint(format!("did you mean '{near}'? `.tables` lists all")),
            None => error.hint("`.tables` lists all"),
        });
    }
    batch([
        ("column", texts(of_table.iter().map(|column| &column.column))),
        ("type", texts(of_table.iter().map(|column| &column.kind))),
        ("meaning", texts(of_table.iter().map(|column| meaning(column)))),
    ])
}

fn meaning(column: &Column) -> &'static str {
    schema::column_meaning(&column.table, &column.column).unwrap_or_default()
}

/// The named queries: area, name, parameters, title.
pub fn queries(catalogue: &Catalogue) -> Result<RecordBatch> {
    let parameters = |query: &Query| query.params.iter().map(|param| param.name.as_str()).collect::<Vec<_>>().join(", ");
    let all = catalogue.all();
    batch([
        ("area", texts(all.iter().map(|query| &query.area))),
        ("query", texts(all.iter().map(|query| &query.name))),
        ("parameters", texts(all.iter().map(parameters))),
        ("title", texts(all.iter().map(|query| &query.title))),
    ])
}

fn texts<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<RecordBatch> {
    RecordBatch::try_from_iter(columns).map_err(|error| Error::new(format!("cannot list what there is: {error}")))
}
