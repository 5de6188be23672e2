//! The cube: audit rows counted by all that charts and checks ask for, and their activity by minute.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use crate::schema::position;

/// A name that many rows share, as a number; `NONE` for rows without it.
pub type Code = u32;
/// The code of no name, and the number of no number.
pub const NONE: Code = u32::MAX;
/// No value, in the numbers of a key.
pub const NULL: i64 = i64::MIN;

/// What the rows of one cell have in common. Numbers are [`NULL`] and codes [`NONE`] where the rows have no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    // First what differs between neighbouring rows, so that unequal cells are told apart early.
    /// Status code.
    pub status_code: i64,
    /// Failure group, 0 for none.
    pub group_id: u64,
    /// Level in a hierarchy.
    pub depth: i64,
    /// Booleans: 0 false, 1 true, 2 unknown.
    pub is_parent: u8,
    /// As `is_parent`.
    pub update_required: u8,
    /// As `is_parent`, but never unknown.
    pub has_destination: u8,
    /// As `is_parent`.
    pub has_error: u8,
    /// Insert order, rounded down.
    pub position: i64,
    /// Microseconds since 1970, at the full hour.
    pub hour: i64,
    /// Processing order of the object.
    pub sequence: i64,
    /// Job, object and target org.
    pub names: [Code; 3],
}

/// Rows of one job and object in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Minute {
    /// Job and object.
    pub names: [Code; 2],
    /// Microseconds since 1970, at the full minute.
    pub minute: i64,
}

/// What an audit row tells the cube.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Job, object and target org.
    pub names: [Code; 3],
    /// Treated as a parent object.
    pub is_parent: Option<bool>,
    /// Matched by external id or mapping key.
    pub update_required: Option<bool>,
    /// Whether it has a destination id.
    pub has_destination: bool,
    /// Whether it is in error.
    pub has_error: Option<bool>,
    /// Processing order of the object.
    pub sequence: Option<i64>,
    /// Level in a hierarchy.
    pub depth: Option<i64>,
    /// Status code.
    pub status_code: Option<i64>,
    /// Failure group, 0 for none.
    pub group_id: u64,
    /// When the sync last changed it, else when the scan created it.
    pub time: Option<i64>,
    /// Insert order.
    pub order: Option<i64>,
}

const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;

impl Facts {
    /// Whether the row has failed: it is in error, or its status is an insert or update error.
    #[inline]
    pub fn failed(&self) -> bool {
        failed(self.has_error, self.status_code)
    }

    /// Its cell of the cube.
    #[inline]
    pub fn cell(&self) -> Cell {
        let flag = |flag: Option<bool>| flag.map_or(2, u8::from);
        Cell {
            names: self.names,
            is_parent: flag(self.is_parent),
            update_required: flag(self.update_required),
            has_destination: u8::from(self.has_destination),
            has_error: flag(self.has_error),
            sequence: self.sequence.unwrap_or(NULL),
            depth: self.depth.unwrap_or(NULL),
            status_code: self.status_code.unwrap_or(NULL),
            group_id: self.group_id,
            hour: self.time.map_or(NULL, |time| time.div_euclid(HOUR) * HOUR),
            position: self.order.map_or(NULL, position),
        }
    }

    /// Its minute of the activity, where its time is known.
    #[inline]
    pub fn minute(&self) -> Option<Minute> {
        let time = self.time?;
        Some(Minute { names: [self.names[0], self.names[1]], minute: time.div_euclid(MINUTE) * MINUTE })
    }
}

/// Whether a row with these values has failed.
#[inline]
pub fn failed(has_error: Option<bool>, status_code: Option<i64>) -> bool {
    has_error == Some(true) || matches!(status_code, Some(1 | 3))
}

/// Counts that are still open: neighbouring rows mostly share a few keys, and only those that left the neighbourhood are
/// looked up in the large table.
#[derive(Debug)]
pub struct Recent<K, V>(Vec<(K, V)>);

