//! One job of a sample: its records in processing order, on the clock.

use super::Spec;
use super::fate::{Failure, Fates, NEW, Record, Stage, Wave};
use super::random::{chance, mix};
use super::record::{Clock, Id, SOURCE, TARGET};
use super::row::{Row, Rows};
use super::text::About;
use crate::error::Result;

const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Monday, 5 January 2026, in microseconds after 1970.
const FIRST_DAY: u64 = 20_458 * DAY;
/// The jobs of a sample begin within this time, so that retention has not taken the first when the last is exported.
const SEASON: u64 = 60 * DAY;
/// Hours of the day at which jobs are started, in turn.
const STARTS: [u64; 3] = [19, 9, 2];
/// A scan writes audit rows faster than a sync changes them.
const SCAN_STEP: u64 = MINUTE / 120_000;
/// Between the end of a scan and the sync, somebody looks at the preview.
const PREVIEW: u64 = 25 * MINUTE;
/// The last job of a sample is interrupted this far into its last object.
const INTERRUPTED: f64 = 0.97;
/// The share of a delta run's rows that are new since the load.
const NEW_IN_DELTA: f64 = 0.2;
/// Each wave has this many record numbers of an object.
const WAVE: u64 = 1 << 38;

const OUTCOME: u64 = 6;
const GAP: u64 = 7;
const TEXT: u64 = 8;

/// A job under way.
pub struct Job<'a> {
    fates: &'a Fates<'a>,
    wave: &'a Wave,
    wave_number: u64,
    id: Vec<u8>,
    org: Vec<u8>,
    last: bool,
    created: Clock,
    modified: Clock,
    scanned_at: u64,
    synced_at: u64,
    order: u64,
}

impl<'a> Job<'a> {
    /// The `number`th job, on records of `wave`, not before `free_from` (microseconds after 1970).
    pub fn new(fates: &'a Fates<'a>, wave: &'a Wave, wave_number: u64, number: u64, spec: &Spec, free_from: u64) -> Self {
        let mut id = Vec::new();
        Id { prefix: *b"a0J", instance: SOURCE, number: 4_000 + number * 3 }.write(&mut id);
        let mut org = Vec::new();
        Id { prefix: *b"00D", instance: TARGET, number: 770_077 }.write(&mut org);
        let day = FIRST_DAY + (SEASON / spec.jobs).min(DAY) * number;
        let planned = day + STARTS[(number % 3) as usize] * HOUR;
        let scanned_at = planned.max(free_from + HOUR);
        Self {
            fates,
            wave,
            wave_number,
            id,
            org,
            last: number + 1 == spec.jobs,
            created: Clock::new(),
            modified: Clock::new(),
            scanned_at,
            synced_at: scanned_at + PREVIEW,
            order: 0,
        }
    }

    /// When the last row was changed, in microseconds after 1970.
    pub fn ended_at(&self) -> u64 {
        self.synced_at
    }

    /// Brings every record of the wave.
    pub fn load(&mut self, rows: &mut Rows) -> Result<()> {
        self.expect_scan(self.wave.counts.iter().sum());
        for object in 0..self.wave.counts.len() {
            self.order = 0;
            let count = self.wave.counts[object];
            for at in 0..count {
                let record = Record { object, at };
                let outcome = match self.fates.failure(self.wave, Stage::Load, record) {
                    _ if self.is_interrupted(object, at, count) => Outcome::Unprocessed,
                    Some(failure) => Outcome::Failed(failure, self.meant(record)),
                    None => Outcome::Done(self.meant(record)),
                };
                self.row(record, outcome, rows)?;
            }
        }
        Ok(())
    }

    /// Comes back to the records that failed in the load, up to `quota` of them.
    pub fn retry(&mut self, quota: u64, rows: &mut Rows) -> Result<()> {
        self.expect_scan(quota);
        let full = rows.written + quota;
        for object in 0..self.wave.counts.len() {
            self.order = 0;
            for at in 0..self.wave.counts[object] {
                if rows.written == full {
                    return Ok(());
                }
                let record = Record { object, at };
                if !self.fates.fails(self.wave, Stage::Load, record) {
                    continue;
                }
                let meant = if self.meant(record) == 2 { 2 } else { 7 };
                let outcome = match self.fates.failure(self.wave, Stage::Retry, record) {
                    Some(failure) => Outcome::Failed(failure, meant),
                    None => Outcome::Done(meant),
                };
                self.row(record, outcome, rows)?;
            }
        }
        Ok(())
    }

