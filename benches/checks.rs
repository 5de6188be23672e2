//! How long the analyses and the checks of a report take on a store: those that read the cube together, those that read audit rows one by one.
//!
//!     cargo bench --bench checks -- STORE

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use synclens::engine::{Engine, Filter, Memory, Session};
use synclens::query::{Catalogue, Given, Query, run_all};
use synclens::store::{Durability, Store};

/// What is made of audit rows; all else is made of the cube, of the failure groups, or of other exports.
const FACTS: [&str; 8] =
    ["audit_log", "failure", "failed_row", "followed_row", "shared_destination", "record_outcome", "cascade", "error_reference"];

/// The analyses whose results a report shows.
const ANALYSES: [&str; 9] = [
    "books",
    "jobs",
    "object-status",
    "failure-groups",
    "hierarchy-depth",
    "status-trend",
    "group-trend",
    "order-position",
    "throughput",
];

/// Runs of each; the fastest counts, since the first also fills caches.
const RUNS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).ok_or("name a store")?;
    let begin = Instant::now();
    let store = Store::at(&PathBuf::from(path));
    // Nothing is kept for the next run.
    let engine = Engine::open(Memory::default().start()?, &store, &Filter::default(), &[], Durability::Temporary)?;
    let session = engine.session()?;
    print_line("| | ms |\n|---|--:|");
    print("opening the store: cube, failure groups, evidence", begin.elapsed());
    let catalogue = Catalogue::load(None)?;
    let analyses: Vec<&Query> = ANALYSES.iter().map(|name| catalogue.find(name)).collect::<Result<_, _>>()?;
    print(&format!("{} analyses, together", analyses.len()), fastest(&session, &analyses)?);
    for table in ["failed_row", "exact_cascade", "followed_row", "shared_destination"] {
        print(&format!("the table {table}, made once for those that read it"), timed(&session, table)?);
    }

    let (facts, cube): (Vec<&Query>, Vec<&Query>) = catalogue.checks().partition(|check| reads_facts(check));
    print(&format!("{} checks on the cube, together", cube.len()), fastest(&session, &cube)?);
    print(&format!("{} checks on audit rows, together", facts.len()), fastest(&session, &facts)?);
    for check in facts {
        print(&check.name, fastest(&session, &[check])?);
    }
    Ok(())
}

fn reads_facts(check: &Query) -> bool {
    let mut words = check.sql.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|word| FACTS.contains(&word))
}

fn timed(session: &Session, table: &str) -> Result<Duration, Box<dyn Error>> {
    let begin = Instant::now();
    session.query(&format!("select count(*) from {table}"), &Default::default())?;
    Ok(begin.elapsed())
}

fn fastest(session: &Session, checks: &[&Query]) -> Result<Duration, Box<dyn Error>> {
    let mut fastest = Duration::MAX;
    for _ in 0..RUNS {
        let begin = Instant::now();
        for (_, rows) in run_all(session, checks, &Given::default()) {
            rows?;
        }
        fastest = fastest.min(begin.elapsed());
    }
    Ok(fastest)
}

fn print(what: &str, time: Duration) {
    print_line(&format!("| {what} | {:.1} |", time.as_secs_f64() * 1e3));
}

#[expect(clippy::print_stdout, reason = "its figures are what a benchmark is for")]
fn print_line(line: &str) {
    println!("{line}");
}
