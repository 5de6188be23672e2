//! What `synclens explain` tells about a code.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::category::{Category, Retry};
use super::codes;

/// Everything that is known about one code.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The code as Salesforce writes it.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// The kind of failure.
    pub category: Category,
    /// Whether the same record can succeed later.
    pub retry: Retry,
    /// Whether the text beside the code may put it in another category.
    pub text_decides: bool,
    /// What to do.
    pub action: &'static str,
    /// What people usually find.
    pub finding: &'static str,
}

/// Action and finding by code, and by category for the codes without a row of their own.
static ADVICE: LazyLock<FxHashMap<&str, (&str, &str)>> = LazyLock::new(|| {
    let rows = include_str!("advice.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let (key, texts) = row.split_once('\t').expect("a row of advice.tsv has three cells");
        (key, texts.split_once('\t').expect("a row of advice.tsv has three cells"))
    })
    .collect()
});

/// The explanation of a code, in any case; else the nearest names.
pub fn explain(code: &str) -> Result<Explanation, Vec<&'static str>> {
    let entry = codes::find(code).or_else(|| codes::all().iter().find(|entry| entry.code.eq_ignore_ascii_case(code)));
    let entry = entry.ok_or_else(|| codes::near(code))?;
    // A row for one text of an exception takes the advice of the exception.
    let outer = entry.code.split(": ").next().unwrap_or(entry.code);
    let (action, finding) =
        *ADVICE.get(entry.code).or_else(|| ADVICE.get(outer)).unwrap_or_else(|| &ADVICE[entry.category.as_str()]);
    Ok(Explanation {
        code: entry.code,
        meaning: entry.meaning,
        category: entry.category,
        retry: entry.retry,
        text_decides: entry.text_decides,
        action,
        finding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_and_all_advice_is_used() {
        for entry in codes::all() {
            let explanation = explain(entry.code).expect("a code of the table");
            assert!(!explanation.action.is_empty() && !explanation.finding.is_empty(), "{}", entry.code);
        }
        for key in ADVICE.keys().copied().collect::<std::collections::BTreeSet<_>>() {
            assert!(codes::find(key).is_some() || key.parse::<Category>().is_ok(), "{key}");
        }
        assert!(explain("unable_to_lock_row").is_ok());
        assert_eq!(explain("UNABLE_TO_LOCK_ROWS").expect_err("no such code")[0], "UNABLE_TO_LOCK_ROW");
    }
}
