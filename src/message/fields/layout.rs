//! Names of fields in the layouts of lists: keys, brackets, sentences, and the list that ends a message.

use super::super::entity;
use super::{Fields, first, is_field, is_list, looks_like_api, unquoted};

/// Endings that make a word for a field one for several.
const PLURALS: [&str; 6] = ["(s)", "(er)", "(en)", "(es)", "(i)", "(ar)"];
/// Words between a word for a field and the name.
const LINKS: [&str; 7] = [" value for", " values for", " with", " api", " name", " named", " called"];
/// What joins names.
const JOINS: [&str; 10] = [", and ", ", ", " and ", " or ", " & ", "/", " und ", " et ", " y ", " e "];
/// What stands between a key or a word and a name.
const SIGNS: [char; 12] = [' ', '"', '\'', ':', '`', '[', '(', '=', '>', '*', '|', '$'];

impl Fields {
    /// `[A, "B"]`, `(A, B)`, `{'A'}`.
    pub(super) fn add_group(&mut self, text: &str) {
        let list = text.get(1..).and_then(|list| list.split([']', ')', '}']).next());
        self.add_list(list.unwrap_or(""));
    }

    /// `Contact :{'LastName'}` behind `required fields are missing for loading on`.
    pub(super) fn add_missing(&mut self, rest: &str) {
        let list = rest[rest.len() - rest.trim_start().len()..]
            .trim_start_matches(|c: char| c == ' ' || c.is_ascii_alphanumeric() || c == '_');
        let list = list.trim_start_matches([':', ' ']);
        if list.starts_with(['[', '{', '(']) {
            self.add_group(list);
        }
    }

    /// What stands behind the word `fields`, in any layout.
    pub(super) fn add_layout(&mut self, before: &str, behind: &str) {
        let list = behind.trim_start_matches([' ', '"', '\'', ':', '=', '>', ']', '|']);
        if let Some(array) = list.strip_prefix("{[") {
            for name in array
                .trim_start_matches(|c: char| c.is_ascii_digit() || c == ']')
                .split(['}', '\''])
                .next()
                .unwrap_or("")
                .split(',')
            {
                self.add(name, false);
            }
        } else if list.starts_with(['[', '{', '(']) {
            self.add_group(list);
        } else if let Some(array) = list.strip_prefix("Array (") {
            for item in array.split(')').next().unwrap_or("").split("] => ").skip(1) {
                self.add(first(item), false);
            }
        } else if before.ends_with("MESSAGE ") {
            // The table of `sf data import`: its last column holds the field.
            self.add_sentence(list.rsplit(' ').next().unwrap_or(""), looks_like_api);
        } else if behind.starts_with('>') {
            self.add(first(list), false);
        } else if behind.starts_with(": ") || behind.starts_with(' ') && before.ends_with(". ") {
            let name = first(list);
            let rest = &list[name.len()..];
            // One capital alone may start a sentence.
            let inner = name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase() || byte == b'_');
            if inner || rest.is_empty() || rest.starts_with([',', '.']) || rest.starts_with(" Message") {
                self.add_sentence(list, looks_like_api);
            }
        } else {
            self.add_worded(behind);
        }
    }

    /// What stands behind a word for a field: `Field 'A__c'`, `fields A__c and B__c`, `"fieldName":"A"`, `field Rating of Account`.
    pub(super) fn add_worded(&mut self, rest: &str) {
        let mut rest = match PLURALS.iter().find_map(|plural| rest.strip_prefix(plural)) {
            Some(rest) => return self.add_several(rest),
            None => rest,
        };
        while let Some(behind) = LINKS.iter().find_map(|link| {
            let start = rest.get(..link.len()).filter(|start| start.eq_ignore_ascii_case(link))?;
            rest.get(start.len()..).filter(|behind| behind.starts_with([' ', ':', '"', '\'']))
        }) {
            rest = behind;
        }
        let is_key = rest.starts_with("\":") || rest.starts_with("':");
        let mut list = rest.trim_start_matches(SIGNS);
        loop {
            let name = first(list);
            let behind = &list[name.len()..];
            let quoted = rest[..rest.len() - list.len()].ends_with(['"', '\'', '`']);
            if !(is_field(name) || looks_like_api(name) && (is_key || is_of_object(behind))) || !self.add(name, true) {
                return;
            }
            // A quotation mark that closes what opened before the word ends the sentence.
            let behind = if quoted { behind.trim_start_matches(['"', '\'', '`']) } else { behind };
            let Some(next) = JOINS.iter().find_map(|join| behind.strip_prefix(join)) else { return };
            list = next.trim_start_matches(SIGNS);
        }
    }

    /// What stands behind a word for fields: `(s): A, B`, ` A__c and B__c`.
    pub(super) fn add_several(&mut self, rest: &str) {
        match rest.trim_start().strip_prefix(':') {
            Some(list) if !list.trim_start().starts_with('[') => self.add_sentence(list, looks_like_api),
            _ => self.add_worded(rest),
        }
    }

    /// `{"A":[{...}],"B":[{...}]}`: the keys that hold errors.
    pub(super) fn add_keys(&mut self, rest: &str) {
        let mut depth = 0;
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                b'{' | b'[' => {
                    let key = rest[..at].trim_end_matches([' ', ':', '"', '\'']);
                    let start = key.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
                    if depth == 1 && looks_like_api(&key[start..]) {
                        self.add(&key[start..], false);
                    }
                    depth += 1;
                }
                b'}' | b']' if depth <= 1 => return,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
        }
    }

    /// `A, B` up to what is no name; one without a capital must end with its item.
    pub(super) fn add_sentence(&mut self, text: &str, is: fn(&str) -> bool) {
        for (number, name) in text.split(", ").enumerate() {
            let last = name.split(['.', ' ', ']', '"', '\'', ')']).find(|part| !part.is_empty()).unwrap_or("");
            let behind = name.trim_start().get(last.len()..);
            let in_a_sentence = number > 0 && behind.is_some_and(|behind| behind.starts_with(' '));
            let ends = text_ends(behind.unwrap_or(""));
            if !(looks_like_api(last) || ends && is(last))
                || in_a_sentence
                || !self.add(last, false)
                || last.len() < name.trim().len()
            {
                break;
            }
        }
    }

    fn add_list(&mut self, list: &str) {
        if !list.is_empty() && is_list(list) {
            for name in list.split(',') {
                self.add(unquoted(name), false);
            }
        }
    }
}

