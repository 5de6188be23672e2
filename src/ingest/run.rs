//! Runs one export through the workers: blocks out in order, row groups in in order.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;

use super::Progress;
use super::audit::Ascending;
use super::block::{Block, Blocks, Next};
use super::column::Bad;
use super::decode::{Decoded, Decoder, Seen};
use super::index::Odd;
use super::message_groups::GroupFile;
use super::part::{Encoder, Parts, RowGroup, Typed};
use super::plan::Plan;
use super::reject::Reject;
use super::tables::{self, Rows};
use crate::error::{Error, Place, Result};
use crate::message;
use crate::store::Durability;
use crate::store::counting::Counting;
use crate::store::cube::Cube;

/// What the rows of an export came to.
pub struct Tally {
    /// Data rows.
    pub rows_read: u64,
    /// Rows kept aside.
    pub rows_rejected: u64,
    /// The first of them, for people.
    pub first_reject: Option<Reject>,
    /// Values that could not be read as they stand, by column.
    pub bad: Vec<Bad>,
    /// Rows that end before the last field of the header.
    pub rows_short: u64,
    /// First and last time of audit rows.
    pub span: Option<(i64, i64)>,
    /// The cube of audit rows.
    pub counting: Counting,
    /// Whether the ids of audit rows ascend through the whole export, so that none stands in it twice.
    pub ids_ascend: bool,
    /// Lines that were left out behind the last row.
    pub footer: Vec<String>,
}

/// Why the rows of an export could not be read to their end.
pub enum Unread {
    /// The text needs the careful reader.
    Odd,
    /// Its source failed.
    Source(io::Error),
    /// The store failed.
    Store(Error),
}

/// Blocks whose rows become one row group: enough for dictionaries to pay (36,000 rows of an all-quoted export), few enough that a few of
/// them per core stay far below the memory bound.
const GROUP_BLOCKS: usize = 4;

struct Shared<'a> {
    plan: &'a Plan,
    source: Mutex<Box<dyn Blocks + 'a>>,
    counts: Mutex<Counts>,
    counted: Condvar,
    gathered: Mutex<Gathered>,
    sink: Mutex<Sink>,
    stop: Mutex<Option<Unread>>,
}

/// Rows and lines before the block `block`.
#[derive(Default)]
struct Counts {
    block: usize,
    rows: u64,
    lines: u64,
}

/// Decoded blocks until all of their row group are there.
#[derive(Default)]
struct Gathered {
    waiting: BTreeMap<usize, (Typed, Told)>,
    /// Blocks that are written, for others to be decoded into.
    spare: Vec<Decoded>,
}

/// What a block tells beside its columns.
struct Told {
    rejects: Vec<Reject>,
    references: Vec<(i64, String)>,
    groups: Option<(Vec<u64>, RecordBatch)>,
    cube: Cube,
    ascending: Option<Ascending>,
}

struct Sink {
    parts: Parts,
    rejects: Rows<Reject>,
    references: Rows<(i64, String)>,
    groups: GroupFile,
    counting: Counting,
    rows_rejected: u64,
    first_reject: Option<Reject>,
    ascending: Option<Ascending>,
    next: usize,
    waiting: BTreeMap<usize, Finished>,
}

/// The blocks of a row group, ready to be written.
struct Finished {
    row_groups: Vec<RowGroup>,
    told: Vec<Told>,
}

/// A panic of another worker ends the run anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Unread::Store(error)
    }
}

/// Where rows are written.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The folder of the tables.
    pub folder: &'a Path,
    /// Whether they outlive the command.
    pub durability: Durability,
    /// Cells of the cube that are many enough to be written early.
    pub large_cube: usize,
}

