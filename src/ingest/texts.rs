//! The texts of a column: read field by field, and kept as codes of a dictionary while they repeat.

use super::column::{Bad, Reader};
use super::value::{self, Bytes};
use super::word;
use crate::message::id::{self, Reading};

/// What is told of texts that are not UTF-8.
pub const NOT_UTF8: &str = "not UTF-8, read as Windows-1252; if they look wrong: --encoding shift_jis, windows-1251, ...";

/// Texts, one after the other.
#[derive(Debug, Default, Clone)]
pub struct Strings {
    /// Where each one ends in `bytes`.
    pub ends: Vec<u32>,
    /// All of them.
    pub bytes: Vec<u8>,
}

impl Strings {
    /// The text at this place.
    pub fn get(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.bytes[start..self.ends[at] as usize]
    }

    /// Adds one.
    #[inline]
    pub fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.ends.clear();
        self.bytes.clear();
    }
}

/// The texts of a column: as codes of a dictionary while they repeat, else one by one.
#[derive(Debug, Default)]
pub struct Texts {
    /// The distinct texts; means nothing where the texts are spelled out.
    pub dictionary: Dictionary,
    /// Each row's code.
    pub codes: Vec<u32>,
    /// Each row's text, once they no longer repeat.
    pub spelled: Strings,
    /// Whether they no longer repeat.
    pub is_spelled: bool,
}

/// The distinct fields of a column and what was read from each.
#[derive(Debug, Default)]
pub struct Dictionary {
    slots: Vec<u32>,
    fields: Strings,
    notes: Vec<Note>,
    /// The values, by code.
    pub values: Strings,
}

/// What reading a text value had to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Note {
    present: bool,
    reason: Option<&'static str>,
}

/// Rows of a block after which a dictionary must have shown that values repeat.
const TRIAL_ROWS: usize = 1024;
/// Distinct values above which a dictionary of one block no longer pays.
const MOST_CODES: usize = 32 << 10;
const FREE: u32 = u32::MAX;

impl Dictionary {
    /// The code of a field; `read` makes the value of a new one.
    fn code(&mut self, field: &[u8], read: impl FnOnce(&[u8], &mut Strings) -> Note) -> u32 {
        if self.slots.len() < (self.fields.len() + 1) * 2 {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut slot = xxhash_rust::xxh3::xxh3_64(field) as usize & mask;
        loop {
            match self.slots[slot] {
                FREE => break,
                code if self.fields.get(code as usize) == field => return code,
                _ => slot = (slot + 1) & mask,
            }
        }
        let code = self.fields.len() as u32;
        self.slots[slot] = code;
        self.fields.push(field);
        self.notes.push(read(field, &mut self.values));
        code
    }

    fn clear(&mut self) {
        self.slots.fill(FREE);
        self.fields.clear();
        self.notes.clear();
        self.values.clear();
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots = vec![FREE; size];
        for code in 0..self.fields.len() {
            let mut slot = xxhash_rust::xxh3::xxh3_64(self.fields.get(code)) as usize & (size - 1);
            while self.slots[slot] != FREE {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = code as u32;
        }
    }
}

/// Why a value that says that there is none is none.
pub const NOTHING: &str = "a word for no value, as NULL is";

/// Reads one text value behind the last of `into`.
#[inline]
fn read_text(reader: Reader, field: &[u8], into: &mut Strings) -> Note {
    let is_id = matches!(reader, Reader::Id | Reader::Key);
    if is_id {
        let (reading, full) = id::read(field);
        if let Some(full) = full {
            into.push(&full);
            let mended = reading == Reading::Mended18;
            return Note { present: true, reason: mended.then_some("id in one case, mended by its checksum") };
        }
        if reading == Reading::WrongChecksum {
            into.push(field);
            return Note { present: true, reason: Some("id with a wrong checksum, kept as it stands") };
        }
    }
    let plain = word::trim(field);
    let reason = match plain {
        b"" => None,
        plain if word::is_nothing(plain) => Some(NOTHING),
        plain if reader != Reader::Message && plain.len() < field.len() => return read_text(reader, plain, into),
        _ if reader == Reader::Id => Some("not an id"),
        _ => {
            let (text, bytes) = value::text(field);
            into.push(text.as_bytes());
            return Note { present: true, reason: (bytes == Bytes::Windows1252).then_some(NOT_UTF8) };
        }
    };
    into.push(b"");
    Note { present: false, reason }
}

/// Whether two fields are the same bytes; short ones, which most are, without a call.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match (one.first_chunk::<8>().zip(one.last_chunk::<8>()), other.first_chunk::<8>().zip(other.last_chunk::<8>())) {
        (Some(one), Some(other)) if one != other => false,
        (Some(_), _) if one.len() <= 16 => true,
        (Some(_), _) => one == other,
        _ => one.iter().zip(other).all(|(one, other)| one == other),
    }
}

impl Texts {
    /// Reads fields, and counts by reason those that could not be read as they stand.
    pub fn extend<'a>(
        &mut self,
        reader: Reader,
        fields: impl ExactSizeIterator<Item = &'a [u8]>,
        present: &mut Vec<bool>,
        bad: &mut Bad,
    ) {
        let first = present.len();
        present.resize(first + fields.len(), false);
        let rows = present[first..].iter_mut();
        if self.is_spelled {
            for (present, field) in rows.zip(fields) {
                if field.is_empty() {
                    self.spelled.push(b"");
                    continue;
                }
                let note = read_text(reader, field, &mut self.spelled);
                *present = note.present;
                if let Some(reason) = note.reason {
                    *bad.entry(reason).or_default() += 1;
                }
            }
            return;
        }
        let Self { dictionary, codes, .. } = self;
        codes.resize(first + fields.len(), 0);
        let (mut last, mut last_code): (&[u8], u32) = (&[], FREE);
        for ((present, code), field) in rows.zip(&mut codes[first..]).zip(fields) {
            if field.is_empty() {
                continue;
            }
            if last_code == FREE || !is_same(field, last) {
                last_code = dictionary.code(field, |field, into| read_text(reader, field, into));
                last = field;
            }
            let note = dictionary.notes[last_code as usize];
            (*present, *code) = (note.present, last_code);
            if let Some(reason) = note.reason {
                *bad.entry(reason).or_default() += 1;
            }
        }
        let distinct = dictionary.fields.len();
        if distinct > MOST_CODES || (codes.len() <= TRIAL_ROWS && distinct > TRIAL_ROWS / 4) {
            self.spell_out(present);
        }
    }

    /// Spells the texts out, if they are not yet.
    pub fn spell_out(&mut self, present: &[bool]) {
        if self.is_spelled {
            return;
        }
        for (code, present) in self.codes.iter().zip(present) {
            self.spelled.push(if *present { self.dictionary.values.get(*code as usize) } else { b"" });
        }
        self.is_spelled = true;
    }

    /// Forgets all texts.
    pub fn clear(&mut self) {
        self.dictionary.clear();
        self.codes.clear();
        self.spelled.clear();
        self.is_spelled = false;
    }
}
