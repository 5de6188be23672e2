//! Names of fields in the layouts of lists: keys, brackets, sentences, and the list that ends a message.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::super::entity;
use super::{Fields, first, is_field, is_list, is_name, is_of_a_program, looks_like_api, unquoted};

/// Endings that make a word for a field one for several.
const PLURALS: [&str; 6] = ["(s)", "(er)", "(en)", "(es)", "(i)", "(ar)"];
/// Words between a word for a field and the name.
const LINKS: [&str; 7] = [" value for", " values for", " with", " api", " name", " named", " called"];
/// What joins names.
const JOINS: [&str; 10] = [", and ", ", ", " and ", " or ", " & ", "/", " und ", " et ", " y ", " e "];
/// Words before `fields:` that list what there is, not what is wrong.
const LISTED: [&str; 7] = ["custom", "available", "valid", "known", "existing", "supported", "allowed"];
/// What stands between a key or a word and a name.
const SIGNS: [char; 12] = [' ', '"', '\'', ':', '`', '[', '(', '=', '>', '*', '|', '$'];

impl Fields {
    /// `[A, "B"]`, `(A, B)`, `{'A'}`.
    pub(super) fn add_group(&mut self, text: &str) {
        let list = text.get(1..).and_then(|list| list.split([']', ')', '}']).next());
        self.add_list(list.unwrap_or(""));
    }

    /// `[A, B]` behind `required fields are missing:`; without brackets it may be a label as well.
    pub(super) fn add_required(&mut self, rest: &str) {
        if rest.starts_with('[') {
            self.add_group(rest);
        } else if is_field(first(rest)) {
            self.add_sentence(rest, looks_like_api);
        }
    }

    /// `Contact :{'LastName'}` behind `required fields are missing for loading on`.
    pub(super) fn add_missing(&mut self, rest: &str) {
        let list = rest.trim_start_matches(|c: char| c == ' ' || c.is_ascii_alphanumeric() || c == '_');
        let list = list.trim_start_matches([':', ' ']);
        if list.starts_with(['[', '{', '(']) {
            self.add_group(list);
        }
    }

    /// What stands behind the word `fields`, in any layout.
    pub(super) fn add_layout(&mut self, before: &str, behind: &str) {
        let list = behind.trim_start_matches([' ', '"', '\'', ':', '=', '>', ']', '|', '│']);
        let kind = before.trim_end().rsplit(' ').next().unwrap_or("");
        if LISTED.iter().any(|listed| listed.eq_ignore_ascii_case(kind)) && behind.starts_with([':', '"', '\'']) {
            return;
        }
        if let Some(array) = list.strip_prefix("Array (") {
            let items = array.split(')').next().unwrap_or("").split("] => ");
            items.skip(1).for_each(|item| _ = self.add(first(item), false));
        } else if let Some(array) = list.strip_prefix("array(") {
            array.split('}').next().unwrap_or("").split("string(").skip(1).for_each(|item| {
                self.add(first(item.trim_start_matches(|c: char| c.is_ascii_digit() || c == ')')), false);
            });
        } else if let Some(array) = list.strip_prefix("{[") {
            let names = array.trim_start_matches(|c: char| c.is_ascii_digit() || c == ']');
            names.split(['}', '\'']).next().unwrap_or("").split(',').for_each(|name| _ = self.add(name, false));
        } else if list.starts_with(['[', '{', '(']) {
            self.add_group(list);
            // Go writes no commas.
            let names = || list[1..].split([']', ')', '}']).next().unwrap_or("").split(' ');
            if names().all(looks_like_api) && names().any(is_field) {
                names().for_each(|name| _ = self.add(name, false));
            }
        } else if list.starts_with("- ") {
            // YAML.
            list.split("- ")
                .skip(1)
                .map_while(|item| Some(first(item)).filter(|name| is_name(name)))
                .for_each(|name| _ = self.add(name, false));
        } else if before.ends_with("MESSAGE ") {
            // The table of `sf data import`: its last column holds the field.
            self.add_sentence(list.rsplit(' ').next().unwrap_or(""), looks_like_api);
        } else if behind.starts_with('>') {
            self.add(first(list), false);
        } else if behind.trim_start().starts_with(": ") || behind.starts_with(' ') && before.ends_with(". ") {
            let name = first(list);
            let rest = &list[name.len()..];
            // One capital alone may start a sentence.
            let inner = name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase() || byte == b'_');
            if inner || rest.is_empty() || rest.trim_start().starts_with([',', '.']) || rest.starts_with(" Message") {
                self.add_sentence(list, looks_like_api);
            }
        } else {
            self.add_worded(behind, false);
        }
    }

    /// What stands behind a word for a field: `Field 'A__c'`, `fields A__c and B__c`, `"fieldName":"A"`, `field Rating of Account`.
    pub(super) fn add_worded(&mut self, rest: &str, mut may_quote: bool) {
        let plural = PLURALS.iter().filter(|_| rest.starts_with('(')).find_map(|plural| rest.strip_prefix(plural));
        let mut rest = match plural {
            Some(rest) => return self.add_several(rest),
            None => rest,
        };
        while let Some(behind) = LINKS.iter().find_map(|link| {
            let start = rest.get(..link.len()).filter(|start| start.eq_ignore_ascii_case(link))?;
            rest.get(start.len()..).filter(|behind| behind.starts_with([' ', ':', '"', '\'']))
        }) {
            rest = behind;
            may_quote = false;
        }
        let is_key = ["\":", "':", "="].iter().any(|sign| rest.starts_with(sign));
        let mut list = rest.trim_start_matches(SIGNS);
        loop {
            let name = first(list);
            let behind = &list[name.len()..];
            let quote = rest[..rest.len() - list.len()].chars().next_back().filter(|sign| matches!(sign, '"' | '\'' | '`'));
            let quoted = quote.is_some_and(|quote| behind.starts_with(quote));
            // In quotation marks a word suffices, but programs put their own names there too.
            if !(is_field(name)
                || looks_like_api(name) && (is_key || may_quote && quoted != is_of_a_program(name) || is_of_object(behind)))
                || !self.add(name, true)
            {
                return;
            }
            // A quotation mark that closes what opened before the word ends the sentence.
            let behind = if quoted { behind.trim_start_matches(['"', '\'', '`']) } else { behind };
            let Some(next) = JOINS.iter().find_map(|join| behind.strip_prefix(join)) else { return };
            list = next.trim_start_matches(SIGNS);
            if is_a_key(list, rest.starts_with(':') || is_key) {
                return;
            }
        }
    }

    /// What stands behind a word for fields: `(s): A, B`, ` A__c and B__c`.
    pub(super) fn add_several(&mut self, rest: &str) {
        match rest.trim_start().strip_prefix(':') {
            Some(list) if !list.trim_start().starts_with('[') => self.add_sentence(list, looks_like_api),
            _ => self.add_worded(rest, false),
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
        if is_list(list) {
            list.split(',').for_each(|name| _ = self.add(unquoted(name), false));
        }
    }
}

