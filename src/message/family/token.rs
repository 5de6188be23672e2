//! The tokens of a pattern: words, numbers, placeholders and single marks.

/// Tokens of a pattern that are compared; the rest counts as one.
const TOKENS: usize = 160;

/// What a token is.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Word,
    Number,
    /// A placeholder of values that masking leaves as they are where they are short.
    Masked,
    /// Any other placeholder.
    Placeholder,
    Mark,
}

/// The tokens of a pattern: words, placeholders and single marks.
pub fn tokens(pattern: &str) -> impl Iterator<Item = &str> {
    let mut rest = pattern;
    let mut count = 0;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(' ');
        let first = rest.chars().next()?;
        count += 1;
        let width = if count == TOKENS {
            rest.len()
        } else if is_sign(first) {
            first.len_utf8()
        } else if is_word(first) {
            let word = rest.find(|c| !is_word(c) || is_sign(c)).unwrap_or(rest.len());
            let decimals =
                rest[word..].strip_prefix(['.', ',']).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
            let number = decimals > 0 && rest[..word].bytes().all(|byte| byte.is_ascii_digit());
            word + if number { 1 + decimals } else { 0 }
        } else if first == '{' {
            let name = rest[1..].bytes().take_while(u8::is_ascii_lowercase).count();
            if rest[1 + name..].starts_with('}') { name + 2 } else { 1 }
        } else {
            first.len_utf8()
        };
        let (token, behind) = rest.split_at(width);
        rest = behind;
        Some(token)
    })
}

/// Whether a character is of a script that writes no spaces: each is a word.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What a token is, by its text.
pub fn kind(token: &str) -> Kind {
    let mut characters = token.chars();
    match characters.next() {
        Some('{') if matches!(token, "{number}" | "{value}") => Kind::Masked,
        Some('{') if token.len() > 2 => Kind::Placeholder,
        Some(first)
            if first.is_ascii_digit() && token.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) =>
        {
            Kind::Number
        }
        Some(first) if is_sign(first) || is_word(first) && token.chars().count() >= 2 => Kind::Word,
        _ => Kind::Mark,
    }
}
