//! What a statement is, and what its answer says.

use std::io::Write;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Schema;

use super::token::{Kind, tokens};
use crate::error::{Place, Result};
use crate::table::neutral;

/// Whether a statement gives rows, by its first word.
pub(super) fn is_query(sql: &str) -> bool {
    const CHANGES: [&str; 22] = [
        "ALTER",
        "ANALYZE",
        "ATTACH",
        "BEGIN",
        "COMMENT",
        "COMMIT",
        "COPY",
        "CREATE",
        "DEALLOCATE",
        "DELETE",
        "DROP",
        "IMPORT",
        "INSERT",
        "MERGE",
        "PREPARE",
        "RESET",
        "ROLLBACK",
        "SET",
        "START",
        "TRUNCATE",
        "UPDATE",
        "USE",
    ];
    let tokens = tokens(sql);
    let first = tokens.iter().find(|token| !matches!(token.kind, Kind::Space | Kind::Comment));
    !first.is_some_and(|first| CHANGES.iter().any(|word| first.is(word)))
}

/// Whether a result only tells how much was changed.
pub(super) fn is_count(schema: &Schema) -> bool {
    match schema.fields().as_ref() {
        [] => true,
        [field] => matches!(field.name().as_str(), "Count" | "Success"),
        _ => false,
    }
}

/// How much was changed, in words.
pub(super) fn changed(batches: &[RecordBatch]) -> String {
    let count = batches.first().filter(|batch| batch.num_columns() == 1 && batch.num_rows() == 1).and_then(|batch| {
        let column = batch.column(0).as_primitive_opt::<arrow::datatypes::Int64Type>()?;
        Some(column.value(0))
    });
    count.map_or("done".into(), |count| if count == 1 { "1 row changed".into() } else { format!("{count} rows changed") })
}

/// The plan of a query, which is a drawing and no table.
pub(super) fn explained(batches: &[RecordBatch]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for batch in batches {
        let Some(plan) = batch.columns().last().and_then(|column| column.as_string_opt::<i32>()) else { continue };
        for line in plan.iter().flatten().flat_map(str::lines) {
            writeln!(out, "{}", neutral(line)).place(|| "cannot write the plan".into())?;
        }
    }
    Ok(())
}
