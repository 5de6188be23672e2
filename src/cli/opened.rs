//! Opens what a command reads: a store, or exports that are ingested into a temporary one.

use std::path::{Path, PathBuf};

use super::arguments::{Everywhere, Reading, Selection, Stored};
use super::told;
use crate::config::Config;
use crate::engine::{Engine, Session};
use crate::error::{Error, Place, Result};
use crate::ingest::{self, Account, Input};
use crate::store::{Dataset, Durability, Store};

/// A store that is open for queries.
pub struct Opened {
    pub engine: Engine,
    pub store: Store,
    pub config: Config,
    /// The store of exports that were read on the fly; removed at the end.
    _temporary: Option<tempfile::TempDir>,
}

/// The memory of work over all rows of a job; what does not fit goes to the disk. Sorting 10,000,000 records takes 5 seconds longer in it.
const FRUGAL: &str = "300MB";

impl Opened {
    /// A session whose memory does not grow with the rows, unless the user says how much it may use.
    pub fn frugal_session(&self, everywhere: &Everywhere) -> Result<Session> {
        let session = self.engine.session()?;
        if everywhere.memory.is_none() {
            session.run(&format!("set memory_limit = '{FRUGAL}'"))?;
        }
        Ok(session)
    }
}

/// Opens `exports` if there are any, else the store.
pub fn open(
    everywhere: &Everywhere,
    stored: &Stored,
    exports: &[PathBuf],
    reading: &Reading,
    selection: &Selection,
) -> Result<Opened> {
    let config = Config::load(everywhere.config.as_deref())?;
    let exports: Vec<PathBuf> = exports.iter().chain(&stored.from).cloned().collect();
    let memory = everywhere.engine_memory();
    let rules = &config.message_rules;
    if exports.is_empty() {
        let store = existing(everywhere, &stored.store)?;
        let engine = Engine::open(memory.start()?, &store, &selection.filter(), rules, Durability::Flushed)?;
        return Ok(Opened { engine, store, config, _temporary: None });
    }
    let folder = tempfile::tempdir().place(|| "cannot make a temporary store".into())?;
    let dataset = Dataset::open_or_create(folder.path(), Durability::Temporary)?;
    // The engine starts while the head of the first export is looked at, which takes one core.
    let (accounts, started) = std::thread::scope(|scope| {
        let starting = scope.spawn(|| memory.start());
        let accounts = ingested(everywhere, &exports, &dataset, reading);
        (accounts, starting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let from: String = exports.iter().map(|export| format!("--from {} ", shown(export))).collect();
    told::accounts(everywhere, &accounts?, &format!("synclens sql {from}\"from reject\""));
    let store = Store::Dataset(folder.path().to_path_buf());
    let engine = Engine::open(started?, &store, &selection.filter(), rules, Durability::Temporary)?;
    Ok(Opened { engine, store, config, _temporary: Some(folder) })
}

/// The store at `path`, which must be there.
pub fn existing(everywhere: &Everywhere, path: &Path) -> Result<Store> {
    if !path.exists() {
        return Err(Error::new(format!("there is no store at '{}'", path.display()))
            .hint("read exports into it with `synclens ingest EXPORT... --store PATH`, or name exports to read on the fly"));
    }
    let store = Store::at(path);
    if let Store::Dataset(folder) = &store {
        Dataset::open(folder)?;
    }
    Ok(everywhere.store.get_or_init(|| store).clone())
}

/// What to do about a store whose files are not what they were.
pub const INGEST_AGAIN: &str = "ingest the exports that are named again, into a new store";

/// Names the files of the store that are damaged, where there are any: what the engine meets in one it words in many ways.
pub fn explained(error: Error, store: &Store) -> Error {
    match store.damaged() {
        Ok(damaged) if !damaged.is_empty() => {
            let met = error.to_string();
            let met = met.lines().next().unwrap_or_default().trim();
            Error::new(format!("the store is damaged ({met}):\n{}", damaged.join("\n"))).hint(INGEST_AGAIN)
        }
        _ => error,
    }
}

/// A path as a part of a command: between quotes, which end for one of its own.
pub fn shown(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = path.chars().all(|c| c.is_alphanumeric() || "/\\:._-".contains(c));
    if is_plain { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// Ingests exports.
pub fn ingested(everywhere: &Everywhere, exports: &[PathBuf], dataset: &Dataset, reading: &Reading) -> Result<Vec<Account>> {
    let inputs: Vec<Input> =
        exports.iter().map(|path| if path.as_os_str() == "-" { Input::Stdin } else { Input::Path(path.clone()) }).collect();
    let progress = told::Bars::new(everywhere);
    let accounts = ingest::ingest(&inputs, dataset, &reading.options(everywhere), &progress)?;
    progress.finish();
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_a_shell_reads_it() {
        for (path, expected) in [("a/b-1.csv", "a/b-1.csv"), ("my store", "'my store'"), ("it's $here", r"'it'\''s $here'")] {
            assert_eq!(shown(Path::new(path)), expected);
        }
    }
}
