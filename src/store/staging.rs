//! Where a writer prepares what readers must not see yet.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use super::dataset::{Dataset, Durability, Lock};
use crate::error::{Place, Result};

/// How the name of a folder begins that readers do not see.
pub const PREFIX: &str = ".staging-";

/// How the name of a lock ends that says that a folder is still written to.
const LOCK: &str = ".lock";

/// A folder that becomes an export. Dropped without commit, it leaves nothing.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    _lock: tempfile::NamedTempFile,
}

impl Staging {
    /// A new folder below `root`.
    pub(super) fn new(root: &Path) -> std::io::Result<Staging> {
        let lock = loop {
            let lock = tempfile::Builder::new().prefix(PREFIX).suffix(LOCK).tempfile_in(root)?;
            lock.as_file().lock()?;
            // Before it was locked, it may have been taken for the rest of a crash.
            if lock.path().exists() {
                break lock;
            }
        };
        let folder = lock.path().with_extension("");
        fs::create_dir(&folder)?;
        Ok(Staging { folder, _lock: lock })
    }

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
        self.rename(dataset, &dataset.export_folder(export_id))
            .place(|| format!("cannot commit export {export_id} to store '{}'", dataset.root().display()))
    }

    /// Makes it the folder `target` of the store.
    pub(super) fn rename(self, dataset: &Dataset, target: &Path) -> std::io::Result<()> {
        if dataset.durability() == Durability::Temporary {
            return fs::rename(&self.folder, target);
        }
        seal(&self.folder)?;
        fs::rename(&self.folder, target)?;
        sync_folder(dataset.root())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a commit there is no such folder; a rest that cannot be removed is cleaned by the next writer.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes what crashed writers left in `root`; running ones keep their folders locked.
pub(super) fn clean(root: &Path) -> std::io::Result<()> {
    let mut rests = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            rests.push((!entry.path().is_dir(), entry.path()));
        }
    }
    // Folders first: the lock is made before its folder and removed after it, and a folder without one is nobody's.
    rests.sort_unstable();
    for (is_file, path) in rests {
        let lock = if is_file { path.clone() } else { path.with_extension(&LOCK[1..]) };
        // Held until the rest is gone.
        let file = File::open(&lock).ok();
        if file.as_ref().is_some_and(|file| file.try_lock().is_err()) {
            continue;
        }
        let removed = if !is_file {
            fs::remove_dir_all(&path)
        } else if path.with_extension("").exists() {
            Ok(())
        } else {
            fs::remove_file(&path)
        };
        // Two cleaners may meet.
        removed.or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    }
    Ok(())
}

/// Writes the hash of each part file into its name, and flushes all files and folders to the disk.
fn seal(folder: &Path) -> std::io::Result<()> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    list(folder, &mut files, &mut folders)?;
    at_once(&files, seal_file)?;
    at_once(&folders, sync_folder)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files, folders)?;
            folders.push(entry.path());
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Files that are flushed at once: a disk takes many in the time that it takes one.
const AT_ONCE: usize = 16;

fn at_once(paths: &[PathBuf], flush: impl Fn(&Path) -> std::io::Result<()> + Sync) -> std::io::Result<()> {
    for paths in paths.chunks(AT_ONCE) {
        std::thread::scope(|scope| {
            let flushing: Vec<_> = paths.iter().map(|path| scope.spawn(|| flush(path))).collect();
            flushing.into_iter().try_for_each(|flushed| flushed.join().expect("a flush does not panic"))
        })?;
    }
    Ok(())
}

fn seal_file(path: &Path) -> std::io::Result<()> {
    // Windows flushes only what is open for writing.
    File::options().append(true).open(path)?.sync_all()?;
    match path.file_stem().filter(|_| path.extension().is_some_and(|end| end == "parquet")) {
        Some(stem) => {
            let name = format!("{}-{}.parquet", stem.to_string_lossy(), hash(path)?);
            fs::rename(path, path.with_file_name(name))
        }
        None => Ok(()),
    }
}

/// The hash of a file, as its name tells it: xxh3 of 64 bits.
pub(super) fn hash(path: &Path) -> std::io::Result<String> {
    let mut hash = Xxh3::new();
    std::io::copy(&mut File::open(path)?, &mut Hashed(&mut hash))?;
    Ok(format!("{:016x}", hash.digest()))
}

/// The hash that the name of a part file tells, where it tells one.
pub(super) fn hash_in_name(path: &Path) -> Option<&str> {
    let hash = path.file_stem()?.to_str()?.rsplit_once('-')?.1;
    (hash.len() == 16).then_some(hash)
}

struct Hashed<'a>(&'a mut Xxh3);

impl std::io::Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Makes the entries of a folder last. Windows has no such thing, and needs none.
pub(super) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// A folder beside a file, for what becomes that file or goes into it. It vanishes at the end; what a crash leaves of it, the next
/// one cleans.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    staging: Option<Staging>,
}

impl Workspace {
    /// A workspace beside `path`.
    pub fn beside(path: &Path) -> Result<Self> {
        let name = path.file_name().map_or_else(Default::default, |name| name.to_string_lossy());
        let root = path.with_file_name(format!(".{name}.tmp"));
        let create = || {
            fs::create_dir_all(&root)?;
            clean(&root)?;
            Staging::new(&root)
        };
        let staging = create().place(|| format!("cannot write beside '{}'", path.display()))?;
        Ok(Self { root, staging: Some(staging) })
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.staging.as_ref().map_or(&self.root, |staging| &staging.folder).join(name)
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        self.staging = None;
        // It stays while another one is beside the same file.
        let _ = fs::remove_dir(&self.root);
    }
}
