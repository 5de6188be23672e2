//! What a writer knows of the exports of a dataset, kept in a file: to read it from a thousand exports takes longer than to add one.
//!
//! The file has a line a folder, and says what the folders say themselves: a folder that it does not know is read, and where it is
//! missing or damaged, all are. Whoever changes what is in folders takes it away first; exports that come in add their lines. Only who
//! has the lock of the store reads or writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use arrow::array::{Array as _, AsArray as _};
use parquet::file::metadata::RowGroupMetaData;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::audit_rows::{AuditRows, Bounds, ParquetRows, bounds, slices};
use super::catalogue::{Catalogue, Known};
use super::contents::{DERIVED, Folder, names};
use super::dataset::{Dataset, Lock};
use super::part::{self, Groups};
use super::supersede::{Held, Lost, Recent, collect};
use crate::error::Result;

/// The name of the file.
pub const FILE: &str = ".register";

/// How its first line begins; behind it stands what no other file has.
const MARK: &str = "synclens register 1 ";

/// What a writer knows of a dataset.
#[derive(Debug, Default)]
pub struct Register {
    root: PathBuf,
    /// The first line of the file.
    mark: String,
    /// Bytes of the file that are known.
    at: u64,
    /// The exports of each folder.
    folders: BTreeMap<String, Vec<String>>,
    /// The folder of each export.
    places: BTreeMap<String, String>,
    catalogue: Catalogue,
    recent: Recent,
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    folder: String,
    exports: Vec<Known>,
}

/// Takes the file away, before what it says is no longer so, and what was computed from rows that may go.
pub fn forget(root: &Path) -> io::Result<()> {
    for removed in [fs::remove_file(root.join(FILE)), fs::remove_dir_all(root.join(DERIVED))] {
        removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    }
    Ok(())
}

impl Register {
    /// Knows nothing yet of `dataset`.
    pub fn new(dataset: &Dataset) -> Self {
        Self { root: dataset.root().to_path_buf(), ..Self::default() }
    }

    /// Takes in what has come and gone; `_lock` keeps the store as it is.
    pub fn refresh(&mut self, _lock: &Lock) -> Result<()> {
        // The file can be another one than before.
        if self.read_on().or_else(|| self.forgotten().read_on()).is_none() {
            // Where it cannot be written, the next writer reads the folders again.
            let _ = self.forgotten().begin();
        }
        let names = names(&self.root)?;
        let gone: Vec<String> = self.folders.keys().filter(|folder| !names.contains(*folder)).cloned().collect();
        gone.iter().for_each(|folder| self.remove(folder));
        for name in names {
            if !self.folders.contains_key(&name) {
                let line = read(&self.root, name)?;
                let _ = self.append(&line);
                self.add(line);
            }
        }
        Ok(())
    }

    fn forgotten(&mut self) -> &mut Self {
        *self = Self { root: std::mem::take(&mut self.root), ..Self::default() };
        self
    }

    /// Reads what of the file is new; `None` where it does not go on with what is known, or is damaged.
    fn read_on(&mut self) -> Option<()> {
        let mut file = BufReader::new(File::open(self.root.join(FILE)).ok()?);
        let mut line = String::new();
        file.read_line(&mut line).ok()?;
        if !self.mark.is_empty() && line != self.mark || !line.starts_with(MARK) {
            return None;
        }
        self.at = self.at.max(line.len() as u64);
        file.seek(SeekFrom::Start(self.at)).ok()?;
        self.mark = std::mem::take(&mut line);
        while file.read_line(&mut line).ok()? > 0 {
            let (hash, text) = line.strip_suffix('\n')?.split_once(' ')?;
            if hash != format!("{:016x}", xxh3_64(text.as_bytes())) {
                return None;
            }
            self.add(serde_json::from_str(text).ok()?);
            self.at += line.len() as u64;
            line.clear();
        }
        Some(())
    }

