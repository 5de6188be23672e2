//! The named thing of an org that a message speaks of: trigger, flow, class or object; never a record.

use super::marks::{Is, Mark};

/// How a name stands beside a text.
#[derive(Clone, Copy)]
pub enum Beside {
    /// `TDTM_Contact: execution of AfterInsert`.
    Execution,
    /// The word behind it is a trigger.
    Trigger,
    /// The quoted name before it is a process or a rule.
    Process,
    /// The name behind it, quoted or one word, is a flow, one of its elements, or a rule.
    Flow,
    /// The quoted name behind it is a flow or a rule.
    Quoted,
    /// The name behind it, quoted or one word, is a class.
    Class,
    /// `dlrs_ContactTrigger: System.LimitException: ...`.
    Exception,
    /// The path behind it leads to a line of a trigger.
    TriggerLine,
    /// The path behind it leads to a line of a class.
    ClassLine,
    /// The name behind it is an object, quoted or not.
    Object,
    /// The word behind it is an object if it looks like the name of one.
    PerhapsObject,
    /// The word before it is an object, or whatever else a colon follows there: `Order: bad field names`.
    Before,
    /// The path behind it leads from an object to a field.
    Path,
    /// The word behind it is an object if it is the name of a standard or custom one.
    KnownObject,
    /// `LabsActionPlans:Too many SOQL queries: 101`.
    Package,
}

/// Texts beside which names stand, in lower case.
pub const MARKS: &[(&str, Beside)] = &[
    ("execution of ", Beside::Execution),
    ("maximum trigger depth exceeded", Beside::Execution),
    ("apex trigger ", Beside::Trigger),
    ("is currently in trigger ", Beside::Trigger),
    ("process failed", Beside::Process),
    ("rule or process is invalid", Beside::Process),
    ("validation rule ", Beside::Flow),
    ("error element ", Beside::Flow),
    ("failed at element ", Beside::Flow),
    ("flow name:", Beside::Flow),
    ("during flow ", Beside::Flow),
    ("en el proceso ", Beside::Flow),
    ("le processus ", Beside::Flow),
    ("der prozess ", Beside::Flow),
    ("o processo ", Beside::Flow),
    ("actionname\":", Beside::Flow),
    ("at element ", Beside::Flow),
    ("flow ", Beside::Quoted),
    ("rule ", Beside::Quoted),
    ("apex action ", Beside::Class),
    ("apex action class referenced as ", Beside::Class),
    ("apex class ", Beside::Class),
    ("apexclass ", Beside::Class),
    ("batchable instance is too big: ", Beside::Class),
    ("expression 'trigger ", Beside::Trigger),
    ("duplicaterule\":", Beside::Flow),
    ("for class ", Beside::Class),
    ("apex class named:", Beside::Class),
    ("in class ", Beside::Class),
    ("system.", Beside::Exception),
    ("trigger.", Beside::TriggerLine),
    ("class.", Beside::ClassLine),
    ("didn't understand relationship ", Beside::Object),
    ("entity type not supported for bulk: ", Beside::Object),
    ("custom object definition missing: ", Beside::Object),
    ("on entity ", Beside::Object),
    ("in entity ", Beside::Object),
    ("in entity: ", Beside::Object),
    ("access to entity ", Beside::Object),
    ("access to entity: ", Beside::Object),
    ("entity type cannot be inserted: ", Beside::Object),
    ("entity type cannot be updated: ", Beside::Object),
    ("sobject type ", Beside::Object),
    ("sobject of type ", Beside::Object),
    ("for sobject ", Beside::Object),
    ("invalid type: schema.", Beside::Object),
    ("access to fields on ", Beside::Object),
    ("access denied for ", Beside::Object),
    ("not allowed on ", Beside::Object),
    ("as owner of ", Beside::Object),
    ("vice versa): ", Beside::Object),
    ("entity type ", Beside::PerhapsObject),
    ("entity ", Beside::PerhapsObject),
    ("type d'entité ", Beside::PerhapsObject),
    ("tipo de entidad ", Beside::PerhapsObject),
    ("tipo di entità ", Beside::PerhapsObject),
    ("entitätstyp ", Beside::PerhapsObject),
    ("エンティティタイプ", Beside::PerhapsObject),
    ("entity: ", Beside::PerhapsObject),
    ("object ", Beside::PerhapsObject),
    ("object {", Beside::PerhapsObject),
    ("sobject ", Beside::PerhapsObject),
    ("user type or org: ", Beside::PerhapsObject),
    ("referenceid\":", Beside::PerhapsObject),
    ("object type ", Beside::PerhapsObject),
    ("object with name ", Beside::PerhapsObject),
    ("record type missing for: ", Beside::PerhapsObject),
    ("cannot create a new ", Beside::PerhapsObject),
    ("access on ", Beside::PerhapsObject),
    ("external id was blank for ", Beside::PerhapsObject),
    ("indexed field for ", Beside::PerhapsObject),
    ("object: ", Beside::PerhapsObject),
    ("tipo de entidade ", Beside::PerhapsObject),
    ("type entiteit ", Beside::PerhapsObject),
    ("エンティティ タイプ", Beside::PerhapsObject),
    ("bad field names on insert/update call", Beside::Before),
    ("records", Beside::Before),
    ("record", Beside::Before),
    ("found duplicates", Beside::Before),
    ("field ", Beside::Path),
    ("field: ", Beside::Path),
    ("column ", Beside::Path),
    ("lookup: ", Beside::Path),
    ("customfield named ", Beside::Path),
    ("requested field: ", Beside::Path),
    ("not writeable: ", Beside::Path),
    ("no match found for ", Beside::Path),
    ("on ", Beside::KnownObject),
    ("of ", Beside::KnownObject),
    ("for ", Beside::KnownObject),
    ("lookup ", Beside::KnownObject),
    ("type ", Beside::KnownObject),
    ("resource ", Beside::KnownObject),
    ("insert ", Beside::KnownObject),
    ("update ", Beside::KnownObject),
    ("upsert ", Beside::KnownObject),
    ("delete ", Beside::KnownObject),
    ("skipped ", Beside::KnownObject),
    ("too many ", Beside::Package),
    ("apex ", Beside::Package),
];

