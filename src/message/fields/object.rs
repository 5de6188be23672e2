//! Names of custom things that are objects by what stands beside them: the names of custom fields look the same.

use super::alone::last_word;

/// Words before the name of an object.
const BEFORE: &[&str] = &[
    "a",
    "an",
    "new",
    "object",
    "sobject",
    "entity",
    "obj",
    "from",
    "into",
    "create",
    "creating",
    "insert",
    "inserting",
    "update",
    "updating",
    "upsert",
    "upserting",
    "delete",
    "deleting",
    "load",
    "loading",
    "records",
    "record",
    "query",
    "querying",
    "process",
    "processing",
    "parent",
    "child",
    "references",
    "referencing",
    "skip",
    "skipping",
    "skipped",
];
/// Words before the name of an object, unless a value is spoken of before: `duplicate on Tax_No__c`.
const OF: &[&str] = &["on", "of", "for", "in"];
/// Words before `to` and the name of an object.
const LEADS: &[&str] = &["access", "lookup", "reference", "refers", "relationship", "relation", "points"];
/// Words for a value, and its placeholder.
const VALUES: &[&str] = &[
    "value",
    "values",
    "duplicate",
    "duplicates",
    "failed",
    "data",
    "text",
    "long",
    "length",
    "format",
    "check",
    "{id}",
    "{value}",
];
/// Words behind the name of an object.
const BEHIND: &[&str] = &["record", "records", "row", "rows", "found", "trigger", "failed", "completed", "import", "load", "job"];
/// Texts behind a name of which only an object can be spoken; an arrow leads from one to the next.
const SAID: &[&str] = &[
    " is not queryable",
    " is not deletable",
    " is not searchable",
    " is not mergeable",
    " is not undeletable",
    " is not retrieveable",
    " is not triggerable",
    " is not layoutable",
    " is not replicateable",
    " cannot be queried",
    " cannot be merged",
    " does not support upsert",
    " does not support bulk",
    " has no field",
    " has no column",
    " has no external id",
    " does not have a field",
    " ->",
];
/// What follows what is said of a thing that the whole org lacks or closes; a field is said to be an object's.
const IN_ORG: &[&str] = &["in this org", "in the org", "in the target org", "in target org", "in the destination org"];
/// What an object is said not to be there.
const MISSED: &[&str] = &["not exist", "not createable", "not creatable", "not found", "not available", "not deployed"];
/// How far behind a name the org is looked for, in bytes.
const ORG_REACH: usize = 48;

/// Whether a name of a custom thing is an object's, by the text on its left, the last word of that and what stands before the
/// word, and by the text on its right.
pub(super) fn is_named(left: &str, word: &str, before_word: &str, right: &str) -> bool {
    // `skipped 12 Depot__c`
    let counts = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    if counts && BEFORE.contains(&last_word(before_word).as_str()) {
        return true;
    }
    if OF.contains(&word) {
        return !VALUES.contains(&last_word(before_a_value(before_word)).as_str()) || precedes_records(right);
    }
    let led_to = word == "to" && LEADS.contains(&last_word(before_word).as_str());
    led_to || BEFORE.contains(&word) || left.ends_with("-> ") || is_told_of_an_object(right)
}

/// Whether records are spoken of behind a name: `records`, `: 12 rows`.
fn precedes_records(behind: &str) -> bool {
    let counted = behind.trim_start_matches([' ', ':', '(', '-']);
    let count = counted.strip_prefix("{number}").unwrap_or(counted.trim_start_matches(|c: char| c.is_ascii_digit()));
    let rest = if count.len() < counted.len() { count } else { behind }.trim_start();
    let next = rest.split([' ', '.', ',', ':', ';', ')']).next().unwrap_or("").to_ascii_lowercase();
    BEHIND.contains(&next.as_str())
}

/// Whether a custom thing is an object by what is said of it: `is not queryable`, `does not exist in the target org`.
fn is_told_of_an_object(behind: &str) -> bool {
    let sentence = behind.split(['.', ',', ';']).next().unwrap_or("");
    let sentence = &sentence[..sentence.floor_char_boundary(ORG_REACH)];
    let in_org = || [IN_ORG, MISSED].iter().all(|texts| texts.iter().any(|text| sentence.contains(text)));
    precedes_records(behind) || SAID.iter().any(|said| behind.starts_with(said)) || in_org()
}

/// A text without the value in quotation marks, or the number, at its end.
fn before_a_value(text: &str) -> &str {
    let text = text.trim_end();
    let number = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let quoted = || {
        let quote = text.chars().next_back().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
        let inside = &text[..text.len() - 1];
        inside.rfind(quote).map(|open| &inside[..open])
    };
    quoted().unwrap_or(number)
}
