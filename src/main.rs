//! The `synclens` command: parses arguments, dispatches, and turns an error into a message and an exit code.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use synclens::cli::{Cli, Done};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut err = anstream::stderr();
    // Nobody is left to tell where standard error cannot be written to.
    let mut say = |text: String| drop(writeln!(err, "{text}"));
    match synclens::cli::run(&Cli::parse()) {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Objected(reason)) => {
            say(reason);
            ExitCode::from(1)
        }
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) if error.is_stopped() => ExitCode::from(130),
        Err(error) => {
            say(format!("error: {error}"));
            if let Some(hint) = error.next_step() {
                say(format!("hint: {hint}"));
            }
            ExitCode::from(2)
        }
    }
}
