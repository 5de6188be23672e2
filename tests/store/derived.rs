//! What takes long to compute from a large store is kept beside it: never seen in an answer, never read when the store has changed.

use std::fs;
use std::path::PathBuf;

use crate::harness::Workdir;

/// Rows of a store that is large enough to keep anything.
const ROWS: &str = "400000";

fn kept(work: &Workdir) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(work.path("store/.derived")).expect("the folder").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files
}

fn report(work: &Workdir, store: &str) -> String {
    work.run(&["report", "--store", store, "--format", "json", "--quiet"]).exits(0).stdout()
}

#[test]
fn what_is_kept_changes_no_answer() {
    let work = Workdir::new();
    work.run(&["sample", "--rows", ROWS, "-o", "large.csv"]).exits(0);
    work.run(&["ingest", "large.csv", "--store", "store", "--quiet"]).exits(0);
    let first = report(&work, "store");
    let files = kept(&work);
    assert_eq!(files.len(), 7, "{files:?}");
    assert_eq!(report(&work, "store"), first);

    // Damaged: computed again.
    for file in &files {
        fs::write(file, "no Parquet").expect("it is written");
    }
    assert_eq!(report(&work, "store"), first);

    // Another export: nothing of before is read or left, and all is as if both had come at once.
    work.run(&["sample", "--rows", "3000", "--seed", "7", "-o", "more.csv"]).exits(0);
    work.run(&["ingest", "more.csv", "--store", "store", "--quiet"]).exits(0);
    let grown = report(&work, "store");
    assert_ne!(grown, first);
    assert!(kept(&work).iter().all(|file| !files.contains(file)), "{:?}", kept(&work));
    work.run(&["ingest", "large.csv", "more.csv", "--store", "other", "--quiet"]).exits(0);
    assert_eq!(report(&work, "other"), grown);
    work.run(&["store", "verify", "--store", "store"]).exits(0);

    // What is forgotten leaves nothing behind.
    work.run(&["store", "forget", "more.csv", "--store", "store"]).exits(0);
    assert!(!work.path("store/.derived").exists());
}
