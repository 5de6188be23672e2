//! The fields that a message blames: API names as printed, never labels.

mod alone;
mod layout;
mod object;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::entity;
use super::marks::{self, Is, Mark};

/// How the names stand beside a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// `[A, B]` behind it, or `A, B`.
    Brackets,
    /// `[A, B]`, `{'A'}` or `A, B` behind the object that follows it.
    Missing,
    /// A key of some layout: `"fields":["A"]`, `fields='{[2]A,B,}'`, `[fields] => Array ( [0] => A )`, `Fields: A`.
    Layout,
    /// `A, B` up to a full stop or the end.
    List,
    /// As `List`, but no label ever stands there: a name that ends with its item needs no capital.
    Named,
    /// One name, in quotes or not; a path keeps its last part.
    One,
    /// It is a word for a field, or a key: what follows is a name if it can be nothing else.
    Word,
    /// As `Word`; a name in quotation marks needs no more.
    Field,
    /// It is a word for several fields.
    Several,
    /// One name, and whatever else looks like a list of fields is a query's.
    Only,
    /// The name stands before it.
    Before,
    /// As `Before`, if it can be nothing but the name of a field and no other place tells more.
    Perhaps,
    /// The names are the keys of the object behind it.
    Key,
    /// It is a word for an object: names of custom things beside it may be those of objects.
    Object,
    /// It is the name of a standard field itself.
    Itself,
}

impl Names {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Brackets" => Self::Brackets,
            "Missing" => Self::Missing,
            "Layout" => Self::Layout,
            "List" => Self::List,
            "Named" => Self::Named,
            "One" => Self::One,
            "Field" => Self::Field,
            "Word" => Self::Word,
            "Several" => Self::Several,
            "Only" => Self::Only,
            "Before" => Self::Before,
            "Perhaps" => Self::Perhaps,
            "Key" => Self::Key,
            "Object" => Self::Object,
            _ => return None,
        })
    }
}

/// Texts beside which field names stand, and names of standard fields, in lower case.
static MARKS: LazyLock<Vec<(String, Names)>> = LazyLock::new(|| {
    let rows = |table: &'static str| table.lines().filter(|line| !line.starts_with('#'));
    let beside = rows(include_str!("beside.tsv")).map(|row| {
        let (text, names) = row.split_once('\t').expect("a row of beside.tsv has two cells");
        (text.to_owned(), Names::parse(names).expect("beside.tsv tells where names stand"))
    });
    let standard = rows(include_str!("standard.tsv")).map(|name| (name.to_ascii_lowercase(), Names::Itself));
    beside.chain(standard).collect()
});

/// Texts beside which field names stand, and names of standard fields, in lower case.
pub fn marks() -> impl ExactSizeIterator<Item = (&'static str, Names)> {
    MARKS.iter().map(|(text, names)| (text.as_str(), *names))
}

/// The most fields of one message that are kept.
const MOST: usize = 40;

/// Whether a text can be the API name of a field: letters, digits, underscores, perhaps a path.
pub fn is_name(text: &str) -> bool {
    text.len() <= 120
        && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        && !text.ends_with('.')
        && !super::code::first_in(text)
}

/// Whether a name is more than an ordinary word: it has a capital, or belongs to a custom field.
fn looks_like_api(text: &str) -> bool {
    is_name(text) && (text.bytes().any(|byte| byte.is_ascii_uppercase()) || text.contains("__"))
}

/// Whether small letters and capitals alternate as in `AccountId` and `Product2Id`.
fn has_humps(name: &str) -> bool {
    let bytes = name.as_bytes();
    (1..bytes.len()).any(|at| {
        bytes[at].is_ascii_uppercase()
            && bytes[..at].iter().rfind(|byte| !byte.is_ascii_digit()).is_some_and(u8::is_ascii_lowercase)
    })
}

/// Whether a name starts small, as programs name their own things: `batchSize`.
fn is_of_a_program(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase()) && !name.contains("__")
}

