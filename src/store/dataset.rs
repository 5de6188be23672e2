//! The folder of a store: exports enter it by one rename each, so that a reader or a crash never sees half of one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::change;
use super::contents::{Contents, DERIVED, EXPORT, MERGED};
use super::register;
use super::staging::{self, Staging};
use crate::error::{Error, Place, Result};

/// Version of the layout of a store; a store of a later one is refused.
pub const FORMAT: u32 = 1;

const MARKER: &str = "synclens.json";
const LOCK: &str = ".lock";

/// Whether what is written must survive a loss of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every file is flushed to the disk before it becomes visible, with its hash in its name.
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
    /// Opens the store at `root`, and ends a change of it that was interrupted.
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
        check_format(root, marker.format, &marker.tool)?;
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
                // A rename makes it visible whole.
                let new = tempfile::TempDir::with_prefix_in(staging::PREFIX, root)?;
                fs::write(new.path().join(MARKER), text + "\n")?;
                fs::rename(new.path().join(MARKER), root.join(MARKER))
            };
            // Another ingest may make the same store now, and clean this one's rest away: its marker is the same.
            create()
                .or_else(|error| if root.join(MARKER).exists() { Ok(()) } else { Err(error) })
                .place(|| format!("cannot make a store in '{}'", root.display()))?;
        }
        Ok(Self { durability, ..Self::open(root)? })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether what is written must survive a loss of power.
    pub fn durability(&self) -> Durability {
        self.durability
    }

    /// What the store holds now: a change is seen wholly or not at all.
    pub fn contents(&self) -> Result<Contents> {
        loop {
            let quiet = self.marker()?;
            quiet.lock_shared().place(|| format!("cannot lock store '{}'", self.root.display()))?;
            if !change::is_pending(&self.root) {
                return Contents::list(&self.root);
            }
            drop(quiet);
            // Its writer has died, or is about to end it.
            let hint = "a change of it was interrupted: any synclens command with the right to write to it ends that";
            drop(self.lock().map_err(|error| error.hint(hint))?);
        }
    }

    /// The folder of an export that has one of its own.
    pub fn export_folder(&self, export_id: &str) -> PathBuf {
        self.root.join(format!("{EXPORT}{export_id}"))
    }

    /// Waits until no other writer commits, and keeps others waiting until the lock is dropped. Ends a change that was interrupted.
    pub fn lock(&self) -> Result<Lock> {
        let path = self.root.join(LOCK);
        let lock = || -> std::io::Result<Lock> {
            let file = File::options().create(true).append(true).open(&path)?;
            file.lock()?;
            Ok(Lock(file))
        };
        let lock = lock().place(|| format!("cannot lock '{}'", path.display()))?;
        if change::is_pending(&self.root) {
            change::complete(self, &lock)?;
        }
        Ok(lock)
    }

    /// The file that readers keep locked while they list the store, and a change while it is carried out.
    pub(super) fn marker(&self) -> Result<File> {
        let path = self.root.join(MARKER);
        File::open(&path).place(|| format!("cannot open '{}'", path.display()))
    }

    /// A folder to write an export into, unseen by readers.
    pub fn stage(&self) -> Result<Staging> {
        Staging::new(&self.root).place(|| format!("cannot write to store '{}'", self.root.display()))
    }

    /// Removes what crashed writers left; running ones keep their folders locked.
    pub fn clean(&self) -> Result<()> {
        staging::clean(&self.root).place(|| format!("cannot clean store '{}'", self.root.display()))
    }
}

/// Refuses a store of a later version.
pub fn check_format(path: &Path, format: u32, tool: &str) -> Result<()> {
    if format <= FORMAT {
        return Ok(());
    }
    let why = format!("it has format {format}, this version reads up to {FORMAT}");
    Err(Error::new(format!("cannot open store '{}': {why}", path.display()))
        .hint(format!("it was written by {tool}: use that version or a later one")))
}

fn is_ours(name: &str) -> bool {
    [MARKER, LOCK, DERIVED, change::PENDING, register::FILE].contains(&name)
        || [EXPORT, MERGED, staging::PREFIX].iter().any(|prefix| name.starts_with(prefix))
}

/// The right to commit.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);
