//! What is told on standard error: progress, and how each export was read.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::{Everywhere, When};
use crate::ingest::{Account, Outcome, Progress};
use crate::report::terminal::wrap;
use crate::report::words;
use crate::schema;
use crate::store::Compacted;
use crate::store::catalogue::Book;

/// A progress bar: bytes, rows a second, time left. Silent where standard error is no terminal.
pub struct Bars {
    bar: ProgressBar,
    rows: AtomicU64,
}

impl Bars {
    /// A bar, hidden where the user wants none.
    pub fn new(everywhere: &Everywhere) -> Bars {
        let target = if everywhere.quiet || everywhere.progress == When::Never {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{msg} {bar:20} {bytes}/{total_bytes}  {prefix}  {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Bars { bar, rows: AtomicU64::new(0) }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bars {
    fn begin(&self, file: &str, bytes: Option<u64>) {
        self.bar.set_message(words::line(file));
        self.bar.inc_length(bytes.unwrap_or(0));
    }

    fn advance(&self, bytes: u64, rows: u64) {
        self.bar.inc(bytes);
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let a_second = rows as f64 / self.bar.elapsed().as_secs_f64().max(0.001);
        self.bar.set_prefix(format!("{} rows, {} a second", words::count(rows), words::count(a_second as u64)));
    }
}

/// Writes a line to standard error; where that cannot be written to, nobody is left to tell.
macro_rules! say {
    ($($part:tt)*) => { drop(writeln!(anstream::stderr(), $($part)*)) };
}

/// Columns that a line is given.
const LINE_COLUMNS: usize = 80;

/// What became of each file, and in one line which files are no exports by their names. `rejects` is the command that shows the rejected rows.
pub fn accounts(everywhere: &Everywhere, accounts: &[Account], rejects: &str) {
    if everywhere.quiet {
        return;
    }
    let mut others = Vec::new();
    for account in accounts {
        match &account.outcome {
            Outcome::Skipped { .. } if is_no_export_by_name(&account.file) => others.push(words::line(&account.file)),
            _ => drop(write!(anstream::stderr(), "{}", told(account, rejects))),
        }
    }
    if !others.is_empty() {
        say!("not read, since they are no exports: {}", others.join(", "));
    }
}

/// Whether the name of a file alone says that it is written for people or programs, not exported.
fn is_no_export_by_name(file: &str) -> bool {
    const ENDINGS: [&str; 12] = [".md", ".html", ".htm", ".log", ".pdf", ".png", ".jpg", ".svg", ".css", ".js", ".py", ".sh"];
    let file = file.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// How one export was read: its table and books, what was guessed, and what would make answers better.
fn told(account: &Account, rejects: &str) -> String {
    let mut text = Told(words::line(&account.file) + "\n");
    match &account.outcome {
        Outcome::Skipped { reason } => text.add("skipped", reason),
        Outcome::AlreadyThere { export_id, file } => {
            text.add("nothing to do", &format!("its content is in the store already, as {export_id} (from {file})"));
        }
        Outcome::Stored => stored(account, rejects, &mut text),
    }
    text.0
}

fn stored(account: &Account, rejects: &str, text: &mut Told) {
    let (read, stored, rejected) = (account.rows_read, account.rows_stored, account.rows_rejected);
    let read = words::counted(read, "row");
    text.add(&account.table, &format!("{read} read = {} stored + {} rejected", words::count(stored), words::count(rejected)));
    if account.rows_rejected > 0 {
        text.add("see the rejected rows", rejects);
    }
    let guessed: Vec<String> = account
        .columns
        .iter()
        .filter(|(column, header)| !is_documented(&account.table, column, header))
        .map(|(column, header)| format!("{header} as {column}"))
        .collect();
    text.add("read", &guessed.join(", "));
    text.add("not recognised", &account.unknown.join(", "));
    for assumption in &account.assumptions {
        text.add("assumed", assumption);
    }
    for (column, reasons) in &account.bad_values {
        for (reason, count) in reasons {
            text.add(column, &format!("{} {reason}", words::counted(*count, "value")));
        }
    }
    if account.duplicates > 0 {
        text.add("told twice", &format!("{} more than once in this file", words::counted(account.duplicates, "row")));
    }
    text.add("would make the answers better", &account.missing.join(", "));
}

/// Whether the header is the column's own name or the documented name of its field, so that nothing was guessed.
fn is_documented(table: &str, column: &str, header: &str) -> bool {
    let key = schema::normalise(header).key;
    let known = schema::table(table).and_then(|table| Some(&table.columns[table.column(column)?]));
    let field = known.and_then(|column| column.field.as_deref());
    field.into_iter().chain([column]).any(|name| schema::normalise(name).key == key)
}

/// Lines below the name of a file.
struct Told(String);

impl Told {
    /// Adds `label: text`, unless there is no text.
    fn add(&mut self, label: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut indent = "  ";
        for line in wrap(&words::line(&format!("{label}: {text}")), LINE_COLUMNS - 4) {
            self.0.push_str(indent);
            self.0.push_str(&line);
            self.0.push('\n');
            indent = "    ";
        }
    }
}

/// An export was taken out.
pub fn forgotten(everywhere: &Everywhere, book: &Book) {
    if !everywhere.quiet {
        say!("{} ({}) is forgotten: {}", words::line(&book.file), book.export_id, words::counted(book.rows_stored, "row"));
    }
}

/// Files were put together.
pub fn compacted(everywhere: &Everywhere, Compacted { before, after }: &Compacted) {
    if !everywhere.quiet {
        say!("{} before, {after} now", words::counted(*before as u64, "file"));
    }
}

/// A store was copied.
pub fn copied(everywhere: &Everywhere, exports: usize, to: &Path) {
    if !everywhere.quiet {
        say!("{} copied to '{}'", words::counted(exports as u64, "export"), to.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_fits_a_terminal_and_leaves_out_what_was_not_guessed() {
        let columns = [("audit_id", "NS__ID"), ("job_id", "NS__DataSyncJob__c"), ("depth", "NS__SubSequence__c")];
        let columns = columns.map(|(column, header)| (column.to_string(), header.to_string())).to_vec();
        let unknown = (0..20).map(|number| format!("Custom_Field_{number}__c")).collect();
        let mut account = Account { columns, unknown, outcome: Outcome::Stored, ..Account::skipped("a/b.csv", "") };
        (account.table, account.rows_read, account.rows_stored) = ("audit_log".into(), 3, 3);
        let text = told(&account, "");
        assert!(text.starts_with("a/b.csv\n  audit_log: 3 rows read = 3 stored + 0 rejected\n"), "{text}");
        assert!(text.contains("  read: NS__DataSyncJob__c as job_id\n"), "{text}");
        assert!(text.lines().all(|line| line.len() <= LINE_COLUMNS), "{text}");
        assert!(text.contains("Custom_Field_19__c"), "{text}");
    }
}
