//! A user's own rules for failure families: `[[message_rule]]` in `synclens.toml`.

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::category::{Category, Retry};

/// Merges, keeps apart, names or classifies the failure groups whose pattern it matches. The first rule that matches a
/// group counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What the pattern must look like; `*` stands for any text. Without `*` at an end it must begin or end there.
    pub pattern: String,
    /// The code that the group must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What becomes of the groups; without it mining decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub families: Option<Families>,
    /// The name of the family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its category, instead of the one that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Its retry class, instead of the one that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
}

/// What becomes of the groups that a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Families {
    /// They are one family.
    One,
    /// Each is a family of its own.
    Apart,
}

impl Rule {
    /// Whether it matches a group.
    pub fn matches(&self, code: Option<&str>, pattern: &str) -> bool {
        self.code.as_deref().is_none_or(|wanted| code == Some(wanted)) && self.matches_text(pattern.as_bytes())
    }

    /// Matches the pieces between the stars from the left, each at its first place: what is skipped is never needed.
    fn matches_text(&self, mut text: &[u8]) -> bool {
        let Some((head, rest)) = self.pattern.split_once('*') else { return text == self.pattern.as_bytes() };
        let Some(after) = text.strip_prefix(head.as_bytes()) else { return false };
        text = after;
        let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
        for piece in middle.split('*') {
            let Some(at) = memmem::find(text, piece.as_bytes()) else { return false };
            text = &text[at + piece.len()..];
        }
        text.ends_with(end.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        let rule = |pattern: &str| Rule {
            pattern: pattern.to_owned(),
            code: None,
            families: None,
            name: None,
            category: None,
            retry: None,
        };
        assert!(rule("*closed*").matches(None, "the period is closed now"));
        assert!(rule("the *is* now").matches(None, "the period is closed now"));
        assert!(!rule("closed*").matches(None, "the period is closed"));
        assert!(!rule("a*a").matches(None, "a"));
        assert!(rule("").matches(None, ""));
        let with_code = Rule { code: Some("A_B".to_owned()), ..rule("*") };
        assert!(with_code.matches(Some("A_B"), "x") && !with_code.matches(None, "x"));
    }
}
