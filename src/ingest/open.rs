//! From what the user named to the exports in it: files, folders, standard input, compressed or not.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::Input;
use crate::error::{Error, Place, Result};

/// One export, which can be opened as often as it takes.
#[derive(Debug)]
pub struct Source {
    /// Its file as it was named.
    pub name: String,
    /// Whether the user named it, rather than a folder or archive that holds it.
    pub named: bool,
    path: PathBuf,
}

/// The exports of all inputs: those of a folder sorted by path.
pub fn sources(inputs: &[Input]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for input in inputs {
        match input {
            Input::Path(path) if path.is_dir() => folder(path, &path.display().to_string(), &mut sources)?,
            Input::Path(path) => sources.push(Source { name: path.display().to_string(), named: true, path: path.clone() }),
            Input::Stdin => return Err(Error::new("cannot read standard input")),
        }
    }
    Ok(sources)
}

fn folder(path: &Path, name: &str, sources: &mut Vec<Source>) -> Result<()> {
    let list = || -> std::io::Result<Vec<_>> { std::fs::read_dir(path)?.collect() };
    let mut entries = list().place(|| format!("cannot read folder '{name}'"))?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        let name = format!("{}/{file_name}", name.trim_end_matches('/'));
        // Following links could lead out of the folder, or in circles.
        let kind = entry.file_type().place(|| format!("cannot read '{name}'"))?;
        if file_name.starts_with('.') || kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            folder(&entry.path(), &name, sources)?;
        } else {
            sources.push(Source { name, named: false, path: entry.path() });
        }
    }
    Ok(())
}

impl Source {
    /// Opens it, decompressed.
    pub fn open(&self) -> Result<Box<dyn Read + Send>> {
        let open = || -> std::io::Result<Box<dyn Read + Send>> {
            let mut file = File::open(&self.path)?;
            let mut magic = [0; 4];
            let length = file.read(&mut magic)?;
            std::io::Seek::rewind(&mut file)?;
            Ok(match &magic[..length] {
                [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 18, file))),
                [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::Decoder::new(file)?),
                _ => Box::new(file),
            })
        };
        open().place(|| format!("cannot read '{}'", self.name))
    }

    /// Bytes of the file as it lies on the disk.
    pub fn size(&self) -> Option<u64> {
        std::fs::metadata(&self.path).ok().map(|metadata| metadata.len())
    }
}
