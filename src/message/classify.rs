//! From code and text to category and retry class.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::category::{Category, Retry};
use super::code::Found;

/// A text that tells a category.
struct Text {
    category: Category,
    retry: Retry,
    weight: u8,
    /// The codes beside which it counts; empty = all whose text decides, and texts without a code.
    codes: Vec<&'static str>,
}

struct Texts {
    automaton: AhoCorasick,
    texts: Vec<Text>,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let rows = include_str!("texts.tsv").lines().filter(|line| !line.starts_with('#'));
    let (mut phrases, mut texts) = (Vec::new(), Vec::new());
    for row in rows {
        let cells: Vec<_> = row.split('\t').collect();
        let [phrase, category, retry, weight, codes] = cells[..] else { panic!("texts.tsv: five cells in '{row}'") };
        let category: Category = category.parse().expect("a category");
        phrases.push(phrase);
        texts.push(Text {
            category,
            retry: if retry == "-" { category.usual_retry() } else { retry.parse().expect("a retry class") },
            weight: weight.parse().expect("a weight"),
            codes: codes.split(',').filter(|code| *code != "*").collect(),
        });
    }
    let automaton = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(phrases);
    Texts { automaton: automaton.expect("some hundred short texts make an automaton"), texts }
});

/// A known text found in a pattern.
pub struct Told {
    start: usize,
    end: usize,
    text: u16,
}

/// The known texts in a pattern.
pub fn told(pattern: &str, told: &mut Vec<Told>) {
    told.clear();
    let bytes = pattern.as_bytes();
    let part_of_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    for found in TEXTS.automaton.find_overlapping_iter(pattern) {
        let (start, end) = (found.start(), found.end());
        // The phrases are whole words: "login" is not told by "Plugin", nor "is required" by "is requiredness".
        let whole = !(part_of_word(end - 1) && part_of_word(end) || part_of_word(start) && start > 0 && part_of_word(start - 1));
        if whole {
            told.push(Told { start, end, text: found.pattern().as_u32() as u16 });
        }
    }
}

/// The heaviest, then leftmost, then longest text of a region that counts beside a code.
fn heaviest(told: &[Told], code: Option<&Found>, from: usize, at_least: u8) -> Option<&'static Text> {
    let texts = &TEXTS.texts;
    told.iter()
        .filter(|told| told.start >= from)
        .map(|told| (told, &texts[usize::from(told.text)]))
        .filter(|(_, text)| {
            text.weight >= at_least && (text.codes.is_empty() || code.is_some_and(|code| text.codes.contains(&code.name)))
        })
        .max_by_key(|(told, text)| (text.weight, std::cmp::Reverse(told.start), told.end))
        .map(|(_, text)| text)
}

/// The category and retry class of a code with the text from `from` on.
pub fn classify(told: &[Told], code: Option<&Found>, from: usize) -> (Category, Retry) {
    let Some(found) = code else {
        return heaviest(told, None, from, 1).map_or((Category::Other, Retry::Unknown), |text| (text.category, text.retry));
    };
    let by_name = || by_name(found.name);
    let (category, retry, text_decides) = found
        .entry
        .map_or_else(|| (by_name(), by_name().usual_retry(), true), |entry| (entry.category, entry.retry, entry.text_decides));
    // Where the code says nothing by itself even a weak text says more.
    let at_least = if category == Category::Other { 1 } else { 2 };
    match heaviest(told, Some(found), from, at_least) {
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
