//! Runs the binary in a folder of its own, and compares whole outputs with golden files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own, in which the binary runs with an empty environment.
pub struct Workdir {
    folder: tempfile::TempDir,
}

impl Workdir {
    pub fn new() -> Workdir {
        Workdir { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_synclens"));
        command
            .current_dir(self.folder.path())
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("PATH", "/usr/bin:/bin");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run(self.command(arguments).output().expect("the binary runs"))
    }
}

/// What the binary answered.
pub struct Run(pub Output);

impl Run {
    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("UTF-8 on standard output")
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).expect("UTF-8 on standard error")
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Run {
        assert_eq!(self.0.status.code(), Some(code), "standard output:\n{}\nstandard error:\n{}", self.stdout(), self.stderr());
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{}", self.stdout()))
    }
}

/// The folder of the project.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares with `tests/golden/<name>`; `UPDATE_GOLDEN=1` writes it instead.
#[track_caller]
pub fn golden(name: &str, actual: &str) {
    let path = project().join("tests/golden").join(name);
    if updates_golden_files() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, actual).expect("a golden file");
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no golden file '{name}': write it with UPDATE_GOLDEN=1"));
    assert!(expected == actual, "differs from tests/golden/{name}:\n{}", difference(&expected, actual));
}

/// Whether golden files are written anew instead of compared.
pub fn updates_golden_files() -> bool {
    let updates = std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| !value.is_empty());
    assert!(!updates || std::env::var_os("CI").is_none(), "golden files are not written in CI");
    updates
}

fn difference(expected: &str, actual: &str) -> String {
    let mut lines = expected.lines().zip(actual.lines()).enumerate();
    match lines.find(|(_, (expected, actual))| expected != actual) {
        Some((index, (expected, actual))) => format!("line {}:\n- {expected}\n+ {actual}", index + 1),
        None => format!("{} lines expected, {} given", expected.lines().count(), actual.lines().count()),
    }
}
