//! The table of all codes that Salesforce and the tools around it answer with, and what each means.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::category::{Category, Retry};

/// One code of the table.
#[derive(Debug)]
pub struct Entry {
    /// The code as Salesforce writes it; some Apex exceptions have rows of their own for a text (`System.LimitException: Too many ...`).
    pub code: &'static str,
    /// The kind of failure that it stands for.
    pub category: Category,
    /// Whether the same record can succeed later.
    pub retry: Retry,
    /// Whether the text beside the code, where it says more, decides the category.
    pub text_decides: bool,
    /// What it means, in one sentence.
    pub meaning: &'static str,
}

static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    include_str!("codes.tsv")
        .lines()
        .map(|line| {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().expect("a row of codes.tsv has five cells");
            Entry {
                code: cell(),
                category: cell().parse().expect("a category"),
                retry: cell().parse().expect("a retry class"),
                text_decides: cell() == "text",
                meaning: cell(),
            }
        })
        .collect()
});

static INDEX: LazyLock<FxHashMap<&str, &Entry>> = LazyLock::new(|| TABLE.iter().map(|entry| (entry.code, entry)).collect());

/// The Apex exceptions by the name behind `System.`.
static APEX: LazyLock<FxHashMap<&str, &Entry>> =
    LazyLock::new(|| TABLE.iter().filter_map(|entry| Some((entry.code.strip_prefix("System.")?, entry))).collect());

/// Every code, by name.
pub fn all() -> &'static [Entry] {
    &TABLE
}

/// The row of a code.
pub fn find(code: &str) -> Option<&'static Entry> {
    INDEX.get(code).copied()
}

/// The row of an Apex exception by its name without `System.`.
pub fn apex(name: &str) -> Option<&'static Entry> {
    APEX.get(name).copied()
}

/// The codes whose names are nearest to one that is not in the table, best first.
pub fn near(code: &str) -> Vec<&'static str> {
    /// Names less alike than this only confuse (Jaro-Winkler, 0 to 1).
    const ALIKE: f64 = 0.84;
    const MOST: usize = 5;
    let wanted = code.to_uppercase();
    let mut alike: Vec<_> = TABLE
        .iter()
        .map(|entry| (strsim::jaro_winkler(&wanted, &entry.code.to_uppercase()), entry.code))
        .filter(|(likeness, name)| *likeness >= ALIKE || name.to_uppercase().contains(&wanted) && wanted.len() >= 4)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    alike.truncate(MOST);
    alike.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_unique_and_complete() {
        assert!(all().len() >= 916);
        assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code));
        for entry in all() {
            assert!(!entry.meaning.is_empty() && !entry.meaning.ends_with('.'), "{}", entry.code);
        }
    }

    #[test]
    fn a_slip_of_the_pen_finds_its_code() {
        assert_eq!(near("FIELD_CUSTOM_VALIDATON_EXCEPTION")[0], "FIELD_CUSTOM_VALIDATION_EXCEPTION");
        assert_eq!(near("unable_to_lock_row")[0], "UNABLE_TO_LOCK_ROW");
        assert!(near("zzzzqqqq").is_empty());
    }
}
