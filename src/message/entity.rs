//! The named thing of an org that a message speaks of: trigger, flow, class or object; never a record.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem;

/// Every name stands beside one of these; most messages have none, and one pass over them tells.
static BESIDE: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let texts = [
        ": execution of ",
        "Apex trigger ",
        " process failed",
        "for class ",
        "Error element ",
        ": System.",
        "Trigger.",
        "Class.",
        " entity",
        "sObject type ",
        "entity type ",
        "access to fields on ",
    ];
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .match_kind(MatchKind::Standard)
        .build(texts)
        .expect("a few short texts always make an automaton")
});

/// The outermost automation that is named, else an Apex class, else an object.
pub fn read(pattern: &str) -> Option<String> {
    if !BESIDE.is_match(pattern) {
        return None;
    }
    let name = trigger(pattern)
        .or_else(|| quoted_before(pattern, " process failed"))
        .or_else(|| quoted_after(pattern, "for class "))
        .or_else(|| word_after(pattern, "Error element "))
        .or_else(|| before_exception(pattern))
        .or_else(|| stack(pattern))
        .or_else(|| word_after(pattern, " on entity "))
        .or_else(|| word_after(pattern, " in entity "))
        .or_else(|| word_after(pattern, " in entity: "))
        .or_else(|| word_after(pattern, "sObject type "))
        .or_else(|| word_after(pattern, "entity type cannot be inserted: "))
        .or_else(|| word_after(pattern, " access to entity: "))
        .or_else(|| word_after(pattern, "access to fields on "));
    name.map(str::to_owned)
}

fn is_name(text: &str) -> bool {
    (2..=120).contains(&text.len())
        && text.as_bytes()[0].is_ascii_alphabetic()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

fn find(text: &str, needle: &str) -> Option<usize> {
    memmem::find(text.as_bytes(), needle.as_bytes())
}

/// `TDTM_Contact: execution of AfterInsert`, `Apex trigger TDTM_Contact caused an unexpected exception`.
fn trigger(pattern: &str) -> Option<&str> {
    let execution = find(pattern, ": execution of ").and_then(|at| last_name(&pattern[..at]));
    execution.or_else(|| word_after(pattern, "Apex trigger "))
}

fn last_name(text: &str) -> Option<&str> {
    let name = text.rsplit([' ', ',', ':', '"', '(']).next()?;
    is_name(name).then_some(name)
}

/// `dlrs_ContactTrigger: System.LimitException: ...`; words of tools and layouts end in nothing that is a name.
fn before_exception(pattern: &str) -> Option<&str> {
    let at = find(pattern, ": System.")?;
    let name = last_name(&pattern[..at])?;
    let plain = ["Error", "error", "Message", "exception", "Exception", "by", "at", "occurred", "MESSAGE", "failed"];
    (!plain.contains(&name) && !super::code::first_in(name)).then_some(name)
}

/// The class or trigger of the first line of a stack.
fn stack(pattern: &str) -> Option<&str> {
    for (start, parts) in [("Trigger.", 1), ("Class.", 2)] {
        for at in memmem::find_iter(pattern.as_bytes(), start) {
            let rest = &pattern[at + start.len()..];
            let path = &rest[..rest.find([':', ' ', ',', '(']).unwrap_or(rest.len())];
            if rest[path.len()..].starts_with(": line") {
                // The method is no part of the class's name.
                let name = if parts == 2 { path.rsplit_once('.').map_or(path, |(class, _)| class) } else { path };
                return is_name(name).then_some(name);
            }
        }
    }
    None
}

fn word_after<'p>(pattern: &'p str, text: &str) -> Option<&'p str> {
    let rest = pattern[find(pattern, text)? + text.len()..].trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches('.');
    is_name(name).then_some(name)
}

fn quoted_after<'p>(pattern: &'p str, text: &str) -> Option<&'p str> {
    let rest = &pattern[find(pattern, text)? + text.len()..];
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next().filter(|name| !name.is_empty())
}

fn quoted_before<'p>(pattern: &'p str, text: &str) -> Option<&'p str> {
    let before = pattern[..find(pattern, text)?].trim_end_matches("</b>");
    let quote = before.chars().last().filter(|c| matches!(c, '"' | '\''))?;
    let inside = &before[..before.len() - 1];
    let name = inside[inside.rfind(quote)? + 1..].trim_start_matches("<b>").trim_end_matches("</b>");
    (!name.is_empty()).then_some(name)
}
