//! Salesforce key prefixes: the first three characters of an id name its object.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

static PREFIXES: LazyLock<Vec<([u8; 3], &'static str)>> = LazyLock::new(|| {
    include_str!("prefixes.tsv")
        .lines()
        .filter_map(|line| {
            let (prefix, object) = line.split_once('\t')?;
            Some((prefix.as_bytes().try_into().ok()?, object))
        })
        .collect()
});

/// The API name of the object that an id belongs to; none for custom objects, whose prefixes every org gives out itself.
pub fn object_of(id: &[u8]) -> Option<&'static str> {
    let prefix: &[u8; 3] = id.first_chunk()?;
    PREFIXES.binary_search_by(|(known, _)| known.cmp(prefix)).ok().map(|at| PREFIXES[at].1)
}

static OBJECTS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| PREFIXES.iter().map(|(_, object)| *object).collect());

/// Whether a name is the API name of a standard object.
pub fn is_object(name: &str) -> bool {
    OBJECTS.contains(name)
}

/// Every prefix with its object, by prefix.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    PREFIXES.iter().map(|(prefix, object)| (std::str::from_utf8(prefix).expect("a prefix is ASCII"), *object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_unique() {
        assert_eq!(all().count(), include_str!("prefixes.tsv").lines().count());
        assert!(PREFIXES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(object_of(b"0034K000004Vm4yQAC"), Some("Contact"));
        assert_eq!(object_of(b"a0B5g00000AbCdE"), None);
        assert_eq!(object_of(b""), None);
        assert!(is_object("Contact") && !is_object("Depot"));
    }
}
