//! `synclens sql`: SQL over a store.

use std::io::{IsTerminal, Read as _};
use std::path::PathBuf;

use clap::Args;

use super::arguments::{Everywhere, Reading, Selection, Stored, Tabular};
use super::{Done, opened};
use crate::diagnosis::diagnose;
use crate::engine::Session;
use crate::error::{Place, Result};
use crate::query::Catalogue;
use crate::shell::{Explain, Shell, Talk};

/// Ask your own questions in SQL; without a statement, in an interactive shell
///
/// The tables are those that the checks read: audit_log, failure, job, outcome and more; `.tables` and `.schema` in the shell tell what each
/// column means. The store is only read. Other files may be read too, as in: select * from 'accounts.csv'
#[derive(Debug, Args)]
pub struct Sql {
    /// Statements, divided by semicolons
    #[arg(value_name = "SQL", conflicts_with = "file")]
    statements: Option<String>,
    /// Run the statements of a file, up to the first that fails; - is standard input
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    stored: Stored,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    reading: Reading,
}

impl Sql {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let destination = self.tabular.destination()?;
        let script = match (&self.statements, &self.file) {
            (Some(statements), _) => Some((statements.clone(), None)),
            (None, Some(file)) if file.as_os_str() != "-" => {
                let text = std::fs::read_to_string(file).place(|| format!("cannot read '{}'", file.display()))?;
                Some((text, Some(file.display().to_string())))
            }
            (None, None) if std::io::stdin().is_terminal() => None,
            (None, _) => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).place(|| "cannot read standard input".into())?;
                Some((text, Some("standard input".to_string())))
            }
        };
        let opened = opened::open(everywhere, &self.stored, &[], &self.reading, &self.selection)?;
        let catalogue = Catalogue::load(None)?;
        let given = opened.config.given(&[]);
        let session = opened.engine.session()?;
        let greeting = greeting(&session)?;
        let talk = if everywhere.quiet { Talk::Quiet } else { Talk::Aloud };
        let explain: Explain = |session, catalogue, given| diagnose(session, catalogue, given).map(drop);
        let mut shell = Shell::new(session, &catalogue, &given, destination, explain, talk)?;
        match script {
            Some((text, file)) => shell.script(&text, file.as_deref())?,
            None => shell.interactive(&greeting)?,
        }
        Ok(Done::Well)
    }
}

/// What the store holds, in one line.
fn greeting(session: &Session) -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Held {
        exports: u64,
        records: u64,
        jobs: u64,
    }
    let held: Vec<Held> = session.rows(
        "select (select count(*) from export) as exports, (select coalesce(sum(records), 0)::bigint from outcome) as records, (select count(*) from job) as jobs")?;
    let Held { exports, records, jobs } = held.into_iter().next().unwrap_or(Held { exports: 0, records: 0, jobs: 0 });
    Ok(format!("synclens {}: {exports} exports, {records} audit rows, {jobs} jobs", env!("CARGO_PKG_VERSION")))
}
