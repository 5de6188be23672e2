//! Where in a free text something identifies a person, a record or an org.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use crate::message::{id, values};

/// What a value is; the first word of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A Salesforce id.
    Id,
    /// A mail address or a user name.
    Email,
    /// A URL.
    Url,
    /// A host.
    Host,
    /// A phone number.
    Phone,
    /// A name that the report knows.
    Name,
    /// A value of a record.
    Value,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 7] = [Kind::Id, Kind::Email, Kind::Url, Kind::Host, Kind::Phone, Kind::Name, Kind::Value];

    /// The first word of a token.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Id => "id",
            Kind::Email => "email",
            Kind::Url => "url",
            Kind::Host => "host",
            Kind::Phone => "phone",
            Kind::Name => "name",
            Kind::Value => "value",
        }
    }
}

/// What is known about a report's words.
pub struct Vocabulary {
    /// Names to replace.
    pub names: AhoCorasick,
    /// Objects and fields, which stay.
    pub kept: BTreeSet<String>,
}

/// Pairs of quotation marks around values.
const QUOTES: [(&str, &str); 16] = [
    ("\"", "\""),
    ("'", "'"),
    ("`", "`"),
    ("“", "”"),
    ("‘", "’"),
    ("„", "“"),
    ("‚", "‘"),
    ("«", "»"),
    ("»", "«"),
    ("‹", "›"),
    ("›", "‹"),
    ("「", "」"),
    // As pages and triggers write them.
    ("&quot;", "&quot;"),
    ("&#34;", "&#34;"),
    ("&#39;", "&#39;"),
    ("&apos;", "&apos;"),
];

/// The characters that they begin with.
const OPENING: &str = "\"'`“‘„‚«»‹›「&";

/// The longest quoted value, in bytes: beyond, a quotation mark is an apostrophe or an inch.
const QUOTED: usize = 300;

/// Digits of a phone number.
const PHONE: std::ops::RangeInclusive<usize> = 7..=15;

/// Letters and digits of a key, and digits among them, at least.
const KEY: usize = 10;
const KEY_DIGITS: usize = 4;

/// Last labels of host names; others are as often names of classes and fields.
const DOMAINS: [&str; 45] = [
    "com", "org", "net", "io", "de", "eu", "fr", "uk", "nl", "at", "ch", "it", "es", "us", "ca", "au", "jp", "br", "in", "cloud",
    "app", "biz", "gov", "mil", "edu", "info", "dev", "ai", "co", "pl", "se", "dk", "fi", "be", "cz", "pt", "ie", "nz", "mx",
    "cn", "kr", "za", "tr", "local", "internal",
];

/// The stretches of a text to replace, in order and apart. In `sql`, quoted values stay.
pub fn spans(text: &str, vocabulary: &Vocabulary, sql: bool) -> Vec<(usize, usize, Kind)> {
    let mut found = Vec::new();
    let word = |at: Option<char>| at.is_some_and(char::is_alphanumeric);
    for name in vocabulary.names.find_iter(text) {
        let (start, end) = (name.start(), name.end());
        if !word(text[..start].chars().next_back()) && !word(text[end..].chars().next()) {
            found.push((start, end, Kind::Name));
        }
    }
    chunks(text, &mut found);
    if !sql {
        phones(text, &mut found);
        keys(text, &mut found);
        quoted(text, vocabulary, &mut found);
        let mut told = Vec::new();
        values::find(text, &mut told);
        let masked = |span: &(usize, usize)| text[span.0..span.1].starts_with(['{', '[']);
        found.extend(told.into_iter().filter(|span| !masked(span)).map(|(start, end)| (start, end, Kind::Value)));
    }
    // The longest of what begins together wins, and what it covers is gone: kinds before others where they are equal.
    found.sort_by_key(|&(start, end, kind)| (start, std::cmp::Reverse(end), kind));
    let mut apart: Vec<(usize, usize, Kind)> = Vec::with_capacity(found.len());
    for span in found {
        if span.0 < span.1 && apart.last().is_none_or(|last| last.1 <= span.0) {
            apart.push(span);
        }
    }
    apart
}

