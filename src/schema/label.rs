//! What standard fields are called in reports of other languages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::normalise;

/// English label, then the labels of the other languages.
const LABELS: &str = include_str!("labels.tsv");

/// The labels of the other languages by the key of the English one.
static OTHERS: LazyLock<BTreeMap<String, &str>> = LazyLock::new(|| {
    let lines = LABELS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(english, others)| (normalise(english).key, others)).collect()
});

/// The labels in other languages of what `header` names in English, be it the field alone or behind its object: `Job: Created Date`.
pub fn translations(header: &str) -> Vec<String> {
    let (object, label) = header.rsplit_once(": ").unwrap_or(("", header));
    let labels = OTHERS.get(&normalise(label).key).into_iter().flat_map(|others| others.split(['\t', '|']));
    labels.map(|label| if object.is_empty() { label.to_string() } else { format!("{object}: {label}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_in_another_language_names_one_field() {
        let lines: Vec<&str> = LABELS.lines().filter(|line| !line.starts_with('#')).collect();
        let columns = |line: &str| line.split('\t').count();
        assert!(lines.iter().all(|line| columns(line) == columns(lines[0])));
        let mut named = BTreeMap::new();
        for line in &lines[1..] {
            for label in line.split(['\t', '|']) {
                let other = named.insert(normalise(label).key, line);
                assert!(other.is_none_or(|other| other == line), "{label}");
            }
        }
    }

    #[test]
    fn labels_are_found_behind_their_object_too() {
        assert!(translations("Data Sync Audit Log: Created Date").contains(&"Data Sync Audit Log: Erstelldatum".to_string()));
        assert!(translations("CreatedDate").contains(&"作成日".to_string()));
        assert!(translations("Status").is_empty());
    }
}