    fn begin(&mut self) -> io::Result<()> {
        let mark = format!("{MARK}{:016x}\n", getrandom::u64().map_err(io::Error::other)?);
        fs::write(self.root.join(FILE), &mark)?;
        (self.at, self.mark) = (mark.len() as u64, mark);
        Ok(())
    }

    fn append(&mut self, line: &Line) -> io::Result<()> {
        let text = serde_json::to_string(line)?;
        let text = format!("{:016x} {text}\n", xxh3_64(text.as_bytes()));
        File::options().append(true).open(self.root.join(FILE))?.write_all(text.as_bytes())?;
        self.at += text.len() as u64;
        Ok(())
    }

    fn add(&mut self, Line { folder, exports }: Line) {
        self.remove(&folder);
        for known in exports {
            let export_id = known.book.export_id.clone();
            self.folders.entry(folder.clone()).or_default().push(export_id.clone());
            self.places.insert(export_id, folder.clone());
            self.catalogue.add(known);
        }
    }

    fn remove(&mut self, folder: &str) {
        for export_id in self.folders.remove(folder).unwrap_or_default() {
            self.places.remove(&export_id);
            self.recent.forget(&export_id);
            self.catalogue.remove(&export_id);
        }
    }

    fn files(&self, export_id: &str, table: &str) -> Result<Vec<PathBuf>> {
        self.places.get(export_id).map_or(Ok(Vec::new()), |folder| part::files(&self.root.join(folder).join(table)))
    }
}

/// What a folder says of its exports.
fn read(root: &Path, name: String) -> Result<Line> {
    let folder = Folder::list(root, name)?;
    let mut slices = slices(folder.files("audit_log"))?;
    let mut supersedes: BTreeMap<Option<String>, BTreeMap<String, u64>> = BTreeMap::new();
    for path in folder.files("superseded") {
        part::read(path, Groups::All, Some(&["superseded_export_id", "export_id"]), &mut |batch| {
            let texts = |name| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
            let Some(exports) = texts("superseded_export_id") else { return Ok(()) };
            let owners = texts("export_id");
            let pair = |row: usize| (owners.map(|owners| owners.value(row)), exports.value(row));
            let rows: Vec<usize> = (0..exports.len()).collect();
            for same in rows.chunk_by(|one, other| pair(*one) == pair(*other)) {
                let (owner, export_id) = pair(same[0]);
                *supersedes.entry(owner.map(str::to_string)).or_default().entry(export_id.to_string()).or_default() +=
                    same.len() as u64;
            }
            Ok(())
        })?;
    }
    let exports = folder.books()?.into_iter().map(|book| {
        let owner = folder.export_id().is_none().then(|| book.export_id.clone());
        let (slices, supersedes) = (slices.remove(&owner).unwrap_or_default(), supersedes.remove(&owner).unwrap_or_default());
        Known { book, slices, supersedes }
    });
    Ok(Line { exports: exports.collect(), folder: folder.name })
}

impl Held for Register {
    fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    fn recent(&self) -> &Recent {
        &self.recent
    }

    fn audit_rows(&self, export_id: &str) -> Result<Box<dyn AuditRows + '_>> {
        Ok(Box::new(ParquetRows(self.files(export_id, "audit_log")?)))
    }

    fn lost(&self, by: &str, of: Option<&BTreeSet<String>>) -> Result<Lost> {
        let mut lost = Lost::new();
        for path in self.files(by, "superseded")? {
            let may_hold = |group: &RowGroupMetaData| match (of, bounds(group, "superseded_export_id")) {
                (Some(of), Bounds::Between(low, high)) => of.range(low..=high).next().is_some(),
                _ => true,
            };
            let groups = part::open(&path)?.metadata().row_groups().to_vec();
            let groups: Vec<usize> = (0..groups.len()).filter(|number| may_hold(&groups[*number])).collect();
            part::read(&path, Groups::Only(&groups), None, &mut |batch| {
                collect(batch, by, of, &mut lost);
                Ok(())
            })?;
        }
        lost.values_mut().for_each(|rows| rows.sort_unstable());
        Ok(lost)
    }
}
