//! The disk is full, the right to write is gone: exit code 2, a clear text, and the store as it was.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::{Chance, KINDS, exports, ingest, rests, state};
use crate::harness::{Run, Workdir};

#[test]
fn a_full_disk_leaves_the_store_as_it_was() {
    let work = Workdir::new();
    exports(&work, &mut Chance(101), &["a", "b"], 200);
    work.run(&["sample", "--rows", "30000", "-o", "large.csv"]).exits(0);
    for kind in KINDS {
        ingest(&work, kind, &["a", "b"]);
        let before = state(&work, kind);
        let commands: [&[&str]; 2] = [&["ingest", "large.csv"], &["store", "copy", "--to", "copy.duckdb"]];
        for command in commands {
            // No file may grow beyond this: what a full disk tells a writer, at a known moment.
            let mut shell = Command::new("sh");
            shell.current_dir(work.path(".")).env_clear().args(["-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\""]);
            shell.arg(env!("CARGO_BIN_EXE_synclens")).args(command).args(["--store", kind]);
            let run = Run(shell.output().expect("a shell")).exits(2);
            assert!(run.stderr().contains("error: cannot"), "{command:?} on {kind}: {}", run.stderr());
            assert!(run.stderr().contains("too large"), "{command:?} on {kind}: {}", run.stderr());
            assert_eq!(before, state(&work, kind), "{command:?} on {kind}");
            assert_eq!(rests(&work.path(".")), Vec::<String>::new(), "{command:?} on {kind}");
            assert!(!work.path("copy.duckdb").exists());
        }
        work.run(&["ingest", "large.csv", "--store", kind]).exits(0);
    }
}

fn give(path: &Path, mode: u32) {
    if path.is_dir() {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("rights");
        for entry in fs::read_dir(path).expect("a folder") {
            give(&entry.expect("an entry").path(), mode);
        }
    }
    let execute = if path.is_dir() { 0o111 } else { 0 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode | execute)).expect("rights");
}

#[test]
fn without_the_right_to_write_a_store_is_still_read() {
    let work = Workdir::new();
    exports(&work, &mut Chance(111), &["a", "b", "c"], 30);
    for kind in KINDS {
        ingest(&work, kind, &["a", "b"]);
    }
    let states = KINDS.map(|kind| state(&work, kind));
    // Root may write everywhere: the binary runs as somebody else.
    let binary = work.path("synclens");
    fs::hard_link(env!("CARGO_BIN_EXE_synclens"), &binary)
        .or_else(|_| fs::copy(env!("CARGO_BIN_EXE_synclens"), &binary).map(drop))
        .expect("the binary");
    fs::set_permissions(work.path("."), fs::Permissions::from_mode(0o555)).expect("rights");
    KINDS.iter().for_each(|kind| give(&work.path(kind), 0o444));
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&binary);
        command.current_dir(work.path(".")).env_clear().args(arguments);
        if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
            command.uid(65_534).gid(65_534);
        }
        Run(command.output().expect("it runs"))
    };
    for kind in KINDS {
        run(&["jobs", "--store", kind]).exits(0);
        run(&["store", "verify", "--store", kind]).exits(0);
        let commands: [&[&str]; 3] = [&["ingest", "c.csv"], &["store", "forget", "a.csv"], &["store", "copy", "--to", "copy"]];
        for command in commands {
            let told = run(&[command, &["--store", kind]].concat()).exits(2).stderr();
            assert!(
                told.contains("error: cannot") && told.to_lowercase().contains("permission"),
                "{command:?} on {kind}: {told}"
            );
        }
    }
    KINDS.iter().for_each(|kind| give(&work.path(kind), 0o644));
    fs::set_permissions(work.path("."), fs::Permissions::from_mode(0o755)).expect("rights");
    for (kind, before) in KINDS.iter().zip(states) {
        assert_eq!(before, state(&work, kind), "{kind}");
    }
}
