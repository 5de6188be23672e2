//! Known texts in a line, found where words start: one look at three bytes rules out nearly every place.

/// Places of the table of beginnings; a power of two well above the number of texts.
const HEADS: usize = 4096;

/// Texts in lower case, each with what it means.
pub struct Phrases<T> {
    /// By the hash of its first three bytes: where the texts that begin so start and end in `texts`.
    heads: Vec<u16>,
    /// The longest of each beginning first.
    texts: Vec<(&'static str, T)>,
}

/// The place of three bytes, whatever their case.
fn head(first: [u8; 3]) -> usize {
    let folded = u32::from_le_bytes([first[0], first[1], first[2], 0]) | 0x0020_2020;
    (folded.wrapping_mul(0x9e37_79b1) >> 20) as usize
}

fn head_of(text: &str) -> usize {
    head(*text.as_bytes().first_chunk().expect("a known text has three bytes or more"))
}

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

impl<T: Copy> Phrases<T> {
    /// A table of texts, which start with a letter or a digit.
    pub fn new(texts: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut texts: Vec<_> = texts.into_iter().collect();
        texts.sort_by_key(|(text, _)| (head_of(text), std::cmp::Reverse(text.len())));
        let mut heads = vec![0; HEADS + 1];
        for (text, _) in &texts {
            heads[head_of(text) + 1] += 1;
        }
        for at in 1..heads.len() {
            heads[at] += heads[at - 1];
        }
        Self { heads, texts }
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
            if !starts {
                continue;
            }
            let place = head([window[0], window[1], window[2]]);
            for &(text, what) in &self.texts[usize::from(self.heads[place])..usize::from(self.heads[place + 1])] {
                let end = start + text.len();
                let same = bytes.get(start..end).is_some_and(|part| part.eq_ignore_ascii_case(text.as_bytes()));
                if same && !(in_word(bytes[end - 1]) && bytes.get(end).is_some_and(|&byte| in_word(byte))) {
                    found(start, end, what);
                }
            }
        }
    }
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
        assert_eq!(found(""), []);
    }
}
