//! Counts what a store holds and compares it with its books.

use serde::Deserialize;

use super::filter::Filter;
use super::memory::Memory;
use super::session::Session;
use super::views::Engine;
use crate::error::Result;
use crate::schema;
use crate::store::{Durability, Store};

#[derive(Deserialize)]
struct Book {
    export_id: String,
    file: String,
    rows_read: i64,
    rows_stored: i64,
    rows_rejected: i64,
    found: i64,
    rejects: i64,
    counted: Option<i64>,
    replaced: i64,
    /// Rows that it lists as superseded and that are not there, or listed by another too.
    astray: i64,
}

/// What does not agree, a sentence each; nothing where all is well.
pub fn verify(store: &Store, memory: &Memory) -> Result<Vec<String>> {
    let damaged = store.damaged()?;
    if !damaged.is_empty() {
        // It may not even open, and what it counts means nothing.
        return Ok(damaged);
    }
    let engine = Engine::open(memory.start()?, store, &Filter::default(), &[], Durability::Flushed)?;
    let session = engine.session()?;
    let mut wrong = books(&session)?;
    wrong.extend(cube(&session)?);
    Ok(wrong)
}

/// The books of each export against its rows.
fn books(session: &Session) -> Result<Vec<String>> {
    let tables: Vec<String> = schema::tables()
        .iter()
        .map(|table| {
            format!(
                "select export_id, '{0}' as \"table\", count(*) as records from stored.\"{0}\" group by export_id",
                table.name
            )
        })
        .collect();
    let sql = format!(
        "with astray as (
            select export_id from stored.superseded s
            where not exists (select 1 from stored.audit_log a where a.export_id = s.superseded_export_id and a.row_number = s.row_number)
            union all
            select export_id from stored.superseded qualify count(*) over (partition by superseded_export_id, row_number) > 1
        )
        select e.export_id, e.file, e.rows_read, e.rows_stored, e.rows_rejected, coalesce(f.records, 0) as found, coalesce(r.records, 0) as rejects,
            case when e.\"table\" = 'audit_log' then coalesce(o.records, 0)::bigint end as counted, coalesce(s.records, 0) as replaced,
            coalesce(t.records, 0) as astray
        from stored.export e
        left join ({}) f using (export_id, \"table\")
        left join (select export_id, count(*) as records from stored.reject group by export_id) r using (export_id)
        left join (select export_id, sum(records) as records from stored.outcome group by export_id) o using (export_id)
        left join (select export_id, count(*) as records from stored.superseded group by export_id) s using (export_id)
        left join (select export_id, count(*) as records from astray group by export_id) t using (export_id)
        order by e.ingest_number, e.export_id",
        tables.join(" union all ")
    );
    let mut wrong = Vec::new();
    for book in session.rows::<Book>(&sql)? {
        let mut compare = |what: &str, expected: i64, found: i64| {
            if expected != found {
                wrong.push(format!("{} ({}): {what}: {found} instead of {expected}", book.file, book.export_id));
            }
        };
        compare("rows stored and rejected", book.rows_read, book.rows_stored + book.rows_rejected);
        compare("rows in the store", book.rows_stored, book.found);
        compare("rejected rows kept", book.rows_rejected, book.rejects);
        compare("superseded rows that are not there or superseded twice", 0, book.astray);
        if let Some(counted) = book.counted {
            compare("rows in the cube", book.rows_stored - book.replaced, counted);
        }
    }
    Ok(wrong)
}

/// The cube against the audit rows that count, counted again.
fn cube(session: &Session) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Cell {
        cell: String,
        counted: i64,
        found: i64,
    }
    let columns = "job_id, object, status_code, has_error, group_id";
    let sql = format!(
        "select concat_ws(', ', {columns}) as cell, sum(counted)::bigint as counted, sum(found)::bigint as found from (
            select {columns}, records as counted, 0 as found from outcome
            union all select {columns}, 0, count(*) from audit_log group by all
        ) group by {columns} having sum(counted) <> sum(found) order by all limit 10"
    );
    let cells: Vec<Cell> = session.rows(&sql)?;
    Ok(cells
        .into_iter()
        .map(|Cell { cell, counted, found }| format!("the cube counts {counted} rows of ({cell}), the store holds {found}"))
        .collect())
}
