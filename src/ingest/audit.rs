//! What every audit row adds beyond its columns: its failure group, the ids that its message names, its cell of the cube.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::column::Column;
use super::cube::{Cell, Code, Cube, Minute, NULL, position};
use super::standin::{Cache, Message};
use crate::schema;

/// A message group with the first row that showed it.
#[derive(Debug, Clone)]
pub struct Group {
    /// Block and row of the sample.
    pub at: (usize, usize),
    /// What its messages have in common.
    pub message: Message,
    /// The message of its first row.
    pub sample: String,
}

/// Positions of the columns in the table.
#[derive(Debug, Clone, Copy)]
struct Places {
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
#[derive(Debug)]
pub struct Audit {
    places: Places,
    cache: Cache,
    cell: Option<Cell>,
    run: i64,
    /// The cube of its rows.
    pub cube: Cube,
    /// The failure groups of its rows.
    pub groups: FxHashMap<u64, Group>,
    /// First and last time of its rows.
    pub span: Option<(i64, i64)>,
}

/// What a block's audit rows add to their columns.
#[derive(Debug, Default)]
pub struct Extra {
    /// The failure group of each row, 0 for none.
    pub groups: Vec<u64>,
    /// Row of the block and an id that its message names.
    pub references: Vec<(u32, String)>,
    job_codes: Vec<Code>,
    object_codes: Vec<Code>,
    org_codes: Vec<Code>,
}

const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;

impl Audit {
    /// Nothing seen yet.
    pub fn new() -> Self {
        let table = schema::audit_log();
        let place = |name: &str| table.column(name).expect("the audit log has this column");
        let places = Places {
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
        let (cube, groups) = (Cube::default(), FxHashMap::default());
        Self { places, cache: Cache::new(), cell: None, run: 0, cube, groups, span: None }
    }

    /// Takes in the rows `rows` of block `block`.
    pub fn add(&mut self, block: usize, columns: &[Column], rows: Range<usize>, extra: &mut Extra) {
        let places = self.places;
        codes(&columns[places.job_id], rows.clone(), &mut extra.job_codes, &mut self.cube);
        codes(&columns[places.object], rows.clone(), &mut extra.object_codes, &mut self.cube);
        codes(&columns[places.destination_org_id], rows.clone(), &mut extra.org_codes, &mut self.cube);
        let column = |place: usize| &columns[place];
        let (status, has_error, message) = (column(places.status_code), column(places.has_error), column(places.error_message));
        let number = |place: usize, row: usize| columns[place].number(row).unwrap_or(NULL);
        let flag = |place: usize, row: usize| columns[place].flag(row).map_or(2, u8::from);
        for (at, row) in rows.enumerate() {
            let status_code = status.number(row);
            let failed = has_error.flag(row) == Some(true) || matches!(status_code, Some(1 | 3));
            let group_id = if failed || message.present[row] {
                let object = columns[places.object].text(row);
                self.group(message.text(row), object, failed, (block, row), &mut extra.references)
            } else {
                0
            };
            extra.groups.push(group_id);
            let time = column(places.modified_at).number(row).or_else(|| column(places.created_at).number(row));
            if let Some(time) = time {
                self.span = Some(self.span.map_or((time, time), |(first, last)| (first.min(time), last.max(time))));
                let minute =
                    Minute { names: [extra.job_codes[at], extra.object_codes[at]], minute: time.div_euclid(MINUTE) * MINUTE };
                let sum = self.cube.minutes.entry(minute).or_default();
                *sum = (sum.0 + 1, sum.1 + i64::from(failed));
            }
            let cell = Cell {
                names: [extra.job_codes[at], extra.object_codes[at], extra.org_codes[at]],
                is_parent: flag(places.is_parent, row),
                update_required: flag(places.update_required, row),
                has_destination: u8::from(columns[places.destination_id].present[row]),
                has_error: flag(places.has_error, row),
                sequence: number(places.sequence, row),
                depth: number(places.depth, row),
                status_code: status_code.unwrap_or(NULL),
                group_id,
                hour: time.map_or(NULL, |time| time.div_euclid(HOUR) * HOUR),
                position: column(places.insert_order).number(row).map_or(NULL, position),
            };
            if self.cell == Some(cell) {
                self.run += 1;
            } else {
                self.end_run();
                (self.cell, self.run) = (Some(cell), 1);
            }
        }
        self.end_run();
    }

    /// Neighbouring rows mostly fall into one cell: only the end of their run looks it up.
    fn end_run(&mut self) {
        if let Some(cell) = self.cell.take() {
            *self.cube.cells.entry(cell).or_default() += self.run;
        }
    }

    fn group(
        &mut self,
        text: Option<&str>,
        object: Option<&str>,
        failed: bool,
        at: (usize, usize),
        references: &mut Vec<(u32, String)>,
    ) -> u64 {
        let text = text.filter(|text| !text.trim().is_empty());
        let blank;
        let message = match text {
            Some(text) => self.cache.read(text, object),
            None if failed => {
                blank = super::standin::blank();
                &blank
            }
            None => return 0,
        };
        references.extend(message.references.iter().map(|id| (at.1 as u32, id.clone())));
        let group_id = message.group_id.0;
        let group = || Group { at, message: message.clone(), sample: text.unwrap_or_default().to_string() };
        match self.groups.entry(group_id) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(group());
            }
            std::collections::hash_map::Entry::Occupied(mut place) if at < place.get().at => {
                place.insert(group());
            }
            std::collections::hash_map::Entry::Occupied(_) => {}
        }
        group_id
    }
}

/// The names of a column's rows as codes; runs of one name cost a comparison.
fn codes(column: &Column, rows: Range<usize>, codes: &mut Vec<Code>, cube: &mut Cube) {
    codes.clear();
    let mut last: Option<(Option<&str>, Code)> = None;
    for row in rows {
        let name = column.text(row);
        let code = match last {
            Some((before, code)) if before == name => code,
            _ => cube.names.code(name),
        };
        last = Some((name, code));
        codes.push(code);
    }
}