/// Ids, mail addresses, URLs and hosts: what stands between spaces and marks.
fn chunks(text: &str, found: &mut Vec<(usize, usize, Kind)>) {
    let breaks = |c: char| c.is_whitespace() || "\"'<>()[]{}|,;\\“”‘’„‚«»‹›`".contains(c);
    let mut at = 0;
    for chunk in text.split(breaks) {
        let start = at;
        at += chunk.len() + text[at + chunk.len()..].chars().next().map_or(0, char::len_utf8);
        let chunk = chunk.trim_end_matches(['.', ':', '!', '?']);
        if let Some(colon) = chunk.find("://") {
            let scheme = chunk[..colon].rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |mark| mark + 1);
            found.push((start + scheme, start + chunk.len(), Kind::Url));
            continue;
        }
        for (offset, piece) in pieces(chunk, |c| ":=/?&#".contains(c)) {
            if is_host(piece) && chunk[offset..].contains(['/', '?']) {
                found.push((start + offset, start + chunk.len(), Kind::Url));
                break;
            }
            piece_of(piece, start + offset, found);
        }
    }
}

fn is_host(piece: &str) -> bool {
    let labels: Vec<&str> = piece.split('.').collect();
    let last = labels.last().map(|label| label.to_ascii_lowercase()).unwrap_or_default();
    labels.len() > 1 && labels.iter().all(|label| !label.is_empty()) && DOMAINS.contains(&last.as_str())
}

fn piece_of(piece: &str, start: usize, found: &mut Vec<(usize, usize, Kind)>) {
    if let Some(at) = piece.find('@').filter(|at| *at > 0 && piece[at + 1..].contains('.')) {
        let user = piece[..at].rfind(|c: char| !(c.is_alphanumeric() || "._%+-".contains(c))).map_or(0, |mark| mark + 1);
        found.push((start + user, start + piece.len(), Kind::Email));
        return;
    }
    if is_host(piece) {
        found.push((start, start + piece.len(), Kind::Host));
        return;
    }
    for (offset, word) in pieces(piece, |c| !c.is_ascii_alphanumeric()) {
        if id::in_text(word.as_bytes()).is_some() {
            found.push((start + offset, start + offset + word.len(), Kind::Id));
        }
    }
}

/// The pieces of a text with their places.
fn pieces(text: &str, splits: impl Fn(char) -> bool) -> impl Iterator<Item = (usize, &str)> {
    text.split(splits).map(move |piece| (piece.as_ptr() as usize - text.as_ptr() as usize, piece))
}

/// Runs of digits with the marks of phone numbers: a `+` before them, or several groups that are no date.
fn phones(text: &str, found: &mut Vec<(usize, usize, Kind)>) {
    let inside = |c: char| c.is_ascii_digit() || " -().+/".contains(c);
    for (start, run) in pieces(text, |c| !inside(c)) {
        let begin = run.find(|c: char| c.is_ascii_digit() || c == '+').unwrap_or(run.len());
        let end = run.rfind(|c: char| c.is_ascii_digit()).map_or(begin, |last| last + 1);
        let number = &run[begin..end.max(begin)];
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let groups = number.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
        let longest = groups.clone().map(str::len).max().unwrap_or(0);
        let dialled = number.starts_with('+') || number.starts_with('0') || run[..begin].ends_with('(') || number.contains('(');
        let grouped = groups.count() >= 3 && longest <= 4 && digits >= 9 && !is_date(number);
        let letters = |at: Option<char>| at.is_some_and(char::is_alphanumeric);
        let free = !letters(text[..start + begin].chars().next_back()) && !letters(text[start + end.max(begin)..].chars().next());
        if PHONE.contains(&digits) && free && (dialled && digits >= 8 && !is_date(number) || grouped) {
            found.push((start + begin, start + end, Kind::Phone));
        }
    }
}

/// Numbers of accounts and contracts, tokens, serial numbers: long words of letters and digits.
fn keys(text: &str, found: &mut Vec<(usize, usize, Kind)>) {
    for (start, word) in pieces(text, |c| !c.is_ascii_alphanumeric()) {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        if word.len() >= KEY && digits >= KEY_DIGITS && digits < word.len() {
            found.push((start, start + word.len(), Kind::Value));
        }
    }
}

/// `2026-01-20`, with or without more behind it.
fn is_date(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[..4].iter().all(u8::is_ascii_digit)
}

