//! The known texts of a pattern, found in one pass: what tells a category, and beside what fields and things are named.

use std::sync::LazyLock;

use super::phrases::Phrases;
use super::{classify, entity, fields};

/// A known text in a pattern.
#[derive(Clone, Copy)]
pub struct Mark {
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is.
    pub is: Is,
}

/// What a known text is.
#[derive(Clone, Copy)]
pub enum Is {
    /// It tells a category.
    Text(&'static classify::Text),
    /// It is the second part of a text.
    Second(u16),
    /// Field names stand beside it.
    Fields(fields::Names),
    /// The name of a thing in the org stands beside it.
    Entity(entity::Beside),
}

static KNOWN: LazyLock<Phrases<Is>> = LazyLock::new(|| {
    let texts = classify::texts().map(|(phrase, text)| (phrase, Is::Text(text)));
    let seconds = (0..).zip(classify::seconds()).map(|(place, phrase)| (phrase.as_str(), Is::Second(place)));
    let fields = fields::marks().map(|(phrase, names)| (phrase, Is::Fields(names)));
    let entities = entity::MARKS.iter().map(|(phrase, beside)| (*phrase, Is::Entity(*beside)));
    Phrases::new(texts.chain(seconds).chain(fields).chain(entities))
});

/// Makes the table of known texts.
pub fn prepare() {
    LazyLock::force(&KNOWN);
}

/// How far behind the first part of a text its second part may start, in bytes: a name or a few words.
const GAP: usize = 64;

/// The known texts of a pattern, from the left.
pub fn find(pattern: &str, marks: &mut Vec<Mark>) {
    marks.clear();
    KNOWN.find(pattern, |start, end, is| {
        // The word of a placeholder is none of the message's.
        if start == 0 || pattern.as_bytes()[start - 1] != b'{' || pattern.as_bytes().get(end) != Some(&b'}') {
            marks.push(Mark { start, end, is });
        }
    });
    let mut kept = 0;
    for at in 0..marks.len() {
        let mark = marks[at];
        let Some(end) = whole(pattern, mark, &marks[at + 1..]) else { continue };
        marks[kept] = Mark { end, ..mark };
        kept += 1;
    }
    marks.truncate(kept);
}

/// Where a known text ends with its second part; none where that does not follow in the same sentence.
fn whole(pattern: &str, mark: Mark, behind: &[Mark]) -> Option<usize> {
    let Is::Text(text) = mark.is else { return Some(mark.end) };
    if text.then.is_empty() {
        return Some(mark.end);
    }
    let near = behind.iter().take_while(|second| second.start < mark.end + GAP);
    let mut seconds =
        near.filter(|second| second.start > mark.end && matches!(second.is, Is::Second(place) if text.then.contains(&place)));
    let second = seconds.next()?;
    let between = &pattern.as_bytes()[mark.end..second.start];
    let ends = between.windows(2).any(|pair| matches!(pair, b". " | b": "));
    (!ends).then_some(second.end)
}
