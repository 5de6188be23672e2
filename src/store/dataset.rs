//! The folder of a store: exports enter it by one rename each, so that a reader or a crash never sees half of one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Place, Result};

/// Version of the layout of a store; a store of a later one is refused.
pub const FORMAT: u32 = 1;

const MARKER: &str = "synclens.json";
const LOCK: &str = ".lock";
const EXPORT: &str = "export_id=";
const STAGING: &str = ".staging-";

/// Whether what is written must survive a loss of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every file is flushed to the disk before it becomes visible.
    Flushed,
    /// The store lives as long as the command: flushing it would be waste.
    Temporary,
}

/// A store that is a folder of Parquet files.
#[derive(Debug, Clone)]
pub struct Dataset {
    root: PathBuf,
    durability: Durability,
}

/// The marker file of a store.
#[derive(Debug, Serialize, Deserialize)]
struct Marker {
    format: u32,
    tool: String,
}

impl Dataset {
    /// Opens the store at `root`.
    ///
    /// # Errors
    /// Where there is none, or one of a later version.
    pub fn open(root: &Path) -> Result<Self> {
        let path = root.join(MARKER);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let error = Error::new(format!("cannot open store '{}': there is none", root.display()));
                return Err(error.hint("'synclens ingest EXPORT... --store PATH' makes one"));
            }
            Err(error) => return Err(Error::new(format!("cannot open store '{}': {error}", root.display()))),
        };
        let marker: Marker = serde_json::from_str(&text).place(|| format!("cannot read '{}'", path.display()))?;
        if marker.format > FORMAT {
            let why = format!("it has format {}, this version reads up to {FORMAT}", marker.format);
            let error = Error::new(format!("cannot open store '{}': {why}", root.display()));
            return Err(error.hint(format!("it was written by {}: use that version or a later one", marker.tool)));
        }
        Ok(Self { root: root.to_path_buf(), durability: Durability::Flushed })
    }

    /// Opens the store at `root`, and makes it where there is none.
    pub fn open_or_create(root: &Path, durability: Durability) -> Result<Self> {
        if !root.join(MARKER).exists() {
            let create = || -> std::io::Result<()> {
                fs::create_dir_all(root)?;
                if fs::read_dir(root)?.any(|entry| entry.is_ok_and(|entry| !is_ours(&entry.file_name().to_string_lossy()))) {
                    return Err(std::io::Error::other("the folder holds other files"));
                }
                let marker = Marker { format: FORMAT, tool: concat!("synclens ", env!("CARGO_PKG_VERSION")).to_string() };
                let text = serde_json::to_string(&marker).expect("the marker is JSON");
                // Another ingest may make the same store now: its marker is the same, and a rename replaces it whole.
                let new = tempfile::NamedTempFile::with_prefix_in(STAGING, root)?;
                fs::write(&new, text + "\n")?;
                new.persist(root.join(MARKER))?;
                Ok(())
            };
            create().place(|| format!("cannot make a store in '{}'", root.display()))?;
        }
        Ok(Self { durability, ..Self::open(root)? })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The ids of the exports, sorted.
    pub fn exports(&self) -> Result<Vec<String>> {
        let list = || -> std::io::Result<Vec<String>> {
            let mut ids = Vec::new();
            for entry in fs::read_dir(&self.root)? {
                ids.extend(entry?.file_name().to_string_lossy().strip_prefix(EXPORT).map(str::to_string));
            }
            ids.sort_unstable();
            Ok(ids)
        };
        list().place(|| format!("cannot list store '{}'", self.root.display()))
    }

    /// The folder of an export, whether it is there or not.
    pub fn export_folder(&self, export_id: &str) -> PathBuf {
        self.root.join(format!("{EXPORT}{export_id}"))
    }

    /// The Parquet files of a table of an export, in order; none where it has no such rows.
    pub fn files(&self, export_id: &str, table: &str) -> Result<Vec<PathBuf>> {
        parquet_files(&self.export_folder(export_id).join(table))
    }

    /// Waits until no other writer commits, and keeps others waiting until the lock is dropped.
    pub fn lock(&self) -> Result<Lock> {
        let path = self.root.join(LOCK);
        let lock = || -> std::io::Result<File> {
            let file = File::options().create(true).append(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        lock().map(Lock).place(|| format!("cannot lock '{}'", path.display()))
    }

    /// A folder to write an export into, unseen by readers.
    pub fn stage(&self) -> Result<Staging> {
        let stage = || -> std::io::Result<Staging> {
            let lock = tempfile::Builder::new().prefix(STAGING).suffix(LOCK).tempfile_in(&self.root)?;
            lock.as_file().lock()?;
            let folder = lock.path().with_extension("");
            fs::create_dir(&folder)?;
            Ok(Staging { folder, _lock: lock, durability: self.durability })
        };
        stage().place(|| format!("cannot write to store '{}'", self.root.display()))
    }

    /// Removes what crashed writers left; running ones keep their folders locked.
    pub fn clean(&self) -> Result<()> {
        let clean = || -> std::io::Result<()> {
            for entry in fs::read_dir(&self.root)? {
                let entry = entry?;
                let name = entry.file_name();
                if !name.to_string_lossy().starts_with(STAGING) {
                    continue;
                }
                let is_folder = entry.file_type()?.is_dir();
                // The lock is made before its folder and removed after it: a folder without one is nobody's.
                let lock = if is_folder { entry.path().with_extension(&LOCK[1..]) } else { entry.path() };
                let held = File::open(&lock).is_ok_and(|file| file.try_lock().is_err());
                let removed = match (held, is_folder) {
                    (true, _) => Ok(()),
                    (false, true) => fs::remove_dir_all(entry.path()),
                    (false, false) if lock.with_extension("").exists() => Ok(()),
                    (false, false) => fs::remove_file(entry.path()),
                };
                // Two cleaners may meet.
                removed.or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
            }
            Ok(())
        };
        clean().place(|| format!("cannot clean store '{}'", self.root.display()))
    }
}

fn is_ours(name: &str) -> bool {
    name == MARKER || name.starts_with(EXPORT) || name.starts_with(STAGING) || name == LOCK
}

/// The Parquet files of a folder, sorted; none where there is no folder.
pub fn parquet_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = || -> std::io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        match fs::read_dir(folder) {
            Ok(entries) => {
                for entry in entries {
                    files.push(entry?.path());
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        files.retain(|file| file.extension().is_some_and(|extension| extension == "parquet"));
        files.sort_unstable();
        Ok(files)
    };
    list().place(|| format!("cannot list '{}'", folder.display()))
}

/// The right to commit.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

/// A folder that becomes an export. Dropped without commit, it leaves nothing.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    _lock: tempfile::NamedTempFile,
    durability: Durability,
}

impl Staging {
    /// Where to write the tables.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Empties the folder for another try.
    pub fn clear(&self) -> Result<()> {
        let clear = || {
            fs::remove_dir_all(&self.folder)?;
            fs::create_dir(&self.folder)
        };
        clear().place(|| format!("cannot empty '{}'", self.folder.display()))
    }

    /// Makes it the export `export_id`, in one step; `_lock` proves that no other writer does so now.
    pub fn commit(self, dataset: &Dataset, export_id: &str, _lock: &Lock) -> Result<()> {
        let commit = || -> std::io::Result<()> {
            if self.durability == Durability::Flushed {
                flush(&self.folder)?;
            }
            fs::rename(&self.folder, dataset.export_folder(export_id))?;
            if self.durability == Durability::Flushed { sync_folder(&dataset.root) } else { Ok(()) }
        };
        commit().place(|| format!("cannot commit export {export_id} to store '{}'", dataset.root.display()))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a commit there is no such folder; a rest that cannot be removed is cleaned by the next writer.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Flushes all files of a folder, and the folders themselves, to the disk.
fn flush(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            flush(&entry.path())?;
        } else {
            // Windows flushes only what is open for writing.
            File::options().append(true).open(entry.path())?.sync_all()?;
        }
    }
    sync_folder(folder)
}

/// Makes the entries of a folder last. Windows has no such thing, and needs none.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
