//! The cube: audit rows counted by all that charts and checks ask for, and their activity by minute.

use rustc_hash::FxHashMap;

/// A name that many rows share, as a number; `NONE` for rows without it.
pub type Code = u32;
/// The code of no name, and the number of no number.
pub const NONE: Code = u32::MAX;
/// No value, in the numbers of a key.
pub const NULL: i64 = i64::MIN;

/// What the rows of one cell have in common. Numbers are [`NULL`] and codes [`NONE`] where the rows have no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Job, object and target org.
    pub names: [Code; 3],
    /// Booleans: 0 false, 1 true, 2 unknown.
    pub is_parent: u8,
    /// As `is_parent`.
    pub update_required: u8,
    /// As `is_parent`, but never unknown.
    pub has_destination: u8,
    /// As `is_parent`.
    pub has_error: u8,
    /// Processing order of the object.
    pub sequence: i64,
    /// Level in a hierarchy.
    pub depth: i64,
    /// Status code.
    pub status_code: i64,
    /// Failure group, 0 for none.
    pub group_id: u64,
    /// Microseconds since 1970, at the full hour.
    pub hour: i64,
    /// Insert order, rounded down.
    pub position: i64,
}

/// Rows of one job and object in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Minute {
    /// Job and object.
    pub names: [Code; 2],
    /// Microseconds since 1970, at the full minute.
    pub minute: i64,
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

    /// The name of a code.
    pub fn name(&self, code: Code) -> Option<&str> {
        self.names.get(code as usize).map(String::as_str)
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

/// An insert order rounded down to its first four binary digits: the buckets grow with the order, eight to an octave.
pub fn position(order: i64) -> i64 {
    if order < 16 {
        return order;
    }
    let shift = 60 - order.leading_zeros();
    order >> shift << shift
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn positions_keep_four_binary_digits() {
        let cases = [(0, 0), (15, 15), (16, 16), (17, 16), (31, 30), (33, 32), (1000, 960), (1024, 1024), (i64::MAX, 0b1111 << 59)];
        for (order, expected) in cases {
            assert_eq!(position(order), expected, "{order}");
        }
    }
}
