//! `synclens completions`: completions for a shell.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::arguments::Everywhere;
use super::{Cli, Done};
use crate::error::Result;

/// Write the completions of a shell to standard output
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, _everywhere: &Everywhere) -> Result<Done> {
        clap_complete::generate(self.shell, &mut Cli::command(), "synclens", &mut std::io::stdout());
        Ok(Done::Well)
    }
}
