//! `synclens reveal`: puts redacted values back.

use std::path::PathBuf;

use clap::Args;

use super::Done;
use super::arguments::Everywhere;
use crate::error::{Place, Result};
use crate::report::redact::{Key, Wrapping, reveal};
use crate::table::deliver;

/// Put the values behind the tokens of a redacted file back
#[derive(Debug, Args)]
pub struct Reveal {
    /// The key that `report --redact` wrote
    #[arg(value_name = "KEY")]
    key: PathBuf,
    /// The redacted report, in any of its formats
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Reveal {
    pub(super) fn run(&self, _everywhere: &Everywhere) -> Result<Done> {
        let key = Key::open(&self.key)?;
        let bytes = std::fs::read(&self.file).place(|| format!("cannot read '{}'", self.file.display()))?;
        let revealed = reveal(&key, &bytes, Wrapping::of(&self.file.display().to_string()))?;
        deliver(self.output.as_deref(), |out| out.write_all(&revealed).place(|| "cannot write".into()))?;
        Ok(Done::Well)
    }
}
