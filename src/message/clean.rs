//! One plain line from a message: white space, quotes, HTML entities and JSON escapes brought to one form.
//!
//! Cleaning a clean line changes nothing, which is what lets a pattern be read again as itself.

use memchr::memmem;

/// How much of a message is read, in bytes. Salesforce cuts its own texts far below; more would only cost time and memory.
const READ_LIMIT: usize = 16 * 1024;

/// Bytes that stay as they are, single spaces, and bytes that may need work: control characters, `&`, `\`, and everything
/// that is not ASCII.
const PLAIN: u8 = 0;
const SPACE: u8 = 1;
const ODD: u8 = 2;

const CLASS: [u8; 256] = {
    let mut table = [PLAIN; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' => SPACE,
            0..32 | b'&' | b'\\' | 127.. => ODD,
            _ => PLAIN,
        };
        byte += 1;
    }
    table
};

/// Characters behind the named entities that Salesforce and the tools around it write.
const ENTITIES: &[(&str, char)] = &[
    ("quot;", '"'),
    ("apos;", '\''),
    ("lt;", '<'),
    ("gt;", '>'),
    ("nbsp;", ' '),
    ("rsquo;", '\''),
    ("lsquo;", '\''),
    ("rdquo;", '"'),
    ("ldquo;", '"'),
];

/// Writes the clean form of `message` to `line`, replacing what it held.
pub fn clean(message: &str, line: &mut String) {
    line.clear();
    let message = &message[..message.floor_char_boundary(READ_LIMIT)];
    let bytes = message.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while let Some(&byte) = bytes.get(at) {
            match CLASS[byte as usize] {
                PLAIN => at += 1,
                // A space between two plain bytes goes with them.
                SPACE if at > start && bytes.get(at + 1).is_some_and(|&next| CLASS[next as usize] == PLAIN) => at += 2,
                _ => break,
            }
        }
        line.push_str(&message[start..at]);
        let Some(&odd) = bytes.get(at) else { break };
        match odd {
            b' ' => {
                push(line, ' ');
                at += 1;
            }
            b'&' => {
                let (character, width) = entity(&message[at..]);
                push(line, character);
                at += width;
            }
            b'\\' => {
                let (character, width) = escape(&message[at..]);
                push(line, character);
                at += width;
            }
            b'\n' => {
                at += 1;
                // A mail's quotation marks at the start of a line are not part of the text.
                while at < bytes.len() && matches!(bytes[at], b' ' | b'>') {
                    at += 1;
                }
                push(line, ' ');
            }
            _ => {
                let character = message[at..].chars().next().expect("at is a character boundary inside the message");
                push(line, character);
                at += character.len_utf8();
            }
        }
    }
    if line.ends_with(' ') {
        line.pop();
    }
}

/// Adds one character in its plain form; runs of white space become one space.
fn push(line: &mut String, character: char) {
    let plain = match character {
        ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{3000}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' | '\u{300c}' | '\u{300d}' | '\u{300e}' | '\u{300f}' => '"',
        '\u{ff1a}' => ':',
        '\u{ff0c}' | '\u{3001}' => ',',
        '\u{ff08}' => '(',
        '\u{ff09}' => ')',
        '\u{2010}'..='\u{2015}' => '-',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' if !line.ends_with('&') => {
            return;
        }
        other if other.is_control() || other.is_whitespace() => ' ',
        other => other,
    };
    if plain != ' ' || !(line.is_empty() || line.ends_with(' ')) {
        line.push(plain);
    }
}

/// The character that the text's leading `&...;` stands for, and how many bytes that took.
fn entity(text: &str) -> (char, usize) {
    let mut at = 1;
    while text[at..].starts_with("amp;") {
        at += 4;
    }
    let rest = &text[at..];
    for (name, character) in ENTITIES {
        if rest.starts_with(name) {
            return (*character, at + name.len());
        }
    }
    let number = rest.strip_prefix('#').and_then(|digits| {
        let end = memmem::find(digits.as_bytes().get(..digits.len().min(8))?, b";")?;
        let value = match digits[..end].strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => digits[..end].parse(),
        };
        Some((char::from_u32(value.ok()?)?, at + 1 + end + 1))
    });
    match number {
        Some((character, width)) if decodes(character) => (character, width),
        _ => ('&', at),
    }
}

/// Whether a number may stand for this character: never for one that could build a new entity or escape with its neighbours.
fn decodes(character: char) -> bool {
    !character.is_ascii_alphanumeric() && !matches!(character, '&' | '\\' | ';' | '#')
}

/// The character that the text's leading backslashes escape, and how many bytes that took. JSON inside JSON doubles them.
fn escape(text: &str) -> (char, usize) {
    let run = text.bytes().take_while(|&byte| byte == b'\\').count();
    let rest = &text[run..];
    match rest.as_bytes().first() {
        Some(&quote @ (b'"' | b'\'' | b'/')) => (quote as char, run + 1),
        Some(b'n' | b'r' | b't') => (' ', run + 1),
        Some(b'u') => {
            let code = rest.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
            match code {
                Some(character) if decodes(character) => (character, run + 5),
                _ => ('/', run),
            }
        }
        _ => ('/', run),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaned(message: &str) -> String {
        let mut line = String::new();
        clean(message, &mut line);
        line
    }

    #[test]
    fn layouts_become_one_plain_line() {
        assert_eq!(cleaned("  a\r\n\t b  "), "a b");
        assert_eq!(cleaned("can&#39;t &amp;quot;x&amp;quot; &lt;unknown&gt; R&D"), "can't \"x\" <unknown> R&D");
        assert_eq!(cleaned(r#"[{\"message\":\"a\\nb\"}]"#), r#"[{"message":"a b"}]"#);
        assert_eq!(cleaned("the “Big” one’s"), "the \"Big\" one's");
        assert_eq!(cleaned("first\n> second\n>> third"), "first second third");
        assert_eq!(cleaned(r"\u00e9t\u00e9"), "été");
    }

    proptest! {
        #[test]
        fn a_clean_line_stays_as_it_is(message in r#"([ -~]|[\\&#;'"<>\nu0-9a]|&amp;|&quot;|\\n|\\u0041|\PC)*"#) {
            let once = cleaned(&message);
            prop_assert_eq!(cleaned(&once), once);
        }
    }
}
