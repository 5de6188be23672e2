//! From code and text to category and retry class.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::category::{Category, Retry};
use super::code::Found;
use super::marks::{Is, Mark};

/// A text that tells a category.
pub struct Text {
    category: Category,
    retry: Retry,
    weight: u8,
    /// The codes beside which it counts, `-` for none; empty = all whose text decides, and none.
    codes: Vec<&'static str>,
    /// The second parts of which one must follow in the same sentence, by their places in `seconds`; none where the text says it
    /// alone.
    pub then: Vec<u16>,
}

/// The texts of the table, and the second parts that they need.
#[derive(Default)]
struct Texts {
    texts: Vec<Text>,
    /// How they are worded, each with the place of its text.
    phrases: Vec<(String, usize)>,
    seconds: Vec<String>,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let Texts { mut texts, mut phrases, mut seconds } = Texts::default();
    let mut places = FxHashMap::default();
    for row in include_str!("texts.tsv").lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<_> = row.split('\t').collect();
        let [phrase, category, retry, weight, codes] = cells[..] else { panic!("texts.tsv: five cells in '{row}'") };
        let category: Category = category.parse().expect("a category");
        let (first, then) = phrase.split_once(" … ").map_or((phrase, None), |(first, then)| (first, Some(then)));
        let then = then.map(spelled_out).unwrap_or_default().into_iter().map(|second| {
            *places.entry(second.clone()).or_insert_with(|| {
                seconds.push(second);
                u16::try_from(seconds.len() - 1).expect("fewer than 65,536 second parts")
            })
        });
        phrases.extend(spelled_out(first).into_iter().map(|first| (first, texts.len())));
        texts.push(Text {
            category,
            retry: if retry == "-" { category.usual_retry() } else { retry.parse().expect("a retry class") },
            weight: weight.parse().expect("a weight"),
            codes: codes.split(',').filter(|code| *code != "*").collect(),
            then: then.collect(),
        });
    }
    Texts { texts, phrases, seconds }
});

/// The phrases that a phrase with choices stands for: "(is|are) empty".
fn spelled_out(phrase: &str) -> Vec<String> {
    let Some((before, rest)) = phrase.split_once('(') else { return vec![phrase.to_owned()] };
    let (choices, after) = rest.split_once(')').expect("a choice of texts.tsv ends");
    let tails = spelled_out(after);
    choices.split('|').flat_map(|choice| tails.iter().map(move |tail| format!("{before}{choice}{tail}"))).collect()
}

/// The phrases that tell categories, in lower case.
pub fn texts() -> impl ExactSizeIterator<Item = (&'static str, &'static Text)> {
    TEXTS.phrases.iter().map(|(phrase, text)| (phrase.as_str(), &TEXTS.texts[*text]))
}

/// The second parts of texts, in lower case.
pub fn seconds() -> &'static [String] {
    &TEXTS.seconds
}

/// The heaviest, then leftmost, then longest text of a region that counts beside a code. Texts without weight vote: the
/// category that most of them tell counts.
fn heaviest(marks: &[Mark], code: Option<&Found>, from: usize, at_least: u8) -> Option<&'static Text> {
    let counts = |text: &Text| {
        text.weight >= at_least && (text.codes.is_empty() || text.codes.contains(&code.map_or("-", |code| code.name)))
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
    let (category, retry, text_decides) = found.entry.map_or_else(
        || {
            let category = by_name(found.name);
            (category, category.usual_retry(), category != Category::Connection && !is_oauth(found.name))
        },
        |entry| (entry.category, entry.retry, entry.text_decides),
    );
    // Where the code says nothing by itself even a weak text says more; an exception that no table knows speaks of the code that threw it.
    let at_least = match category {
        Category::Other => 1,
        Category::Automation if found.entry.is_none() => 3,
        _ => 2,
    };
    match heaviest(marks, Some(found), from, at_least) {
        Some(text) if text_decides && text.category != category => (text.category, text.retry),
        _ => (category, retry),
    }
}

static WORDS: LazyLock<Vec<(&'static str, Category)>> = LazyLock::new(|| {
    let rows = include_str!("words.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let (words, category) = row.split_once('\t').expect("a row of words.tsv has two cells");
        (words, category.parse().expect("a category"))
    })
    .collect()
});

/// The category of a code that no table knows, from the words that Salesforce builds its codes of.
fn by_name(name: &str) -> Category {
    if name.ends_with("Exception") {
        return Category::Automation;
    }
    if is_oauth(name) {
        return if name.contains("limit") { Category::Limits } else { Category::Connection };
    }
    let holds = |words: &str| {
        name.match_indices(words).any(|(at, _)| {
            let whole = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b'_');
            whole(at.checked_sub(1).map(|at| &name.as_bytes()[at])) && whole(name.as_bytes().get(at + words.len()))
        })
    };
    WORDS.iter().find(|(words, _)| holds(words)).map_or(Category::Other, |(_, category)| *category)
}

/// Whether a code is one of OAuth, which alone writes its codes in small letters.
fn is_oauth(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
}
