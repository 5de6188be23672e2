//! What every audit row adds beyond its columns: its failure group, the ids that its message names, its cell of the cube.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::column::Column;
use super::message_groups::Groups;
use crate::message::{self, Cache};
use crate::schema;
use crate::store::cube::{Cell, Code, Cube, Facts, Minute, Recent, failed};

/// Failure groups that a worker remembers having shown, so that it seldom shows one again; another worker may, so this decides nothing.
const SHOWN_GROUPS: usize = 64 << 10;

/// Positions of the columns in the table.
#[derive(Debug, Clone, Copy)]
struct Places {
    audit_id: usize,
    job_id: usize,
    object: usize,
    destination_org_id: usize,
    status_code: usize,
    error_message: usize,
    has_error: usize,
    destination_id: usize,
    sequence: usize,
    depth: usize,
    is_parent: usize,
    insert_order: usize,
    update_required: usize,
    created_at: usize,
    modified_at: usize,
}

/// What one worker has seen of the audit rows.
pub struct Audit {
    places: Places,
    cache: Cache,
    cells: Recent<Cell, i64>,
    minutes: Recent<Minute, (i64, i64)>,
    shown: FxHashSet<u64>,
    /// First and last time of its rows.
    pub span: Option<(i64, i64)>,
}

/// The first and last of ids that all ascend: then no row stands in the export twice, and nobody has to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ascending(Option<(Vec<u8>, Vec<u8>)>);

impl Ascending {
    /// The same with the ids of these rows behind them; `None` where they do not ascend.
    fn extended(self, ids: &Column, rows: Range<usize>) -> Option<Self> {
        let (first, mut last) = (ids.bytes(rows.start)?, ids.bytes(rows.start)?);
        for row in rows.skip(1) {
            let id = ids.bytes(row).filter(|id| last < *id)?;
            last = id;
        }
        self.followed_by(&Self(Some((first.to_vec(), last.to_vec()))))
    }

    /// The same with others behind them; `None` where they do not ascend.
    pub fn followed_by(self, next: &Self) -> Option<Self> {
        match (self.0, &next.0) {
            (Some((first, last)), Some((start, end))) => (last < *start).then(|| Self(Some((first, end.clone())))),
            (None, _) => Some(next.clone()),
            (this, None) => Some(Self(this)),
        }
    }
}

fn add_records(sum: &mut i64, records: i64) {
    *sum += records;
}

fn add_both(sum: &mut (i64, i64), (records, failed): (i64, i64)) {
    *sum = (sum.0 + records, sum.1 + failed);
}

/// What a block's audit rows add to their columns.
#[derive(Debug)]
pub struct Extra {
    /// Whether the ids of the rows ascend.
    pub ascending: Option<Ascending>,
    /// The cube of the rows.
    pub cube: Cube,
    /// The failure group of each row, 0 for none.
    pub groups: Vec<u64>,
    /// Failure groups that their worker has not shown yet, each with the first row that has it.
    pub new_groups: Groups,
    /// Whether each row has failed.
    pub failed: Vec<bool>,
    /// Row of the block and an id that its message names.
    pub references: Vec<(u32, String)>,
    job_codes: Vec<Code>,
    object_codes: Vec<Code>,
    org_codes: Vec<Code>,
}

impl Default for Extra {
    fn default() -> Self {
        let codes = Vec::new;
        Self {
            ascending: Some(Ascending::default()),
            cube: Cube::default(),
            groups: Vec::new(),
            new_groups: Groups::default(),
            failed: Vec::new(),
            references: Vec::new(),
            job_codes: codes(),
            object_codes: codes(),
            org_codes: codes(),
        }
    }
}

impl Extra {
    /// No rows again.
    pub fn clear(&mut self) {
        self.ascending = Some(Ascending::default());
        self.groups.clear();
        self.failed.clear();
        self.references.clear();
    }
}