/// The outermost automation that is named, else an Apex class, else an object, else a package.
pub fn read(pattern: &str, marks: &[Mark]) -> Option<String> {
    let mut best: Option<(u8, &str)> = None;
    for mark in marks {
        let Is::Entity(beside) = mark.is else { continue };
        if best.is_none_or(|(known, _)| beside.rank() < known)
            && let Some(name) = beside.name(&pattern[..mark.start], &pattern[mark.end..])
        {
            best = Some((beside.rank(), name));
        }
    }
    let name = best.filter(|(rank, _)| *rank < Beside::KnownObject.rank()).map(|(_, name)| name);
    name.or_else(|| bracketed(pattern)).or(best.map(|(_, name)| name)).map(str::to_owned)
}

impl Beside {
    /// What is found by a smaller rank counts; of one rank what stands first, which is the outermost.
    fn rank(self) -> u8 {
        match self {
            Self::Execution | Self::Trigger | Self::Process | Self::Flow | Self::Quoted | Self::Class => 0,
            Self::Exception => 1,
            Self::TriggerLine => 2,
            Self::Object => 3,
            Self::ClassLine => 4,
            Self::PerhapsObject | Self::Path | Self::Before => 5,
            Self::KnownObject => 6,
            Self::Package => 7,
        }
    }

