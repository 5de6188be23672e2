//! The named thing of an org that a message speaks of: trigger, flow, class or object; never a record.

use super::code::Found;
use super::marks::{Is, Mark};

/// How a name stands beside a text, the outermost automation first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    /// `TDTM_Contact: execution of AfterInsert`.
    Execution,
    /// The word behind it is a trigger.
    Trigger,
    /// The quoted name before it is a process or a rule.
    Process,
    /// The name behind it, quoted or one word, is a flow or one of its elements.
    Flow,
    /// The quoted name behind it is a class.
    Class,
    /// `dlrs_ContactTrigger: System.LimitException: ...`.
    Exception,
    /// The path behind it leads to a line of a trigger.
    TriggerLine,
    /// The path behind it leads to a line of a class.
    ClassLine,
    /// The word behind it is an object, quoted or not.
    Object,
    /// The word behind it is an object if it looks like the name of one.
    PerhapsObject,
    /// The path behind it leads from an object to a field.
    Path,
}

/// Texts beside which names stand, in lower case.
pub const MARKS: &[(&str, Beside)] = &[
    ("execution of ", Beside::Execution),
    ("apex trigger ", Beside::Trigger),
    ("is currently in trigger ", Beside::Trigger),
    ("process failed", Beside::Process),
    ("rule or process is invalid", Beside::Process),
    ("validation rule ", Beside::Flow),
    ("error element ", Beside::Flow),
    ("failed at element ", Beside::Flow),
    ("flow name:", Beside::Flow),
    ("during flow ", Beside::Flow),
    ("actionname\":", Beside::Flow),
    ("for class ", Beside::Class),
    ("system.", Beside::Exception),
    ("trigger.", Beside::TriggerLine),
    ("class.", Beside::ClassLine),
    ("on entity ", Beside::Object),
    ("in entity ", Beside::Object),
    ("in entity: ", Beside::Object),
    ("sobject type ", Beside::Object),
    ("sobject of type ", Beside::Object),
    ("for sobject ", Beside::Object),
    ("entity type cannot be inserted: ", Beside::Object),
    ("entity type cannot be updated: ", Beside::Object),
    ("access to entity: ", Beside::Object),
    ("access to fields on ", Beside::Object),
    ("access denied for ", Beside::Object),
    ("entity type ", Beside::PerhapsObject),
    ("entity ", Beside::PerhapsObject),
    ("object ", Beside::PerhapsObject),
    ("as owner of ", Beside::Object),
    ("vice versa): ", Beside::Object),
    ("cannot create a new ", Beside::PerhapsObject),
    ("access on ", Beside::PerhapsObject),
    ("external id was blank for ", Beside::PerhapsObject),
    ("indexed field for ", Beside::PerhapsObject),
    ("requested field: ", Beside::Path),
    ("no match found for ", Beside::Path),
    ("invalid type: schema.", Beside::Object),
];

/// The outermost automation that is named, else an Apex class, else an object.
pub fn read(pattern: &str, marks: &[Mark], code: Option<&Found>) -> Option<String> {
    let mut best: Option<(Beside, &str)> = None;
    for mark in marks {
        let Is::Entity(beside) = mark.is else { continue };
        if best.is_none_or(|(known, _)| beside < known)
            && let Some(name) = beside.name(&pattern[..mark.start], &pattern[mark.end..])
        {
            best = Some((beside, name));
        }
    }
    best.map(|(_, name)| name).or_else(|| behind_code(pattern, code?)).map(str::to_owned)
}

impl Beside {
    /// The name that stands between these texts.
    fn name<'p>(self, before: &'p str, behind: &'p str) -> Option<&'p str> {
        match self {
            Self::Execution => last_name(before.strip_suffix(": ")?),
            Self::Trigger => word(behind),
            Self::Process => quoted_last(before),
            Self::Flow => quoted_first(behind).or_else(|| word(behind)),
            Self::Class => quoted_first(behind),
            Self::Exception => last_name(before.strip_suffix(": ")?).filter(|name| !is_plain(name)),
            Self::TriggerLine => path_of_line(behind),
            // The method is no part of the class's name.
            Self::ClassLine => path_of_line(behind).map(|path| path.rsplit_once('.').map_or(path, |(class, _)| class)),
            Self::Object => word(behind),
            Self::PerhapsObject => word(behind).filter(|name| name.contains("__") || name.as_bytes()[0].is_ascii_uppercase()),
            Self::Path => word(behind)?.split_once('.').map(|(object, _)| object),
        }
    }
}

/// `REQUIRED_FIELD_MISSING (Account): ...`.
fn behind_code<'p>(pattern: &'p str, code: &Found) -> Option<&'p str> {
    let (name, rest) = pattern[code.end..].strip_prefix(" (")?.split_once(')')?;
    (is_name(name) && rest.starts_with(':')).then_some(name)
}

fn is_name(text: &str) -> bool {
    (2..=120).contains(&text.len())
        && text.as_bytes()[0].is_ascii_alphabetic()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

/// Whether a word before an exception is one of tools and layouts rather than the name of a trigger.
fn is_plain(name: &str) -> bool {
    const WORDS: [&str; 10] = ["error", "message", "exception", "by", "at", "occurred", "failed", "type", "class", "cause"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(name)) || super::code::first_in(name)
}

fn last_name(text: &str) -> Option<&str> {
    let name = text.rsplit([' ', ',', ':', '"', '(']).next()?;
    is_name(name).then_some(name)
}

fn word(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([' ', '"', '\'', '[']);
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    let name = text[..end].trim_end_matches('.');
    is_name(name).then_some(name)
}

/// The path before `: line`.
fn path_of_line(text: &str) -> Option<&str> {
    let (path, rest) = text.split_at(text.find([':', ' ', ',', '(']).unwrap_or(text.len()));
    (rest.starts_with(": line") && is_name(path)).then_some(path)
}

fn quoted_first(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next().filter(|name| !name.is_empty())
}

fn quoted_last(text: &str) -> Option<&str> {
    let text = text.trim_end().trim_end_matches("</b>");
    let quote = text.chars().last().filter(|c| matches!(c, '"' | '\''))?;
    let inside = &text[..text.len() - 1];
    let name = inside[inside.rfind(quote)? + 1..].trim_start_matches("<b>").trim_end_matches("</b>");
    (!name.is_empty()).then_some(name)
}
