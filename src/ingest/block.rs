//! Cuts the text of an export into blocks of whole records, in order, with what a sequential reader alone can know.

use std::io::{self, Read};

use memchr::{memchr_iter, memrchr2};

use super::footer;
use super::index::{Index, Odd};
use super::plan::Plan;

/// Bytes of text that a worker takes at a time: they are still in its cache when their fields are found and decoded.
pub const BLOCK_BYTES: usize = 2 << 20;

/// Bytes read at a time: they are still in the cache when they are hashed and their quotes are counted.
const READ_BYTES: usize = 256 << 10;

/// Whole records, cut from the text.
#[derive(Debug, Default)]
pub struct Block {
    /// Its place in the order of the blocks.
    pub number: usize,
    /// Where it begins in the decompressed text.
    pub offset: u64,
    /// The text, ending with a line end.
    pub bytes: Vec<u8>,
    /// The fields, where the reader had to find them itself.
    pub index: Option<Index>,
    /// What the groups of a report have in common in the row before.
    pub before: Vec<Vec<u8>>,
    /// Whether the text ends within its last line, as a file does that was cut.
    pub is_cut: bool,
}

/// What comes of asking for the next block.
pub enum Next {
    /// A block was read.
    Block,
    /// The text is at its end.
    End,
    /// The text is not cut safely by quote parity.
    Odd(Odd),
}

/// A source of blocks: by quote parity, or carefully.
pub trait Blocks: Send {
    /// Fills `block` with the next one.
    fn next(&mut self, block: &mut Block) -> io::Result<Next>;

    /// Lines that were left out behind the last row.
    fn footer(&self) -> &[String];
}

/// Cuts by quote parity.
pub struct Parity<'a, R> {
    reader: R,
    limit: usize,
    carry: Vec<u8>,
    number: usize,
    offset: u64,
    ended: bool,
    plan: &'a Plan,
    footer: Vec<String>,
}

impl<'a, R: Read + Send> Parity<'a, R> {
    /// Reads blocks of about `limit` bytes, from where the rows begin.
    pub fn new(reader: R, limit: usize, plan: &'a Plan) -> Self {
        let (offset, carry, footer) = (plan.rows_at as u64, Vec::new(), Vec::new());
        Self { reader, limit, carry, number: 0, offset, ended: false, plan, footer }
    }
}

impl<R: Read + Send> Blocks for Parity<'_, R> {
    fn next(&mut self, block: &mut Block) -> io::Result<Next> {
        let bytes = &mut block.bytes;
        bytes.clear();
        bytes.append(&mut self.carry);
        bytes.reserve(self.limit.min(BLOCK_BYTES) + READ_BYTES);
        let mut quotes = memchr_iter(b'"', bytes).count();
        while !self.ended && bytes.len() < self.limit {
            let length = bytes.len();
            let read = fill(&mut self.reader, bytes, READ_BYTES)?;
            self.ended = read == 0;
            quotes += memchr_iter(b'"', &bytes[length..]).count();
        }
        if bytes.is_empty() {
            return Ok(Next::End);
        }
        if self.ended {
            let is_open = end_line(bytes);
            self.footer = footer::cut(bytes, self.plan);
            block.is_cut = is_open && self.footer.is_empty();
        } else {
            let Some(end) = last_record_end(bytes, quotes % 2 == 1) else { return Ok(Next::Odd(Odd)) };
            self.carry.extend_from_slice(&bytes[end..]);
            bytes.truncate(end);
            block.is_cut = false;
        }
        (block.number, block.offset) = (self.number, self.offset);
        self.number += 1;
        self.offset += bytes.len() as u64;
        Ok(Next::Block)
    }

    fn footer(&self) -> &[String] {
        &self.footer
    }
}

/// Appends up to `most` bytes of the reader; 0 is its end.
pub fn fill(reader: &mut impl Read, bytes: &mut Vec<u8>, most: usize) -> io::Result<usize> {
    bytes.reserve(most);
    reader.take(most as u64).read_to_end(bytes)
}

/// Ends the last line, and tells whether it lacked its end.
pub fn end_line(bytes: &mut Vec<u8>) -> bool {
    let is_open = bytes.last() != Some(&b'\n');
    if is_open {
        bytes.push(b'\n');
    }
    is_open
}

/// Just behind the last line end outside quotes, found from the back.
fn last_record_end(bytes: &[u8], mut inside: bool) -> Option<usize> {
    let mut end = bytes.len();
    loop {
        end = memrchr2(b'"', b'\n', &bytes[..end])?;
        match bytes[end] {
            b'"' => inside = !inside,
            _ if !inside => return Some(end + 1),
            _ => {}
        }
    }
}
