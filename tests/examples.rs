//! The examples of the README, of the documentation and of the help pages: every one is run.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::{Run, Workdir, project, updates_golden_files};

/// Stands for the Salesforce CLI: writes an export with the fields of the query, and no rows.
const SF: &str = r#"#!/bin/sh -e
while [ $# -gt 0 ]; do
    case $1 in --output-file) file=$2 ;; --query) query=$2 ;; esac
    shift
done
echo "$query" | sed 's/^SELECT //; s/ FROM .*//; s/, */,/g' > "$file"
"#;

/// Stands for cargo: `cargo run` runs the binary that is tested.
const CARGO: &str = r#"#!/bin/sh -e
[ "$1" = run ] || exit 0
shift 3
exec synclens "$@"
"#;

/// A folder with the exports that the documentation speaks of, and the programs that it calls.
fn documented() -> Workdir {
    let work = Workdir::new();
    copy(&project().join("sample_data"), &work.path("sample_data"));
    copy(&project().join("sample_data"), &work.path("exports"));
    for (name, sample) in [
        ("audit_log.csv", "audit_log/2026-03-03_full_load.csv"),
        ("jobs.csv", "evidence/sync_job.csv"),
        ("templates.csv", "evidence/template.csv"),
        ("logs.csv", "evidence/application_log.csv"),
    ] {
        work.write(name, fs::read(project().join("sample_data").join(sample)).expect("sample data"));
    }
    for (name, script) in [
        ("sf", SF.to_string()),
        ("cargo", CARGO.to_string()),
        ("synclens", format!("#!/bin/sh -e\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_synclens"))),
    ] {
        work.write(&format!("bin/{name}"), script);
        executable(&work.path(&format!("bin/{name}")));
    }
    work
}

fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a file of ours");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}

/// Runs commands as somebody does who pastes them into a shell.
fn pasted(work: &Workdir, commands: &str) -> Run {
    let path = format!("{}:/usr/bin:/bin", work.path("bin").display());
    let mut shell = Command::new("/bin/sh");
    shell.args(["-e", "-c", commands]).current_dir(work.path(".")).env_clear().env("HOME", work.path(".")).env("PATH", path);
    Run(shell.output().expect("a shell"))
}

/// The blocks of a Markdown text in one language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap_or(rest)).collect()
}

fn readme() -> String {
    fs::read_to_string(project().join("README.md")).expect("the README")
}

#[test]
fn every_command_of_the_readme_works() {
    let work = documented();
    let readme = readme();
    let commands = blocks(&readme, "sh");
    assert!(commands.len() >= 5, "{commands:?}");
    for block in commands {
        // As large as somebody likes; a test likes it small.
        let run = pasted(&work, &block.replace("--rows 1000000", "--rows 20000")).exits(0);
        let exports = block.contains("sf data export");
        assert!(!exports || !run.stderr().contains("not recognised"), "{}", run.stderr());
    }
}

#[test]
fn the_configuration_in_the_readme_is_one() {
    let work = documented();
    for block in blocks(&readme(), "toml") {
        work.write("synclens.toml", block);
        let run = work.run(&["report", "sample_data", "--quiet"]).exits(1);
        assert!(run.stderr().starts_with("failure rate "), "{}", run.stderr());
    }
}

#[test]
fn the_report_in_the_readme_is_that_of_the_sample_data() {
    let work = documented();
    let report = work.run(&["report", "sample_data", "--quiet"]).exits(0).stdout();
    let readme = readme();
    let block = blocks(&readme, "text").first().copied().expect("a report");
    if updates_golden_files() {
        fs::write(project().join("README.md"), readme.replace(block, &report)).expect("the README");
    } else {
        assert_eq!(block, report, "UPDATE_GOLDEN=1 writes it anew");
    }
}

#[test]
fn the_command_in_the_sample_data_works() {
    let work = documented();
    let text = fs::read_to_string(project().join("sample_data/README.md")).expect("its README");
    let commands: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert_eq!(commands.len(), 1, "{commands:?}");
    pasted(&work, commands[0]).exits(0);
}

#[test]
fn the_example_of_every_query_page_works() {
    let work = documented();
    work.run(&["ingest", "exports", "--quiet"]).exits(0);
    let list = work.run(&["query", "--format", "json"]).exits(0).json();
    for query in list.as_array().expect("rows") {
        let name = query["query"].as_str().expect("a name");
        let page = work.run(&["query", name, "--help"]).exits(0).stdout();
        assert!(page.starts_with(&format!("{name}: ")), "{page}");
        let example = page.split("\nExample\n").nth(1).unwrap_or_else(|| panic!("no example: {page}"));
        pasted(&work, example.trim()).exits(0);
    }
}
