//! From code and text to category and retry class.

use std::sync::LazyLock;

use super::category::{Category, Retry};
use super::code::Found;
use super::marks::{Is, Mark};

/// A text that tells a category.
pub struct Text {
    category: Category,
    retry: Retry,
    weight: u8,
    /// The codes beside which it counts; empty = all whose text decides, and texts without a code.
    codes: Vec<&'static str>,
    /// The words that must follow in the same sentence.
    then: Option<&'static str>,
}

/// How far behind the first part of a text its second part may stand, in bytes: a name or a few words.
const GAP: usize = 48;

impl Text {
    /// Where the text ends whose first part ends at `end`; none where its second part does not follow.
    pub fn end(&self, pattern: &str, end: usize) -> Option<usize> {
        let Some(then) = self.then else { return Some(end) };
        let rest = &pattern.as_bytes()[end..];
        let rest = &rest[..rest.len().min(GAP + then.len() + 1)];
        let sentence = memchr::memmem::find(rest, b". ").map_or(rest, |stop| &rest[..stop]);
        let cut = |at: usize| sentence.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let places = sentence.windows(then.len()).enumerate();
        places
            .filter(|(_, words)| words.eq_ignore_ascii_case(then.as_bytes()))
            .find(|(at, _)| *at > 0 && cut(at - 1) && cut(at + then.len()))
            .map(|(at, _)| end + at + then.len())
    }
}

static TEXTS: LazyLock<Vec<(&'static str, Text)>> = LazyLock::new(|| {
    let rows = include_str!("texts.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<_> = row.split('\t').collect();
        let [phrase, category, retry, weight, codes] = cells[..] else { panic!("texts.tsv: five cells in '{row}'") };
        let category: Category = category.parse().expect("a category");
        let (phrase, then) = phrase.split_once(" … ").map_or((phrase, None), |(phrase, then)| (phrase, Some(then)));
        let text = Text {
            category,
            retry: if retry == "-" { category.usual_retry() } else { retry.parse().expect("a retry class") },
            weight: weight.parse().expect("a weight"),
            codes: codes.split(',').filter(|code| *code != "*").collect(),
            then,
        };
        (phrase, text)
    })
    .collect()
});

/// The texts that tell categories, in lower case.
pub fn texts() -> &'static [(&'static str, Text)] {
    &TEXTS
}

/// The heaviest, then leftmost, then longest text of a region that counts beside a code. Texts without weight vote: the
/// category that most of them tell counts.
fn heaviest(marks: &[Mark], code: Option<&Found>, from: usize, at_least: u8) -> Option<&'static Text> {
    let counts = |text: &Text| {
        text.weight >= at_least && (text.codes.is_empty() || code.is_some_and(|code| text.codes.contains(&code.name)))
    };
    let texts = marks.iter().filter(|mark| mark.start >= from).filter_map(|mark| match mark.is {
        Is::Text(text) if counts(text) => Some((mark, text)),
        _ => None,
    });
    let (_, heaviest) = texts.clone().max_by_key(|(mark, text)| (text.weight, std::cmp::Reverse(mark.start), mark.end))?;
    if heaviest.weight > 0 {
        return Some(heaviest);
    }
    let mut votes = [0; Category::ALL.len()];
    for (_, text) in texts.clone() {
        votes[text.category as usize] += 1;
    }
    let most = votes.into_iter().max()?;
    texts.map(|(_, text)| text).find(|text| votes[text.category as usize] == most)
}

/// The category and retry class of a code with the text from `from` on.
pub fn classify(marks: &[Mark], code: Option<&Found>, from: usize) -> (Category, Retry) {
    let Some(found) = code else {
        return heaviest(marks, None, from, 0).map_or((Category::Other, Retry::Unknown), |text| (text.category, text.retry));
    };
    let by_name = || by_name(found.name);
    let (category, retry, text_decides) = found
        .entry
        .map_or_else(|| (by_name(), by_name().usual_retry(), true), |entry| (entry.category, entry.retry, entry.text_decides));
    // Where the code says nothing by itself even a weak text says more.
    let at_least = if category == Category::Other { 1 } else { 2 };
    match heaviest(marks, Some(found), from, at_least) {
        Some(text) if text_decides && text.category != category => (text.category, text.retry),
        _ => (category, retry),
    }
}

/// The category of a code that no table knows, from the words that Salesforce builds its codes of.
fn by_name(name: &str) -> Category {
    const PARTS: &[(&str, Category)] = &[
        ("LOCK", Category::Locking),
        ("LIMIT", Category::Limits),
        ("EXCEED", Category::Limits),
        ("TOO_MANY", Category::Limits),
        ("DUPLICATE", Category::Duplicate),
        ("ALREADY", Category::Duplicate),
        ("REQUIRED", Category::RequiredField),
        ("MISSING", Category::RequiredField),
        ("DELETED", Category::Deleted),
        ("TIMEOUT", Category::Connection),
        ("UNAVAILABLE", Category::Connection),
        ("AUTH", Category::Connection),
        ("SESSION", Category::Connection),
        ("PERMISSION", Category::Permission),
        ("ACCESS", Category::Permission),
        ("NOT_ALLOWED", Category::Permission),
        ("DISABLED", Category::Permission),
        ("NOT_FOUND", Category::Reference),
        ("REFERENCE", Category::Reference),
        ("VALIDATION", Category::Validation),
        ("FLOW", Category::Automation),
        ("TRIGGER", Category::Automation),
        ("APEX", Category::Automation),
        ("INVALID", Category::DataValue),
        ("MALFORMED", Category::DataValue),
        ("TOO_LONG", Category::DataValue),
    ];
    if name.ends_with("Exception") {
        return Category::Automation;
    }
    PARTS.iter().find(|(part, _)| name.contains(part)).map_or(Category::Other, |(_, category)| *category)
}
