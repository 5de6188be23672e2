//! The tables by which exports of one store count together: the cube, the activity, and what is superseded.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};

use super::cube::{Cell, Cube, Minute, NULL};
use super::supersede::Lost;

/// Columns of equal length as a batch.
pub fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(columns).expect("the columns are equally long")
}

/// A column of texts.
pub fn texts<T: AsRef<str>>(texts: impl Iterator<Item = Option<T>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

/// A column of numbers.
pub fn numbers(numbers: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(numbers.collect::<Int64Array>())
}

/// A column of moments, in microseconds since 1970.
pub fn moments(moments: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(moments.collect::<TimestampMicrosecondArray>())
}

/// A group id as the store spells it.
pub fn group_text(group_id: u64) -> Option<String> {
    (group_id != 0).then(|| format!("{group_id:016x}"))
}

/// Rows written at a time.
const WRITTEN_ROWS: usize = 64 << 10;

/// Rows of exports that no longer count.
pub fn superseded(lost: &Lost) -> impl Iterator<Item = RecordBatch> {
    let rows = lost.iter().flat_map(|(export_id, rows)| rows.chunks(WRITTEN_ROWS).map(move |rows| (export_id, rows)));
    rows.map(|(export_id, rows)| {
        batch(vec![
            ("superseded_export_id", texts(rows.iter().map(|_| Some(export_id)))),
            ("row_number", numbers(rows.iter().map(|row| Some(*row as i64)))),
        ])
    })
}

/// The cube, in the order of its names and numbers.
pub fn outcome(cube: &Cube) -> RecordBatch {
    let mut rows: Vec<(&Cell, &i64)> = cube.cells.iter().filter(|(_, records)| **records != 0).collect();
    let order = cube.names.order();
    rows.sort_unstable_by_key(|(cell, _)| {
        let flags = [cell.is_parent, cell.update_required, cell.has_destination, cell.has_error];
        let numbers = [cell.sequence, cell.depth, cell.status_code, cell.hour, cell.position];
        (cell.names.map(&order), numbers, flags, cell.group_id)
    });
    let number = |value: i64| (value != NULL).then_some(value);
    let integer = |value: fn(&Cell) -> i64| -> ArrayRef {
        Arc::new(rows.iter().map(|(cell, _)| number(value(cell)).map(|value| value as i32)).collect::<Int32Array>())
    };
    let flag = |value: fn(&Cell) -> u8| -> ArrayRef {
        Arc::new(rows.iter().map(|(cell, _)| [Some(false), Some(true), None][value(cell) as usize]).collect::<BooleanArray>())
    };
    batch(vec![
        ("job_id", texts(rows.iter().map(|(cell, _)| cube.names.name(cell.names[0])))),
        ("object", texts(rows.iter().map(|(cell, _)| cube.names.name(cell.names[1])))),
        ("sequence", integer(|cell| cell.sequence)),
        ("depth", integer(|cell| cell.depth)),
        ("is_parent", flag(|cell| cell.is_parent)),
        ("update_required", flag(|cell| cell.update_required)),
        ("destination_org_id", texts(rows.iter().map(|(cell, _)| cube.names.name(cell.names[2])))),
        ("has_destination", flag(|cell| cell.has_destination)),
        ("status_code", integer(|cell| cell.status_code)),
        ("has_error", flag(|cell| cell.has_error)),
        ("group_id", texts(rows.iter().map(|(cell, _)| group_text(cell.group_id)))),
        ("hour", moments(rows.iter().map(|(cell, _)| number(cell.hour)))),
        ("position", numbers(rows.iter().map(|(cell, _)| number(cell.position)))),
        ("records", numbers(rows.iter().map(|(_, records)| Some(**records)))),
    ])
}

/// The activity by minute.
pub fn activity(cube: &Cube) -> RecordBatch {
    let mut rows: Vec<(&Minute, &(i64, i64))> = cube.minutes.iter().filter(|(_, sums)| **sums != (0, 0)).collect();
    let order = cube.names.order();
    rows.sort_unstable_by_key(|(minute, _)| (minute.names.map(&order), minute.minute));
    batch(vec![
        ("job_id", texts(rows.iter().map(|(minute, _)| cube.names.name(minute.names[0])))),
        ("object", texts(rows.iter().map(|(minute, _)| cube.names.name(minute.names[1])))),
        ("minute", moments(rows.iter().map(|(minute, _)| Some(minute.minute)))),
        ("records", numbers(rows.iter().map(|(_, (records, _))| Some(*records)))),
        ("failed", numbers(rows.iter().map(|(_, (_, failed))| Some(*failed)))),
    ])
}
