//! Reads damaged text record by record: a quote that is not closed is found where it starts, and the rows behind it are saved.

use std::io::{self, Read};

use memchr::{memchr, memchr2};

use super::block::{Block, Blocks, Next, end_line, fill};
use super::footer;
use super::index::{Index, RECORD_BYTES, Record};
use super::plan::Plan;

/// How often the bytes of a text may be read again, all in all, in search of the rows behind damage. Text that is made to
/// be read over and over is from then on read as if no record had a second line.
const REREADS: u64 = 16;

/// Bytes of the longest line that is kept aside as a whole; what has longer ones is no export.
const LINE_BYTES: usize = 192 << 20;

/// Cuts by the rules of CSV, one record after the other.
pub struct Careful<'a, R> {
    reader: R,
    limit: usize,
    plan: &'a Plan,
    carry: Vec<u8>,
    number: usize,
    offset: u64,
    ended: bool,
    is_cut: bool,
    reread: u64,
    footer: Vec<String>,
}

/// What begins at some place of the text.
enum Found {
    /// A record that ends here.
    Record(usize),
    /// A quote that is not closed within the longest record, or a record longer than that.
    Damage,
}

impl<'a, R: Read + Send> Careful<'a, R> {
    /// Reads blocks of about `limit` bytes, from where the rows begin.
    pub fn new(reader: R, limit: usize, plan: &'a Plan) -> Self {
        let (offset, carry, footer) = (plan.rows_at as u64, Vec::new(), Vec::new());
        Self { reader, limit, plan, carry, number: 0, offset, ended: false, is_cut: false, reread: 0, footer }
    }

    /// Finds the record that begins at `start` and ends before `bound`, and adds the ends of its fields.
    fn record(&self, bytes: &[u8], start: usize, bound: usize, ends: &mut Vec<u32>) -> Found {
        let delimiter = self.plan.delimiter;
        let mut at = start;
        loop {
            if bytes.get(at) == Some(&b'"') {
                match closing(bytes, at, bound, delimiter) {
                    Some(behind) => at = behind,
                    None => return Found::Damage,
                }
            }
            match memchr2(delimiter, b'\n', &bytes[at..bound]) {
                Some(end) => at += end,
                None => return Found::Damage,
            }
            ends.push(at as u32);
            at += 1;
            if bytes[at - 1] == b'\n' {
                return Found::Record(at);
            }
        }
    }

    /// Splits the block up to `limit`, and returns where it ends.
    fn split(&mut self, bytes: &[u8], index: &mut Index) -> usize {
        let mut start = 0;
        while start < bytes.len().min(self.limit) {
            let first = index.ends.len();
            let line = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |end| start + end + 1);
            let gives_up = self.reread > (self.offset + self.limit as u64) * REREADS;
            let bound = if gives_up { line.min(start + RECORD_BYTES) } else { bytes.len().min(start + RECORD_BYTES) };
            let found = self.record(bytes, start, bound, &mut index.ends);
            let fields = index.ends.len() - first;
            let next = match found {
                // A record of several lines with the wrong number of fields is taken for several records.
                Found::Record(next) if fields == self.plan.headers.len() || next == line => {
                    let length = next - 1 - start;
                    if length > 1 || (length == 1 && bytes[start] != b'\r') {
                        index.records.push(Record { start: start as u32, first: first as u32, fields: fields as u32 });
                    }
                    next
                }
                _ => {
                    // Its first line is kept aside; what follows may be whole records.
                    self.reread += match found {
                        Found::Record(next) => (next - line) as u64,
                        Found::Damage => (bound - start) as u64,
                    };
                    index.ends.truncate(first);
                    index.ends.push(line as u32 - 1);
                    index.records.push(Record { start: start as u32, first: first as u32, fields: 0 });
                    line
                }
            };
            start = next;
        }
        start
    }
}

/// Just behind the quote that closes the one at `open`: the last of an odd number of them before a delimiter or a line end.
/// Other quotes belong to the text.
fn closing(bytes: &[u8], open: usize, bound: usize, delimiter: u8) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr(b'"', &bytes[at..bound.max(at)])?;
        let quotes = bytes[at..].iter().take_while(|byte| **byte == b'"').count();
        at += quotes;
        let ends = match &bytes[at..] {
            [] | [b'\n', ..] | [b'\r', b'\n', ..] => true,
            [byte, ..] => *byte == delimiter,
        };
        if quotes % 2 == 1 && ends {
            return Some(at);
        }
    }
}

impl<R: Read + Send> Blocks for Careful<'_, R> {
    fn next(&mut self, block: &mut Block) -> io::Result<Next> {
        let bytes = &mut block.bytes;
        bytes.clear();
        bytes.append(&mut self.carry);
        // Every record that begins before the limit must lie in the bytes, or be known to be too long.
        while !self.ended && bytes.len() < self.limit + RECORD_BYTES {
            self.ended = fill(&mut self.reader, bytes, RECORD_BYTES)? == 0;
        }
        if bytes.is_empty() {
            return Ok(Next::End);
        }
        if self.ended {
            self.is_cut |= end_line(bytes);
            let footer = footer::cut(bytes, self.plan);
            self.footer.extend(footer);
        }
        // A line that is damaged and longer than the bytes must be read to its end: only then is it known what is behind.
        while !self.ended && memchr(b'\n', &bytes[self.limit.min(bytes.len())..]).is_none() {
            if bytes.len() > self.limit + LINE_BYTES {
                return Err(io::Error::other(format!("a line has more than {} MB", LINE_BYTES >> 20)));
            }
            self.ended = fill(&mut self.reader, bytes, RECORD_BYTES)? == 0;
            if self.ended {
                self.is_cut = end_line(bytes);
            }
        }
        let mut index = Index::default();
        let end = self.split(bytes, &mut index);
        self.carry.extend_from_slice(&bytes[end..]);
        bytes.truncate(end);
        index.lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
        block.index = Some(index);
        block.is_cut = self.is_cut && self.carry.is_empty() && self.footer.is_empty();
        (block.number, block.offset) = (self.number, self.offset);
        self.number += 1;
        self.offset += end as u64;
        Ok(Next::Block)
    }

    fn footer(&self) -> &[String] {
        &self.footer
    }
}
