//! Salesforce error texts: code, category, fields, ids and pattern of a message, as pure functions.
//!
//! A message becomes one clean line, the line becomes a pattern (what varies between records is masked), and everything
//! that its group shares is read from the pattern alone. So rows of one group cannot disagree about their code or category.

mod cache;
mod category;
mod classify;
mod clean;
mod code;
pub mod codes;
mod entity;
mod explain;
pub mod family;
mod fields;
pub mod id;
mod limit;
mod literal;
mod marks;
mod mask;
mod phrases;
pub mod prefixes;
mod rule;
pub mod values;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

pub use cache::Cache;
pub use category::{Category, Retry};
pub use explain::{Explanation, explain};
pub use limit::Limit;
pub use rule::{Families, Rule};

/// The version of the rules that make a pattern. A change that moves messages between groups must raise it, because
/// stores keep group ids.
const GRAMMAR: u8 = 1;

/// The failure group of a message: a hash of its code and pattern, shown as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u64);

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for GroupId {
    type Err = crate::error::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        value.map(Self).ok_or_else(|| {
            crate::error::Error::new(format!("'{text}' is not a group id")).hint("a group id has 16 hexadecimal digits")
        })
    }
}

impl Serialize for GroupId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GroupId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// The outermost code of Salesforce, Apex or OAuth.
    pub code: Option<Cow<'static, str>>,
    /// The code of the innermost cause, where the message is a nest.
    pub root_code: Option<Cow<'static, str>>,
    /// The kind of the failure.
    pub category: Category,
    /// Whether the same record can succeed later; a nest's is that of its innermost cause.
    pub retry: Retry,
    /// The kind of the innermost cause; `category` where the message is no nest.
    pub root_category: Category,
    /// API names of the fields that are blamed, as printed.
    pub fields: Vec<String>,
    /// The trigger, flow, class or object that is named.
    pub entity: Option<String>,
    /// Ids that are mentioned, in their 18-character form, each once.
    pub references: Vec<String>,
    /// The limit that was passed.
    pub limit: Option<Limit>,
    /// The message with what varies between records replaced by placeholders.
    pub pattern: String,
    /// Its failure group.
    pub group_id: GroupId,
}

/// Reads a message. The text alone decides, so that rows of one group agree.
pub fn read(message: &str) -> Message {
    Reader::default().read(message)
}

/// Makes the tables that messages are read by, which the first message would wait for.
pub fn prepare() {
    marks::prepare();
}

/// What a failed row without any message says: nothing; a group of its own.
pub fn blank() -> Message {
    read("")
}

/// Buffers that reading one message after another reuses.
#[derive(Default)]
struct Reader {
    line: String,
    scratch: mask::Scratch,
    ids: Vec<[u8; 18]>,
    marks: Vec<marks::Mark>,
}

impl Reader {
    fn read(&mut self, message: &str) -> Message {
        clean::clean(message, &mut self.line);
        self.ids.clear();
        let mut pattern = String::with_capacity(self.line.len() + 16);
        mask::mask(&self.line, &mut self.scratch, &mut pattern, &mut self.ids);
        marks::find(&pattern, &mut self.marks);
        let mut codes = Vec::new();
        code::find(&pattern, &mut codes);
        let nest = Nest::of(&pattern, &codes);
        let (category, retry, root_category) = nest.categories(&pattern, &self.marks);
        let names_limit = [category, root_category].iter().any(|kind| matches!(kind, Category::Limits | Category::DataValue));
        let code = nest.outer.map(code::Found::spelling);
        Message {
            root_code: nest.root.map(code::Found::spelling),
            category,
            retry,
            root_category,
            fields: fields::read(&pattern, &self.marks),
            entity: entity::read(&pattern, &self.marks),
            references: self.references(),
            limit: names_limit.then(|| limit::read(&self.line)).flatten(),
            group_id: group_id(code.as_deref(), &pattern),
            code,
            pattern,
        }
    }

    fn references(&self) -> Vec<String> {
        let mut references: Vec<String> = Vec::with_capacity(self.ids.len());
        for id in &self.ids {
            let id = std::str::from_utf8(id).expect("an id is letters and digits");
            if !references.iter().take(MOST_REFERENCES).any(|known| known == id) && references.len() < MOST_REFERENCES {
                references.push(id.to_owned());
            }
        }
        references
    }
}

/// The most ids of one message that are kept; a cascade needs one, and a list of thousands would be another table.
const MOST_REFERENCES: usize = 64;

fn group_id(code: Option<&str>, pattern: &str) -> GroupId {
    let mut hash = Xxh3::new();
    hash.update(&[GRAMMAR]);
    hash.update(code.unwrap_or("").as_bytes());
    hash.update(&[0]);
    hash.update(pattern.as_bytes());
    GroupId(hash.digest())
}

