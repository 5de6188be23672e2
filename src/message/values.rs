//! Where a record's own value stands inside a known text of Salesforce: `data value too large: <value> (max length=20)`.

use std::cell::LazyCell;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::phrases::Phrases;

/// How the end of a value is found.
#[derive(Clone, Copy)]
enum End {
    /// At the field list, JSON key, stack or code that ends every layout, else at the end of the text.
    Tail,
    /// Before this text, else as `Tail`.
    Before(&'static str),
    /// After one word, or one `<word>`.
    Word,
    /// After the numbers, joined by hyphens or in brackets, of an error id.
    Numbers,
}

/// A text that is followed by a value, in lower case.
const OPENINGS: &[(&str, End)] = &[
    ("bad value for restricted picklist field:", End::Tail),
    ("bad value for multi-select picklist field:", End::Tail),
    ("invalid email address:", End::Tail),
    ("value outside of valid range on numeric field:", End::Tail),
    ("id value of incorrect type:", End::Tail),
    ("data value too large:", End::Before(" (max length=")),
    ("foreign key external id:", End::Before(" not found")),
    ("more than one record found for external id field:", End::Before("]")),
    ("duplicates value on record with id:", End::Word),
    ("error on record with id", End::Word),
    ("error id:", End::Numbers),
    ("error importing record", End::Before(":")),
    ("invalid date:", End::Tail),
    ("invalid date/time:", End::Tail),
    ("invalid integer:", End::Tail),
    ("invalid decimal:", End::Tail),
    ("invalid double:", End::Tail),
    ("invalid long:", End::Tail),
    ("invalid boolean:", End::Tail),
    ("invalid id:", End::Tail),
    ("invalid phone number:", End::Tail),
    ("invalid currency iso code:", End::Tail),
    ("invalid locale:", End::Tail),
    ("for input string:", End::Tail),
    ("due to,", End::Before(" is not a valid value")),
    ("value_string value", End::Before(" or request may")),
    ("value_number value", End::Before(" or request may")),
    ("the target object's email address", End::Before(" is not valid")),
    // The same texts as the platform words them for users of other languages.
    ("für das beschränkte auswahllistenfeld:", End::Tail),
    ("für ein eingeschränktes auswahllistenfeld:", End::Tail),
    ("datenwert zu groß:", End::Before(" (max")),
    ("ungültige e-mail-adresse:", End::Tail),
    ("valeur erronée pour le champ de liste de sélection restreint :", End::Tail),
    ("valeur incorrecte pour le champ de liste de sélection limitée :", End::Tail),
    ("valeur de données trop grande :", End::Before(" (")),
    ("adresse e-mail non valide :", End::Tail),
    ("valor incorrecto para el campo de lista de selección restringida:", End::Tail),
    ("valor de datos demasiado grande:", End::Before(" (")),
    ("valor inválido para o campo da lista de opções restrita:", End::Tail),
    ("valor de dados muito grande:", End::Before(" (")),
    ("制限つき選択リスト項目の値が不適切:", End::Tail),
    ("データ値が大きすぎます:", End::Before(" (")),
];

/// Texts that end a value in one layout or another, in lower case.
const CLOSINGS: &[&str] = &[
    "\",\"",
    "\", \"",
    "\" , \"",
    "\"}",
    "\" }",
    "', 'errorcode'",
    "', errorcode",
    "', 'fields'",
    "', fields",
    "'}",
    "' extendederrordetails=",
    "' exceptionmessage=",
    "' statuscode=",
    "' fields=",
    "' row=",
    "' id=",
    " [errorcode] =>",
    " class.",
    " trigger.",
    " stack trace",
    " external entry point",
    " anonymousblock:",
    " caused by:",
    ". you can look up exceptioncode",
    " error id:",
    " (max length=",
    " status code:",
    " recordid ",
    "]]>",
    "</",
    "\">",
    " │",
];

static OPENING: LazyLock<Phrases<End>> = LazyLock::new(|| Phrases::new(OPENINGS.iter().copied()));
static CLOSING: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(CLOSINGS)
        .expect("a few short texts always make an automaton")
});

/// The stretches of a clean line that are values, in order and apart.
pub fn find(line: &str, spans: &mut Vec<(usize, usize)>) {
    spans.clear();
    // The table of `sf data import` ends with the column of fields.
    let table = LazyCell::new(|| line.contains(" MESSAGE FIELDS "));
    OPENING.find(line, |opening, behind, end| {
        let start = behind + usize::from(line[behind..].starts_with(' '));
        if spans.last().is_some_and(|&(_, end)| opening < end) {
            return;
        }
        let rest = &line[start..];
        let width = match end {
            End::Tail if *table => rest.rfind(' ').unwrap_or(rest.len()),
            End::Tail => tail(rest),
            End::Before(text) => memchr::memmem::find(rest.as_bytes(), text.as_bytes()).unwrap_or_else(|| tail(rest)),
            End::Numbers => {
                let end =
                    rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.' | '(' | ')' | ' '))).unwrap_or(rest.len());
                rest[..end].trim_end_matches(['.', ' ', '-', '(']).len()
            }
            End::Word => rest.find([' ', ':', ',', ';', '"', '\'', '[', ']', '(', ')', '\\']).unwrap_or(rest.len()),
        };
        if width > 0 && start + width > behind {
            spans.push((start, start + width));
        }
    });
}

/// The length of the value that `text` starts with: up to what ends the message in its layout.
fn tail(text: &str) -> usize {
    let mut end = CLOSING.find(text).map_or(text.len(), |found| found.start());
    // Some tools write the code last: `...: Gold (INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST)`.
    if let Some(code) = super::code::first_known(&text[..end]) {
        end = text[..code].trim_end_matches([' ', '(', '[']).len();
    }
    let mut region = text[..end].trim_end_matches(['"', '`', ' ', '.', ':']);
    // The namespace of a package follows the list: `: [Name] (ns)`.
    if let Some(list) = region.strip_suffix(')').and_then(|text| text[..text.rfind('(')?].trim_end().strip_suffix(']')) {
        region = &region[..list.len() + 1];
    }
    let list = |inside: &str| inside.trim().is_empty() || super::fields::is_list(inside);
    if let Some(bulk) = region.strip_suffix("--") {
        if let Some(colon) = bulk.rfind(':').filter(|&colon| list(&bulk[colon + 1..])) {
            end = colon;
        }
    } else if let Some(open) = region.strip_suffix(']').and_then(|_| region.rfind('[')) {
        if list(&region[open + 1..region.len() - 1]) {
            end = region[..open].trim_end_matches([' ', ':']).len();
        }
    } else if let Some(open) = region.strip_suffix(')').and_then(|_| region.rfind('(')) {
        if list(&region[open + 1..region.len() - 1]) {
            end = region[..open].trim_end().len();
        }
    } else if let Some(colon) = region.rfind(':').filter(|&colon| region[colon..].contains("__") && list(&region[colon + 1..])) {
        end = colon;
    } else if region.len() < end && text[region.len()..end].contains('"') {
        end = region.len();
    }
    end
}
