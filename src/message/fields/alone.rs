//! Names of fields that stand in a sentence, where no list and no word for a field tells them: `Please fill Region__c`.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::super::marks::{Is, Mark};
use super::super::prefixes;
use super::{Fields, Names, before, has_humps, is_field, object};

/// Words before the name of another thing of an org.
const KINDS: &[&str] = &[
    "type",
    "types",
    "recordtype",
    "permissionset",
    "valueset",
    "fieldset",
    "class",
    "trigger",
    "page",
    "component",
    "flow",
    "process",
    "rule",
    "alert",
    "workflow",
    "template",
    "label",
    "tab",
    "layout",
    "app",
    "profile",
    "permission",
    "group",
    "queue",
    "report",
    "dashboard",
    "metadata",
    "setting",
    "settings",
    "relationship",
    "relation",
    "package",
    "job",
    "file",
    "url",
    "resource",
    "endpoint",
];
/// Endings of names of standard fields that have humps, as those of classes, products and features do too.
const ENDINGS: &[&str] = &[
    "Id", "Name", "Code", "Number", "Key", "Date", "Time", "Type", "Status", "Amount", "Email", "Phone", "Price", "Reason",
    "Street", "City", "Country", "State", "By", "Percent", "Url",
];
/// Texts of queries, whose columns are not blamed.
const QUERIES: &[&str] = &["SELECT ", "FROM ", "ERROR at Row", "requires a filter"];
/// More names than this are a listing.
const MOST: usize = 4;

/// Adds the names that stand alone, in the order in which they stand.
pub(super) fn find(pattern: &str, marks: &[Mark], fields: &mut Fields) {
    let mut found: Vec<(usize, &str)> = Vec::new();
    let mut objects = false;
    for mark in marks {
        match mark.is {
            Is::Fields(Names::Object) => objects = true,
            Is::Fields(Names::Itself) => {
                let (start, end) = (mark.start, mark.end);
                if pattern[start..].starts_with(|first: char| first.is_ascii_uppercase())
                    && has_humps(&pattern[start..end])
                    && is_in_a_sentence(pattern, start, end, false)
                {
                    found.push((start, &pattern[start..end]));
                }
            }
            Is::Fields(Names::Perhaps) => {
                let (name, _) = before(&pattern[..mark.start]);
                let Some(start) = pattern[..mark.start].rfind(name).filter(|_| is_field(name)) else { continue };
                let custom = name.contains("__");
                let standard = || ENDINGS.iter().any(|end| name.ends_with(end)) && !prefixes::is_object(name);
                if !custom && standard() || custom && is_in_a_sentence(pattern, start, start + name.len(), true) {
                    found.push((start, name));
                }
            }
            _ => {}
        }
    }
    if !objects {
        paths(pattern, &mut found);
        custom(pattern, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    if found.is_empty() || found.len() > MOST || QUERIES.iter().any(|query| pattern.contains(query)) {
        return;
    }
    for (_, name) in found {
        fields.add(name, true);
    }
}

/// The fields of standard objects: `Account.Name`.
fn paths<'p>(pattern: &'p str, found: &mut Vec<(usize, &'p str)>) {
    let bytes = pattern.as_bytes();
    let in_name = u8::is_ascii_alphanumeric;
    for dot in memchr::memchr_iter(b'.', bytes) {
        if dot == 0 || !bytes[dot - 1].is_ascii_alphanumeric() || !bytes.get(dot + 1).is_some_and(u8::is_ascii_uppercase) {
            continue;
        }
        let start = bytes[..dot].iter().rposition(|byte| !in_name(byte)).map_or(0, |at| at + 1);
        let end = dot + 1 + bytes[dot + 1..].iter().position(|byte| !in_name(byte)).unwrap_or(bytes.len() - dot - 1);
        let leads_on = match bytes.get(end) {
            Some(b'.') => bytes.get(end + 1).is_some_and(u8::is_ascii_alphabetic),
            next => next == Some(&b'_'),
        };
        if !leads_on && prefixes::is_object(&pattern[start..dot]) && is_in_a_sentence(pattern, start, end, false) {
            found.push((start, &pattern[start..end]));
        }
    }
}

/// What the name of a custom thing holds.
static UNDERSCORES: LazyLock<Finder> = LazyLock::new(|| Finder::new("__"));

/// The names of custom fields.
fn custom<'p>(pattern: &'p str, found: &mut Vec<(usize, &'p str)>) {
    let bytes = pattern.as_bytes();
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let mut from = 0;
    while let Some(at) = UNDERSCORES.find(&bytes[from..]).map(|at| from + at) {
        let start = bytes[from..at].iter().rposition(|byte| !in_name(byte)).map_or(from, |at| from + at + 1);
        from = at + bytes[at..].iter().position(|byte| !in_name(byte)).unwrap_or(bytes.len() - at);
        let name = pattern[start..from].trim_end_matches('.');
        let end = start + name.len();
        let (object, last) = name.rsplit_once('.').unwrap_or(("", name));
        let of_object =
            object.is_empty() || super::entity::is_object(object.rsplit('.').next().unwrap_or("")) || object.ends_with("__r");
        if is_whole(last) && of_object && is_in_a_sentence(pattern, start, end, object.is_empty()) {
            found.push((start, name));
        }
    }
}

/// Whether a name ends as that of a custom field does, and so was not cut.
fn is_whole(name: &str) -> bool {
    ["__c", "__C", "__pc"].iter().any(|end| name.ends_with(end))
}

/// Whether a name stands in a sentence as a field does, neither in data, a path or a query, nor as an object's.
fn is_in_a_sentence(pattern: &str, start: usize, end: usize, custom: bool) -> bool {
    let (left, right) = (&pattern[..start], &pattern[end..]);
    if left.ends_with(['/', ',', '{', '<', '.', '@', '#', '-', '$', '=']) || custom && left.ends_with('(') {
        return false;
    }
    let closed = right.trim_start_matches(['"', '\'', '`']);
    // The heading of a record: `(Order.Depot__c) Record is locked`.
    if left.ends_with('(') && closed.starts_with(") Record ") {
        return false;
    }
    let key = closed.len() < right.len() && closed.starts_with([':', '=']);
    if key {
        return closed.starts_with(":[{");
    }
    if closed.starts_with(['=', '(', '@', '/', '-'])
        || closed.starts_with(',') && !closed.starts_with(", ")
        || closed.starts_with(" =")
    {
        return false;
    }
    let word = last_word(left);
    let before_word = &left[..unmarked(left).len() - word.len()];
    if KINDS.contains(&word.as_str())
        || ["name", "set"].contains(&word.as_str()) && KINDS.contains(&last_word(before_word).as_str())
    {
        return false;
    }
    if !custom {
        return !(closed.starts_with(": {") || closed.starts_with(" {"));
    }
    !object::is_named(left, word.as_str(), before_word, closed)
}

/// A text without the signs at its end that part it from a name.
fn unmarked(text: &str) -> &str {
    text.trim_end_matches([' ', '"', '\'', '`', ':'])
}

/// The last word of a text, in lower case.
pub(super) fn last_word(text: &str) -> String {
    unmarked(text).rsplit([' ', '"', '\'', '(']).next().unwrap_or("").to_ascii_lowercase()
}
