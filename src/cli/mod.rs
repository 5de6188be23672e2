//! The commands: one file each, with its arguments and the few calls that it makes.

mod arguments;
mod compare;
mod completions;
mod explain;
mod ingest;
mod jobs;
mod man;
mod opened;
mod planned;
mod query;
mod record;
mod report;
mod retry;
mod reveal;
mod rollback;
mod sample;
mod shown;
mod sql;
mod store;
mod told;

use clap::{Parser, Subcommand};

use crate::error::Result;

pub use arguments::Everywhere;

/// Turns exports of iSyncSF's audit log into answers: what failed, why, what to fix first, what to retry.
#[derive(Debug, Parser)]
#[command(name = "synclens", version, propagate_version = true, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Begin with: synclens report audit_log.csv")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    everywhere: Everywhere,
}

#[derive(Debug, Subcommand)]
enum Command {
    Report(report::Report),
    Ingest(ingest::Ingest),
    Jobs(jobs::Jobs),
    Compare(compare::Compare),
    Record(record::Record),
    Retry(retry::Retry),
    Rollback(rollback::Rollback),
    Query(query::Query),
    Sql(sql::Sql),
    Explain(explain::Explain),
    Sample(sample::Sample),
    Store(store::Store),
    Reveal(reveal::Reveal),
    Completions(completions::Completions),
    Man(man::Man),
}

/// How a command ended that could do what it was asked to.
#[derive(Debug, PartialEq, Eq)]
pub enum Done {
    /// All is well (exit code 0).
    Well,
    /// It is done, and what was found is worse than allowed, for this reason (exit code 1).
    Objected(String),
}

/// Runs the command.
///
/// # Errors
/// What could not be done, worded for the user (exit code 2).
pub fn run(cli: &Cli) -> Result<Done> {
    let everywhere = &cli.everywhere;
    everywhere.set_threads()?;
    let done = match &cli.command {
        Command::Report(command) => command.run(everywhere),
        Command::Ingest(command) => command.run(everywhere),
        Command::Jobs(command) => command.run(everywhere),
        Command::Compare(command) => command.run(everywhere),
        Command::Record(command) => command.run(everywhere),
        Command::Retry(command) => command.run(everywhere),
        Command::Rollback(command) => command.run(everywhere),
        Command::Query(command) => command.run(everywhere),
        Command::Sql(command) => command.run(everywhere),
        Command::Explain(command) => command.run(everywhere),
        Command::Sample(command) => command.run(everywhere),
        Command::Store(command) => command.run(everywhere),
        Command::Reveal(command) => command.run(everywhere),
        Command::Completions(command) => command.run(everywhere),
        Command::Man(command) => command.run(everywhere),
    };
    done.map_err(|error| match everywhere.store.get() {
        Some(store) if error.is_fault() && error.next_step().is_none() => opened::explained(error, store),
        _ => error,
    })
}
