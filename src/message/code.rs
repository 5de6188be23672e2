//! Finds the codes in a text: known ones wherever they stand, unknown ones where only a code can stand.

use std::borrow::Cow;

use super::codes::{self, Entry};

/// A code in a text.
#[derive(Clone, Copy)]
pub struct Found<'t> {
    /// Where it starts in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its spelling: the table's where the table knows it.
    pub name: &'t str,
    /// Its row in the table of codes.
    pub entry: Option<&'static Entry>,
}

impl Found<'_> {
    /// Its name for keeps; that of a known code needs no memory.
    pub fn spelling(&self) -> Cow<'static, str> {
        self.entry.map_or_else(|| Cow::Owned(self.name.to_owned()), |entry| Cow::Borrowed(entry.code))
    }
}

/// The most codes of one message that are looked at; the deepest nest seen in the wild has four.
const MOST: usize = 12;

/// Letters from which a known code in capitals cannot be an ordinary word.
const LONG_WORD: usize = 9;

const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
const UNDERSCORE: u8 = 8;
const DOT: u8 = 16;

const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'_' => UNDERSCORE,
            b'.' => DOT,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// The codes of a text, from the left.
pub fn find<'t>(text: &'t str, found: &mut Vec<Found<'t>>) {
    found.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && found.len() < MOST {
        if CLASS[bytes[at] as usize] & (LOWER | UPPER | DIGIT | UNDERSCORE) == 0 {
            at += 1;
            continue;
        }
        let start = at;
        let mut flags = 0;
        while at < bytes.len() && CLASS[bytes[at] as usize] != 0 {
            flags |= CLASS[bytes[at] as usize];
            at += 1;
        }
        if let Some((name, entry, end)) = code(text, start, at, flags) {
            found.push(Found { start, end, name, entry });
        }
    }
}

/// Where the first code of several words stands that the table knows.
pub fn first_known(text: &str) -> Option<usize> {
    let mut found = Vec::new();
    find(text, &mut found);
    found.iter().find(|code| code.entry.is_some() && code.name.contains('_')).map(|code| code.start)
}

/// Whether a text holds a code.
pub fn first_in(text: &str) -> bool {
    let mut found = Vec::new();
    find(text, &mut found);
    !found.is_empty()
}