/// What stands in quotation marks, but for names of objects and fields, codes and placeholders.
fn quoted(text: &str, vocabulary: &Vocabulary, found: &mut Vec<(usize, usize, Kind)>) {
    let word = |at: Option<char>| at.is_some_and(char::is_alphanumeric);
    let mut until = 0;
    for (at, _) in text.match_indices(|c: char| OPENING.contains(c)) {
        let Some((open, close)) = QUOTES.iter().find(|(open, _)| text[at..].starts_with(open)) else { continue };
        if at < until || word(text[..at].chars().next_back()) {
            continue;
        }
        let start = at + open.len();
        let ends = |end: &usize| !word(text[start + end + close.len()..].chars().next());
        let closes = text[start..].match_indices(close).map(|(end, _)| end).take_while(|end| *end <= QUOTED);
        let Some(length) = closes.into_iter().find(ends) else { continue };
        let value = &text[start..start + length];
        until = start + length + close.len();
        if !value.trim().is_empty() && !stays(value, vocabulary) {
            found.push((start, start + length, kind_of(value)));
        }
    }
}

/// A quoted value that is wholly an address or an id is the same thing as without its quotation marks.
fn kind_of(value: &str) -> Kind {
    let mut whole = Vec::new();
    chunks(value, &mut whole);
    match whole.as_slice() {
        [(0, end, kind)] if *end == value.len() => *kind,
        _ => Kind::Value,
    }
}

fn stays(value: &str, vocabulary: &Vocabulary) -> bool {
    let custom = ["__c", "__r", "__mdt", "__e", "__b", "__x"].iter().any(|end| value.ends_with(end));
    let name = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte));
    let code = value.contains('_') && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let masked = value.starts_with('{') && value.ends_with('}');
    masked || code || custom && name || vocabulary.kept.contains(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Kind)> {
        let names = AhoCorasick::new(["Wave Seven"]).expect("one name");
        let vocabulary = Vocabulary { names, kept: BTreeSet::from(["Contact".to_owned()]) };
        spans(text, &vocabulary, false).into_iter().map(|(start, end, kind)| (&text[start..end], kind)).collect()
    }

    #[test]
    fn what_identifies_is_found() {
        assert_eq!(found("mail to: erika.muster@example.com."), [("erika.muster@example.com", Kind::Email)]);
        assert_eq!(
            found("see https://acme.my.salesforce.com/0035e00000abcde?x=1, then"),
            [("https://acme.my.salesforce.com/0035e00000abcde?x=1", Kind::Url)]
        );
        assert_eq!(found("host acme.my.salesforce.com:443"), [("acme.my.salesforce.com", Kind::Host)]);
        assert_eq!(
            found("at acme.my.site.com?id=1 or db.acme.local\\n"),
            [("acme.my.site.com?id=1", Kind::Url), ("db.acme.local", Kind::Host)]
        );
        assert_eq!(found("the value &quot;Erika Muster&quot; and `Ada`"), [("Erika Muster", Kind::Value), ("Ada", Kind::Value)]);
        assert_eq!(found("user [0035e00000AbCd1] is"), [("0035e00000AbCd1", Kind::Id)]);
        assert_eq!(found("call +49 (30) 123 45-67 or"), [("+49 (30) 123 45-67", Kind::Phone)]);
        assert_eq!(found("the job Wave Seven failed"), [("Wave Seven", Kind::Name)]);
        assert_eq!(found("the value 'Erika Muster' is"), [("Erika Muster", Kind::Value)]);
        assert_eq!(found("name “O'Neil” is"), [("O'Neil", Kind::Value)]);
        assert_eq!(
            found("IBAN DE89370400440532013000 and token=5Aep861SECRET9"),
            [("DE89370400440532013000", Kind::Value), ("5Aep861SECRET9", Kind::Value),]
        );
        assert_eq!(found("data value too large: Erika (max length=3)"), [("Erika", Kind::Value)]);
    }

    #[test]
    fn what_is_talked_about_stays() {
        for text in [
            "No such column 'Region__c' on entity 'Contact'",
            "at 2026-01-20 08:00:00 1,204,332 of 12 records can't be done, don't retry",
            "System.DmlException in Class.Name at line 12, column 10000",
            "'FIELD_INTEGRITY_EXCEPTION' and '{value}'",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
