//! Words that exports write for values: true and false, status codes, nothing; and blanks around them.

use super::value;

/// How a boolean is spelled: by exports, and by Excel in the languages of Europe when it saves one.
const YES: [&str; 24] = [
    "true",
    "yes",
    "y",
    "t",
    "x",
    "checked",
    "1.0",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "verdadero",
    "sí",
    "verdadeiro",
    "sim",
    "vero",
    "waar",
    "sand",
    "sann",
    "sant",
    "tosi",
    "prawda",
    "pravda",
    "igaz",
];
const NO: [&str; 22] = [
    "false",
    "no",
    "n",
    "f",
    "unchecked",
    "0.0",
    "falsch",
    "nein",
    "faux",
    "non",
    "falso",
    "não",
    "onwaar",
    "nee",
    "falsk",
    "nej",
    "nei",
    "usann",
    "falskt",
    "epätosi",
    "nepravda",
    "hamis",
];

/// A boolean in any spelling that exports use.
pub fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"TRUE" | b"1" => Some(true),
        b"false" | b"FALSE" | b"0" => Some(false),
        b"" => None,
        _ => {
            let lower = value::text(text).0.to_lowercase();
            let spelled = |words: &[&str]| words.contains(&lower.as_str());
            if spelled(&YES) { Some(true) } else { spelled(&NO).then_some(false) }
        }
    }
}

/// The letters of the status in words, and its code.
const STATUSES: [(&str, i64); 11] = [
    ("inserterror", 1),
    ("updated", 2),
    ("updateerror", 3),
    ("existing", 4),
    ("skipped", 4),
    ("existingskipped", 4),
    ("sourcena", 5),
    ("default", 6),
    ("inserted", 7),
    ("preprocessing", 9),
    ("senttofilemigrationservice", 11),
];

/// A status code: its number, its words, or both (`1 - Insert Error`).
pub fn status(text: &[u8]) -> Option<i64> {
    value::whole(text).filter(|number| i32::try_from(*number).is_ok()).or_else(|| status_in_words(text))
}

fn status_in_words(text: &[u8]) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    let letters: Vec<u8> = text.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    let digits: String = text.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    let (_, code) = STATUSES.iter().find(|(words, _)| words.as_bytes() == letters)?;
    (digits.is_empty() || digits.parse() == Ok(*code)).then_some(*code)
}

/// What databases, spreadsheets and programs write where there is no value.
const NOTHING: [&[u8]; 7] = [b"NULL", b"null", b"NaN", b"nan", b"None", b"#N/A", b"\\N"];

/// Whether a field holds a word for no value.
#[inline]
pub fn is_nothing(field: &[u8]) -> bool {
    matches!(field.len(), 2..=4) && NOTHING.contains(&field)
}

/// Whether a field holds blanks, a word for no value, or nothing at all.
pub fn is_blank(field: &[u8]) -> bool {
    let field = trim(field);
    field.is_empty() || is_nothing(field)
}

/// A field without the spaces around it, those that do not break among them.
#[inline]
pub fn trim(mut field: &[u8]) -> &[u8] {
    loop {
        field = match field {
            [b' ' | b'\t' | 0xa0, rest @ ..] | [0xc2, 0xa0, rest @ ..] => rest,
            [rest @ .., b' ' | b'\t'] | [rest @ .., 0xc2, 0xa0] => rest,
            // In Windows-1252; in UTF-8 the byte ends letters too, behind a byte beyond ASCII.
            [rest @ .., before, 0xa0] if before.is_ascii() => &field[..=rest.len()],
            all => return all,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_in_the_words_of_several_languages() {
        for (yes, no) in
            [("true", "false"), ("SAND", "FALSK"), ("Ja", "Nein"), ("x", "N"), ("TOSI", "EPÄTOSI"), ("VERO", "FALSO")]
        {
            assert_eq!((boolean(yes.as_bytes()), boolean(no.as_bytes())), (Some(true), Some(false)), "{yes} {no}");
        }
        assert_eq!(boolean(b"EP\xc4TOSI"), Some(false));
        assert_eq!(boolean(b"perhaps"), None);
    }

    #[test]
    fn status_codes_in_numbers_and_words() {
        let codes = [
            ("7", 7),
            ("7.0", 7),
            ("8", 8),
            ("Insert Error", 1),
            ("1 - Insert Error", 1),
            ("Update Error (3)", 3),
            ("EXISTING (SKIPPED)", 4),
            ("Source N/A", 5),
            ("Pre-processing", 9),
        ];
        for (text, code) in codes {
            assert_eq!(status(text.as_bytes()), Some(code), "{text}");
        }
        for text in ["", "7.5", "3 - Insert Error", "Error", "99999999999"] {
            assert_eq!(status(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn spaces_go_and_letters_stay() {
        for (field, trimmed) in [(" a b ", "a b"), ("\u{a0}a\u{a0}", "a"), ("voilà", "voilà"), (" \u{a0}\t", ""), ("à ", "à")]
        {
            assert_eq!(trim(field.as_bytes()), trimmed.as_bytes(), "{field}");
        }
        assert_eq!(trim(b"\xa0a\xa0"), b"a");
        assert!(is_blank(b" NULL ") && is_blank(b"\\N") && is_blank(b"") && !is_blank(b"Nona"));
    }
}