/// Whether a name can be nothing but that of a field: it belongs to a custom one, has humps, or leads there from an object.
fn is_field(name: &str) -> bool {
    name.contains("__")
        || has_humps(name) && !is_of_a_program(name)
        || name.split_once('.').is_some_and(|(object, _)| entity::is_object(object))
}

/// Whether a text is a list of field names.
pub fn is_list(text: &str) -> bool {
    text.split(',').all(|name| is_name(unquoted(name)))
}

fn unquoted(text: &str) -> &str {
    text.trim_matches([' ', '"', '\'', '`'])
}

/// The fields that a pattern blames, which is read for that alone.
pub fn of(pattern: &str) -> Vec<String> {
    let mut found = Vec::new();
    marks::find(pattern, &mut found);
    read(pattern, &found)
}

/// The fields that the pattern of a message blames, in the order in which they are named.
pub fn read(pattern: &str, marks: &[Mark]) -> Vec<String> {
    let mut fields = Fields { names: Vec::new() };
    let beside = || marks.iter().filter_map(|mark| if let Is::Fields(names) = mark.is { Some((mark, names)) } else { None });
    let mut only = beside().filter(|(_, names)| *names == Names::Only).peekable();
    if only.peek().is_some() {
        // `No such column on entity` names none.
        let named = only.map(|(mark, _)| &pattern[mark.end..]).filter(|rest| !rest.starts_with(" on entity"));
        named.for_each(|rest| _ = fields.add(first(rest), false));
        return fields.names;
    }
    for (mark, names) in beside() {
        let rest = &pattern[mark.end..];
        match names {
            Names::Brackets => fields.add_required(rest.trim_start_matches([' ', ':'])),
            Names::Missing => fields.add_missing(rest),
            Names::Layout => fields.add_layout(&pattern[..mark.start], rest),
            Names::List => fields.add_sentence(rest, looks_like_api),
            Names::Named => fields.add_sentence(rest, is_name),
            Names::One => {
                let name = first(rest);
                if looks_like_api(name) {
                    fields.add(name, true);
                }
            }
            Names::Word => fields.add_worded(rest, false),
            Names::Field => fields.add_worded(rest, true),
            Names::Several => fields.add_several(rest),
            Names::Key => fields.add_keys(rest),
            Names::Before => {
                let (name, is_label) = before(&pattern[..mark.start]);
                if is_field(name) || looks_like_api(name) && !is_label {
                    fields.add(name, true);
                }
            }
            Names::Only | Names::Perhaps | Names::Object | Names::Itself => {}
        }
    }
    layout::tail(pattern, &mut fields);
    if fields.names.is_empty() {
        alone::find(pattern, marks, &mut fields);
    }
    fields.names
}

/// The last word of a text, without the quotation marks around it, and whether it may be a label: a colon follows it.
fn before(text: &str) -> (&str, bool) {
    let text = text.trim_end();
    (text.trim_end_matches([':', '\'', '"']).rsplit([' ', ':', '\'', '"']).next().unwrap_or(""), text.ends_with(':'))
}

/// The first word of a text, without the quotation marks around it.
fn first(text: &str) -> &str {
    let text = text.trim_start_matches([' ', '"', '\'', ':']);
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    text[..end].trim_end_matches('.')
}

/// Names that are none: what stands for nothing, and paths of stacks.
const NONE: [&str; 2] = ["unknown", "null"];
const STACK: [&str; 3] = ["Class.", "Trigger.", "System."];

struct Fields {
    names: Vec<String>,
}

impl Fields {
    /// Adds a name once; of a path only the field, where `path` says so.
    fn add(&mut self, name: &str, path: bool) -> bool {
        let field = if path { name.rsplit('.').next().unwrap_or("") } else { name };
        if !is_name(field) || NONE.contains(&field) || STACK.iter().any(|start| name.starts_with(start)) {
            return false;
        }
        if self.names.len() < MOST && !self.names.iter().any(|known| known == field) {
            self.names.push(field.to_owned());
        }
        true
    }
}
