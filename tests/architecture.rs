//! The rooms depend on each other in one direction only.

use std::fs;
use std::path::Path;

use crate::harness::project;

/// What each room may name, apart from itself and `error`.
const MAY_NAME: [(&str, &[&str]); 16] = [
    ("error", &[]),
    ("text", &[]),
    ("schema", &[]),
    ("message", &[]),
    ("sample", &["message"]),
    ("table", &["text"]),
    ("store", &["schema", "message"]),
    ("ingest", &["schema", "message", "store"]),
    ("engine", &["schema", "message", "store"]),
    // Examples of queries go through the real ingest.
    ("query", &["engine", "ingest", "store", "schema"]),
    ("diagnosis", &["query", "engine", "schema", "text"]),
    ("report", &["diagnosis", "query", "engine", "schema", "message", "table", "text"]),
    ("plan", &["report", "diagnosis", "query", "engine", "schema", "message", "table"]),
    ("config", &["message", "report", "query"]),
    ("shell", &["table", "query", "engine", "schema", "message", "text"]),
    (
        "cli",
        &[
            "config",
            "plan",
            "report",
            "diagnosis",
            "query",
            "engine",
            "store",
            "ingest",
            "table",
            "shell",
            "sample",
            "schema",
            "message",
        ],
    ),
];

#[test]
fn a_lower_room_never_names_a_higher_one() {
    let mut wrong = Vec::new();
    for (room, may_name) in MAY_NAME {
        for (file, text) in sources(room) {
            for line in text.lines() {
                for named in line.split("crate::").skip(1) {
                    let named: String = named.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    if named != room
                        && named != "error"
                        && !may_name.contains(&named.as_str())
                        && MAY_NAME.iter().any(|(room, _)| *room == named)
                    {
                        wrong.push(format!("{file}: room '{room}' names '{named}'"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_has_its_rule() {
    for entry in fs::read_dir(project().join("src")).expect("the sources") {
        let name = entry.expect("a file").file_name().to_string_lossy().trim_end_matches(".rs").to_string();
        assert!(
            ["lib", "main"].contains(&name.as_str()) || MAY_NAME.iter().any(|(room, _)| *room == name),
            "no rule for room '{name}'"
        );
    }
}

/// The files of a room with their texts.
fn sources(room: &str) -> Vec<(String, String)> {
    fn walk(path: &Path, found: &mut Vec<(String, String)>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).expect("a folder") {
                walk(&entry.expect("an entry").path(), found);
            }
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(path).expect("a source file")));
        }
    }
    let mut found = Vec::new();
    let folder = project().join("src").join(room);
    walk(&if folder.is_dir() { folder } else { folder.with_extension("rs") }, &mut found);
    found
}
