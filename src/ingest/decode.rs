//! From a block of text to typed columns: what one worker does.

use super::audit::{Audit, Extra};
use super::block::Block;
use super::column::{Bad, Column};
use super::detect::BOM;
use super::group;
use super::index::{Index, Odd, RECORD_BYTES, Record};
use super::plan::{Identity, Input, Places, Plan};
use super::reject::{Reject, Told, raw_text, wrong_count};
use super::value;
use super::word;
use crate::message::id;

/// Records decoded at a time, column by column: their text (250 KB) and index stay in the second-level cache.
const BATCH_RECORDS: usize = 1024;

/// A block as typed columns.
pub struct Decoded {
    /// The columns of the table, in its order.
    pub columns: Vec<Column>,
    /// What audit rows add.
    pub extra: Extra,
    /// Data rows of the block, the rejected ones included.
    pub rows: u64,
    /// Physical lines of the block.
    pub lines: u64,
    /// Places of the stored rows among the data rows; `None` where all are stored.
    pub places: Option<Vec<u32>>,
    /// The rows kept aside; rows, and lines that are counted, count within the block.
    pub rejects: Vec<Reject>,
}

impl Decoded {
    /// No rows yet.
    pub fn new(plan: &Plan) -> Self {
        let columns = plan.readers.iter().map(|reader| Column::new(*reader)).collect();
        Self { columns, extra: Extra::default(), rows: 0, lines: 0, places: None, rejects: Vec::new() }
    }

    /// No rows again; the memory is kept for the next block.
    fn clear(&mut self) {
        self.columns.iter_mut().for_each(Column::clear);
        self.extra.clear();
        (self.rows, self.lines, self.places) = (0, 0, None);
        self.rejects.clear();
    }
}

/// Decodes blocks, one after the other, and adds up what they have in common.
pub struct Decoder<'a> {
    plan: &'a Plan,
    index: Index,
    /// What the groups of a report have in common in the row before.
    before: Vec<Vec<u8>>,
    bad: Vec<Bad>,
    short: u64,
    audit: Option<Audit>,
}

/// What the blocks of a decoder have in common.
pub struct Seen {
    /// Values that could not be read as they stand, by column.
    pub bad: Vec<Bad>,
    /// Rows that end before the last field of the header.
    pub short: u64,
    /// First and last time of audit rows.
    pub span: Option<(i64, i64)>,
}

impl<'a> Decoder<'a> {
    /// A decoder of exports that are read as `plan` says.
    pub fn new(plan: &'a Plan) -> Self {
        let audit = plan.is_audit_log().then(Audit::new);
        let bad = vec![Bad::new(); plan.inputs.len()];
        Self { plan, index: Index::default(), before: Vec::new(), bad, short: 0, audit }
    }

    /// What was seen in all blocks.
    pub fn into_seen(self) -> Seen {
        Seen { bad: self.bad, short: self.short, span: self.audit.and_then(|audit| audit.span) }
    }

    /// Whether the lines of rejects are counted, from the begin of their block.
    pub fn counts_lines(&self) -> bool {
        matches!(self.plan.places, Places::Counted | Places::LinesCounted)
    }

    /// Decodes a block into `decoded`, in place of what that held.
    pub fn decode(&mut self, block: &mut Block, decoded: &mut Decoded) -> Result<(), Odd> {
        let is_damaged = block.index.is_some();
        self.before = std::mem::take(&mut block.before);
        let mut index = match block.index.take() {
            Some(index) => index,
            None => {
                self.index.build(&block.bytes, self.plan.delimiter)?;
                std::mem::take(&mut self.index)
            }
        };
        decoded.clear();
        (decoded.rows, decoded.lines) = (index.records.len() as u64, index.lines);
        let (length, count) = (block.bytes.len(), index.ends.len());
        let mut accepted = Vec::with_capacity(BATCH_RECORDS);
        let mut lines = Lines::default();
        let batches = index.records.len().div_ceil(BATCH_RECORDS);
        decoded.columns.iter_mut().for_each(|column| column.reserve(index.records.len()));
        for (number, records) in index.records.chunks_mut(BATCH_RECORDS).enumerate() {
            accepted.clear();
            // What was filled up for the batch before would grow with the block.
            index.ends.truncate(count);
            let is_cut = block.is_cut && number + 1 == batches;
            self.short += fill_up(&mut block.bytes, &mut index.ends, records, self.plan, is_cut, is_damaged);
            let view = View { bytes: &block.bytes, ends: &index.ends };
            for (at, record) in records.iter().enumerate() {
                let place = (number * BATCH_RECORDS + at) as u32;
                match view.fault(record, self.plan) {
                    None => {
                        accepted.push(*record);
                        if let Some(places) = &mut decoded.places {
                            places.push(place);
                        }
                    }
                    Some(reason) => {
                        // Every row before this one was stored.
                        decoded.places.get_or_insert_with(|| (0..place).collect());
                        decoded.rejects.push(view.reject(record, u64::from(place), reason, block.offset, &mut lines, self.plan));
                    }
                }
            }
            self.extend(decoded, view, &accepted);
        }
        self.index = index;
        block.bytes.truncate(length);
        Ok(())
    }

