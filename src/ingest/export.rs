//! Takes each export from its file into the store: plan, rows, books, commit.

use std::io::Read;
use std::num::NonZeroUsize;
use std::path::Path;

use encoding_rs::Encoding;

use super::account::Account;
use super::block::{BLOCK_BYTES, Blocks, Parity, fill};
use super::careful::Careful;
use super::detect::{self, HEAD_BYTES};
use super::group::Grouped;
use super::open::{Source, unreadable};
use super::plan::Plan;
use super::run::{Tally, Target, Unread, run};
use super::text::Shape;
use super::{BadRows, Options, Progress, job, tables};
use crate::error::{Error, Result};
use crate::store::audit_rows::{ParquetRows, slices};
use crate::store::counting::LARGE;
use crate::store::cube::Cube;
use crate::store::supersede::{self, Held as _};
use crate::store::{Dataset, Register, part, tables as counted};

/// An export that is known to be one.
pub struct Planned<'a> {
    /// Where it comes from.
    pub source: &'a Source,
    /// What it is made of.
    pub shape: Shape,
    /// How it is read.
    pub plan: Plan,
}

/// Takes all exports into the store.
pub fn all(sources: &[Source], store: &Dataset, options: &Options, progress: &dyn Progress) -> Result<Vec<Account>> {
    let encoding = match &options.encoding {
        Some(label) => Some(encoding(label)?),
        None => None,
    };
    let mut planned = Vec::new();
    let mut accounts: Vec<Option<Account>> = Vec::new();
    for source in sources {
        match plan(source, encoding, options) {
            Ok(plan) => {
                planned.push((accounts.len(), plan));
                accounts.push(None);
            }
            Err(error) if source.named => return Err(error.at(cannot_read(source))),
            Err(error) => accounts.push(Some(Account::skipped(&source.name, &error.to_string()))),
        }
    }
    job::assign(&mut planned, options);
    let mut register = Register::new(store);
    for (place, planned) in planned {
        accounts[place] = Some(match one(&planned, store, &mut register, options, progress) {
            Ok(account) => account,
            Err(Unread::Source(error)) if !planned.source.named => Account::skipped(&planned.source.name, &error.to_string()),
            Err(Unread::Source(error)) => return Err(unreadable(planned.source, &error).at(cannot_read(planned.source))),
            Err(Unread::Store(error)) => return Err(error),
            Err(Unread::Odd) => unreachable!("the careful reader reads everything"),
        });
    }
    let accounts: Vec<Account> = accounts.into_iter().flatten().collect();
    if accounts.iter().any(|account| account.reason().is_none()) { Ok(accounts) } else { Err(nothing(&accounts)) }
}

/// Files whose faults are told where none was read.
const SHOWN: usize = 8;

/// No file of those that were found was read.
fn nothing(accounts: &[Account]) -> Error {
    let reasons: Vec<String> =
        accounts.iter().take(SHOWN).filter_map(|account| Some(format!("'{}': {}", account.file, account.reason()?))).collect();
    let more = if accounts.len() > SHOWN { format!("\nand {} more", accounts.len() - SHOWN) } else { String::new() };
    Error::new(format!("no export was read\n{}{more}", reasons.join("\n")))
        .hint("name CSV or JSON exports of the audit log, or a folder or ZIP of them")
}

/// What could not be done, where a file that the user named is at fault.
fn cannot_read(source: &Source) -> String {
    format!("cannot read '{}'", source.name)
}

fn encoding(label: &str) -> Result<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| {
        Error::new(format!("there is no encoding '{label}'"))
            .hint("some are utf-8, utf-16le, windows-1252, iso-8859-15, shift_jis, gb18030")
    })
}

/// Finds out how `source` is to be read.
pub fn plan<'a>(source: &'a Source, encoding: Option<&'static Encoding>, options: &Options) -> Result<Planned<'a>> {
    let shape = Shape::of(source, encoding).map_err(|error| unreadable(source, &error))?;
    let mut head = Vec::new();
    let mut read = || shape.open(source).and_then(|(mut text, _)| fill(&mut text, &mut head, HEAD_BYTES));
    read().map_err(|error| unreadable(source, &error))?;
    let mut plan = match &shape {
        Shape::Json(keys, _) if keys.names.is_empty() => detect::no_rows(&source.name, &head, options)?,
        Shape::Json(keys, _) => detect::plan(&source.name, &head, keys.object.as_deref(), options)?,
        _ => detect::plan(&source.name, &head, None, options)?,
    };
    plan.set_places(shape.places());
    plan.assumptions.extend(shape.assumptions());
    Ok(Planned { source, shape, plan })
}

