//! A forgotten export leaves what would be there if it had never come, whatever superseded what, and however the store is kept.

use super::{Chance, KINDS, exports, ingest, state};
use crate::harness::Workdir;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

#[test]
fn forgetting_is_as_never_having_read() {
    for seed in 1..=3 {
        let work = Workdir::new();
        let mut chance = Chance(seed);
        exports(&work, &mut chance, &NAMES, 40);
        for kind in KINDS {
            let mut left: Vec<&str> = NAMES.to_vec();
            ingest(&work, kind, &left);
            // Down to one, so that what forgetting leaves is forgotten from again, and stands alone.
            for step in 0..3 {
                let gone = left.remove(chance.below(left.len() as u64) as usize);
                work.run(&["store", "forget", &format!("{gone}.csv"), "--store", kind]).exits(0);
                let never = format!("never-{step}-{kind}");
                ingest(&work, &never, &left);
                assert_eq!(state(&work, kind), state(&work, &never), "seed {seed}, {kind} without {gone}, step {step}");
            }
        }
    }
}

#[test]
fn both_kinds_of_store_hold_the_same() {
    let work = Workdir::new();
    exports(&work, &mut Chance(11), &NAMES, 60);
    for kind in KINDS {
        ingest(&work, kind, &["bad", "jobs"]);
        ingest(&work, kind, &NAMES);
        // All in one call as well: exports of one call supersede each other too.
        work.run(&["ingest", "a.csv", "b.csv", "c.csv", "d.csv", "--store", &format!("one-call-{kind}"), "--quiet"]).exits(0);
    }
    let dataset = state(&work, "store");
    assert!(dataset.contains("superseded,") && dataset.contains("reject,") && dataset.contains("sync_job,"), "{dataset}");
    assert_eq!(dataset, state(&work, "store.duckdb"));
    assert_eq!(state(&work, "one-call-store"), state(&work, "one-call-store.duckdb"));
}

#[test]
fn a_superseded_row_counts_again_when_the_later_export_is_forgotten() {
    for kind in KINDS {
        let work = Workdir::new();
        work.write("first.csv", format!("{}{}", super::HEADER, super::audit_row(1, true, 10)));
        work.write("second.csv", format!("{}{}", super::HEADER, super::audit_row(1, false, 11)));
        ingest(&work, kind, &["first", "second"]);
        let failed = || {
            let totals = work.run(&[
                "sql",
                "select sum(records) as records, sum(records) filter (has_error) as failed from outcome",
                "--store",
                kind,
                "--format",
                "csv",
            ]);
            totals.exits(0).stdout().lines().last().unwrap_or_default().to_string()
        };
        assert_eq!(failed(), "1,");
        let run = work.run(&["store", "forget", "second.csv", "--store", kind]).exits(0);
        assert!(run.stderr().contains("second.csv") && run.stderr().contains("1 row"), "{}", run.stderr());
        assert_eq!(failed(), "1,1");
        ingest(&work, kind, &["second"]);
        assert_eq!(failed(), "1,", "what was forgotten can come again");
    }
}

#[test]
fn an_export_is_named_by_its_id_its_file_or_a_prefix() {
    for kind in KINDS {
        let work = Workdir::new();
        exports(&work, &mut Chance(3), &["alpha", "beta", "betty"], 10);
        ingest(&work, kind, &["alpha", "beta", "betty"]);
        let forget = |name: &str| work.run(&["store", "forget", name, "--store", kind]);
        let run = forget("alpah.csv").exits(2);
        assert!(run.stderr().contains("'alpah.csv'") && run.stderr().contains("'alpha.csv'"), "{}", run.stderr());
        let run = forget("be").exits(2);
        assert!(run.stderr().contains("2 exports") && run.stderr().contains("beta.csv"), "{}", run.stderr());
        let run = forget("zzzzzzzz").exits(2);
        assert!(run.stderr().contains("store list"), "{}", run.stderr());
        forget("al").exits(0);
        forget("alpha.csv").exits(2);
        let ids = work.run(&["store", "list", "--store", kind, "--format", "csv"]).exits(0).stdout();
        let ids: Vec<&str> = ids.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert_eq!(ids.len(), 2);
        forget(ids[0]).exits(0);
        forget(&ids[1][..8]).exits(0);
        assert_eq!(work.run(&["store", "list", "--store", kind, "--format", "csv"]).exits(0).stdout().lines().count(), 1);
    }
}

#[test]
fn the_same_content_again_changes_nothing_and_says_so() {
    for kind in KINDS {
        let work = Workdir::new();
        exports(&work, &mut Chance(5), &["a"], 10);
        ingest(&work, kind, &["a"]);
        let before = state(&work, kind);
        let text = std::fs::read(work.path("a.csv")).expect("the export");
        work.write("other-name.csv", text);
        let run = work.run(&["ingest", "other-name.csv", "--store", kind]).exits(0);
        assert!(run.stderr().contains("already") && run.stderr().contains("a.csv"), "{}", run.stderr());
        assert_eq!(before, state(&work, kind));
    }
}