/// Whether nothing of a sentence follows: the end, or that of a quoted text.
fn text_ends(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with(['"', '\'', '\\', ':', '<'])
}

/// Whether the object whose field stands before follows: ` of Account`, ` for object 'Depot__c'`.
fn is_of_object(behind: &str) -> bool {
    let behind = behind.trim_start_matches(['"', '\'', '`']);
    let of = [" of ", " on ", " for ", " in "].iter().find_map(|of| behind.strip_prefix(of));
    of.is_some_and(|rest| {
        let kind = ["object ", "entity ", "sobject ", "SObject ", "table "].iter().find_map(|kind| rest.strip_prefix(kind));
        entity::is_object(first(kind.unwrap_or(rest)))
    })
}

/// The field list that ends a message: `:A,B --`, `: [A, B]`, ` [A]`, `(A)`; a stack may follow.
pub(super) fn tail(pattern: &str, fields: &mut Fields) {
    let end = pattern.as_bytes();
    let last = &end[end.len().saturating_sub(DASHES)..];
    if let Some(dashes) = last.windows(2).rposition(|pair| pair == b"--") {
        let before = pattern[..end.len() - last.len() + dashes].trim_end();
        if let Some(colon) = before.rfind(':') {
            fields.add_list(&before[colon + 1..]);
        }
    }
    let mut rest = pattern;
    while let Some(close) = rest.rfind(']').filter(|close| pattern.len() - close < TAIL) {
        let Some(open) = rest[..close].rfind('[') else { break };
        let inside = &rest[open + 1..close];
        let before = rest[..open].trim_end();
        let after = pattern[close + 1..].trim_start_matches(['"', '\'', '`', '.', ')', ' ', '}']);
        let ends = after.is_empty()
            || after.starts_with(['(', ':', '\\', '<', '>', '|'])
            || STACKS.iter().any(|start| after.starts_with(start));
        // A JSON text ends with a quotation mark and a comma.
        let ends = ends || pattern[close + 1..].starts_with("\",");
        let of_other = OTHERS.iter().any(|other| before.ends_with(other));
        if ends && !of_other && (before.ends_with(':') || inside.split(',').all(|name| looks_like_api(unquoted(name)))) {
            fields.add_list(inside);
            // The list of a nest is that of its innermost cause: `: [A] (ns) : []`.
            if !inside.is_empty() || !before.trim_end_matches([':', ' ']).ends_with([')', ']']) {
                return;
            }
        }
        rest = &rest[..open];
    }
    if let Some((before, inside)) = pattern.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && inside.split(',').all(|name| looks_like_api(unquoted(name)))
        && !before.contains("caused by")
        && !before.trim_end().ends_with([']'])
        && !before.trim_end().ends_with("notified.")
    {
        fields.add_list(inside);
    }
    // Cut behind its list: a custom name is whole.
    if let Some((before, inside)) = pattern.rsplit_once('[')
        && before.trim_end().ends_with(':')
        && inside.split(',').all(|name| is_field(unquoted(name)) && super::alone::is_whole(unquoted(name)))
    {
        fields.add_list(inside);
    }
}

/// What stands before a bracket that holds no fields: `as owner of object [Account]`, `for this user type or org: [Wave]`.
const OTHERS: [&str; 4] = ["object", "entity", "type", "type or org:"];

/// How far from its end the dashes of the Bulk API are looked for, in bytes.
const DASHES: usize = 40;
/// How far from its end the field list of a message is looked for, in bytes; stacks are shorter than this.
const TAIL: usize = 1_000;

/// What follows a field list of an Apex message.
const STACKS: &[&str] = &["Class.", "Trigger.", "Stack", "External", "AnonymousBlock", "Error is in", "An unexpected"];
