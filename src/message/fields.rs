//! The fields that a message blames: API names as printed, never labels.

use super::marks::{self, Is, Mark};

/// How the names stand beside a text.
#[derive(Clone, Copy)]
pub enum Names {
    /// `[A, B]` behind it, or `A, B`.
    Brackets,
    /// A key of some layout: `"fields":["A"]`, `fields='{[2]A,B,}'`, `[fields] => Array ( [0] => A )`, `Fields: A`.
    Layout,
    /// `A, B` up to a full stop or the end.
    List,
    /// As `List`, but no label ever stands there: a name that ends with its item needs no capital.
    Named,
    /// One name, in quotes or not; a path keeps its last part.
    One,
    /// As `One`, if it can be nothing but the name of a field: it belongs to a custom one, or has humps.
    Custom,
    /// One name, and whatever else looks like a list of fields is a query's.
    Only,
    /// The name stands before it.
    Before,
    /// As `Before`, if it can be nothing but the name of a field.
    CustomBefore,
    /// The name is the key of the object behind it.
    Key,
}

/// Texts beside which field names stand, in lower case.
pub const MARKS: &[(&str, Names)] = &[
    ("no such column", Names::Only),
    ("fields are missing:", Names::Brackets),
    ("required field is missing:", Names::Named),
    ("fields", Names::Layout),
    ("fielderrors", Names::Key),
    ("campos:", Names::List),
    ("felder:", Names::List),
    ("champs :", Names::List),
    ("campi:", Names::List),
    ("bad field names on insert/update call:", Names::Named),
    ("unable to create/update fields:", Names::Named),
    ("erstellt/aktualisiert werden:", Names::List),
    ("créer/mettre à jour les champs :", Names::List),
    ("crear/actualizar campos:", Names::List),
    ("crear/actualizar los campos:", Names::List),
    ("criar/atualizar campos:", Names::List),
    ("criar/atualizar os campos:", Names::List),
    ("creare/aggiornare i campi:", Names::List),
    ("error fields:", Names::List),
    ("field(s):", Names::List),
    ("field ", Names::Custom),
    ("field '", Names::Custom),
    ("field:", Names::Custom),
    ("field [", Names::Custom),
    ("feld ", Names::Custom),
    ("feld:", Names::Custom),
    ("campo ", Names::Custom),
    ("campo:", Names::Custom),
    ("champ ", Names::Custom),
    ("champ :", Names::Custom),
    ("필드:", Names::Custom),
    ("unbekannt:", Names::Custom),
    ("inconnu :", Names::Custom),
    ("desconocido:", Names::Custom),
    ("desconhecido:", Names::Custom),
    ("sconosciuto:", Names::Custom),
    ("veld ", Names::Custom),
    ("veld:", Names::Custom),
    ("項目:", Names::Custom),
    ("項目 ", Names::Custom),
    ("字段:", Names::Custom),
    ("欄位:", Names::Custom),
    ("column ", Names::Custom),
    ("attribute ", Names::Custom),
    ("field integrity exception:", Names::One),
    ("field name not found :", Names::One),
    ("field name not found:", Names::One),
    ("field name provided,", Names::One),
    ("not found for field", Names::One),
    ("without querying the requested field:", Names::One),
    ("invalid field:", Names::One),
    ("is not accessible:", Names::Custom),
    ("not writeable:", Names::One),
    ("not writable:", Names::One),
    ("cycle fk", Names::One),
    ("no match found for", Names::One),
    ("no match found for lookup", Names::One),
    ("lookup:", Names::One),
    ("value found:", Names::One),
    ("wert gefunden:", Names::One),
    ("valeur en double trouvée :", Names::One),
    ("valeur en double a été trouvée :", Names::One),
    ("valor duplicado encontrado:", Names::One),
    ("valore duplicato trovato:", Names::One),
    ("waarde gevonden:", Names::One),
    ("重複する値があります:", Names::One),
    ("値が重複しています:", Names::One),
    ("more than one record found", Names::Before),
    ("duplicates value", Names::Before),
    ("dupliziert den wert", Names::Before),
    ("duplique la valeur", Names::Before),
    ("duplica el valor", Names::Before),
    ("duplica o valor", Names::Before),
    ("duplica il valore", Names::Before),
    ("not specified", Names::Before),
    ("does not belong to sobject type", Names::Before),
    ("is required", Names::CustomBefore),
    ("is mandatory", Names::CustomBefore),
    ("cannot be blank", Names::CustomBefore),
    ("cannot be empty", Names::CustomBefore),
    ("cannot be null", Names::CustomBefore),
    ("can't be blank", Names::CustomBefore),
    ("can't be empty", Names::CustomBefore),
    ("can't be null", Names::CustomBefore),
    ("must not be blank", Names::CustomBefore),
    ("must not be empty", Names::CustomBefore),
    ("must not be null", Names::CustomBefore),
    ("must have a value", Names::CustomBefore),
    ("must be unique", Names::CustomBefore),
    ("is read-only", Names::CustomBefore),
    ("no such field", Names::CustomBefore),
];

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

