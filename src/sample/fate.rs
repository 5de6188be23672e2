//! What becomes of each record, as a pure function of its number: nothing is remembered between rows.

use super::random::{below, chance, mix};
use super::story::Story;

/// Records that a delta job finds new are numbered from here, above those of the load before it.
pub const NEW: u64 = 1 << 33;

/// The records that one load brings, and the jobs after it come back to.
pub struct Wave {
    /// Rows of each object.
    pub counts: Vec<u64>,
    levels: Vec<Vec<u64>>,
    salts: Vec<u64>,
}

impl Wave {
    /// The `number`th wave of `rows` records.
    pub fn new(story: &Story, seed: u64, number: u64, rows: u64) -> Self {
        let counts = story.split(rows);
        let levels = story.objects.iter().zip(&counts).map(|(object, &count)| object.level_starts(count)).collect();
        let salts = (0..counts.len() as u64).map(|object| mix(mix(seed) ^ mix(number << 16 | object))).collect();
        Self { counts, levels, salts }
    }

    /// The level of a record in its own object's hierarchy, 0 at the top.
    pub fn depth(&self, record: Record) -> usize {
        let levels = &self.levels[record.object];
        let deeper = |&&start: &&u64| start <= record.at;
        if record.at < NEW { levels[1..levels.len() - 1].iter().filter(deeper).count() } else { 0 }
    }

    /// A draw about a record; each `question` has its own.
    pub fn draw(&self, record: Record, question: u64) -> u64 {
        mix(self.salts[record.object] ^ record.at ^ question << 48)
    }
}

/// A record of a wave: its object and its place among that object's records.
#[derive(Clone, Copy)]
pub struct Record {
    pub object: usize,
    pub at: u64,
}

/// The kind of job that meets a record.
#[derive(Clone, Copy, PartialEq)]
pub enum Stage {
    /// The first load of a wave.
    Load,
    /// The retry of what failed in the load.
    Retry,
    /// A later delta run; the number tells one from the next.
    Delta(u64),
}

/// Why a record failed: which message, and the failed parent that it names.
pub struct Failure {
    pub message: usize,
    pub parent: Option<Record>,
}

const PARENT: u64 = 1;
const TROUBLE: u64 = 2;
const STRIKE: u64 = 3;
const CURE: u64 = 4;
const CASCADE: u64 = 5;

/// The rules of one story.
pub struct Fates<'a> {
    pub story: &'a Story,
}

impl Fates<'_> {
    /// Why `record` fails in a job, or none.
    pub fn failure(&self, wave: &Wave, stage: Stage, record: Record) -> Option<Failure> {
        if let Some(message) = self.own(wave, stage, record) {
            return Some(Failure { message, parent: None });
        }
        let parent = self.failed_parent(wave, stage, record)?;
        let message = self.story.cascades.of(wave.draw(record, CASCADE))?;
        Some(Failure { message, parent: Some(parent) })
    }

    /// Whether `record` did not reach the target by the end of a load, or of the retry after it.
    pub fn fails(&self, wave: &Wave, stage: Stage, record: Record) -> bool {
        self.own(wave, stage, record).is_some() || self.failed_parent(wave, stage, record).is_some()
    }

    fn failed_parent(&self, wave: &Wave, stage: Stage, record: Record) -> Option<Record> {
        let parent = self.parent(wave, record)?;
        // A delta run finds in the target what the load and its retry brought there.
        let stage = if stage == Stage::Load { Stage::Load } else { Stage::Retry };
        self.fails(wave, stage, parent).then_some(parent)
    }

    fn parent(&self, wave: &Wave, record: Record) -> Option<Record> {
        let draw = wave.draw(record, PARENT);
        let depth = wave.depth(record);
        if depth > 0 {
            let above = &wave.levels[record.object][depth - 1..=depth];
            let rows = above[1] - above[0];
            return (rows > 0).then(|| Record { object: record.object, at: above[0] + below(draw, rows) });
        }
        let object = self.story.parents[record.object]?;
        let rows = wave.counts[object];
        (rows > 0).then(|| Record { object, at: below(draw, rows) })
    }

    /// What befalls the record itself, whatever its parent's fate.
    fn own(&self, wave: &Wave, stage: Stage, record: Record) -> Option<usize> {
        let troubles = &self.story.troubles[record.object];
        let first = || {
            let place = record.at as f64 / wave.counts[record.object] as f64;
            let struck = troubles
                .windows
                .iter()
                .find(|window| (window.from..window.to).contains(&place) && chance(wave.draw(record, STRIKE), window.strikes));
            struck.map(|window| window.message).or_else(|| troubles.load.of(wave.draw(record, TROUBLE)))
        };
        let left_over = || first().filter(|&message| !chance(wave.draw(record, CURE), self.story.cured[message]));
        match stage {
            Stage::Load => first(),
            Stage::Retry => left_over(),
            Stage::Delta(run) => {
                let before = if record.at < NEW { left_over() } else { None };
                before.or_else(|| troubles.delta.of(mix(wave.draw(record, TROUBLE) ^ run)))
            }
        }
    }
}
