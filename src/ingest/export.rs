//! Takes each export from its file into the store: plan, rows, books, commit.

use std::collections::BTreeMap;
use std::io::Read;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use super::account::{Account, Outcome};
use super::block::{BLOCK_BYTES, Parity, fill};
use super::detect::{self, HEAD_BYTES};
use super::open::Source;
use super::plan::{Input, Plan};
use super::run::{Tally, run};
use super::{BadRows, Options, Progress, tables};
use crate::error::{Error, Result};
use crate::store::Dataset;

/// The content of an export as it is read: its hash and its length.
#[derive(Clone, Default)]
pub struct Content(Arc<Mutex<(Xxh3, u64)>>);

/// Reads, and takes note of the content.
struct Noting<R> {
    reader: R,
    content: Content,
}

impl<R: Read> Read for Noting<R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(bytes)?;
        let mut noted = self.content.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.0.update(&bytes[..read]);
        noted.1 += read as u64;
        Ok(read)
    }
}

impl Content {
    fn digest(&self) -> (u128, u64) {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (noted.0.digest128(), noted.1)
    }
}

/// Takes all exports into the store.
pub fn all(sources: &[Source], store: &Dataset, options: &Options, progress: &dyn Progress) -> Result<Vec<Account>> {
    let mut planned = Vec::new();
    let mut accounts: Vec<Option<Account>> = Vec::new();
    for source in sources {
        let mut head = Vec::new();
        let plan = source.open().and_then(|mut reader| fill(&mut reader, &mut head, HEAD_BYTES)).and_then(|_| detect::delimited(&head, options));
        match plan {
            Ok(plan) => {
                planned.push((accounts.len(), source, plan));
                accounts.push(None);
            }
            Err(error) if source.named => return Err(error.at(format!("cannot read '{}'", source.name))),
            Err(error) => accounts.push(Some(Account::skipped(&source.name, &error.to_string()))),
        }
    }
    super::job::assign(&mut planned, options);
    for (place, source, plan) in planned {
        accounts[place] = Some(one(source, &plan, store, options, progress)?);
    }
    Ok(accounts.into_iter().flatten().collect())
}

fn one(source: &Source, plan: &Plan, store: &Dataset, options: &Options, progress: &dyn Progress) -> Result<Account> {
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let staging = store.stage()?;
    progress.begin(&source.name, source.size());
    let content = Content::default();
    let mut reader = Noting { reader: source.open()?, content: content.clone() };
    let mut head = Vec::new();
    fill(&mut reader, &mut head, plan.rows_at).map_err(|error| error.at(format!("cannot read '{}'", source.name)))?;
    let first_line = 1 + memchr::memchr_iter(b'\n', &head).count() as u64;
    let blocks = Box::new(Parity::new(reader, BLOCK_BYTES, plan.rows_at as u64));
    let tally = match run(plan, blocks, first_line, &source.name, staging.folder(), threads, progress) {
        Ok(Ok(tally)) => tally,
        Ok(Err(_)) => return Err(Error::new(format!("cannot read '{}': its quotes are not balanced", source.name))),
        Err(error) => return Err(error.at(format!("cannot read '{}'", source.name))),
    };
    if let (BadRows::Fatal, Some(reject)) = (options.bad_rows, &tally.first_reject) {
        let error = Error::new(format!("cannot read '{}', line {}: {}", source.name, reject.line, reject.reason));
        return Err(error.hint("without --strict such rows are kept aside and the rest is read"));
    }
    let (hash, bytes) = content.digest();
    let mut account = account(source, plan, &tally, hash, bytes);
    let lock = store.lock()?;
    if let Some(there) = super::catalogue::find(store, &account.export_id)? {
        account.outcome = Outcome::AlreadyThere { export_id: account.export_id.clone(), file: there.file };
        return Ok(account);
    }
    let ingest_number = super::catalogue::next_number(store)?;
    let folder = staging.folder();
    if plan.is_audit_log() {
        tables::write(folder, "message_group", &tables::message_groups(&tally.groups))?;
        tables::write(folder, "outcome", &tables::outcome(&tally.cube))?;
        tables::write(folder, "activity", &tables::activity(&tally.cube))?;
    }
    tables::write(folder, "export", &tables::export(&account, ingest_number))?;
    staging.commit(store, &account.export_id, &lock)?;
    Ok(account)
}

fn account(source: &Source, plan: &Plan, tally: &Tally, hash: u128, bytes: u64) -> Account {
    let content_hash = format!("{hash:032x}");
    let columns = plan.table.columns.iter().zip(&plan.inputs);
    let mut bad_values = BTreeMap::new();
    for (column, bad) in plan.table.columns.iter().zip(&tally.bad) {
        if !bad.is_empty() {
            let counts = bad.iter().map(|(reason, count)| (reason.to_string(), *count)).collect();
            bad_values.insert(column.name.clone(), counts);
        }
    }
    Account {
        export_id: format!("x{}", &content_hash[..16]),
        file: source.name.clone(),
        table: plan.table.name.clone(),
        bytes,
        rows_read: tally.rows_read,
        rows_stored: tally.rows_read - tally.rows_rejected,
        rows_rejected: tally.rows_rejected,
        columns: columns
            .filter_map(|(column, input)| match input {
                Input::Field(field) => Some((column.name.clone(), plan.headers[*field].clone())),
                Input::Constant(_) | Input::Absent => None,
            })
            .collect(),
        unknown: plan.unknown.iter().map(|field| plan.headers[*field].clone()).collect(),
        missing: missing(plan),
        assumptions: plan.assumptions.clone(),
        bad_values,
        duplicates: 0,
        prefix: plan.prefix.clone(),
        first_at: tally.span.map(|(first, _)| first),
        last_at: tally.span.map(|(_, last)| last),
        outcome: Outcome::Stored,
        content_hash,
    }
}

/// Columns of an audit log without which answers are poorer: identity, job, time.
fn missing(plan: &Plan) -> Vec<String> {
    let wanted = if plan.is_audit_log() { &["audit_id", "job_id", "modified_at"][..] } else { &[] };
    wanted.iter().filter(|column| !plan.has(column)).map(|column| (*column).to_string()).collect()
}
