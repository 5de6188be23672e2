//! The books of one export: what was read, what became of it, and what was assumed.

use std::collections::BTreeMap;

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the store.
    Stored,
    /// Its content was there before.
    AlreadyThere {
        /// The export that holds it.
        export_id: String,
        /// The file it was read from then.
        file: String,
    },
    /// It was not read.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// The books of one export. `rows_read = rows_stored + rows_rejected` holds for every one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id: from its content, so that the same content has the same one.
    pub export_id: String,
    /// Its file as it was named; a member of an archive as `a.zip/b.csv`.
    pub file: String,
    /// The table that it fills.
    pub table: String,
    /// Bytes of its content, decompressed.
    pub bytes: u64,
    /// xxh3 of 128 bits over its content, decompressed.
    pub content_hash: String,
    /// Data rows in the file.
    pub rows_read: u64,
    /// Rows in the store.
    pub rows_stored: u64,
    /// Rows kept aside.
    pub rows_rejected: u64,
    /// Our columns that the export has, each with the header that gives it.
    pub columns: Vec<(String, String)>,
    /// Headers that no column takes.
    pub unknown: Vec<String>,
    /// Columns that would make the answers better.
    pub missing: Vec<String>,
    /// What was assumed, a sentence each.
    pub assumptions: Vec<String>,
    /// Values that could not be read as they stand: column, reason, count.
    pub bad_values: BTreeMap<String, BTreeMap<String, u64>>,
    /// Rows that another row of the same file names too.
    pub duplicates: u64,
    /// Namespace prefix of the header, without underscores.
    pub prefix: Option<String>,
    /// First time of an audit row, in microseconds since 1970.
    pub first_at: Option<i64>,
    /// Last time of an audit row.
    pub last_at: Option<i64>,
    /// What became of it.
    pub outcome: Outcome,
}

impl Account {
    /// The account of a file that was not read.
    pub fn skipped(file: &str, reason: &str) -> Self {
        Self {
            export_id: String::new(),
            file: file.to_string(),
            table: String::new(),
            bytes: 0,
            content_hash: String::new(),
            rows_read: 0,
            rows_stored: 0,
            rows_rejected: 0,
            columns: Vec::new(),
            unknown: Vec::new(),
            missing: Vec::new(),
            assumptions: Vec::new(),
            bad_values: BTreeMap::new(),
            duplicates: 0,
            prefix: None,
            first_at: None,
            last_at: None,
            outcome: Outcome::Skipped { reason: reason.to_string() },
        }
    }
}