/// Whether a list starts with the next key of an object rather than with a name: `field: 'A', label: 'B'`.
fn is_a_key(list: &str, of_key: bool) -> bool {
    let behind = list[first(list).len()..].trim_start_matches(['"', '\'', '`']);
    behind.starts_with('=') || of_key && behind.starts_with(':')
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

/// The field lists that end a message or one of several errors: `:A,B --`, `: [A, B]`, ` [A]`, `(A)`; a stack may follow.
pub(super) fn tail(pattern: &str, fields: &mut Fields) {
    for dashes in DASHES.find_iter(pattern.as_bytes()) {
        let before = pattern[..dashes].trim_end();
        let list = before.rfind(':').map_or("", |colon| &before[colon + 1..]);
        let behind = pattern[dashes + 2..].trim_start();
        let ends = pattern.len() - dashes < DASHES_REACH && !behind.starts_with(|first: char| first.is_ascii_lowercase());
        if ends || !list.starts_with(' ') && list.split(',').all(looks_like_api) {
            fields.add_list(list);
        }
    }
    let mut rest = pattern;
    let mut is_last = true;
    while let Some(close) = rest.rfind(']').filter(|close| pattern.len() - close < TAIL) {
        let Some(open) = rest[..close].rfind('[') else { break };
        let inside = &rest[open + 1..close];
        let before = rest[..open].trim_end();
        let after = pattern[close + 1..].trim_start_matches(['"', '\'', '`', '.', ')', ' ', '}']);
        let ends = after.is_empty()
            || after.starts_with(['(', ':', '\\', '<', '>', '|'])
            || STACKS.iter().any(|start| after.starts_with(start))
            // A JSON text ends with a quotation mark and a comma.
            || pattern[close + 1..].starts_with("\",");
        let of_other = OTHERS.iter().any(|other| before.ends_with(other));
        let named = || inside.split(',').all(|name| looks_like_api(unquoted(name)));
        if after.starts_with(';') && before.ends_with(':') && !of_other && named() {
            fields.add_list(inside);
        } else if is_last && ends && !of_other && (before.ends_with(':') || named()) {
            fields.add_list(inside);
            // The list of a nest is that of its innermost cause: `: [A] (ns) : []`.
            is_last = inside.is_empty() && before.trim_end_matches([':', ' ']).ends_with([')', ']']);
        }
        rest = &rest[..open];
    }
    if !is_last {
        return;
    }
    if let Some((before, inside)) = pattern.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && inside.split(',').all(|name| looks_like_api(unquoted(name)))
        && !before.contains("caused by")
        && !before.trim_end().ends_with(']')
        && !before.trim_end().ends_with("notified.")
    {
        fields.add_list(inside);
    }
}

/// What stands before a bracket that holds no fields: `as owner of object [Account]`, `for this user type or org: [Wave]`.
const OTHERS: [&str; 5] = ["object", "entity", "type", "type or org:", "object id:"];

/// The dashes of the Bulk API.
static DASHES: LazyLock<Finder> = LazyLock::new(|| Finder::new("--"));
/// How far from its end dashes end the message, in bytes.
const DASHES_REACH: usize = 40;
/// How far from its end the field list of a message is looked for, in bytes; stacks are shorter than this.
const TAIL: usize = 1_000;

/// What follows a field list of an Apex message.
const STACKS: &[&str] = &["Class.", "Trigger.", "Stack", "External", "AnonymousBlock", "Error is in", "An unexpected"];