/// Reads the rows of `source` into the tables of `target`; `first_line` is the physical line where they begin.
pub fn run(
    plan: &Plan,
    source: Box<dyn Blocks + '_>,
    first_line: u64,
    file: &str,
    target: Target,
    threads: NonZeroUsize,
    progress: &dyn Progress,
) -> Result<Tally, Unread> {
    let Target { folder, durability, large_cube } = target;
    let table = folder.join(&plan.table.name);
    std::fs::create_dir_all(&table).place(|| format!("cannot create '{}'", table.display()))?;
    let parts = Parts::new(table, plan.table)?;
    let name = file.to_string();
    let sink = Sink {
        parts,
        rejects: Rows::new(&folder.join("reject"), move |rejects| tables::rejects(&name, rejects)),
        references: Rows::new(&folder.join("error_reference"), tables::references),
        groups: GroupFile::new(folder),
        counting: Counting::new(folder, large_cube),
        rows_rejected: 0,
        first_reject: None,
        ascending: Some(Ascending::default()),
        next: 0,
        waiting: BTreeMap::new(),
    };
    let shared = Shared {
        plan,
        source: Mutex::new(source),
        counts: Mutex::new(Counts { block: 0, rows: 0, lines: first_line - 1 }),
        counted: Condvar::new(),
        gathered: Mutex::default(),
        sink: Mutex::new(sink),
        stop: Mutex::new(None),
    };
    let seen: Vec<Seen> = std::thread::scope(|scope| {
        if plan.is_audit_log() {
            // Else the workers would wait for it at their first messages.
            scope.spawn(message::prepare);
        }
        let worker = || {
            let (mut decoder, mut block) = (Decoder::new(plan), Block::default());
            match Encoder::new(plan.table, durability) {
                Ok(mut encoder) => while let Some(true) = shared.step(&mut block, &mut decoder, &mut encoder, progress) {},
                Err(error) => drop(shared.halt(Unread::Store(error))),
            }
            decoder.into_seen()
        };
        let others: Vec<_> = (1..threads.get()).map(|_| scope.spawn(worker)).collect();
        let mut seen = vec![worker()];
        seen.extend(others.into_iter().map(|other| other.join().expect("a worker does not panic")));
        seen
    });
    if lock(&shared.stop).is_none() {
        shared.write_rest(&mut Encoder::new(plan.table, durability)?);
    }
    let Shared { source, counts, sink, stop, .. } = shared;
    if let Some(stop) = into_inner(stop) {
        return Err(stop);
    }
    let (counts, mut sink) = (into_inner(counts), into_inner(sink));
    sink.parts.close()?;
    sink.rejects.close()?;
    sink.references.close()?;
    sink.groups.close()?;
    let mut tally = Tally {
        rows_read: counts.rows,
        rows_rejected: sink.rows_rejected,
        first_reject: sink.first_reject,
        bad: vec![Bad::new(); plan.inputs.len()],
        rows_short: 0,
        span: None,
        counting: sink.counting,
        ids_ascend: sink.ascending.is_some(),
        footer: into_inner(source).footer().to_vec(),
    };
    seen.into_iter().for_each(|seen| tally.add(seen));
    Ok(tally)
}

impl Tally {
    fn add(&mut self, seen: Seen) {
        for (sum, bad) in self.bad.iter_mut().zip(seen.bad) {
            for (reason, count) in bad {
                *sum.entry(reason).or_default() += count;
            }
        }
        self.rows_short += seen.short;
        self.span = [self.span, seen.span].into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    }
}

