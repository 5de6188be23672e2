//! SQL cut into tokens, as far as a shell must know them: where a statement ends, what to colour, what to complete.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Space,
    Comment,
    /// A keyword or a name without quotes.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A text in single quotes or between dollar signs.
    Text,
    Number,
    Symbol,
}

/// A piece of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Its end is missing: a text without its closing quote.
    pub open: bool,
}

impl Token<'_> {
    /// Where it ends, in bytes.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this keyword.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Symbol) && self.text.eq_ignore_ascii_case(word)
    }
}

/// All tokens of `sql`, without a gap.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < sql.len() {
        let rest = &sql[start..];
        let (kind, length, open) = first(rest);
        tokens.push(Token { kind, text: &rest[..length], start, open });
        start += length;
    }
    tokens
}

/// The kind and length of the token at the start of `text`, and whether its end is missing.
fn first(text: &str) -> (Kind, usize, bool) {
    let mut characters = text.chars();
    let character = characters.next().unwrap_or(' ');
    let next = characters.next();
    let while_true = |wanted: fn(char) -> bool| text.find(|c| !wanted(c)).unwrap_or(text.len());
    match (character, next) {
        ('-', Some('-')) => (Kind::Comment, text.find('\n').unwrap_or(text.len()), false),
        ('/', Some('*')) => closed(Kind::Comment, text.len(), block_comment(text)),
        ('\'', _) => closed(Kind::Text, text.len(), quoted(text, '\'', false)),
        ('e' | 'E', Some('\'')) => closed(Kind::Text, text.len(), quoted(&text[1..], '\'', true).map(|end| end + 1)),
        ('"', _) => closed(Kind::Quoted, text.len(), quoted(text, '"', false)),
        ('$', _) => match dollar_tag(text) {
            Some(tag) => closed(Kind::Text, text.len(), text[tag.len()..].find(tag).map(|at| at + 2 * tag.len())),
            None => (Kind::Symbol, 1, false),
        },
        (c, _) if c.is_whitespace() => (Kind::Space, while_true(char::is_whitespace), false),
        (c, _) if c.is_ascii_digit() => (Kind::Number, while_true(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_'), false),
        (c, _) if c.is_alphabetic() || c == '_' => (Kind::Word, while_true(|c| c.is_alphanumeric() || c == '_'), false),
        (c, _) => (Kind::Symbol, c.len_utf8(), false),
    }
}

fn closed(kind: Kind, all: usize, end: Option<usize>) -> (Kind, usize, bool) {
    (kind, end.unwrap_or(all), end.is_none())
}

/// The end of a text that begins with `quote`; a doubled quote is part of it, and with `escapes` so is one after a backslash.
fn quoted(text: &str, quote: char, escapes: bool) -> Option<usize> {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if escapes && character == '\\' {
            characters.next();
        } else if character == quote {
            match characters.peek() {
                Some((_, next)) if *next == quote => drop(characters.next()),
                _ => return Some(at + 1),
            }
        }
    }
    None
}

/// The end of a block comment, which may hold others.
fn block_comment(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let step = match &text.as_bytes()[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// `$$` or `$tag$` at the start of `text`.
fn dollar_tag(text: &str) -> Option<&str> {
    let end = text[1..].find('$')? + 1;
    let tag = &text[1..end];
    let is_name = tag.chars().all(|c| c.is_alphanumeric() || c == '_') && !tag.starts_with(|c: char| c.is_ascii_digit());
    is_name.then(|| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(sql: &str) -> Vec<(Kind, &str)> {
        tokens(sql).into_iter().filter(|token| token.kind != Kind::Space).map(|token| (token.kind, token.text)).collect()
    }

    #[test]
    fn quotes_of_every_kind_hide_what_is_in_them() {
        assert_eq!(
            kinds(r#"'it''s; ' "a;""b" $$;'$$ $x$ $$ ; $x$ e'\';' --;"#),
            [
                (Kind::Text, "'it''s; '"),
                (Kind::Quoted, r#""a;""b""#),
                (Kind::Text, "$$;'$$"),
                (Kind::Text, "$x$ $$ ; $x$"),
                (Kind::Text, r"e'\';'"),
                (Kind::Comment, "--;"),
            ]
        );
    }

    #[test]
    fn comments_nest_and_parameters_are_no_texts() {
        assert_eq!(kinds("/* a /* b */ ; */ 1"), [(Kind::Comment, "/* a /* b */ ; */"), (Kind::Number, "1")]);
        assert_eq!(kinds("$job + 1")[0], (Kind::Symbol, "$"));
    }

    #[test]
    fn a_missing_end_is_told() {
        for sql in ["'a", "\"a", "/* a", "$$ a", "e'a\\'"] {
            assert!(tokens(sql).last().is_some_and(|token| token.open), "{sql}");
        }
    }

    #[test]
    fn nothing_is_lost() {
        let sql = "sélect 'ü' /* * */ from \"t\" where a<=1.5e3 -- é\n;";
        assert_eq!(tokens(sql).iter().map(|token| token.text).collect::<String>(), sql);
    }
}
