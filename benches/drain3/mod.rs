//! Drain3's grouping of the same messages, where a Python with the package `drain3` is at hand.

use std::io::{self, Write};
use std::process::{Command, Stdio};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/drain3/compare.py");

/// Prints Drain3's figures for messages with the numbers of their templates.
pub fn measure(messages: &[(usize, String)], out: &mut impl Write) -> io::Result<()> {
    let python = std::env::var("DRAIN3_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let child = Command::new(python).arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return missing(out) };
    if let Some(mut input) = child.stdin.take() {
        for (template, message) in messages {
            // A script that ended early (no drain3) is told by its exit code.
            if writeln!(input, "{}", serde_json::json!({"template": template, "message": message})).is_err() {
                break;
            }
        }
    }
    let output = child.wait_with_output()?;
    if output.status.success() { out.write_all(&output.stdout) } else { missing(out) }
}

fn missing(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "drain3     not at hand: pip install drain3, and name its Python in DRAIN3_PYTHON")
}