/// The code that the run of letters `start..end` is, with its own end.
fn code(text: &str, start: usize, end: usize, flags: u8) -> Option<(&str, Option<&'static Entry>, usize)> {
    let run = text[start..end].trim_end_matches('.');
    let end = start + run.len();
    // The full stop of a sentence is no part of a name.
    let flags = if run.contains('.') { flags } else { flags & !DOT };
    let known = |name| codes::find(name).map(|entry: &'static Entry| (entry.code, Some(entry), end));
    let mixed = flags & (LOWER | UPPER);
    if flags & UNDERSCORE != 0 && mixed != (LOWER | UPPER) {
        if run.contains('.') {
            // A sentence that lost its space, or a namespace: the code is the last part.
            let last = run.rfind('.')? + 1;
            return codes::find(&run[last..]).map(|entry: &'static Entry| (entry.code, Some(entry), end));
        }
        if let Some(entry) = known(run) {
            return Some(entry);
        }
        let shape = run.len() >= 6 && !run.contains("__") && run.as_bytes()[0].is_ascii_alphabetic() && !run.ends_with('_');
        let stands = is_described(text, end) || mixed == UPPER && stands_as_code(text, start, end);
        return (shape && stands).then_some((run, None, end));
    }
    if run.ends_with("Exception") {
        if let Some(name) = ["System.", "system.", "SYSTEM."].iter().find_map(|prefix| run.strip_prefix(prefix)) {
            let plain = !name.contains('.') && name.len() > "Exception".len();
            return known(run)
                .or_else(|| plain.then(|| codes::apex(name))?.map(|entry| (entry.code, Some(entry), end)))
                .or_else(|| (plain && run.starts_with('S')).then_some((run, None, end)));
        }
        if flags & DOT != 0 {
            return known(run);
        }
        return codes::apex(run).filter(|_| text[end..].starts_with(':')).map(|entry| (entry.code, Some(entry), end));
    }
    if flags & (DOT | UNDERSCORE | DIGIT) != 0 || run.len() < 4 || flags & UPPER == 0 {
        return None;
    }
    // A single word, such as Timeout or CONFLICT, is a code only in a code's place; ECONNREFUSED means nothing else, nor does
    // InvalidBatch before a colon.
    let entry = known(run)?;
    let capitals = mixed == UPPER && run.len() >= LONG_WORD;
    let humps = run[1..].bytes().any(|byte| byte.is_ascii_uppercase()) && mixed != UPPER;
    let alone = || {
        let before = text[..start].trim_end();
        before.is_empty() || before.ends_with(':') || text[end..].trim_start().starts_with(':')
    };
    (capitals || humps && alone() || stands_as_code(text, start, end)).then_some(entry)
}

/// Whether an OAuth error ends here: `{"error":"app_not_found","error_description":"..."}`.
fn is_described(text: &str, end: usize) -> bool {
    text[end..].trim_start_matches(['"', '\'', ',', ' ', ':']).starts_with("error_description")
}

/// Whether only a code can stand here: first in the text, after a key or label for codes, after `first error:`; and then a separator.
fn stands_as_code(text: &str, start: usize, end: usize) -> bool {
    let after = text[end..].trim_start();
    let separated = after.is_empty() || after.starts_with([':', ',', '-', '"', '\'', '<', ')', ']', '(', '&']);
    if !separated {
        return false;
    }
    let before = text[..start].trim_end_matches(['"', '\'', ' ', '[', '(', '`', '{']);
    if before.is_empty() {
        return true;
    }
    let colon = before.ends_with([':', '=', '>']);
    let label = before.trim_end_matches([':', '=', '"', '\'', ' ', ']', '>', '-']);
    let tail = &label[label.floor_char_boundary(label.len().saturating_sub(14))..];
    let named =
        |word: &str| tail.len() >= word.len() && tail.as_bytes()[tail.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes());
    named("with code")
        || (colon && (named("code") || named("error") || named("errors") || named("code is") || named("reason")))
        || before.ends_with("sf:")
        || named("exception:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.iter().map(|code| code.name.to_owned()).collect()
    }

    #[test]
    fn codes_are_found_where_they_stand() {
        assert_eq!(
            names("Insert failed. First exception on row 0; first error: FIELD_INTEGRITY_EXCEPTION, no"),
            ["FIELD_INTEGRITY_EXCEPTION"]
        );
        assert_eq!(names("BRAND_NEW_CODE: never seen"), ["BRAND_NEW_CODE"]);
        assert_eq!(names(r#"[{"message":"x","errorCode":"BRAND_NEW_CODE"}]"#), ["BRAND_NEW_CODE"]);
        assert_eq!(names("Stage MY_STAGE_ONE is closed"), [""; 0]);
        assert_eq!(names("system.DmlException: Insert failed"), ["System.DmlException"]);
        assert_eq!(names("NullPointerException: no"), ["System.NullPointerException"]);
        assert_eq!(names("java.lang.NullPointerException: no"), [""; 0]);
        assert_eq!(names("Error: CONFLICT: other"), ["CONFLICT"]);
        assert_eq!(names("there was a CONFLICT in the Timeout"), [""; 0]);
        assert_eq!(names(r#"{"error":"invalid_grant"}"#), ["invalid_grant"]);
        assert_eq!(names("error=OAUTH_APP_GONE error_description=it is gone"), ["OAUTH_APP_GONE"]);
        assert_eq!(names("Login failed. Reason: OAUTH_APP_GONE"), ["OAUTH_APP_GONE"]);
        assert_eq!(names("InvalidJob the job is closed"), ["InvalidJob"]);
        assert_eq!(names("Error received: InvalidJob."), ["InvalidJob"]);
        assert_eq!(names("he says InvalidJob again"), [""; 0]);
        assert_eq!(names("SYSTEM.QueryException: no"), ["System.QueryException"]);
        assert_eq!(names("<exceptionCode>InvalidJob</exceptionCode>"), ["InvalidJob"]);
    }
}
