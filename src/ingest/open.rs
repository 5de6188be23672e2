//! From what the user named to the exports in it: files, folders, archives, standard input, compressed or not.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use zip::ZipArchive;

use super::Input;
use super::pipe::Pipe;
use crate::error::{Error, Place, Result};

/// One export, which can be opened as often as it takes.
#[derive(Debug)]
pub struct Source {
    /// Its file as it was named; a member of an archive as `a.zip/b.csv`.
    pub name: String,
    /// Whether the user named it, rather than a folder or archive that holds it.
    pub named: bool,
    path: PathBuf,
    member: Option<usize>,
    /// Why it cannot be opened, where that is known.
    fault: Option<String>,
    /// Keeps what came from standard input until it is read.
    _spooled: Option<Arc<tempfile::TempPath>>,
}

/// Names of archives and compressed files: as members of an archive they are refused.
const PACKED: [&str; 8] = [".zip", ".gz", ".zst", ".7z", ".tar", ".tgz", ".bz2", ".xz"];

/// Names of documents that are archives inside, of which no member is an export.
const DOCUMENTS: [&str; 4] = [".xlsx", ".ods", ".docx", ".pptx"];

/// A compressed file may expand to this many bytes whatever its size.
const FREE_BYTES: u64 = 64 << 20;
/// Beyond, to so many times its size: repetitive audit logs reach 40, archives made to fill a disk 1,000.
const MOST_EXPANSION: u64 = 250;

/// The exports of all inputs: those of a folder sorted by path, those of an archive in its order.
pub fn sources(inputs: &[Input]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for input in inputs {
        match input {
            Input::Path(path) if path.is_dir() => folder(path, &shown(path), &mut sources)?,
            Input::Path(path) => file(path, shown(path), true, None, &mut sources)?,
            Input::Stdin => {
                let spool = || -> io::Result<tempfile::TempPath> {
                    let mut file = tempfile::NamedTempFile::new()?;
                    io::copy(&mut io::stdin().lock(), &mut file)?;
                    Ok(file.into_temp_path())
                };
                let spooled = Arc::new(spool().place(|| "cannot read standard input".to_string())?);
                let path = spooled.to_path_buf();
                file(&path, "standard input".to_string(), true, Some(spooled), &mut sources)?;
            }
        }
    }
    Ok(sources)
}

/// The name under which the books hold an input: of an absolute path only its last part, since a report says the same on every machine.
fn shown(path: &Path) -> String {
    match path.file_name() {
        Some(name) if path.is_absolute() => name.to_string_lossy().into_owned(),
        _ => path.display().to_string().replace('\\', "/"),
    }
}

fn folder(path: &Path, name: &str, sources: &mut Vec<Source>) -> Result<()> {
    let list = || -> io::Result<Vec<_>> { std::fs::read_dir(path)?.collect() };
    let mut entries = list().place(|| format!("cannot read folder '{name}'"))?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        let name = format!("{}/{file_name}", name.trim_end_matches(['/', '\\']));
        let kind = entry.file_type().place(|| format!("cannot read '{name}'"))?;
        if file_name.starts_with('.') {
            continue;
        }
        if kind.is_symlink() {
            // Following it could lead out of the folder, or in circles.
            let fault = Some("it is a link: name the file that it leads to".to_string());
            sources.push(Source { name, named: false, path: entry.path(), member: None, fault, _spooled: None });
        } else if kind.is_dir() {
            folder(&entry.path(), &name, sources)?;
        } else {
            file(&entry.path(), name, false, None, sources)?;
        }
    }
    Ok(())
}

