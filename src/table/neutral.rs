//! Texts made harmless for a screen: what would move the cursor, change the colours or the direction of reading is spelled out.

use std::borrow::Cow;
use std::fmt::Write;

use crate::text::acts;

/// `text` on one line, with control characters, escapes and marks that reorder or hide text spelled out (`\n`, `\u{202e}`).
pub fn neutral(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut spelled = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if acts(character) {
            let _ = write!(spelled, "{}", character.escape_default());
        } else {
            spelled.push(character);
        }
    }
    Cow::Owned(spelled)
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn plain_texts_stay_as_they_are() {
        assert_eq!(neutral("Größe, 長さ — 🙂"), "Größe, 長さ — 🙂");
    }

    #[test]
    fn what_a_terminal_would_act_on_is_spelled_out() {
        assert_eq!(neutral("a\r\nb\t\u{1b}[31m\u{9b}2J"), r"a\r\nb\t\u{1b}[31m\u{9b}2J");
        assert_eq!(neutral("invoice\u{202e}fdp.exe\u{feff}"), r"invoice\u{202e}fdp.exe\u{feff}");
    }
}
