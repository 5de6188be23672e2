//! Takes an export out of a store: what is left is what would be there if it had never come.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::audit_rows::{AuditRows, Slice};
use super::catalogue::{self, Book, Catalogue, Known};
use super::change::Change;
use super::contents::Folder;
use super::copy::{Source, copy, owned};
use super::cube::Cube;
use super::dataset::Dataset;
use super::part::{self, FIRST_PART};
use super::register::Register;
use super::supersede::{self, Held, Lost, Recent};
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

impl Revision {
    /// How many rows it supersedes, by export.
    pub fn supersedes(&self) -> BTreeMap<String, u64> {
        self.lost.iter().map(|(export_id, rows)| (export_id.clone(), rows.len() as u64)).collect()
    }
}

/// Finds anew what an export supersedes after `earlier` came; nothing where that has not changed.
pub fn revision(held: &dyn Held, earlier: &[&Known], known: &Known) -> Result<Option<Revision>> {
    let export_id = &known.book.export_id;
    let before = held.lost(export_id, None)?;
    let lost = supersede::lost(held, earlier, export_id, held.audit_rows(export_id)?.as_ref(), &known.slices)?;
    if lost == before {
        return Ok(None);
    }
    let mut cube = Cube::default();
    for (from, without, records) in [(&before, &lost, 1), (&lost, &before, -1)] {
        for (other, rows) in from {
            let there = without.get(other).map_or(&[][..], Vec::as_slice);
            let rows: Vec<u64> = rows.iter().copied().filter(|row| there.binary_search(row).is_err()).collect();
            let slices = held.catalogue().get(other).map_or(&known.slices, |other| &other.slices);
            let take = &mut |part: &Cube| {
                cube.merge(part);
                Ok(())
            };
            supersede::count(held.audit_rows(other)?.as_ref(), slices, &rows, records, take)?;
        }
    }
    Ok(Some(Revision { export_id: export_id.clone(), lost, cube }))
}

/// What exports that came after `forgotten` supersede without it.
///
/// Only exports are looked at that can share rows with it, or with exports of which it, or its absence, decides whether rows count.
pub fn revisions(held: &dyn Held, forgotten: &Book) -> Result<Vec<Revision>> {
    let mut logs: Vec<Known> = held.catalogue().audit_logs().into_iter().cloned().collect();
    let Some(at) = logs.iter().position(|known| known.book.export_id == forgotten.export_id) else { return Ok(Vec::new()) };
    let gone = logs.remove(at);
    let mut touched: BTreeMap<String, Vec<Slice>> = BTreeMap::new();
    let touch = |touched: &mut BTreeMap<String, Vec<Slice>>, export_id: &str| {
        if let (Entry::Vacant(place), Some(known)) = (touched.entry(export_id.to_string()), held.catalogue().get(export_id)) {
            place.insert(known.slices.clone());
        }
    };
    gone.supersedes.keys().chain([&forgotten.export_id]).for_each(|export_id| touch(&mut touched, export_id));
    let mut now = Revised { held, revised: BTreeMap::new() };
    let mut revisions = Vec::new();
    for place in at..logs.len() {
        let (earlier, rest) = logs.split_at_mut(place);
        let known = &mut rest[0];
        if !touched.values().any(|other| supersede::can_meet(&known.slices, other)) {
            continue;
        }
        if let Some(revision) = revision(&now, &earlier.iter().collect::<Vec<_>>(), known)? {
            revision.lost.keys().chain(known.supersedes.keys()).for_each(|export_id| touch(&mut touched, export_id));
            known.supersedes = revision.supersedes();
            now.revised.insert(known.book.export_id.clone(), revision.lost.clone());
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
    fn catalogue(&self) -> &Catalogue {
        self.held.catalogue()
    }

    fn recent(&self) -> &Recent {
        self.held.recent()
    }

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
    let mut register = Register::new(dataset);
    register.refresh(&lock)?;
    let book = catalogue::choose(register.catalogue().books(), wanted)?;
    let revisions = revisions(&register, book)?;
    let contents = dataset.contents()?;
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
