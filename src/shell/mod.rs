//! Ad-hoc SQL over a store: an interactive shell, and scripts of statements and dot commands.

mod command;
mod complete;
mod describe;
mod editor;
mod fault;
mod page;
mod paged;
mod results;
mod script;
mod statement;
mod stop;
mod token;
mod vocabulary;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use arrow::array::RecordBatch;
use rustyline::error::ReadlineError;

pub use describe::queries;
pub use page::page;
pub use results::Talk;

use crate::engine::{Parameters, Session};
use crate::error::{Error, Place, Result};
use crate::query::{Catalogue, Given, Query};
use crate::table::{Destination, Format, Look};
use command::Command;
use fault::Origin;
use results::{Manner, Results};
use script::{Step, What, refuse_changes, steps};
use statement::{changed, explained, is_count, is_query};
use stop::Stop;
use vocabulary::Vocabulary;

/// Fills the table `explained`: what the findings explain is known only when the checks have run.
pub type Explain = fn(&Session, &Catalogue, &Given) -> Result<()>;

/// A shell over one session.
pub struct Shell<'a> {
    session: Session,
    catalogue: &'a Catalogue,
    /// Values of parameters that the configuration gives.
    given: &'a Given,
    stop: Stop,
    explain: Explain,
    is_explained: bool,
    results: Results,
}

/// Whether the shell goes on after a step.
#[derive(Debug, PartialEq, Eq)]
enum Flow {
    On,
    Left,
}

