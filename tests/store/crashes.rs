//! Killed at any moment, a store is as before or as after; two writers and any readers do not disturb each other.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Chance, KINDS, exports, ingest, rests, state};
use crate::harness::Workdir;

/// How often each command is killed: `SYNCLENS_KILLS`, else a few times.
fn kills() -> u32 {
    std::env::var("SYNCLENS_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(4)
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).expect("a file");
    }
}

fn remove(path: &Path) {
    if path.is_dir() { fs::remove_dir_all(path).expect("it goes") } else { fs::remove_file(path).expect("it goes") }
}

/// Kills `command` on copies of the store `base` at moments all over its run, and looks at what is left.
fn kill(work: &Workdir, base: &str, command: &[&str]) {
    let kind = if base.ends_with(".duckdb") { "store-killed.duckdb" } else { "store-killed" };
    let [base_path, path] = [base, kind].map(|name| work.path(name));
    let arguments = [command, &["--store", kind, "--quiet"]].concat();
    copy(&base_path, &path);
    let before = state(work, kind);
    let begun = Instant::now();
    work.run(&arguments).exits(0);
    let lasts = begun.elapsed();
    let after = state(work, kind);
    let (mut as_before, mut as_after) = (0, 0);
    for moment in 0..kills() {
        remove(&path);
        copy(&base_path, &path);
        let mut child = work.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        std::thread::sleep(lasts * (2 * moment + 1) / (2 * kills()));
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
        let left = state(work, kind);
        assert!(
            left == before || left == after,
            "{command:?} on {base}, killed at {moment} of {}: neither before nor after",
            kills()
        );
        if left == before {
            as_before += 1
        } else {
            as_after += 1
        }
        // The next run ends what was begun, and cleans the rest. What is forgotten cannot be forgotten again.
        if left == before {
            work.run(&arguments).exits(0);
        } else {
            work.run(&["ingest", "a.csv", "--store", kind, "--quiet"]).exits(0);
        }
        let done = state(work, kind);
        assert!(done == after || left == after, "{command:?} on {base}, killed at {moment}: the next run does not end it");
        assert_eq!(rests(&work.path(".")), Vec::<String>::new(), "{command:?} on {base}, killed at {moment}");
    }
    if std::env::var_os("SYNCLENS_KILLS").is_some() {
        let told = format!("{command:?} on {base}: {lasts:?}, {as_before} times as before, {as_after} as after\n");
        std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes()).expect("standard error");
    }
    remove(&path);
}

/// A store in which every export overlaps with others, and one export more that overlaps too.
fn prepare(work: &Workdir) {
    exports(work, &mut Chance(61), &["a", "b", "c", "d"], 3000);
    for kind in KINDS {
        ingest(work, kind, &["a", "b", "c"]);
    }
}

#[test]
fn a_killed_ingest_leaves_a_sound_store() {
    let work = Workdir::new();
    prepare(&work);
    for kind in KINDS {
        kill(&work, kind, &["ingest", "d.csv"]);
    }
}

#[test]
fn a_killed_forget_leaves_a_sound_store() {
    let work = Workdir::new();
    prepare(&work);
    for kind in KINDS {
        kill(&work, kind, &["store", "forget", "b.csv"]);
    }
    work.run(&["store", "compact", "--store", "store"]).exits(0);
    kill(&work, "store", &["store", "forget", "b.csv"]);
}

#[test]
fn a_killed_compact_leaves_a_sound_store() {
    let work = Workdir::new();
    prepare(&work);
    for kind in KINDS {
        kill(&work, kind, &["store", "compact"]);
    }
}