impl Shared<'_> {
    /// Takes one block through, and writes the row group that it completes; `None` and `false` where there is no more to do.
    fn step(&self, block: &mut Block, decoder: &mut Decoder, encoder: &mut Encoder, progress: &dyn Progress) -> Option<bool> {
        let next = {
            let mut source = lock(&self.source);
            if lock(&self.stop).is_some() {
                return None;
            }
            source.next(block)
        };
        match next {
            Ok(Next::Block) => {}
            Ok(Next::End) => return Some(false),
            Ok(Next::Odd(Odd)) => return self.halt(Unread::Odd),
            Err(error) => return self.halt(Unread::Source(error)),
        }
        let spare = lock(&self.gathered).spare.pop();
        let mut decoded = spare.unwrap_or_else(|| Decoded::new(self.plan));
        let Ok(()) = decoder.decode(block, &mut decoded) else { return self.halt(Unread::Odd) };
        let (rows, lines) = self.count(block.number, decoded.rows, decoded.lines)?;
        progress.advance(block.bytes.len() as u64, decoded.rows);
        let mut rejects = std::mem::take(&mut decoded.rejects);
        for reject in &mut rejects {
            reject.row_number += rows + 1;
            if decoder.counts_lines() {
                reject.line = reject.line.map(|line| line + lines + 1);
            }
        }
        let extra = &mut decoded.extra;
        let (references, groups) = (std::mem::take(&mut extra.references), extra.new_groups.take());
        let (cube, ascending) = (std::mem::take(&mut extra.cube), extra.ascending.take());
        let typed = Typed { decoded, first_row: rows + 1 };
        let references = references.into_iter().map(|(at, id)| (typed.row_number(at), id)).collect();
        let told = Told { rejects, references, groups, cube, ascending };
        // The guard must not live as long as the match.
        let whole = lock(&self.gathered).add(block.number, (typed, told));
        match whole {
            Some(blocks) => self.write(block.number / GROUP_BLOCKS, blocks, encoder),
            None => Some(true),
        }
    }

    /// Writes the blocks of a row group.
    fn write(&self, group: usize, blocks: Vec<(Typed, Told)>, encoder: &mut Encoder) -> Option<bool> {
        let (mut typed, told): (Vec<Typed>, Vec<Told>) = blocks.into_iter().unzip();
        let written =
            encoder.encode(&mut typed).and_then(|row_groups| lock(&self.sink).put(group, Finished { row_groups, told }));
        lock(&self.gathered).spare.extend(typed.into_iter().map(|typed| typed.decoded));
        match written {
            Ok(()) => Some(true),
            Err(error) => self.halt(Unread::Store(error)),
        }
    }

    /// Writes the last blocks, which are too few for a whole row group.
    fn write_rest(&self, encoder: &mut Encoder) {
        let rest = std::mem::take(&mut lock(&self.gathered).waiting);
        if let Some((number, _)) = rest.first_key_value() {
            self.write(number / GROUP_BLOCKS, rest.into_values().collect(), encoder);
        }
    }

    /// Waits for the blocks before to be counted, counts this one, and tells the rows and lines before it.
    fn count(&self, block: usize, rows: u64, lines: u64) -> Option<(u64, u64)> {
        let mut counts = lock(&self.counts);
        while counts.block != block {
            if lock(&self.stop).is_some() {
                return None;
            }
            counts = self.counted.wait(counts).unwrap_or_else(PoisonError::into_inner);
        }
        let before = (counts.rows, counts.lines);
        *counts = Counts { block: block + 1, rows: counts.rows + rows, lines: counts.lines + lines };
        self.counted.notify_all();
        Some(before)
    }

    fn halt(&self, stop: Unread) -> Option<bool> {
        // Held while telling the others, so that none of them looks before and waits after.
        let counts = lock(&self.counts);
        lock(&self.stop).get_or_insert(stop);
        self.counted.notify_all();
        drop(counts);
        None
    }
}

impl Gathered {
    /// Adds a block, and takes the blocks of its row group out if it was the last of them.
    fn add(&mut self, number: usize, block: (Typed, Told)) -> Option<Vec<(Typed, Told)>> {
        self.waiting.insert(number, block);
        let first = number / GROUP_BLOCKS * GROUP_BLOCKS;
        let group = first..first + GROUP_BLOCKS;
        let is_whole = self.waiting.range(group.clone()).count() == GROUP_BLOCKS;
        is_whole.then(|| group.filter_map(|number| self.waiting.remove(&number)).collect())
    }
}

impl Sink {
    /// Takes finished blocks, and writes all whose turn has come.
    fn put(&mut self, number: usize, finished: Finished) -> Result<()> {
        self.waiting.insert(number, finished);
        while let Some(finished) = self.waiting.remove(&self.next) {
            self.next += 1;
            finished.row_groups.into_iter().try_for_each(|row_group| self.parts.append(row_group))?;
            finished.told.into_iter().try_for_each(|told| self.add(told))?;
        }
        Ok(())
    }

    /// Takes in what a block tells.
    fn add(&mut self, told: Told) -> Result<()> {
        let before = self.ascending.take().zip(told.ascending);
        self.ascending = before.and_then(|(before, behind)| before.followed_by(&behind));
        self.rows_rejected += told.rejects.len() as u64;
        if self.first_reject.is_none() {
            self.first_reject = told.rejects.first().cloned();
        }
        self.rejects.extend(told.rejects.into_iter())?;
        self.references.extend(told.references.into_iter())?;
        told.groups.map_or(Ok(()), |groups| self.groups.extend(groups))?;
        self.counting.add(&told.cube)
    }
}
