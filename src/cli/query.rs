//! `synclens query`: named queries.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};

use super::arguments::{Everywhere, Reading, Selection, Stored, Tabular, is_coloured, pair};
use super::{Cli, Done, opened};
use crate::diagnosis::diagnose;
use crate::error::{Error, Place, Result};
use crate::query::{Catalogue, check};
use crate::shell;
use crate::table::deliver;

/// Run a named query; without a name, list them
///
/// `synclens query NAME --help` tells what a query shows and which parameters it takes.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Query {
    /// The name of the query
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The value of a parameter; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    param: Vec<(String, String)>,
    /// A folder with queries of your own
    #[arg(long, value_name = "FOLDER")]
    queries: Option<PathBuf>,
    /// Try the examples of the queries in a folder, instead of running one
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["name", "queries"])]
    check: Option<PathBuf>,
    /// Tell what the query shows and its parameters; without NAME, what this command takes
    #[arg(long, short)]
    help: bool,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    stored: Stored,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    reading: Reading,
}

impl Query {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        if let Some(folder) = &self.check {
            return try_examples(&Catalogue::of_folder(folder)?);
        }
        let catalogue = Catalogue::load(self.queries.as_deref())?;
        let Some(name) = &self.name else {
            if self.help {
                let mut cli = Cli::command();
                cli.build();
                let help = cli.find_subcommand_mut("query").map(clap::Command::render_long_help).unwrap_or_default();
                let help = if is_coloured() { help.ansi().to_string() } else { help.to_string() };
                deliver(None, |out| out.write_all(help.as_bytes()).place(|| "cannot write".into()))?;
                return Ok(Done::Well);
            }
            let list = shell::queries(&catalogue)?;
            self.tabular.write(|each| each(list.clone()).map(|()| list.schema()))?;
            return Ok(Done::Well);
        };
        let query = catalogue.find(name)?;
        if self.help {
            deliver(None, |out| shell::page(query, out).place(|| "cannot write".into()))?;
            return Ok(Done::Well);
        }
        let opened = opened::open(everywhere, &self.stored, &[], &self.reading, &self.selection)?;
        let given = opened.config.given(&self.param);
        query.accepts(&given)?;
        // A query of one's own may come from anybody.
        opened.engine.lock(&opened.store)?;
        let session = opened.engine.session()?;
        if query.rest {
            diagnose(&session, &catalogue, &given)?;
        }
        self.tabular.write(|each| query.stream(&session, &given, each))?;
        Ok(Done::Well)
    }
}

/// Tries the examples of a folder's queries and tells each that gives something else.
fn try_examples(catalogue: &Catalogue) -> Result<Done> {
    let mut wrong = 0;
    let tried = check::try_examples(catalogue.all());
    let all = tried.len();
    for tried in tried {
        let tried = tried?;
        if let Some(difference) = tried.difference {
            wrong += 1;
            anstream::eprintln!("{}, {}: {difference}", tried.query, tried.example);
        }
    }
    if wrong > 0 {
        return Err(Error::new(format!("{wrong} of {all} examples give something else than they say")));
    }
    anstream::eprintln!("all {all} examples of {} queries give what they say", catalogue.all().len());
    Ok(Done::Well)
}