    fn extend(&mut self, decoded: &mut Decoded, view: View, records: &[Record]) {
        let Some(first) = decoded.columns.first().map(Column::len) else { return };
        for ((column, input), bad) in decoded.columns.iter_mut().zip(&self.plan.inputs).zip(&mut self.bad) {
            match input {
                Input::Field(0) => column.extend(records.iter().map(|record| view.first(record)), bad),
                Input::Field(field) => column.extend(records.iter().map(|record| view.field(record, *field as u32)), bad),
                Input::Either(field, other) => {
                    let value = |record| {
                        let value = view.any(record, *field as u32);
                        if word::is_blank(value) { view.any(record, *other as u32) } else { value }
                    };
                    column.extend(records.iter().map(value), bad);
                }
                Input::Group(level) => {
                    let values = group::filled(view, records, &self.plan.groups, *level, &self.before[*level]);
                    column.extend(values.iter().copied(), bad);
                }
                Input::Failure { message, status } => {
                    let failed = |record| {
                        let is_told = status.is_some_and(|status| word::status(view.any(record, status as u32)).is_some());
                        if is_told || word::is_blank(view.any(record, *message as u32)) { &b""[..] } else { b"true" }
                    };
                    column.extend(records.iter().map(failed), bad);
                }
                Input::Constant(text) => column.extend(records.iter().map(|_| text.as_bytes()), bad),
                Input::Outcome(outcome, _) => {
                    let Some(outcomes) = &self.plan.outcomes else { continue };
                    let value = |record| outcomes.value(*outcome, |field| view.any(record, field as u32));
                    let values: Vec<_> = records.iter().map(value).collect();
                    column.extend(values.iter().map(|value| &**value), bad);
                }
                Input::Absent => column.extend(records.iter().map(|_| &b""[..]), bad),
            }
        }
        for (level, before) in self.before.iter_mut().enumerate() {
            if let Some(last) = group::filled(view, records, &self.plan.groups, level, before).last().map(|last| last.to_vec()) {
                *before = last;
            }
        }
        if let Some(audit) = &mut self.audit {
            audit.add(&decoded.columns, first..first + records.len(), &mut decoded.extra);
        }
    }
}

/// Gives empty fields to records that end before the last field of the header, and counts them: Excel leaves out the last
/// delimiters of a row where nothing is between them. Such a record must have an id, and be no piece of another one, as the last one
/// is where the text is cut, and one with a quote may be where quotes are damaged.
fn fill_up(bytes: &mut Vec<u8>, ends: &mut Vec<u32>, records: &mut [Record], plan: &Plan, is_cut: bool, is_damaged: bool) -> u64 {
    let expected = plan.headers.len() as u32;
    let whole = records.len() - usize::from(is_cut);
    let (length, mut short) = (bytes.len(), 0);
    for record in records[..whole].iter_mut() {
        let view = View { bytes, ends };
        if !view.is_short(record, plan) {
            continue;
        }
        let end = view.end(record);
        if is_damaged && memchr::memchr(b'"', &bytes[record.start as usize..end]).is_some() {
            continue;
        }
        let first = ends.len() as u32;
        ends.extend_from_within(record.first as usize..(record.first + record.fields) as usize);
        ends.extend((1..=expected - record.fields).map(|more| end as u32 + more));
        *record = Record { first, fields: expected, ..*record };
        short += 1;
    }
    if short > 0 {
        // The empty fields lie behind the line end, and so may reach beyond the block.
        bytes.resize(length + expected as usize, b'\n');
    }
    short
}

/// Counts lines up to places that ascend.
#[derive(Default)]
struct Lines {
    at: usize,
    before: u64,
}

impl Lines {
    fn before(&mut self, bytes: &[u8], at: usize) -> u64 {
        self.before += memchr::memchr_iter(b'\n', &bytes[self.at..at]).count() as u64;
        self.at = at;
        self.before
    }
}

/// The text of a block with the ends of its fields.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The text.
    pub bytes: &'a [u8],
    /// Where its fields end.
    pub ends: &'a [u32],
}

