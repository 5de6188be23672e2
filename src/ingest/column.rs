//! Typed columns, filled straight from the fields of a block.

use std::collections::BTreeMap;

use super::moment::{Clock, DateOrder};
use super::texts::{NOTHING, Texts};
use super::value::{self, Dot};
use super::word;
use crate::schema::Kind;

/// How many values of a column could not be read as they stand, by reason.
pub type Bad = BTreeMap<&'static str, u64>;

/// How the values of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// An id; what is none becomes null.
    Id,
    /// An id that names the row, or a name in its place: kept as text where it is no id.
    Key,
    /// Text.
    Text,
    /// Text with the blanks around it.
    Message,
    /// A status code, in numbers or words.
    Status,
    /// A number of 32 bits.
    Integer(Dot),
    /// A number of 64 bits.
    Bigint(Dot),
    /// True or false.
    Boolean,
    /// A moment.
    Timestamp(DateOrder),
}

impl Reader {
    /// The reader of a kind of column.
    pub fn of(kind: Kind, order: DateOrder) -> Self {
        match kind {
            Kind::Id => Reader::Id,
            // No export has a list.
            Kind::Text | Kind::Texts => Reader::Text,
            Kind::Integer => Reader::Integer(Dot::default()),
            Kind::Bigint => Reader::Bigint(Dot::default()),
            Kind::Boolean => Reader::Boolean,
            Kind::Timestamp => Reader::Timestamp(order),
        }
    }
}

/// A column of one block.
#[derive(Debug)]
pub struct Column {
    /// Whether the row has a value.
    pub present: Vec<bool>,
    /// The values; those of rows without one mean nothing.
    pub values: Values,
    reader: Reader,
    clock: Clock,
}

/// The values of a column.
#[derive(Debug)]
pub enum Values {
    /// Texts and ids.
    Texts(Texts),
    /// Numbers and moments.
    Numbers(Vec<i64>),
    /// Booleans.
    Flags(Vec<bool>),
}

impl Column {
    /// An empty column.
    pub fn new(reader: Reader) -> Self {
        let values = match reader {
            Reader::Id | Reader::Key | Reader::Text | Reader::Message => Values::Texts(Texts::default()),
            Reader::Status | Reader::Integer(_) | Reader::Bigint(_) | Reader::Timestamp(_) => Values::Numbers(Vec::new()),
            Reader::Boolean => Values::Flags(Vec::new()),
        };
        let clock = match reader {
            Reader::Timestamp(order) => Clock::new(order),
            _ => Clock::default(),
        };
        Self { present: Vec::new(), values, reader, clock }
    }

    /// Adds the values of these fields; an empty field is no value.
    pub fn extend<'a>(&mut self, fields: impl ExactSizeIterator<Item = &'a [u8]>, bad: &mut Bad) {
        let Self { present, values, reader, clock } = self;
        match (values, *reader) {
            (Values::Texts(texts), reader) => texts.extend(reader, fields, present, bad),
            (Values::Numbers(numbers), Reader::Timestamp(_)) => {
                extend(numbers, present, fields, bad, "not a moment in time", |field| clock.read(field));
            }
            (Values::Numbers(numbers), Reader::Status) => {
                extend(numbers, present, fields, bad, "not a status code", word::status);
            }
            (Values::Numbers(numbers), Reader::Integer(dot)) => {
                let read = |field: &[u8]| value::whole_with(field, dot).filter(|number| i32::try_from(*number).is_ok());
                extend(numbers, present, fields, bad, "not a whole number of 32 bits", read);
            }
            (Values::Numbers(numbers), Reader::Bigint(dot)) => {
                extend(numbers, present, fields, bad, "not a whole number", |field| value::whole_with(field, dot));
            }
            (Values::Numbers(_), reader) => unreachable!("{reader:?} reads no numbers"),
            (Values::Flags(flags), _) => extend(flags, present, fields, bad, "not true or false", word::boolean),
        }
    }

    /// Spells its texts out.
    pub fn spell_out(&mut self) {
        if let Values::Texts(texts) = &mut self.values {
            texts.spell_out(&self.present);
        }
    }

    /// Makes room for so many rows.
    pub fn reserve(&mut self, rows: usize) {
        self.present.reserve(rows);
        match &mut self.values {
            Values::Texts(texts) => {
                texts.codes.reserve(rows);
                texts.spelled.ends.reserve(rows);
            }
            Values::Numbers(numbers) => numbers.reserve(rows),
            Values::Flags(flags) => flags.reserve(rows),
        }
    }

    /// No rows again; the memory is kept.
    pub fn clear(&mut self) {
        self.present.clear();
        match &mut self.values {
            Values::Texts(texts) => texts.clear(),
            Values::Numbers(numbers) => numbers.clear(),
            Values::Flags(flags) => flags.clear(),
        }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.present.len()
    }

    /// The text of a row.
    pub fn text(&self, row: usize) -> Option<&str> {
        self.bytes(row).map(|bytes| std::str::from_utf8(bytes).expect("texts are UTF-8 when they enter a column"))
    }

    /// The text of a row, as its bytes.
    #[inline]
    pub fn bytes(&self, row: usize) -> Option<&[u8]> {
        match &self.values {
            _ if !self.present[row] => None,
            Values::Texts(texts) if texts.is_spelled => Some(texts.spelled.get(row)),
            Values::Texts(texts) => Some(texts.dictionary.values.get(texts.codes[row] as usize)),
            _ => None,
        }
    }

    /// The number or moment of a row.
    #[inline]
    pub fn number(&self, row: usize) -> Option<i64> {
        let Values::Numbers(numbers) = &self.values else { return None };
        self.present[row].then(|| numbers[row])
    }

    /// The boolean of a row.
    #[inline]
    pub fn flag(&self, row: usize) -> Option<bool> {
        let Values::Flags(flags) = &self.values else { return None };
        self.present[row].then(|| flags[row])
    }
}

fn extend<'a, T: Default + Clone>(
    values: &mut Vec<T>,
    present: &mut Vec<bool>,
    fields: impl ExactSizeIterator<Item = &'a [u8]>,
    bad: &mut Bad,
    reason: &'static str,
    mut read: impl FnMut(&[u8]) -> Option<T>,
) {
    let first = values.len();
    values.resize(first + fields.len(), T::default());
    present.resize(first + fields.len(), false);
    for ((value, present), field) in values[first..].iter_mut().zip(&mut present[first..]).zip(fields) {
        if let Some(read) = read(field) {
            (*value, *present) = (read, true);
        } else if !field.is_empty() {
            let plain = word::trim(field);
            match read(plain) {
                Some(read) => (*value, *present) = (read, true),
                None if plain.is_empty() => {}
                None => *bad.entry(if word::is_nothing(plain) { NOTHING } else { reason }).or_default() += 1,
            }
        }
    }
}
