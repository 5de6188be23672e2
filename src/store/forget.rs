//! Takes an export out of a store: what is left is what would be there if it had never come.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::audit_rows::{AuditRows, Slice};
use super::catalogue::{self, Book};
use super::change::Change;
use super::contents::Folder;
use super::copy::{Source, copy, owned};
use super::cube::Cube;
use super::dataset::Dataset;
use super::part::{self, FIRST_PART};
use super::supersede::{self, Held, Lost};
use super::tables;
use crate::error::Result;

/// What an export supersedes, found anew.
#[derive(Debug)]
pub struct Revision {
    /// The export.
    pub export_id: String,
    /// All rows that no longer count since it is there.
    pub lost: Lost,
    /// What that adds to its cube.
    pub cube: Cube,
}

/// Finds anew what `book` supersedes after `earlier` came; nothing where that has not changed.
pub fn revision(held: &dyn Held, earlier: &[Book], book: &Book) -> Result<Option<Revision>> {
    let before = held.lost(&book.export_id, None)?;
    let lost = supersede::lost(held, earlier, &book.export_id, held.audit_rows(&book.export_id)?.as_ref())?;
    if lost == before {
        return Ok(None);
    }
    let mut cube = Cube::default();
    for (from, without, records) in [(&before, &lost, 1), (&lost, &before, -1)] {
        for (export_id, rows) in from {
            let other = without.get(export_id).map_or(&[][..], Vec::as_slice);
            let rows: Vec<u64> = rows.iter().copied().filter(|row| other.binary_search(row).is_err()).collect();
            supersede::count(held.audit_rows(export_id)?.as_ref(), &rows, records, &mut cube)?;
        }
    }
    Ok(Some(Revision { export_id: book.export_id.clone(), lost, cube }))
}

/// What exports that came after `forgotten` supersede without it; `books` are those of all exports, in the order of their ingest.
///
/// Only exports are looked at that can share rows with it, or with exports of which it, or its absence, decides whether rows count.
pub fn revisions(held: &dyn Held, books: &[Book], forgotten: &Book) -> Result<Vec<Revision>> {
    let mut logs = catalogue::audit_logs(books);
    let Some(at) = logs.iter().position(|book| book.export_id == forgotten.export_id) else { return Ok(Vec::new()) };
    logs.remove(at);
    let mut touched: BTreeMap<String, Vec<Slice>> = BTreeMap::new();
    let touch = |touched: &mut BTreeMap<String, Vec<Slice>>, export_id: &str| -> Result<()> {
        if let Entry::Vacant(place) = touched.entry(export_id.to_string()) {
            place.insert(held.audit_rows(export_id)?.slices()?);
        }
        Ok(())
    };
    touch(&mut touched, &forgotten.export_id)?;
    held.lost(&forgotten.export_id, None)?.keys().try_for_each(|export_id| touch(&mut touched, export_id))?;
    let mut now = Revised { held, revised: BTreeMap::new() };
    let mut revisions = Vec::new();
    for (place, book) in logs.iter().enumerate().skip(at) {
        let slices = held.audit_rows(&book.export_id)?.slices()?;
        if !touched.values().any(|other| supersede::can_meet(&slices, other)) {
            continue;
        }
        if let Some(revision) = revision(&now, &logs[..place], book)? {
            let before = held.lost(&book.export_id, None)?;
            revision.lost.keys().chain(before.keys()).try_for_each(|export_id| touch(&mut touched, export_id))?;
            now.revised.insert(book.export_id.clone(), revision.lost.clone());
            revisions.push(revision);
        }
    }
    Ok(revisions)
}

/// A store with what some of its exports supersede now.
struct Revised<'a> {
    held: &'a dyn Held,
    revised: BTreeMap<String, Lost>,
}

impl Held for Revised<'_> {
    fn audit_rows(&self, export_id: &str) -> Result<Box<dyn AuditRows + '_>> {
        self.held.audit_rows(export_id)
    }

    fn lost(&self, by: &str, of: Option<&BTreeSet<String>>) -> Result<Lost> {
        match self.revised.get(by) {
            Some(lost) => {
                let is_asked = |export_id: &String| of.is_none_or(|of| of.contains(export_id));
                Ok(lost.iter().filter(|(export_id, _)| is_asked(export_id)).map(|(a, b)| (a.clone(), b.clone())).collect())
            }
            None => self.held.lost(by, of),
        }
    }
}

/// Takes the export that `wanted` names out of a dataset.
///
/// # Errors
/// Where no export, or more than one, is named so; where the store cannot be written to.
pub fn forget(dataset: &Dataset, wanted: &str) -> Result<Book> {
    dataset.clean()?;
    let lock = dataset.lock()?;
    let contents = dataset.contents()?;
    let books = contents.books()?;
    let book = catalogue::choose(&books, wanted)?;
    let revisions = revisions(&contents, &books, book)?;
    let mut change = Change::new(dataset, &lock)?;
    for folder in &contents.folders {
        if folder.holds(&book.export_id) && folder.books()?.len() == 1 {
            change.remove(&folder.name);
        } else {
            let revisions: Vec<&Revision> = revisions.iter().filter(|revision| folder.holds(&revision.export_id)).collect();
            rewrite(folder, book, &revisions, &mut change)?;
        }
    }
    change.commit()?;
    Ok(book.clone())
}

/// Takes an export out of a folder that holds others, and revises those.
fn rewrite(folder: &Folder, forgotten: &Book, revisions: &[&Revision], change: &mut Change) -> Result<()> {
    let is_revised = |export_id: &str| revisions.iter().any(|revision| revision.export_id == export_id);
    for (table, files) in &folder.tables {
        if folder.holds(&forgotten.export_id) || (table == "superseded" && !revisions.is_empty()) {
            let path = format!("{}/{table}", folder.name);
            change.remove(&path);
            let keep = |export_id: &str| export_id != forgotten.export_id && (table != "superseded" || !is_revised(export_id));
            copy(table, &[Source { files, export_id: folder.export_id() }], &keep, &change.add(&path).join(FIRST_PART))?;
        }
    }
    for (place, revision) in revisions.iter().enumerate() {
        let write = |table: &str, batches: &mut dyn Iterator<Item = RecordBatch>| -> Result<()> {
            let path = change.add(&format!("{}/{table}/part-{:05}.parquet", folder.name, folder.next_part(table) + place));
            if folder.export_id().is_some() {
                return part::write(&path, batches);
            }
            part::write(&path, batches.map(|batch| owned(&batch, &revision.export_id)))
        };
        write("superseded", &mut tables::superseded(&revision.lost))?;
        write("outcome", &mut std::iter::once(tables::outcome(&revision.cube)))?;
        write("activity", &mut std::iter::once(tables::activity(&revision.cube)))?;
    }
    Ok(())
}