#[test]
fn a_change_that_was_decided_is_carried_out_by_the_next_reader() {
    let work = Workdir::new();
    exports(&work, &mut Chance(71), &["a", "b", "c"], 30);
    ingest(&work, "store", &["a", "b", "c"]);
    ingest(&work, "never", &["a", "c"]);
    let list = work.run(&["store", "list", "--store", "store", "--format", "csv"]).exits(0).stdout();
    let id = list.lines().find(|line| line.contains("b.csv")).and_then(|line| line.split(',').next()).expect("an id").to_string();
    let id_of_c =
        list.lines().find(|line| line.contains("c.csv")).and_then(|line| line.split(',').next()).expect("an id").to_string();
    copy(&work.path("store"), &work.path("forgotten"));
    work.run(&["store", "forget", &id, "--store", "forgotten"]).exits(0);
    // The moment after the decision, before anything is carried out; and the one when half of it is.
    for half in [false, true] {
        let path = work.path("store-decided");
        copy(&work.path("store"), &path);
        let revised = format!("export_id={id_of_c}");
        let change = path.join(".change");
        let (old, new) = (work.path("store").join(&revised), work.path("forgotten").join(&revised));
        let names = |folder: &Path| -> Vec<String> {
            let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
            entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned()).collect()
        };
        for table in ["superseded", "outcome", "activity"] {
            for name in names(&new.join(table)).iter().filter(|name| !names(&old.join(table)).contains(name)) {
                let to = change.join("new").join(&revised).join(table);
                fs::create_dir_all(&to).expect("a folder");
                fs::copy(new.join(table).join(name), to.join(name)).expect("a file");
            }
        }
        fs::write(change.join("goes.json"), format!("[\"export_id={id}\", \"{revised}/superseded\"]")).expect("a plan");
        if half {
            fs::create_dir_all(change.join("old")).expect("a folder");
            fs::rename(path.join(format!("export_id={id}")), change.join("old").join(format!("export_id={id}")))
                .expect("it goes");
        }
        assert_eq!(state(&work, "store-decided"), state(&work, "never"), "half done: {half}");
        assert!(!change.exists());
        remove(&path);
    }
}

#[test]
fn two_writers_at_once_both_succeed() {
    for kind in KINDS {
        let work = Workdir::new();
        exports(&work, &mut Chance(81), &["a", "b", "c"], 2000);
        let children: Vec<_> = ["a.csv", "b.csv", "c.csv"]
            .iter()
            .map(|name| work.command(&["ingest", name, "--store", kind]).stderr(Stdio::piped()).spawn().expect("it runs"))
            .collect();
        for child in children {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let list = work.run(&["store", "list", "--store", kind, "--format", "csv"]).exits(0).stdout();
        assert_eq!(list.lines().count(), 4, "{list}");
        state(&work, kind);
        assert_eq!(rests(&work.path(".")), Vec::<String>::new());
    }
}

#[test]
fn a_reader_sees_whole_exports() {
    for kind in KINDS {
        let work = Workdir::new();
        let names = ["a", "b", "c", "d", "e", "f"];
        exports(&work, &mut Chance(91), &names, 2000);
        ingest(&work, kind, &["jobs"]);
        let files = names.map(|name| format!("{name}.csv"));
        let mut arguments = vec!["ingest"];
        arguments.extend(files.iter().map(String::as_str));
        arguments.extend(["--store", kind, "--quiet"]);
        let mut writer = work.command(&arguments).stderr(Stdio::inherit()).spawn().expect("it runs");
        // The sums come from four tables: a half-seen export would be in one and not in the others.
        let sql = "select (select count(*) from audit_log) = (select sum(records) from outcome) as cube,
            (select count(*) from stored.audit_log) = (select sum(rows_stored) from export where \"table\" = 'audit_log') as books,
            (select count(*) from stored.audit_log) - (select count(*) from stored.superseded) = (select count(*) from audit_log) as superseded";
        let mut looked = 0;
        loop {
            let ended = writer.try_wait().expect("it is asked").is_some();
            let seen = work.run(&["sql", sql, "--store", kind, "--format", "csv", "--quiet"]).exits(0).stdout();
            assert!(!seen.contains("false"), "{kind}: {seen}");
            looked += 1;
            if ended {
                assert!(seen.contains("true,true,true"), "{seen}");
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(looked > 1, "{kind}: the reader looked while the writer wrote");
        assert!(writer.wait().expect("it has ended").success());
    }
}
