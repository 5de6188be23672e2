//! Reads messages once: exports repeat the same text thousands of times.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{Message, Reader};

/// The most messages kept. With every message distinct the table is emptied each time that it fills, which costs less
/// than finding out which entry is the oldest.
const ENTRIES: usize = 8 * 1024;
/// The most bytes of text kept, so that long messages are bounded too.
const BYTES: usize = 8 * 1024 * 1024;

/// Messages read before, in bounded memory. What it answers never depends on what it holds.
#[derive(Default)]
pub struct Cache {
    reader: Reader,
    /// Boxed, so that a table that grows copies little.
    kept: FxHashMap<u64, Box<Kept>>,
    bytes: usize,
}

struct Kept {
    text: Box<str>,
    message: Message,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a message; one that is kept costs a hash and a comparison, and allocates nothing.
    pub fn read(&mut self, message: &str) -> &Message {
        let key = xxh3_64(message.as_bytes());
        if self.kept.len() >= ENTRIES || self.bytes >= BYTES {
            self.kept.clear();
            self.bytes = 0;
        }
        let fresh = |reader: &mut Reader| Box::new(Kept { text: message.into(), message: reader.read(message) });
        match self.kept.entry(key) {
            Entry::Occupied(entry) => {
                let kept = entry.into_mut();
                // Another text with the same hash takes the place.
                if *kept.text != *message {
                    self.bytes += message.len();
                    *kept = fresh(&mut self.reader);
                }
                &kept.message
            }
            Entry::Vacant(entry) => {
                self.bytes += message.len();
                &entry.insert(fresh(&mut self.reader)).message
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_answers_as_reading_does_and_stays_bounded() {
        let mut cache = Cache::new();
        for number in 0..ENTRIES * 2 + 7 {
            let text = format!("REQUIRED_FIELD_MISSING: no {} [F{}__c]", number % 5, number % (ENTRIES + 3));
            if number % 1_000 == 0 {
                assert_eq!(*cache.read(&text), super::super::read(&text));
            } else {
                cache.read(&text);
            }
            assert!(cache.kept.len() <= ENTRIES);
        }
    }
}