/// Whether small letters and capitals alternate as in `AccountId`.
fn has_humps(name: &str) -> bool {
    name.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// Whether a name can be nothing but that of a field: it belongs to a custom one, or has humps.
fn is_field(name: &str) -> bool {
    name.contains("__") || has_humps(name)
}

/// Whether a text is a list of field names.
pub fn is_list(text: &str) -> bool {
    text.split(',').all(|name| is_name(unquoted(name)))
}

/// Whether nothing of a sentence follows: the end, or that of a quoted text.
fn text_ends(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with(['"', '\'', '\\', ':', '<'])
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
    for mark in marks {
        let Is::Fields(names) = mark.is else { continue };
        let rest = &pattern[mark.end..];
        match names {
            Names::Only => {
                fields.add(first(rest), false);
                return fields.names;
            }
            Names::Brackets if rest.trim_start().starts_with('[') => fields.add_brackets(rest.trim_start()),
            // Without brackets it may be a label as well.
            Names::Brackets if is_field(first(rest)) => fields.add_sentence(rest.trim_start(), looks_like_api),
            Names::Brackets => {}
            Names::Layout => fields.add_layout(&pattern[..mark.start], rest),
            Names::List => fields.add_sentence(rest, looks_like_api),
            Names::Named => fields.add_sentence(rest, is_name),
            Names::One => {
                let name = first(rest);
                if looks_like_api(name) {
                    fields.add(name, true);
                }
            }
            Names::Custom => {
                let name = first(rest.strip_prefix('$').unwrap_or(rest));
                if is_field(name) {
                    fields.add(name, true);
                }
            }
            Names::Key => {
                fields.add(first(rest.trim_start_matches(['"', '\'', ':', ' ', '{'])), false);
            }
            Names::Before | Names::CustomBefore => {
                let before = pattern[..mark.start].trim_end();
                let name = before.trim_end_matches([':', '\'', '"']).rsplit([' ', ':', '\'', '"']).next().unwrap_or("");
                // Before a colon stands the label of a field, which is a name only by chance.
                let named = || matches!(names, Names::Before) && looks_like_api(name) && !before.ends_with(':');
                if is_field(name) || named() {
                    fields.add(name, true);
                }
            }
        }
    }
    tail(pattern, &mut fields);
    fields.names
}

/// The first word of a text, without the quotation marks around it.
fn first(text: &str) -> &str {
    let text = text.trim_start_matches([' ', '"', '\'', ':']);
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    text[..end].trim_end_matches('.')
}

struct Fields {
    names: Vec<String>,
}

impl Fields {
    /// Adds a name once; of a path only the field, where `path` says so.
    fn add(&mut self, name: &str, path: bool) -> bool {
        let name = if path { name.rsplit('.').next().unwrap_or("") } else { name };
        if !is_name(name) || name == "unknown" {
            return false;
        }
        if self.names.len() < MOST && !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
        true
    }

    /// `[A, "B"]`.
    fn add_brackets(&mut self, text: &str) {
        let list = text.strip_prefix('[').and_then(|list| list.split(']').next());
        self.add_list(list.unwrap_or(""));
    }

    /// What stands behind the word `fields`, in any layout.
    fn add_layout(&mut self, before: &str, behind: &str) {
        let list = behind.trim_start_matches([' ', '"', '\'', ':', '=', '>', ']']);
        if list.starts_with('[') {
            self.add_brackets(list);
        } else if let Some(array) = list.strip_prefix('{') {
            let array = array.split(['}', '\'']).next().unwrap_or("");
            for name in array.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']')).split(',') {
                self.add(name, false);
            }
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
        }
    }

    /// `A, B` up to what is no name; one without a capital must end with its item.
    fn add_sentence(&mut self, text: &str, is: fn(&str) -> bool) {
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

/// The field list that ends a message: `:A,B --`, `: [A, B]`, ` [A]`, `(A)`; a stack may follow.
fn tail(pattern: &str, fields: &mut Fields) {
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
            || after.starts_with(['(', ':', '\\', '<', '>'])
            || STACKS.iter().any(|start| after.starts_with(start));
        // A JSON text ends with a quotation mark and a comma.
        let ends = ends || pattern[close + 1..].starts_with("\",");
        let of_object = before.ends_with("object") || before.ends_with("entity") || before.ends_with("type");
        if ends && (before.ends_with(':') || !of_object && inside.split(',').all(|name| looks_like_api(unquoted(name)))) {
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
        && !before.trim_end().ends_with(']')
    {
        fields.add_list(inside);
    }
}

/// How far from its end the dashes of the Bulk API are looked for, in bytes.
const DASHES: usize = 40;
/// How far from its end the field list of a message is looked for, in bytes; stacks are shorter than this.
const TAIL: usize = 1_000;

/// What follows a field list of an Apex message.
const STACKS: &[&str] = &["Class.", "Trigger.", "Stack", "External", "AnonymousBlock", "Error is in", "An unexpected"];