fn one(
    export: &Planned,
    store: &Dataset,
    register: &mut Register,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Account, Unread> {
    let Planned { source, plan, .. } = export;
    let staging = store.stage()?;
    let stamp = source.stamp();
    progress.begin(&source.name, stamp.map(|(bytes, _)| bytes));
    let mut careful = false;
    let target = Target { folder: staging.folder(), durability: store.durability(), large_cube: LARGE };
    let (tally, (hash, bytes)) = match rows(export, careful, target, options, progress) {
        Err(Unread::Odd) => {
            careful = true;
            staging.clear()?;
            rows(export, careful, target, options, progress)?
        }
        other => other?,
    };
    if source.stamp() != stamp {
        return Err(Unread::Source(std::io::Error::other("it changed while it was read")));
    }
    if let (BadRows::Fatal, Some(reject)) = (options.bad_rows, &tally.first_reject) {
        let place = reject.line.map_or(format!("row {}", reject.row_number), |line| format!("line {line}"));
        let error = Error::new(format!("cannot read '{}', {place}: {}", source.name, reject.reason));
        return Err(error.hint("without --strict such rows are kept aside and the rest is read").into());
    }
    let mut account = Account::new(&source.name, plan, &tally, hash, bytes);
    if careful {
        account.assumptions.push("the text is damaged, so it was read record by record".to_string());
    }
    let folder = staging.folder();
    let lock = store.lock()?;
    register.refresh(&lock)?;
    if let Some(there) = register.catalogue().get(&account.export_id) {
        account.is_there_already(&there.book);
        return Ok(account);
    }
    if plan.is_audit_log() {
        account.duplicates = count(register, folder, &account.export_id, tally)?;
    }
    tables::write(folder, "export", [tables::export(&account, register.catalogue().next_number())])?;
    staging.commit(store, &account.export_id, &lock)?;
    Ok(account)
}

/// Finds what the new export supersedes, and writes the tables by which it counts. Returns how many of its rows stand in it twice.
fn count(register: &Register, folder: &Path, export_id: &str, tally: Tally) -> Result<u64> {
    let files = part::files(&folder.join("audit_log"))?;
    let slices = slices(&files)?.remove(&None).unwrap_or_default();
    let new = ParquetRows(files);
    let duplicates = if tally.ids_ascend { 0 } else { supersede::duplicates(&new, &slices)? };
    let lost = supersede::lost(register, &register.catalogue().audit_logs(), export_id, &new, &slices)?;
    let mut counting = tally.counting;
    let mut take = |cube: &Cube| counting.add(cube);
    for (other, rows) in &lost {
        match register.catalogue().get(other) {
            Some(known) => supersede::count(register.audit_rows(other)?.as_ref(), &known.slices, rows, -1, &mut take)?,
            None => supersede::count(&new, &slices, rows, -1, &mut take)?,
        }
    }
    tables::write(folder, "superseded", counted::superseded(&lost))?;
    counting.close()?;
    Ok(duplicates)
}

fn rows(
    export: &Planned,
    careful: bool,
    target: Target,
    options: &Options,
    progress: &dyn Progress,
) -> Result<(Tally, (u128, u64)), Unread> {
    let Planned { source, shape, plan } = export;
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let (mut text, content) = shape.open(source).map_err(Unread::Source)?;
    let mut head = Vec::new();
    (&mut text).take(plan.rows_at as u64).read_to_end(&mut head).map_err(Unread::Source)?;
    let first_line = 1 + memchr::memchr_iter(b'\n', &head).count() as u64;
    let blocks: Box<dyn Blocks> = match (careful, plan.groups.is_empty()) {
        (false, true) => Box::new(Parity::new(text, BLOCK_BYTES, plan)),
        (false, false) => Box::new(Grouped::new(Parity::new(text, BLOCK_BYTES, plan), plan)),
        (true, true) => Box::new(Careful::new(text, BLOCK_BYTES, plan)),
        (true, false) => Box::new(Grouped::new(Careful::new(text, BLOCK_BYTES, plan), plan)),
    };
    let tally = run(plan, blocks, first_line, &source.name, target, threads, progress)?;
    Ok((tally, content.digest()))
}