impl<'a> Shell<'a> {
    /// A shell whose results go to `destination`.
    pub fn new(
        session: Session,
        catalogue: &'a Catalogue,
        given: &'a Given,
        destination: Destination,
        explain: Explain,
        talk: Talk,
    ) -> Result<Shell<'a>> {
        let (stop, results) = (Stop::install()?, Results::new(destination, talk));
        Ok(Shell { session, catalogue, given, stop, explain, is_explained: false, results })
    }

    /// Fills the table `explained` before `sql` reads it.
    fn explain_for(&mut self, sql: &str) -> Result<()> {
        let mut words = sql.split(|c: char| !c.is_alphanumeric() && c != '_');
        if !self.is_explained && words.any(|word| word.eq_ignore_ascii_case("explained")) {
            self.stop.while_running(&self.session, || (self.explain)(&self.session, self.catalogue, self.given))?;
            self.is_explained = true;
        }
        Ok(())
    }

    /// Runs statements and dot commands one after the other, up to the first that fails; `file` is where they stand, for its error.
    pub fn script(&mut self, text: &str, file: Option<&str>) -> Result<()> {
        for step in steps(text).0 {
            if self.step(step, file)? == Flow::Left {
                break;
            }
        }
        Ok(())
    }

    /// Talks with the user until they leave.
    pub fn interactive(&mut self, greeting: &str) -> Result<()> {
        self.results.manner = Manner::Typed;
        self.results.say(&format!("{greeting}\nA statement ends with a semicolon; `.help` tells what else can be typed."));
        let vocabulary = Rc::new(RefCell::new(Vocabulary::of(&self.session, self.catalogue)?));
        let mut editor = editor::open(vocabulary.clone(), Look::of_stdout().colour)?;
        let history = editor::history_file();
        if let Some(file) = &history {
            // The first time there is none.
            let _ = editor.load_history(file);
            if let Some(Err(error)) = file.parent().map(std::fs::create_dir_all) {
                anstream::eprintln!("the history is not kept: {error}");
            }
        }
        loop {
            let text = match self.stop.while_prompted(|| editor.readline(PROMPT)) {
                Ok(text) => text,
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => return Ok(()),
                Err(error) => return Err(Error::new(format!("cannot read from the terminal: {error}"))),
            };
            if text.trim().is_empty() {
                continue;
            }
            let _ = editor.add_history_entry(text.trim());
            if let Some(file) = &history {
                // Told above where the folder cannot be written to.
                let _ = editor.append_history(file);
            }
            for step in steps(&text).0 {
                match self.step(step, None) {
                    Ok(Flow::On) => {}
                    Ok(Flow::Left) => return Ok(()),
                    Err(error) => {
                        tell(&error);
                        break;
                    }
                }
                if changes_tables(step.what) {
                    vocabulary.borrow_mut().tables = describe::tables(&self.session)?;
                }
            }
        }
    }

    fn step(&mut self, step: Step<'_>, file: Option<&str>) -> Result<Flow> {
        let origin = Origin { file, line: step.line };
        let done = match step.what {
            What::Sql(sql) => self.statement(sql, origin).map(|()| Flow::On),
            What::Command(line) => Command::parse(line).and_then(|command| self.command(command)),
        };
        match done {
            // Who leaves the pager has seen enough.
            Err(error) if error.is_closed_pipe() && self.results.manner == Manner::Typed => Ok(Flow::On),
            Err(error) if !error.is_closed_pipe() && !error.is_stopped() && matches!(step.what, What::Command(_)) => {
                Err(match file {
                    Some(file) => error.at(format!("{file}, line {}", step.line)),
                    None => error,
                })
            }
            done => done,
        }
    }

    fn statement(&mut self, sql: &str, origin: Origin<'_>) -> Result<()> {
        self.explain_for(sql)?;
        let place = |error: Error| {
            if error.is_closed_pipe() || error.is_stopped() {
                return error;
            }
            fault::worded(&error, origin, &describe::tables(&self.session).unwrap_or_default())
        };
        refuse_changes(sql).map_err(place)?;
        let started = Instant::now();
        if is_query(sql) {
            let is_explained = sql.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("explain"));
            if is_explained && self.results.destination.format == Format::Table && self.results.next.is_none() {
                let rows =
                    self.stop.while_running(&self.session, || self.session.query(sql, &Parameters::new())).map_err(place)?;
                return explained(&rows.batches);
            }
            let result = self
                .stop
                .while_running(&self.session, || self.results.write(|each| self.session.stream(sql, &Parameters::new(), each)));
            let rows = result.map_err(place)?;
            self.results.shown(rows, started);
            return Ok(());
        }
        let rows = self.stop.while_running(&self.session, || self.session.query(sql, &Parameters::new())).map_err(place)?;
        if is_count(&rows.schema) {
            self.results.timed(&changed(&rows.batches), started);
        } else {
            let count = self.results.write(|each| {
                rows.batches.iter().cloned().try_for_each(each)?;
                Ok(rows.schema.clone())
            })?;
            self.results.shown(count, started);
        }
        Ok(())
    }

    fn command(&mut self, command: Command) -> Result<Flow> {
        match command {
            Command::Help => page::help()?,
            Command::Tables => self.show(&describe::list(&self.session)?)?,
            Command::Schema(table) => self.show(&describe::schema(&self.session, table.as_deref())?)?,
            Command::Queries => self.show(&describe::queries(self.catalogue)?)?,
            Command::Run { query, values } => self.run(self.catalogue.find(&query)?, values)?,
            Command::Parameters { query } => {
                page(self.catalogue.find(&query)?, &mut anstream::stdout()).place(|| "cannot write the page".into())?
            }
            Command::Mode(Some(format)) => self.results.destination.format = format,
            Command::Mode(None) => {
                anstream::eprintln!("results are shown as {}", format!("{:?}", self.results.destination.format).to_lowercase())
            }
            Command::Output(file) => {
                if let Some(file) = &file {
                    Format::of_file(file)?;
                    self.results.say(&format!("the next result goes to '{}'", file.display()));
                }
                self.results.next = file;
            }
            Command::Quit => return Ok(Flow::Left),
        }
        Ok(Flow::On)
    }

    fn run(&mut self, query: &Query, values: Vec<(String, String)>) -> Result<()> {
        let given = Given { everywhere: values, ..self.given.clone() };
        query.accepts(&given)?;
        self.explain_for(&query.sql)?;
        let started = Instant::now();
        let rows =
            self.stop.while_running(&self.session, || self.results.write(|each| query.stream(&self.session, &given, each)))?;
        self.results.shown(rows, started);
        Ok(())
    }

    /// Shows what the shell itself tells.
    fn show(&mut self, batch: &RecordBatch) -> Result<()> {
        self.results.write(|each| each(batch.clone()).map(|()| batch.schema()))?;
        self.results.shown(batch.num_rows(), Instant::now());
        Ok(())
    }
}

const PROMPT: &str = "synclens> ";

/// Tells an error and the next step.
fn tell(error: &Error) {
    if error.is_stopped() {
        anstream::eprintln!("stopped");
        return;
    }
    anstream::eprintln!("error: {error}");
    if let Some(hint) = error.next_step() {
        anstream::eprintln!("hint: {hint}");
    }
}

/// Whether a step may have made or dropped a table.
fn changes_tables(what: What<'_>) -> bool {
    matches!(what, What::Sql(sql) if !is_query(sql))
}
