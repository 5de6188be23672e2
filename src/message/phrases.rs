//! Known texts in a line, found where words start: three bytes rule out most words, a tree of words the others.

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Texts in lower case, each with what it means.
pub struct Phrases<T> {
    /// By the hash of its first three bytes: whether a text begins so, a bit each.
    heads: Vec<u64>,
    /// The place of a piece (the signs before a word, and the word) by the hash of it and of the place before it. 64 bits
    /// tell a few ten thousand pieces apart; two that share a hash would cost a category, no more.
    places: FxHashMap<u64, u32>,
    /// The texts by the place where they end: the signs with which they end, and what they mean.
    ends: Vec<(u32, &'static str, T)>,
    /// By place: where its texts begin in `ends`; one more at the end.
    begins: Vec<u32>,
    /// The texts that start with a letter beyond ASCII, by their first three bytes; the longest first.
    beyond: FxHashMap<[u8; 3], Vec<(&'static str, T)>>,
}

/// Places of the table of beginnings; a power of two well above the number of beginnings.
const HEADS: usize = 1 << 14;

/// The place of three bytes, whatever their case.
fn head(first: [u8; 3]) -> usize {
    let folded = u32::from_le_bytes([first[0], first[1], first[2], 0]) | 0x0020_2020;
    (folded.wrapping_mul(0x9e37_79b1) >> 18) as usize
}

/// The place before the first piece of a text.
const ROOT: u32 = u32::MAX;
/// The most pieces of a text.
const DEEPEST: usize = 16;

/// The bytes that hold a word together; letters beyond ASCII do not, for many languages write no spaces.
const IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

fn in_word(byte: u8) -> bool {
    IN_WORD[byte as usize]
}

/// The end of the piece that starts at a place: past the next word; none where no word follows.
fn piece_end(bytes: &[u8], start: usize) -> Option<usize> {
    let word = start + bytes[start..].iter().position(|byte| in_word(*byte))?;
    Some(bytes[word..].iter().position(|byte| !in_word(*byte)).map_or(bytes.len(), |length| word + length))
}

/// Hashes a piece, whatever its case, with the place before it: eight bytes at a time.
fn hash(before: u32, piece: &[u8]) -> u64 {
    const FOLD: u64 = 0x2020_2020_2020_2020;
    let spread = |hash: u64| hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let mix = |hash: u64, eight: u64| spread(hash ^ (eight | FOLD));
    let (eights, rest) = piece.as_chunks::<8>();
    let start = spread(u64::from(before) << 8 ^ piece.len() as u64);
    let hash = eights.iter().fold(start, |hash, eight| mix(hash, u64::from_le_bytes(*eight)));
    let last = rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte));
    mix(hash, last)
}

impl<T: Copy> Phrases<T> {
    /// A table of texts.
    pub fn new(texts: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let texts = texts.into_iter();
        // About two pieces a text: growing would hash them again and again.
        let room = 2 * texts.size_hint().0;
        let places = FxHashMap::with_capacity_and_hasher(room, FxBuildHasher);
        let mut table = Self {
            heads: vec![0; HEADS / 64],
            places,
            ends: Vec::with_capacity(room),
            begins: Vec::new(),
            beyond: FxHashMap::default(),
        };
        for (text, what) in texts {
            table.add(text, what);
        }
        // A smaller table stays nearer to the processor.
        table.places.shrink_to_fit();
        table.beyond.values_mut().for_each(|texts| texts.sort_by_key(|(text, _)| std::cmp::Reverse(text.len())));
        table.ends.sort_by_key(|(place, ..)| *place);
        let begin = |place: usize| table.ends.partition_point(|(end, ..)| (*end as usize) < place) as u32;
        table.begins = (0..=table.places.len()).map(begin).collect();
        table
    }

    fn add(&mut self, text: &'static str, what: T) {
        let bytes = text.as_bytes();
        let first = *bytes.first_chunk().expect("a known text has three bytes or more");
        self.heads[head(first) / 64] |= 1 << (head(first) % 64);
        if !in_word(bytes[0]) {
            self.beyond.entry(first).or_default().push((text, what));
            return;
        }
        let (mut place, mut at) = (ROOT, 0);
        while let Some(end) = piece_end(bytes, at) {
            let new = u32::try_from(self.places.len()).expect("fewer than 2^32 pieces");
            place = *self.places.entry(hash(place, &bytes[at..end])).or_insert(new);
            at = end;
        }
        debug_assert!(text.split(' ').count() <= DEEPEST, "{text}");
        self.ends.push((place, &text[at..], what));
    }

    /// Tells every text that stands in a line as whole words: "login" is not in "Plugin", nor "is required" in
    /// "is requiredness". From the left; of those that start together the longest first.
    pub fn find(&self, line: &str, mut found: impl FnMut(usize, usize, T)) {
        let bytes = line.as_bytes();
        let mut inside = false;
        for (start, window) in bytes.windows(3).enumerate() {
            let word = in_word(window[0]);
            let starts = word && !inside || window[0] >= 0xc0;
            inside = word;
            let first = [window[0], window[1], window[2]];
            if !starts || self.heads[head(first) / 64] >> (head(first) % 64) & 1 == 0 {
                continue;
            }
            if word {
                self.find_words(bytes, start, &mut found);
            } else if let Some(texts) = self.beyond.get(&first) {
                for (text, what) in texts.iter().filter(|(text, _)| starts_with(&bytes[start..], text)) {
                    let end = start + text.len();
                    if !(in_word(bytes[end - 1]) && bytes.get(end).is_some_and(|&byte| in_word(byte))) {
                        found(start, end, *what);
                    }
                }
            }
        }
    }

    fn find_words(&self, bytes: &[u8], start: usize, found: &mut impl FnMut(usize, usize, T)) {
        let step = |place, at| {
            let end = piece_end(bytes, at)?;
            Some((*self.places.get(&hash(place, &bytes[at..end]))?, end))
        };
        let Some(first) = step(ROOT, start) else { return };
        let mut met = [first; DEEPEST];
        let mut depth = 1;
        while depth < DEEPEST
            && let Some(next) = step(met[depth - 1].0, met[depth - 1].1)
        {
            met[depth] = next;
            depth += 1;
        }
        for &(place, end) in met[..depth].iter().rev() {
            let place = place as usize;
            for (_, signs, what) in &self.ends[self.begins[place] as usize..self.begins[place + 1] as usize] {
                if starts_with(&bytes[end..], signs) {
                    found(start, end + signs.len(), *what);
                }
            }
        }
    }
}

fn starts_with(bytes: &[u8], text: &str) -> bool {
    bytes.get(..text.len()).is_some_and(|part| part.eq_ignore_ascii_case(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<(usize, usize, u8)> {
        let phrases = Phrases::new([("login", 1), ("login failed", 2), ("is required", 3), ("必須項目", 4)]);
        let mut found = Vec::new();
        phrases.find(line, |start, end, what| found.push((start, end, what)));
        found
    }

    #[test]
    fn whole_words_are_found_in_any_case() {
        assert_eq!(found("Plugin: LOGIN Failed"), [(8, 20, 2), (8, 13, 1)]);
        assert_eq!(found("is requiredness is required"), [(16, 27, 3)]);
        assert_eq!(found("の必須項目"), [(3, 15, 4)]);
        assert_eq!(found("INVALID_LOGIN"), []);
        assert_eq!(found("logi"), []);
        assert_eq!(found("login is"), [(0, 5, 1)]);
        assert_eq!(found(""), []);
    }
}
