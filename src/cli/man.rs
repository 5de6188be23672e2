//! `synclens man`: the manual page.

use clap::{Args, CommandFactory as _};

use super::arguments::Everywhere;
use super::{Cli, Done};
use crate::error::{Place, Result};
use crate::table::deliver;

/// Write the manual page to standard output
#[derive(Debug, Args)]
pub struct Man {}

impl Man {
    pub(super) fn run(&self, _everywhere: &Everywhere) -> Result<Done> {
        let page = clap_mangen::Man::new(Cli::command());
        deliver(None, |out| page.render(out).place(|| "cannot write the manual page".into()))?;
        Ok(Done::Well)
    }
}