impl<'a> View<'a> {
    #[inline]
    fn first(self, record: &Record) -> &'a [u8] {
        bare(&self.bytes[record.start as usize..self.ends[record.first as usize] as usize])
    }

    #[inline]
    fn field(self, record: &Record, field: u32) -> &'a [u8] {
        let at = (record.first + field) as usize;
        bare(&self.bytes[self.ends[at - 1] as usize + 1..self.ends[at] as usize])
    }

    /// A field without its quotes.
    pub fn any(self, record: &Record, field: u32) -> &'a [u8] {
        if field == 0 { self.first(record) } else { self.field(record, field) }
    }

    fn end(self, record: &Record) -> usize {
        self.ends[(record.first + record.fields.max(1) - 1) as usize] as usize
    }

    /// Why the record cannot be a row of the table.
    #[inline]
    pub fn fault(self, record: &Record, plan: &Plan) -> Option<String> {
        let expected = plan.headers.len() as u32;
        if record.fields == 0 {
            return Some(format!("a quote that is not closed within {} MB", RECORD_BYTES >> 20));
        }
        if let Some(fault) = self.told(record, plan).and_then(|told| told.fault) {
            return Some(fault);
        }
        if record.fields != expected {
            let blank_behind =
                record.fields > expected && (expected..record.fields).all(|field| self.any(record, field).is_empty());
            if !blank_behind {
                return Some(wrong_count(record.fields as usize, expected as usize));
            }
        }
        if !plan.groups.is_empty() && !self.has_id(record, plan) && group::is_total(self, record, &plan.groups) {
            return Some("a total between the rows of a report".to_string());
        }
        let identified = plan.identity.iter().any(|(field, identity)| {
            let field = self.any(record, *field as u32);
            match identity {
                Identity::Text => !field.is_empty(),
                Identity::Id => matches!(field.len(), 15 | 18) || matches!(word::trim(field).len(), 15 | 18),
            }
        });
        if !identified {
            return Some(format!("nothing that a row of {} needs", plan.table.name));
        }
        self.is_header(record, plan).then(|| "the header again".to_string())
    }

    /// Whether the record is a row that ends before the last field of the header.
    #[inline]
    pub fn is_short(self, record: &Record, plan: &Plan) -> bool {
        (2..plan.headers.len() as u32).contains(&record.fields) && plan.places != Places::Told && self.has_id(record, plan)
    }

    /// Whether a field that identifies rows holds an id.
    fn has_id(self, record: &Record, plan: &Plan) -> bool {
        let fields = plan.identity.iter().map(|(field, _)| *field as u32).filter(|field| *field < record.fields);
        fields.map(|field| id::read(word::trim(self.any(record, field)))).any(|(_, full)| full.is_some())
    }

    /// Whether the record is the header again, as between files that were put together.
    #[inline]
    fn is_header(self, record: &Record, plan: &Plan) -> bool {
        let is_again = |(field, header): (usize, &String)| {
            let field = self.any(record, field as u32);
            bare(field.strip_prefix(BOM).unwrap_or(field)).trim_ascii().eq_ignore_ascii_case(header.as_bytes())
        };
        plan.headers.iter().enumerate().all(is_again)
    }

    fn reject(self, record: &Record, row: u64, reason: String, offset: u64, lines: &mut Lines, plan: &Plan) -> Reject {
        let start = record.start as usize;
        let told = self.told(record, plan);
        let (line, offset) = match (plan.places, &told) {
            (Places::Counted, _) => (Some(lines.before(self.bytes, start)), Some(offset + u64::from(record.start))),
            (Places::LinesCounted, _) => (Some(lines.before(self.bytes, start)), None),
            (Places::Told, Some(told)) => (told.line, told.offset),
            (Places::Told | Places::None, _) => (None, None),
        };
        let raw = match &told {
            // What is no row stands in the first field as it stands in the file.
            Some(Told { fault: Some(_), .. }) => raw_text(value::text(self.first(record)).0.as_bytes()),
            Some(_) => raw_text(&self.bytes[start..self.ends[(record.first + record.fields - 2) as usize] as usize]),
            None => raw_text(&self.bytes[start..self.end(record)]),
        };
        let raw = Some(raw).filter(|raw| !raw.is_empty() && !plan.table.masked);
        Reject { row_number: row, line, offset, column: None, reason, raw }
    }

    /// What the last field of a record tells of its place, where it is there for that.
    #[inline]
    fn told(self, record: &Record, plan: &Plan) -> Option<Told> {
        let tells = plan.places == Places::Told && record.fields > 1;
        tells.then(|| Told::read(value::text(self.field(record, record.fields - 1)).0.as_ref()))
    }
}

/// A field without its quotes and, at the end of a line, its carriage return.
#[inline]
fn bare(field: &[u8]) -> &[u8] {
    let field = match field {
        [rest @ .., b'\r'] => rest,
        all => all,
    };
    match field {
        [b'"', inner @ .., b'"'] => inner,
        all => all,
    }
}