    /// The name that stands between these texts.
    fn name<'p>(self, before: &'p str, behind: &'p str) -> Option<&'p str> {
        match self {
            Self::Execution => last_name(before.strip_suffix(": ")?),
            Self::Trigger => word(behind),
            Self::Process => quoted_last(before),
            Self::Flow => quoted_first(behind).or_else(|| word(behind)),
            Self::Quoted => quoted_first(behind),
            Self::Class => {
                quoted_first(behind).or_else(|| word(behind).filter(|name| name.bytes().any(|b| b.is_ascii_uppercase())))
            }
            Self::Exception => match before.strip_suffix(": ") {
                Some(before) => last_name(before).filter(|name| !is_plain(name)),
                None => test_class(before),
            },
            Self::TriggerLine => path_of_line(behind),
            // The method is no part of the class's name.
            Self::ClassLine => path_of_line(behind).map(|path| path.rsplit_once('.').map_or(path, |(class, _)| class)),
            Self::Object => quoted_first(behind).or_else(|| word(behind)),
            Self::PerhapsObject => quoted_first(behind)
                .or_else(|| word(behind))
                .filter(|name| name.contains("__") || name.as_bytes()[0].is_ascii_uppercase()),
            Self::Before => {
                let name = last_name(before.trim_end_matches([' ', ':', '"', '\'']))?;
                (is_object(name) || before.ends_with(": ") && !is_plain(name)).then_some(name)
            }
            Self::Path => word(behind)?.split_once('.').map(|(object, _)| object),
            Self::KnownObject => word(behind)?.split('.').next().filter(|name| is_object(name)),
            Self::Package => last_name(before.strip_suffix(':')?),
        }
    }
}

/// `REQUIRED_FIELD_MISSING (Account): ...`, `[WARN] {Account} Incompleted.`
fn bracketed(pattern: &str) -> Option<&str> {
    let bytes = pattern.as_bytes();
    memchr::memchr2_iter(b'(', b'{', bytes).find_map(|open| {
        let reach = bytes.len().min(open + 1 + LONGEST_NAME);
        let close = open + 1 + memchr::memchr2(b')', b'}', &bytes[open + 1..reach])?;
        let name = &pattern[open + 1..close];
        (is_object(name) && close + 1 < bytes.len()).then_some(name)
    })
}

/// Whether a word is the name of a standard object, or looks like that of a custom one.
pub fn is_object(name: &str) -> bool {
    let custom = || name.contains("__") && KINDS.iter().any(|end| name.ends_with(end));
    is_name(name) && (super::prefixes::is_object(name) || custom())
}

/// How the names of custom objects, events, metadata types, and of what belongs to an object end.
const KINDS: [&str; 10] = ["__c", "__e", "__mdt", "__x", "__b", "__kav", "__dlm", "__Share", "__History", "__ChangeEvent"];

/// The class of a test that failed: `DepotTest.run Fail System.DmlException`, `DepotTest run System.DmlException`.
fn test_class(before: &str) -> Option<&str> {
    const FILLERS: [&str; 4] = ["Fail", "FAIL", "--", "message:"];
    let mut words = before.rsplit(' ').filter(|word| !word.is_empty() && !FILLERS.contains(word));
    let method = words.next()?;
    if let Some((class, method)) = method.rsplit_once('.') {
        return (is_name(class) && is_name(method)).then_some(class);
    }
    let class = words.next()?;
    (is_name(class) && ["Test", "Tests", "TEST"].iter().any(|end| class.ends_with(end))).then_some(class)
}

/// The longest name that is one, in bytes: a namespace, a name of 40 letters, a class and its method.
const LONGEST_NAME: usize = 120;

fn is_name(text: &str) -> bool {
    (2..=LONGEST_NAME).contains(&text.len())
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
    text[1..].split(quote).next().map(str::trim).filter(|name| !name.is_empty() && !name.contains('{'))
}

fn quoted_last(text: &str) -> Option<&str> {
    let text = text.trim_end().trim_end_matches("</b>");
    let quote = text.chars().last().filter(|c| matches!(c, '"' | '\''))?;
    let inside = &text[..text.len() - 1];
    let name = inside[inside.rfind(quote)? + 1..].trim_start_matches("<b>").trim_end_matches("</b>").trim();
    (!name.is_empty()).then_some(name)
}
