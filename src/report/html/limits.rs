//! How much of a report the page shows: lists and texts are cut until it is small enough.

use serde_json::Value;

use crate::report::words::{clip, visible};

/// How much of each list, and of each text, is shown.
pub struct Limits {
    /// Findings.
    pub findings: usize,
    /// Rows of a finding.
    pub samples: usize,
    /// Rows of any other list.
    pub rows: usize,
    /// Counts by job, object and group.
    pub cells: usize,
    /// Characters of a text.
    text: usize,
    /// Characters of SQL.
    sql: usize,
}

impl Default for Limits {
    /// What a reader can use: the lists are ordered by weight, and the page filters.
    fn default() -> Self {
        Self { findings: 300, samples: 8, rows: 300, cells: 20_000, text: 1_500, sql: 12_000 }
    }
}

impl Limits {
    /// Half as much; none once a page cannot get any smaller.
    pub fn halved(&self) -> Option<Self> {
        let half = |limit: usize, least: usize| (limit / 2).max(least);
        let less = Self {
            findings: half(self.findings, 10),
            samples: half(self.samples, 1),
            rows: half(self.rows, 10),
            cells: half(self.cells, 100),
            text: half(self.text, 200),
            sql: half(self.sql, 1_000),
        };
        (less.findings < self.findings || less.text < self.text || less.sql < self.sql).then_some(less)
    }
}

/// Bounds the texts of a page and makes them inert. The drawings stay as they are.
pub fn bound(value: &mut Value, key: &str, limits: &Limits) {
    match value {
        Value::String(_) if key == "svg" => {}
        Value::String(text) => {
            let limit = if is_sql(key) { limits.sql } else { limits.text };
            *text = visible(&clip(text, limit)).into_owned();
        }
        Value::Array(values) => values.iter_mut().for_each(|value| bound(value, key, limits)),
        Value::Object(values) => {
            for (inner, value) in values.iter_mut() {
                bound(value, if is_sql(key) { key } else { inner }, limits);
            }
        }
        _ => {}
    }
}

fn is_sql(key: &str) -> bool {
    key.ends_with("sql")
}
