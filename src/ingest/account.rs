//! The books of one export: what was read, what became of it, and what was assumed.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::run::Tally;
use crate::store::catalogue::Book;

/// Columns of an audit log without which answers are poorer: identity, job, time.
const WANTED: [&str; 3] = ["audit_id", "job_id", "modified_at"];

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
    /// The account of an export whose rows were read.
    pub(super) fn new(file: &str, plan: &Plan, tally: &Tally, hash: u128, bytes: u64) -> Self {
        let content_hash = format!("{hash:032x}");
        let fields = plan.table.columns.iter().enumerate();
        let fields = fields.filter_map(|(index, column)| Some((column.name.clone(), plan.header(index)?.to_string())));
        let bad = plan.table.columns.iter().zip(&tally.bad).filter(|(_, bad)| !bad.is_empty());
        let bad = bad.map(|(column, bad)| {
            let counts = bad.iter().map(|(reason, count)| ((*reason).to_string(), *count)).collect();
            (column.name.clone(), counts)
        });
        let wanted = if plan.is_audit_log() { &WANTED[..] } else { &[] };
        let mut assumptions = plan.assumptions.clone();
        match tally.rows_short {
            0 => {}
            1 => assumptions.push("1 row is shorter than the header: what it lacks is empty".to_string()),
            short => assumptions.push(format!("{short} rows are shorter than the header: what they lack is empty")),
        }
        if let Some(line) = tally.footer.first() {
            let footer = match tally.footer.len() {
                1 => format!("the line behind the rows is a footer: '{line}'"),
                lines => format!("{lines} lines behind the rows are a footer, the first is '{line}'"),
            };
            assumptions.push(footer);
        }
        Self {
            export_id: format!("x{}", &content_hash[..16]),
            table: plan.table.name.clone(),
            bytes,
            content_hash,
            rows_read: tally.rows_read,
            rows_stored: tally.rows_read - tally.rows_rejected,
            rows_rejected: tally.rows_rejected,
            columns: fields.collect(),
            unknown: plan.unknown.iter().map(|field| plan.headers[*field].clone()).filter(|header| !header.is_empty()).collect(),
            missing: wanted.iter().filter(|column| !plan.has(column)).map(|column| (*column).to_string()).collect(),
            assumptions,
            bad_values: bad.collect(),
            prefix: plan.prefix.clone(),
            first_at: tally.span.map(|(first, _)| first),
            last_at: tally.span.map(|(_, last)| last),
            outcome: Outcome::Stored,
            ..Self::skipped(file, "")
        }
    }

    /// Says that the store held its content before.
    pub fn is_there_already(&mut self, book: &Book) {
        self.outcome = Outcome::AlreadyThere { export_id: book.export_id.clone(), file: book.file.clone() };
    }

    /// Why it was not read, if it was not.
    pub fn reason(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Skipped { reason } => Some(reason),
            Outcome::Stored | Outcome::AlreadyThere { .. } => None,
        }
    }

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
