//! What is told on standard error: progress, and how each export was read.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::{Everywhere, When};
use crate::ingest::{Account, Outcome, Progress};
use crate::report::words;
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

/// How exports were read.
pub fn accounts(everywhere: &Everywhere, accounts: &[Account]) {
    if !everywhere.quiet {
        accounts.iter().for_each(account);
    }
}

/// How one export was read: its table and books, which header became which column, and what would make answers better.
fn account(account: &Account) {
    let file = words::line(&account.file);
    match &account.outcome {
        Outcome::Skipped { reason } => {
            say!("{file}: skipped: {reason}");
            return;
        }
        Outcome::AlreadyThere { export_id, file: other } => {
            say!("{file}: nothing to do, its content is in the store already as {export_id} (from {})", words::line(other));
            return;
        }
        Outcome::Stored => {}
    }
    say!(
        "{file}: {}: read {} = stored {} + rejected {}",
        account.table,
        words::counted(account.rows_read, "row"),
        words::count(account.rows_stored),
        words::count(account.rows_rejected)
    );
    let columns: Vec<String> = account
        .columns
        .iter()
        .map(|(column, header)| if column == header { column.clone() } else { format!("{} as {column}", words::line(header)) })
        .collect();
    say!("  read {}", columns.join(", "));
    if !account.unknown.is_empty() {
        say!("  not recognised: {}", account.unknown.iter().map(|header| words::line(header)).collect::<Vec<_>>().join(", "));
    }
    for assumption in &account.assumptions {
        say!("  assumed: {}", words::line(assumption));
    }
    for (column, reasons) in &account.bad_values {
        for (reason, count) in reasons {
            say!("  {column}: {} {}", words::counted(*count, "value"), words::line(reason));
        }
    }
    if account.duplicates > 0 {
        say!("  {} more than once in this file", words::counted(account.duplicates, "row"));
    }
    if account.rows_rejected > 0 {
        say!("  rejected rows: `synclens store rejects` shows them");
    }
    if !account.missing.is_empty() {
        say!("  would make the answers better: {}", account.missing.join(", "));
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
