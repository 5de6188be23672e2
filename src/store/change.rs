//! Changes of what a store holds already: several files at once, decided by one rename.
//!
//! A change is prepared in a staging folder, with a list of what goes and the files that come. The folder's rename to [`PENDING`]
//! decides it: from then on it is carried out, by its writer, or where that died by whoever opens the store next. Readers
//! wait for the few renames that this takes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::dataset::{Dataset, Lock};
use super::register;
use super::staging::{self, Staging, sync_folder};
use crate::error::{Place, Result};

/// The folder of a change that is decided.
pub const PENDING: &str = ".change";

/// Below it: the list of what goes, where that is put, and what comes.
const GOES: &str = "goes.json";
const OLD: &str = "old";
const NEW: &str = "new";

/// A change that is being prepared. Dropped without commit, it leaves nothing.
#[derive(Debug)]
pub struct Change<'a> {
    dataset: &'a Dataset,
    lock: &'a Lock,
    staging: Staging,
    goes: BTreeSet<String>,
}

impl<'a> Change<'a> {
    /// A change that does nothing yet; `lock` keeps the store as it is until it is decided.
    pub fn new(dataset: &'a Dataset, lock: &'a Lock) -> Result<Self> {
        Ok(Self { dataset, lock, staging: dataset.stage()?, goes: BTreeSet::new() })
    }

    /// Takes a file or folder away, where there is one.
    pub fn remove(&mut self, path: &str) {
        if self.dataset.root().join(path).exists() {
            self.goes.insert(path.to_string());
        }
    }

    /// Where to write what comes to `path`: a file, or a folder whose files are put beside those that stay.
    pub fn add(&self, path: &str) -> PathBuf {
        self.staging.folder().join(NEW).join(path)
    }

    /// Decides the change and carries it out.
    pub fn commit(self) -> Result<()> {
        let Self { dataset, lock, staging, goes } = self;
        let decide = || -> std::io::Result<()> {
            fs::write(staging.folder().join(GOES), serde_json::to_string(&goes)?)?;
            staging.rename(dataset, &dataset.root().join(PENDING))
        };
        decide().place(|| format!("cannot change store '{}'", dataset.root().display()))?;
        complete(dataset, lock)
    }
}

/// Whether a change is decided and not yet carried out.
pub fn is_pending(root: &Path) -> bool {
    root.join(PENDING).exists()
}

/// Carries out the change that is decided; `_lock` proves that nobody else does.
pub fn complete(dataset: &Dataset, _lock: &Lock) -> Result<()> {
    let quiet = dataset.marker()?;
    let complete = || -> std::io::Result<()> {
        let pending = dataset.root().join(PENDING);
        register::forget(dataset.root())?;
        quiet.lock()?;
        take_away(dataset.root(), &pending)?;
        if pending.join(NEW).exists() {
            put(&pending.join(NEW), dataset.root())?;
        }
        // A staging folder without lock is cleaned by the next writer, if this one does not come to it.
        let rest = tempfile::Builder::new().prefix(staging::PREFIX).tempdir_in(dataset.root())?;
        fs::rename(&pending, rest.path().join("change"))?;
        sync_folder(dataset.root())?;
        quiet.unlock()?;
        rest.close()
    };
    complete().place(|| format!("cannot end the change of store '{}'", dataset.root().display()))
}

/// Takes away what goes and has not gone yet.
fn take_away(root: &Path, pending: &Path) -> std::io::Result<()> {
    let goes: BTreeSet<String> = serde_json::from_str(&fs::read_to_string(pending.join(GOES))?)?;
    for path in &goes {
        let (there, old) = (root.join(path), pending.join(OLD).join(path));
        // Once it has gone, what is there is what came.
        if !old.exists() && there.exists() {
            old.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::rename(&there, &old)?;
            there.parent().map_or(Ok(()), sync_folder)?;
        }
    }
    Ok(())
}

/// Moves what is in the folder `from` to the folder `to`, as whole folders where there is none.
fn put(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)?.collect::<Result<Vec<_>, _>>()? {
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() && target.exists() {
            put(&entry.path(), &target)?;
        } else {
            fs::rename(entry.path(), target)?;
        }
    }
    sync_folder(to)
}
