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
    /// Field names stand beside it.
    Fields(fields::Names),
    /// The name of a thing in the org stands beside it.
    Entity(entity::Beside),
}

static KNOWN: LazyLock<Phrases<Is>> = LazyLock::new(|| {
    let texts = classify::texts().iter().map(|(phrase, text)| (phrase.as_str(), Is::Text(text)));
    let fields = fields::MARKS.iter().map(|(phrase, names)| (*phrase, Is::Fields(*names)));
    let entities = entity::MARKS.iter().map(|(phrase, beside)| (*phrase, Is::Entity(*beside)));
    Phrases::new(texts.chain(fields).chain(entities))
});

/// The known texts of a pattern, from the left.
pub fn find(pattern: &str, marks: &mut Vec<Mark>) {
    marks.clear();
    KNOWN.find(pattern, |start, end, is| {
        // The word of a placeholder is none of the message's.
        if start > 0 && pattern.as_bytes()[start - 1] == b'{' && pattern.as_bytes().get(end) == Some(&b'}') {
            return;
        }
        let end = if let Is::Text(text) = is { text.end(pattern, end) } else { Some(end) };
        marks.extend(end.map(|end| Mark { start, end, is }));
    });
}
