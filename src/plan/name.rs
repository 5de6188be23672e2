//! File names that every system takes, made of foreign texts.

/// Letters of one part of a name: three parts and a number stay far below the 255 bytes that file systems take.
const LONGEST: usize = 48;

/// A text as part of a file name: ASCII letters and digits, what is between them becomes one `joint`.
///
/// The number that every name begins with keeps names apart that differ in case only, and no name is a device's (`con`, `nul`).
pub fn part(text: &str, joint: char) -> String {
    let mut part = String::new();
    for character in text.chars() {
        if part.len() >= LONGEST {
            break;
        }
        if character.is_ascii_alphanumeric() || (character == '_' && joint == '_') {
            part.push(character);
        } else if !part.is_empty() && !part.ends_with(joint) {
            part.push(joint);
        }
    }
    part.truncate(part.trim_end_matches(joint).len());
    if part.is_empty() { "unnamed".into() } else { part }
}

/// What names a cause: its code and the words of its message behind it.
pub fn cause(code: Option<&str>, words: &str) -> String {
    let words =
        code.map_or(words, |code| words.trim_start_matches(|c: char| !c.is_alphanumeric()).strip_prefix(code).unwrap_or(words));
    // What stands for a value in a pattern says nothing in a name.
    let mut plain = String::new();
    let mut rest = words;
    while let Some((before, from)) = rest.split_once('{') {
        plain += before;
        rest = from.split_once('}').map_or("", |(_, after)| after);
    }
    plain += rest;
    let text = format!("{} {}", code.unwrap_or_default(), plain);
    part(&text.to_lowercase(), '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_texts_cannot_leave_the_folder_or_hide() {
        assert_eq!(part("../../etc/passwd", '-'), "etc-passwd");
        assert_eq!(part("Invoice_Line__c", '_'), "Invoice_Line__c");
        assert_eq!(part("日本 \u{202e}", '-'), "unnamed");
        assert_eq!(part("a.b:c*?", '-'), "a-b-c");
        assert!(part(&"x".repeat(500), '-').len() <= LONGEST);
    }

    #[test]
    fn a_cause_is_named_by_code_and_words() {
        assert_eq!(cause(Some("UNABLE_TO_LOCK_ROW"), "UNABLE_TO_LOCK_ROW: {id} is locked"), "unable-to-lock-row-is-locked");
        assert_eq!(cause(None, "Something {value} odd"), "something-odd");
        assert_eq!(cause(None, ""), "unnamed");
    }
}
