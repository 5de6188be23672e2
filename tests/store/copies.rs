//! What changes the files of a store and nothing else: compacting and copying.

use std::path::Path;

use super::{Chance, KINDS, export, exports, ingest, state};
use crate::harness::Workdir;

fn parquet_files(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(
            |path| {
                if path.is_dir() {
                    parquet_files(&path)
                } else {
                    usize::from(path.extension().is_some_and(|end| end == "parquet"))
                }
            },
        )
        .sum()
}

#[test]
fn compacting_changes_nothing_but_the_number_of_files() {
    let work = Workdir::new();
    let names: Vec<String> = (0..12).map(|number| format!("e{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    exports(&work, &mut Chance(21), &names, 30);
    ingest(&work, "store", &["bad", "jobs"]);
    ingest(&work, "store", &names);
    ingest(&work, "never", &["bad", "jobs"]);
    ingest(&work, "never", &names);
    let (before, files) = (state(&work, "store"), parquet_files(&work.path("store")));
    work.run(&["store", "compact", "--store", "store"]).exits(0);
    assert_eq!(before, state(&work, "store"));
    let compacted = parquet_files(&work.path("store"));
    assert!(compacted <= 12 && compacted * 5 < files, "{files} files became {compacted}");
    let list = |store: &str| work.run(&["store", "list", "--store", store, "--format", "csv"]).exits(0).stdout();
    assert_eq!(list("store"), list("never"));

    // What comes later supersedes what was put together, which can be put together again.
    work.write("late.csv", export(&mut Chance(22), 30));
    for store in ["store", "never"] {
        ingest(&work, store, &["late", "e03"]);
    }
    assert_eq!(state(&work, "store"), state(&work, "never"));
    work.run(&["store", "compact", "--store", "store"]).exits(0);
    assert!(parquet_files(&work.path("store")) <= compacted + 1);
    assert_eq!(state(&work, "store"), state(&work, "never"));

    for gone in ["e05", "late", "bad", "e00", "jobs"] {
        for store in ["store", "never"] {
            work.run(&["store", "forget", &format!("{gone}.csv"), "--store", store]).exits(0);
        }
        assert_eq!(state(&work, "store"), state(&work, "never"), "without {gone}");
    }
}

#[test]
fn a_database_is_compacted_too() {
    let work = Workdir::new();
    exports(&work, &mut Chance(23), &["a", "b"], 30);
    ingest(&work, "store.duckdb", &["a", "b"]);
    let before = state(&work, "store.duckdb");
    work.run(&["store", "compact", "--store", "store.duckdb"]).exits(0);
    assert_eq!(before, state(&work, "store.duckdb"));
}

#[test]
fn a_copy_of_either_kind_holds_the_same_and_can_be_gone_on_with() {
    let work = Workdir::new();
    exports(&work, &mut Chance(31), &["a", "b", "c"], 40);
    ingest(&work, "store", &["bad", "jobs", "a", "b"]);
    let copy = |from: &str, to: &str| work.run(&["store", "copy", "--store", from, "--to", to]);
    for (from, to) in [("store", "one.duckdb"), ("one.duckdb", "two"), ("two", "three"), ("one.duckdb", "four.duckdb")] {
        copy(from, to).exits(0);
        assert_eq!(state(&work, from), state(&work, to), "{from} to {to}");
    }
    for store in ["store", "one.duckdb", "two"] {
        ingest(&work, store, &["c"]);
        work.run(&["store", "forget", "a.csv", "--store", store]).exits(0);
    }
    assert_eq!(state(&work, "store"), state(&work, "one.duckdb"));
    assert_eq!(state(&work, "store"), state(&work, "two"));
    let before = state(&work, "three");
    for to in ["three", "four.duckdb", "a.csv"] {
        let run = copy("store", to).exits(2);
        assert!(run.stderr().contains(to) && run.stderr().contains("already"), "{}", run.stderr());
    }
    assert_eq!(before, state(&work, "three"));
    assert_eq!(super::rests(&work.path(".")), Vec::<String>::new());
}

#[test]
fn a_store_of_a_later_version_is_refused() {
    let work = Workdir::new();
    exports(&work, &mut Chance(41), &["a"], 10);
    for kind in KINDS {
        ingest(&work, kind, &["a"]);
    }
    work.write("store/synclens.json", r#"{"format": 2, "tool": "synclens 9.0.0"}"#);
    let connection = duckdb::Connection::open(work.path("store.duckdb")).expect("a database");
    connection.execute_batch("update store_format set format = 2, tool = 'synclens 9.0.0'").expect("a marker");
    connection.close().expect("it is written");
    for kind in KINDS {
        let commands: [&[&str]; 6] = [
            &["report"],
            &["jobs"],
            &["ingest", "a.csv"],
            &["store", "forget", "a.csv"],
            &["store", "verify"],
            &["store", "copy", "--to", "new"],
        ];
        for command in commands {
            let run = work.run(&[command, &["--store", kind]].concat()).exits(2);
            let told = run.stderr();
            assert!(told.contains("format 2") && told.contains("synclens 9.0.0"), "{command:?} on {kind}: {told}");
        }
    }
}

#[test]
fn verify_finds_damage() {
    let work = Workdir::new();
    exports(&work, &mut Chance(51), &["a", "b"], 40);
    ingest(&work, "store", &["a", "b"]);
    state(&work, "store");
    let find = |table: &str| -> Vec<std::path::PathBuf> {
        let exports = std::fs::read_dir(work.path("store")).expect("a store").map(|entry| entry.expect("an entry").path());
        let tables = exports.map(|export| export.join(table)).filter(|table| table.is_dir());
        tables.flat_map(|table| std::fs::read_dir(table).expect("a table").map(|file| file.expect("a file").path())).collect()
    };
    let verify = || work.run(&["store", "verify", "--store", "store"]);
    // One bit, anywhere: of a text, which no count tells, or of what says how to read the file.
    let mut chance = Chance(52);
    for table in ["audit_log", "export", "message_group", "outcome"] {
        let file = find(table).remove(0);
        let name = file.strip_prefix(work.path("store")).expect("it is in there").display().to_string();
        let sound = std::fs::read(&file).expect("a file");
        for _ in 0..6 {
            let mut damaged = sound.clone();
            let at = chance.below(damaged.len() as u64) as usize;
            damaged[at] ^= 1 << chance.below(8);
            std::fs::write(&file, damaged).expect("a file");
            let told = verify().exits(2).stderr();
            assert!(told.contains(&name), "byte {at} of {name}: {told}");
            // Where a report cannot be made either, it says so in the same words.
            let report = work.run(&["report", "--store", "store"]);
            let told = report.stderr();
            assert!(
                report.0.status.success() || told.contains("the store is damaged") && told.contains(&name),
                "byte {at} of {name}: {told}"
            );
        }
        std::fs::write(&file, sound).expect("a file");
    }
    verify().exits(0);
    let superseded = find("superseded").remove(0);
    let list = std::fs::read(&superseded).expect("a file");
    std::fs::remove_file(&superseded).expect("it is there");
    let told = verify().exits(2).stderr();
    assert!(told.contains("cube"), "{told}");
    std::fs::write(&superseded, list).expect("a file");
    verify().exits(0);
}