/// Adds a file, or the members of the archive that it is.
fn file(
    path: &Path,
    name: String,
    named: bool,
    spooled: Option<Arc<tempfile::TempPath>>,
    sources: &mut Vec<Source>,
) -> Result<()> {
    let has_members = magic(path).is_ok_and(|magic| magic.starts_with(b"PK\x03\x04") || magic.starts_with(b"PK\x05\x06"));
    let is_document = DOCUMENTS.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    if is_document || !has_members {
        sources.push(Source { name, named, path: path.to_path_buf(), member: None, fault: None, _spooled: spooled });
        return Ok(());
    }
    let members = || -> zip::result::ZipResult<Vec<(usize, String)>> {
        let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
        let mut members = Vec::new();
        for index in 0..archive.len() {
            let member = archive.by_index_raw(index)?;
            let name = member.name()?.into_owned();
            if member.is_file() && !name.starts_with("__MACOSX/") {
                members.push((index, name));
            }
        }
        Ok(members)
    };
    let members = match members() {
        Ok(members) => members,
        Err(error) if named => return Err(error).place(|| format!("cannot read archive '{name}'")),
        Err(error) => {
            let fault = Some(error.to_string());
            sources.push(Source { name, named, path: path.to_path_buf(), member: None, fault, _spooled: spooled });
            return Ok(());
        }
    };
    for (index, member) in members {
        let name = format!("{}/{member}", name.rsplit('/').next().unwrap_or(&name));
        let (path, _spooled) = (path.to_path_buf(), spooled.clone());
        sources.push(Source { name, named: false, path, member: Some(index), fault: None, _spooled });
    }
    Ok(())
}

fn magic(path: &Path) -> io::Result<Vec<u8>> {
    let mut magic = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut magic)?;
    Ok(magic)
}

impl Source {
    /// Opens it, decompressed.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match (&self.fault, self.member) {
            (Some(fault), _) => Err(io::Error::other(fault.clone())),
            (None, Some(index)) => self.open_member(index),
            (None, None) => self.open_file(),
        }
    }

    fn open_file(&self) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no regular file"));
        }
        let packed = file.metadata()?.len();
        let mut magic = Vec::new();
        (&mut file).take(4).read_to_end(&mut magic)?;
        file.rewind()?;
        Ok(match magic.as_slice() {
            [0x1f, 0x8b, ..] => {
                let reader = flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 18, file));
                Box::new(Bounded { reader, left: bound(packed) })
            }
            [0x28, 0xb5, 0x2f, 0xfd] => Box::new(Bounded { reader: zstd::Decoder::new(file)?, left: bound(packed) }),
            _ => Box::new(file),
        })
    }

    fn open_member(&self, index: usize) -> io::Result<Box<dyn Read + Send>> {
        let mut archive = ZipArchive::new(BufReader::with_capacity(1 << 18, File::open(&self.path)?))?;
        let member = archive.by_index_raw(index)?;
        if member.encrypted() {
            return Err(io::Error::other("it is encrypted"));
        }
        if PACKED.iter().any(|end| self.name.to_ascii_lowercase().ends_with(end)) {
            return Err(io::Error::other("it is an archive inside an archive: unpack it first"));
        }
        let packed = member.compressed_size();
        drop(member);
        Ok(Box::new(Pipe::new(move |out| {
            let reader = archive.by_index(index)?;
            io::copy(&mut Bounded { reader, left: bound(packed) }, out).map(drop)
        })))
    }

    /// Bytes of its file as it lies on the disk, and when that was last written: both change if somebody writes to it.
    pub fn stamp(&self) -> Option<(u64, SystemTime)> {
        let metadata = std::fs::metadata(&self.path).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    }
}

fn bound(packed: u64) -> u64 {
    FREE_BYTES.max(packed.saturating_mul(MOST_EXPANSION))
}

/// What is decompressed, up to a bound.
struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(bytes)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(format!("it expands to more than {MOST_EXPANSION} times its size"))),
        }
        Ok(read)
    }
}

/// Words an error of reading `source`, without its name.
pub fn unreadable(source: &Source, error: &io::Error) -> Error {
    let error = Error::new(error.to_string());
    if source.path.exists() { error } else { error.hint("check the name, and the folder that you are in") }
}