/// The codes that count: the outermost, and the innermost cause.
struct Nest<'c, 'p> {
    outer: Option<&'c code::Found<'p>>,
    root: Option<&'c code::Found<'p>>,
    /// The first known code behind the outermost, whose cause it need not be.
    next: Option<&'c code::Found<'p>>,
}

/// Codes that stand for "automation failed", with the cause inside.
const NESTS: [&str; 4] = ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER", "FLOW_EXCEPTION", "APEX_ERROR"];
/// The one of them that stands for nothing else.
const FLOW: &str = "CANNOT_EXECUTE_FLOW_TRIGGER";
/// Exceptions, and statuses of gRPC, that only carry another code.
const WRAPPERS: [&str; 7] = [
    "System.DmlException",
    "System.EmailException",
    "System.FlowException",
    "System.HandledException",
    "FAILED_PRECONDITION",
    "INVALID_ARGUMENT",
    "RESOURCE_EXHAUSTED",
];
/// Codes that join those of several errors.
const JOINT: [&str; 2] = ["MULTIPLE_ERRORS", "MULTIPLE_API_ERRORS"];
/// Texts between two codes that make the second the cause of the first.
const CAUSES: [&str; 8] = [
    "caused by",
    "Caused by",
    "first error:",
    "This error occurred",
    "An Apex error occurred",
    "flow tried to",
    "process failed",
    "Failed to process query",
];

/// Texts of a nest whose cause has no code.
const AUTOMATED: [&str; 5] =
    ["execution of", "process failed", "data changed by trigger", "maximum trigger depth", "rule or process is invalid"];

impl<'c, 'p> Nest<'c, 'p> {
    fn of(pattern: &str, codes: &'c [code::Found<'p>]) -> Self {
        // JSON may put the message, with the causes in it, before the code of the whole.
        let is_key =
            |code: &code::Found| pattern[..code.start].trim_end_matches(['"', '\'', ' ', ':', '=', '>']).ends_with("Code");
        let behind = codes.iter().rposition(|code| NESTS.contains(&code.name) && is_key(code)).filter(|at| *at > 0);
        // A connector's own name for a failed sign-in, in small letters, carries the code that it describes.
        let carries = |at: usize| {
            let own = codes[at].entry.is_none() && codes[at].name.starts_with(|first: char| first.is_ascii_lowercase());
            own && codes[at + 1..].iter().any(|code| code.entry.is_some())
        };
        let first = || {
            let outermost = (0..codes.len()).find(|at| !WRAPPERS.contains(&codes[*at].name) && !carries(*at));
            outermost.or(codes.len().checked_sub(1))
        };
        let Some(at) = behind.or_else(first) else { return Self { outer: None, root: None, next: None } };
        let outer = &codes[at];
        let is_nest = NESTS.contains(&outer.name);
        let causes = if behind.is_some() { &codes[..at] } else { &codes[at + 1..] };
        let mut end = if behind.is_some() { 0 } else { outer.end };
        let mut root = None;
        for code in causes {
            let between = &pattern[end..code.start];
            if is_nest || CAUSES.iter().any(|text| between.contains(text)) {
                let wrapped = WRAPPERS.contains(&code.name) && root.is_some();
                if code.name != outer.name && !wrapped {
                    root = Some(code);
                }
            }
            end = code.end;
        }
        let next = causes.iter().find(|code| code.entry.is_some() && !WRAPPERS.contains(&code.name));
        Self { outer: Some(outer), root, next }
    }

    /// Category, retry class and root category.
    fn categories(&self, pattern: &str, marks: &[marks::Mark]) -> (Category, Retry, Category) {
        let Some(outer) = self.outer else {
            let (category, retry) = classify::classify(marks, None, 0);
            return (category, retry, category);
        };
        if let Some(root) = self.root {
            let (root_category, root_retry) = classify::classify(marks, Some(root), root.start);
            let (category, _) = classify::classify(&[], Some(outer), outer.start);
            let category = match category {
                _ if NESTS.contains(&outer.name) => Category::Automation,
                // A code that says nothing is what it carries.
                Category::Other if NESTS.contains(&root.name) => Category::Automation,
                Category::Other => root_category,
                // One whose text decides is what its text tells, which is the cause.
                _ if outer.entry.is_some_and(|entry| entry.text_decides) => root_category,
                said => said,
            };
            return (category, root_retry, root_category);
        }
        // A code that no table knows, or that joins several, announces others: what the first of them says counts.
        let announces = outer.entry.is_none() || JOINT.contains(&outer.name);
        let outer = self.next.filter(|_| announces).unwrap_or(outer);
        // A text before the code belongs to it too: JSON puts the message first, some tools the code last.
        let (category, retry) = classify::classify(marks, Some(outer), 0);
        let nested = outer.name == FLOW || NESTS.contains(&outer.name) && AUTOMATED.iter().any(|text| pattern.contains(text));
        if nested { (Category::Automation, retry, category) } else { (category, retry, category) }
    }
}
