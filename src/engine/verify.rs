//! Counts what a store holds and compares it with its books.

use serde::Deserialize;

use super::rows::typed_rows;
use super::session::{Parameters, Session};
use crate::error::Result;
use crate::schema;

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
}

/// What does not agree, a sentence each; nothing where all is well.
pub fn verify(session: &Session) -> Result<Vec<String>> {
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
        "select e.export_id, e.file, e.rows_read, e.rows_stored, e.rows_rejected, coalesce(f.records, 0) as found, coalesce(r.records, 0) as rejects,
            case when e.\"table\" = 'audit_log' then coalesce(o.records, 0)::bigint end as counted, coalesce(s.records, 0) as replaced
        from stored.export e
        left join ({}) f using (export_id, \"table\")
        left join (select export_id, count(*) as records from stored.reject group by export_id) r using (export_id)
        left join (select export_id, sum(records) as records from stored.outcome group by export_id) o using (export_id)
        left join (select export_id, count(*) as records from stored.superseded group by export_id) s using (export_id)
        order by e.ingest_number, e.export_id",
        tables.join(" union all ")
    );
    let mut wrong = Vec::new();
    for book in typed_rows::<Book>(&session.query(&sql, &Parameters::new())?)? {
        let mut compare = |what: &str, expected: i64, found: i64| {
            if expected != found {
                wrong.push(format!("{} ({}): {what}: {found} instead of {expected}", book.file, book.export_id));
            }
        };
        compare("rows stored and rejected", book.rows_read, book.rows_stored + book.rows_rejected);
        compare("rows in the store", book.rows_stored, book.found);
        compare("rejected rows kept", book.rows_rejected, book.rejects);
        if let Some(counted) = book.counted {
            compare("rows in the cube", book.rows_stored - book.replaced, counted);
        }
    }
    Ok(wrong)
}