impl Audit {
    /// Nothing seen yet.
    pub fn new() -> Self {
        let table = schema::audit_log();
        let place = |name: &str| table.column(name).expect("the audit log has this column");
        let places = Places {
            audit_id: place("audit_id"),
            job_id: place("job_id"),
            object: place("object"),
            destination_org_id: place("destination_org_id"),
            status_code: place("status_code"),
            error_message: place("error_message"),
            has_error: place("has_error"),
            destination_id: place("destination_id"),
            sequence: place("sequence"),
            depth: place("depth"),
            is_parent: place("is_parent"),
            insert_order: place("insert_order"),
            update_required: place("update_required"),
            created_at: place("created_at"),
            modified_at: place("modified_at"),
        };
        let shown = FxHashSet::default();
        Self { places, cache: Cache::new(), cells: Recent::default(), minutes: Recent::default(), shown, span: None }
    }

    /// Takes in the rows `rows` of a block.
    pub fn add(&mut self, columns: &[Column], rows: Range<usize>, extra: &mut Extra) {
        let (places, first) = (self.places, rows.start);
        codes(&columns[places.job_id], rows.clone(), &mut extra.job_codes, &mut extra.cube);
        codes(&columns[places.object], rows.clone(), &mut extra.object_codes, &mut extra.cube);
        codes(&columns[places.destination_org_id], rows.clone(), &mut extra.org_codes, &mut extra.cube);
        let column = |place: usize| &columns[place];
        let (status, has_error, message) = (column(places.status_code), column(places.has_error), column(places.error_message));
        for (at, row) in rows.enumerate() {
            let (status_code, has_error) = (status.number(row), has_error.flag(row));
            let failed = failed(has_error, status_code);
            let group_id = if failed || message.present[row] { self.group(message.text(row), failed, row, extra) } else { 0 };
            extra.groups.push(group_id);
            extra.failed.push(failed);
            let facts = Facts {
                names: [extra.job_codes[at], extra.object_codes[at], extra.org_codes[at]],
                is_parent: column(places.is_parent).flag(row),
                update_required: column(places.update_required).flag(row),
                has_destination: column(places.destination_id).present[row],
                has_error,
                sequence: column(places.sequence).number(row),
                depth: column(places.depth).number(row),
                status_code,
                group_id,
                time: column(places.modified_at).number(row).or_else(|| column(places.created_at).number(row)),
                order: column(places.insert_order).number(row),
            };
            if let Some(time) = facts.time {
                self.span = Some(self.span.map_or((time, time), |(first, last)| (first.min(time), last.max(time))));
            }
            self.cells.count(facts.cell(), 1, &mut extra.cube.cells, add_records);
            if let Some(minute) = facts.minute() {
                self.minutes.count(minute, (1, i64::from(failed)), &mut extra.cube.minutes, add_both);
            }
        }
        self.cells.close(&mut extra.cube.cells, add_records);
        self.minutes.close(&mut extra.cube.minutes, add_both);
        let ids = &columns[places.audit_id];
        if first < ids.len() {
            extra.ascending = extra.ascending.take().and_then(|ascending| ascending.extended(ids, first..ids.len()));
        }
    }

    fn group(&mut self, text: Option<&str>, failed: bool, row: usize, extra: &mut Extra) -> u64 {
        let text = text.filter(|text| !text.trim().is_empty());
        let blank;
        let read = match text {
            Some(text) => self.cache.read(text),
            None if failed => {
                blank = message::blank();
                &blank
            }
            None => return 0,
        };
        extra.references.extend(read.references.iter().map(|id| (row as u32, id.clone())));
        let group_id = read.group_id.0;
        if self.shown.len() == SHOWN_GROUPS {
            self.shown.clear();
        }
        if self.shown.insert(group_id) {
            extra.new_groups.push(read, text.unwrap_or_default());
        }
        group_id
    }
}

/// The names of a column's rows as codes; runs of one name cost a comparison.
fn codes(column: &Column, rows: Range<usize>, codes: &mut Vec<Code>, cube: &mut Cube) {
    codes.clear();
    let mut last: Option<(Option<&[u8]>, Code)> = None;
    for row in rows {
        let name = column.bytes(row);
        let code = match last {
            Some((before, code)) if before == name => code,
            _ => cube.names.code(column.text(row)),
        };
        last = Some((name, code));
        codes.push(code);
    }
}
