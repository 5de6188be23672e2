//! The `synclens` command: parses arguments, dispatches, and turns an error into a message and an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use synclens::cli::{Cli, Done};
use synclens::error::Cause;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match synclens::cli::run(&cli) {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Objected(reason)) => {
            anstream::eprintln!("{reason}");
            ExitCode::from(1)
        }
        Err(error) if error.cause() == Cause::ClosedPipe => ExitCode::SUCCESS,
        Err(error) if error.cause() == Cause::Stopped => ExitCode::from(130),
        Err(error) => {
            anstream::eprintln!("error: {error}");
            if let Some(hint) = error.next_step() {
                anstream::eprintln!("hint: {hint}");
            }
            ExitCode::from(2)
        }
    }
}