    /// Brings changed and new records: `quota` rows.
    pub fn delta(&mut self, quota: u64, rows: &mut Rows) -> Result<()> {
        self.expect_scan(quota);
        let run = rows.written;
        let counts = self.fates.story.split(quota);
        for (object, &count) in counts.iter().enumerate() {
            self.order = 0;
            let known = self.wave.counts[object];
            let changed = ((count as f64 * (1.0 - NEW_IN_DELTA)) as u64).min(known);
            for at in 0..count {
                // Spread over the known records, so that each is met at most once.
                let record = if at < changed {
                    Record { object, at: (u128::from(at) * u128::from(known) / u128::from(changed)) as u64 }
                } else {
                    Record { object, at: NEW + run * 2 + at }
                };
                let missing = at >= changed || self.fates.fails(self.wave, Stage::Retry, record);
                let meant = if missing { self.meant(record) } else { 2 };
                let outcome = match self.fates.failure(self.wave, Stage::Delta(run), record) {
                    _ if self.is_interrupted(object, at, count) => Outcome::Unprocessed,
                    Some(failure) => Outcome::Failed(failure, meant),
                    None => Outcome::Done(meant),
                };
                self.row(record, outcome, rows)?;
            }
        }
        Ok(())
    }

    fn expect_scan(&mut self, rows: u64) {
        self.synced_at = self.scanned_at + rows * SCAN_STEP + PREVIEW;
    }

    fn is_interrupted(&self, object: usize, at: u64, count: u64) -> bool {
        self.last && object + 1 == self.wave.counts.len() && at as f64 >= count as f64 * INTERRUPTED
    }

    /// The status code of a record if nothing goes wrong.
    fn meant(&self, record: Record) -> u8 {
        let object = &self.fates.story.objects[record.object];
        let draw = self.wave.draw(record, OUTCOME);
        let mut below = 0.0;
        for (share, code) in
            [(object.gone, 5), (object.relayed, 11), (object.existing, 4), (object.default, 6), (object.updated, 2)]
        {
            below += share;
            if share > 0.0 && chance(draw, below) {
                return code;
            }
        }
        7
    }

    /// Ids grow along an object's records with the gaps that deleted and foreign records leave.
    fn id(&self, record: Record, instance: [u8; 2]) -> Id {
        let gap = self.wave.draw(record, GAP ^ u64::from(instance[0])) % 5;
        let prefix = self.fates.story.objects[record.object].prefix.as_bytes();
        let number = self.wave_number * WAVE + record.at * 5 + gap;
        Id { prefix: [prefix[0], prefix[1], prefix[2]], instance, number }
    }

    fn row(&mut self, record: Record, outcome: Outcome, rows: &mut Rows) -> Result<()> {
        let object = &self.fates.story.objects[record.object];
        self.order += 1;
        self.scanned_at += SCAN_STEP;
        let source = self.id(record, SOURCE);
        let (code, matched, failure) = match outcome {
            Outcome::Unprocessed => (9, false, None),
            Outcome::Done(code) => (code, matches!(code, 2 | 4), None),
            Outcome::Failed(failure, meant) => {
                let matched = matches!(meant, 2 | 4);
                (if matched { 3 } else { 1 }, matched, Some(failure))
            }
        };
        let modified_at = if code == 9 {
            self.scanned_at
        } else {
            self.synced_at += pace(object.pace, self.order);
            self.synced_at
        };
        let about = failure.as_ref().map(|failure| About {
            own: source,
            parent: failure.parent.map(|parent| self.id(parent, SOURCE)),
            order: self.order,
            draw: self.wave.draw(record, TEXT),
        });
        let message =
            failure.as_ref().zip(about.as_ref()).map(|(failure, about)| (&self.fates.story.texts[failure.message], about));
        rows.row(&mut Row {
            job: &self.id,
            org: &self.org,
            object: &object.name,
            source,
            target: matches!(code, 2 | 7).then(|| self.id(record, TARGET)),
            code,
            message,
            sequence: record.object as u64 + 1,
            depth: self.wave.depth(record) as u64,
            is_parent: self.fates.story.is_parent[record.object],
            order: self.order,
            update_required: matched,
            created: (&mut self.created, self.scanned_at),
            modified: (&mut self.modified, modified_at),
        })
    }
}

enum Outcome {
    Unprocessed,
    Done(u8),
    Failed(Failure, u8),
}

/// The time that one row takes, which wavers from batch to batch.
fn pace(rows_a_minute: u64, order: u64) -> u64 {
    MINUTE / rows_a_minute * (48 + mix(order / 2000) % 33) / 64
}
