//! The part of the message room that ingest needs, until that room is merged.

pub mod id;

use std::collections::HashMap;

/// What was read from a message.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Code.
    pub code: Option<String>,
    /// Innermost code.
    pub root_code: Option<String>,
    /// Category.
    pub category: Word,
    /// Retry.
    pub retry: Word,
    /// Pattern.
    pub pattern: String,
    /// Fields.
    pub fields: Vec<String>,
    /// Entity.
    pub entity: Option<String>,
    /// Ids named.
    pub references: Vec<String>,
    /// Group.
    pub group_id: GroupId,
}

/// A group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u64);

/// Reads messages.
#[derive(Debug, Default)]
pub struct Cache(HashMap<String, Message>);

impl Cache {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads.
    pub fn read(&mut self, message: &str, _object: Option<&str>) -> &Message {
        self.0.entry(message.to_string()).or_insert_with(|| {
            let code = message.split([',', ':', ' ']).find(|word| word.len() > 6 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
            let pattern: String = message.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            Message {
                code: code.map(str::to_string),
                root_code: code.map(str::to_string),
                group_id: GroupId(xxhash_rust::xxh3::xxh3_64(pattern.as_bytes())),
                pattern,
                ..Message::default()
            }
        })
    }
}

/// A failed row without a message.
pub fn blank() -> Message {
    Message { group_id: GroupId(xxhash_rust::xxh3::xxh3_64(b"")), ..Message::default() }
}

/// A word.
#[derive(Debug, Clone, Default)]
pub struct Word;
impl Word {
    /// Its text.
    pub fn as_str(&self) -> &'static str {
        "other"
    }
}