/// Keys that stay open; comparing with so many costs less than one look-up.
const OPEN_KEYS: usize = 8;

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(Vec::with_capacity(OPEN_KEYS))
    }
}

impl<K: Copy + Eq + Hash, V: Copy + Default> Recent<K, V> {
    /// Adds `value` to the count of `key`; one that is closed for it goes to `closed`.
    #[inline]
    pub fn count(&mut self, key: K, value: V, closed: &mut FxHashMap<K, V>, add: impl Fn(&mut V, V)) {
        if let Some((_, sum)) = self.0.iter_mut().find(|(open, _)| *open == key) {
            return add(sum, value);
        }
        if self.0.len() == OPEN_KEYS {
            let (oldest, sum) = self.0.remove(0);
            add(closed.entry(oldest).or_default(), sum);
        }
        self.0.push((key, value));
    }

    /// Closes all.
    pub fn close(&mut self, closed: &mut FxHashMap<K, V>, add: impl Fn(&mut V, V)) {
        for (key, sum) in self.0.drain(..) {
            add(closed.entry(key).or_default(), sum);
        }
    }
}

/// Names as codes.
#[derive(Debug, Default)]
pub struct Names {
    codes: FxHashMap<String, Code>,
    names: Vec<String>,
}

impl Names {
    /// The code of a name.
    pub fn code(&mut self, name: Option<&str>) -> Code {
        let Some(name) = name else { return NONE };
        if let Some(code) = self.codes.get(name) {
            return *code;
        }
        let code = self.names.len() as Code;
        self.names.push(name.to_string());
        self.codes.insert(name.to_string(), code);
        code
    }

    /// The code of a name that has one.
    pub fn known(&self, name: &str) -> Option<Code> {
        self.codes.get(name).copied()
    }

    /// The name of a code.
    pub fn name(&self, code: Code) -> Option<&str> {
        self.names.get(code as usize).map(String::as_str)
    }

    /// The place of each code among the names in their order, and of no name the first.
    pub fn order(&self) -> impl Fn(Code) -> u32 {
        let mut codes: Vec<usize> = (0..self.names.len()).collect();
        codes.sort_unstable_by_key(|code| &self.names[*code]);
        let mut places = vec![0; codes.len()];
        codes.into_iter().zip(1..).for_each(|(code, place)| places[code] = place);
        move |code| places.get(code as usize).copied().unwrap_or(0)
    }
}

/// Counts of rows; negative ones take rows of other exports back.
#[derive(Debug, Default)]
pub struct Cube {
    /// The names that the cells speak of.
    pub names: Names,
    /// Rows by cell.
    pub cells: FxHashMap<Cell, i64>,
    /// Rows and failed rows by minute.
    pub minutes: FxHashMap<Minute, (i64, i64)>,
}

impl Cube {
    /// Counts a row `records` times; -1 takes it back.
    pub fn add(&mut self, facts: &Facts, records: i64) {
        *self.cells.entry(facts.cell()).or_default() += records;
        if let Some(minute) = facts.minute() {
            let sum = self.minutes.entry(minute).or_default();
            *sum = (sum.0 + records, sum.1 + if facts.failed() { records } else { 0 });
        }
    }

    /// Adds the cells of another cube.
    pub fn merge(&mut self, other: &Cube) {
        let codes: Vec<Code> = other.names.names.iter().map(|name| self.names.code(Some(name))).collect();
        let here = |code: Code| codes.get(code as usize).copied().unwrap_or(NONE);
        #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
        for (cell, records) in &other.cells {
            let cell = Cell { names: cell.names.map(here), ..*cell };
            *self.cells.entry(cell).or_default() += records;
        }
        #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
        for (minute, (records, failed)) in &other.minutes {
            let minute = Minute { names: minute.names.map(here), ..*minute };
            let sum = self.minutes.entry(minute).or_default();
            *sum = (sum.0 + records, sum.1 + failed);
        }
    }
}
