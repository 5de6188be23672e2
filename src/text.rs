//! How numbers are written, and which characters of a foreign text would act instead of being seen.

/// `1234567` as `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether a character moves the cursor, changes colours, or reorders or hides text. The joiners U+200C and U+200D are
/// part of Persian, of Indian scripts and of emoji, so they do not count.
pub fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn letters_and_emoji_only_stand_there() {
        assert!(!"Größe, 長さ — 🙂\u{200d}".chars().any(acts));
        assert!("\n\u{1b}\u{9b}\u{202e}\u{feff}\u{e0041}".chars().all(acts));
    }
}
