//! Ad-hoc SQL over a store: an interactive shell, and scripts of statements and dot commands.

mod command;
mod complete;
mod describe;
mod editor;
mod fault;
mod paged;
mod script;
mod stop;
mod token;
mod vocabulary;

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Schema, SchemaRef};
use rustyline::error::ReadlineError;

pub use describe::queries;

use crate::engine::{Parameters, Session};
use crate::error::{Error, Place, Result};
use crate::query::{Catalogue, Given, Query};
use crate::table::{Destination, Format, Look, Wide, Writer, neutral};
use command::{COMMANDS, Command};
use fault::Origin;
use paged::{Paged, Screen};
use script::{Step, What, refuse_changes, steps};
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
    /// Where results go if not to the file of `.output`.
    destination: Destination,
    /// The file for the next result.
    next: Option<PathBuf>,
    stop: Stop,
    explain: Explain,
    is_explained: bool,
    manner: Manner,
    talk: Talk,
    /// Results that were written.
    results: usize,
}

/// Whether somebody sits before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Typed,
    Script,
}

/// Whether the shell greets, counts and takes the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// It does.
    Aloud,
    /// It says nothing but errors.
    Quiet,
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
        let stop = Stop::install()?;
        let manner = Manner::Script;
        Ok(Shell {
            session,
            catalogue,
            given,
            destination,
            next: None,
            stop,
            explain,
            is_explained: false,
            manner,
            talk,
            results: 0,
        })
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
        self.manner = Manner::Typed;
        self.say(&format!("{greeting}\nA statement ends with a semicolon; `.help` tells what else can be typed."));
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
            Err(error) if error.is_closed_pipe() && self.manner == Manner::Typed => Ok(Flow::On),
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
            if is_explained && self.destination.format == Format::Table && self.next.is_none() {
                let rows =
                    self.stop.while_running(&self.session, || self.session.query(sql, &Parameters::new())).map_err(place)?;
                return explained(&rows.batches);
            }
            let result =
                self.stop.while_running(&self.session, || self.write(|each| self.session.stream(sql, &Parameters::new(), each)));
            let rows = result.map_err(place)?;
            self.shown(rows, started);
            return Ok(());
        }
        let rows = self.stop.while_running(&self.session, || self.session.query(sql, &Parameters::new())).map_err(place)?;
        if is_count(&rows.schema) {
            self.timed(&changed(&rows.batches), started);
        } else {
            let count = self.write(|each| {
                rows.batches.iter().cloned().try_for_each(each)?;
                Ok(rows.schema.clone())
            })?;
            self.shown(count, started);
        }
        Ok(())
    }

    fn command(&mut self, command: Command) -> Result<Flow> {
        match command {
            Command::Help => help()?,
            Command::Tables => self.show(&describe::list(&self.session)?)?,
            Command::Schema(table) => self.show(&describe::schema(&self.session, table.as_deref())?)?,
            Command::Queries => self.show(&describe::queries(self.catalogue)?)?,
            Command::Run { query, values } => self.run(self.catalogue.find(&query)?, values)?,
            Command::Parameters { query } => {
                page(self.catalogue.find(&query)?, &mut anstream::stdout()).place(|| "cannot write the page".into())?
            }
            Command::Mode(Some(format)) => self.destination.format = format,
            Command::Mode(None) => anstream::eprintln!("results are shown as {}", name(self.destination.format)),
            Command::Output(file) => {
                if let Some(file) = &file {
                    Format::of_file(file)?;
                    self.say(&format!("the next result goes to '{}'", file.display()));
                }
                self.next = file;
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
        let rows = self.stop.while_running(&self.session, || self.write(|each| query.stream(&self.session, &given, each)))?;
        self.shown(rows, started);
        Ok(())
    }

    /// Shows what the shell itself tells.
    fn show(&mut self, batch: &RecordBatch) -> Result<()> {
        self.write(|each| each(batch.clone()).map(|()| batch.schema()))?;
        self.shown(batch.num_rows(), Instant::now());
        Ok(())
    }

    /// Writes one result to where results go now, and gives the number of its rows. `rows` calls its argument with every batch.
    fn write(&self, rows: impl FnOnce(&mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<SchemaRef>) -> Result<usize> {
        let through = |mut writer: Writer<'_>| {
            let schema = rows(&mut |batch| writer.batch(&batch))?;
            writer.finish(&schema)
        };
        if let Some(file) = &self.next {
            return through(Destination::new(None, Some(file.clone()))?.open()?);
        }
        if self.manner == Manner::Typed
            && let Some(screen) = screen()
        {
            let look = Look { wide: Wide::Scrolled, ..Look::of_stdout() };
            let mut paged = Paged::new(screen);
            let written = through(Writer::new(self.destination.format, &mut paged, look));
            paged.finish().place(|| "cannot write to the screen".into())?;
            return written;
        }
        if self.results > 0 {
            if let Some(file) = &self.destination.file {
                return Err(Error::new(format!("'{}' holds the first result already", file.display()))
                    .hint("a file holds one result; `.output FILE` before each statement gives each its own"));
            }
            if matches!(self.destination.format, Format::Table | Format::Markdown) {
                writeln!(std::io::stdout()).place(|| "cannot write the result".into())?;
            }
        }
        through(self.destination.open()?)
    }

    fn shown(&mut self, rows: usize, started: Instant) {
        self.results += 1;
        let file = self.next.take();
        let counted = if rows == 1 { "1 row".to_string() } else { format!("{rows} rows") };
        self.timed(&file.map_or(counted.clone(), |file| format!("{counted} to '{}'", file.display())), started);
    }

    fn timed(&self, what: &str, started: Instant) {
        self.say(&format!("{what}, {:.3} s", started.elapsed().as_secs_f64()));
    }

    /// Tells somebody who sits before it.
    fn say(&self, text: &str) {
        if self.manner == Manner::Typed && self.talk == Talk::Aloud {
            anstream::eprintln!("{text}");
        }
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

/// The screen, if standard output is one.
fn screen() -> Option<Screen> {
    let (width, height) = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten()?;
    (height.0 > 0).then(|| Screen { width: width.0.into(), height: height.0.into() })
}

/// Whether a statement gives rows, by its first word.
fn is_query(sql: &str) -> bool {
    const CHANGES: [&str; 22] = [
        "ALTER",
        "ANALYZE",
        "ATTACH",
        "BEGIN",
        "COMMENT",
        "COMMIT",
        "COPY",
        "CREATE",
        "DEALLOCATE",
        "DELETE",
        "DROP",
        "IMPORT",
        "INSERT",
        "MERGE",
        "PREPARE",
        "RESET",
        "ROLLBACK",
        "SET",
        "START",
        "TRUNCATE",
        "UPDATE",
        "USE",
    ];
    let tokens = token::tokens(sql);
    let first = tokens.iter().find(|token| !matches!(token.kind, token::Kind::Space | token::Kind::Comment));
    !first.is_some_and(|first| CHANGES.iter().any(|word| first.is(word)))
}

/// Whether a step may have made or dropped a table.
fn changes_tables(what: What<'_>) -> bool {
    matches!(what, What::Sql(sql) if !is_query(sql))
}

/// Whether a result only tells how much was changed.
fn is_count(schema: &Schema) -> bool {
    match schema.fields().as_ref() {
        [] => true,
        [field] => matches!(field.name().as_str(), "Count" | "Success"),
        _ => false,
    }
}

/// How much was changed, in words.
fn changed(batches: &[RecordBatch]) -> String {
    let count = batches.first().filter(|batch| batch.num_columns() == 1 && batch.num_rows() == 1).and_then(|batch| {
        let column = batch.column(0).as_primitive_opt::<arrow::datatypes::Int64Type>()?;
        Some(column.value(0))
    });
    count.map_or("done".into(), |count| if count == 1 { "1 row changed".into() } else { format!("{count} rows changed") })
}

/// The plan of a query, which is a drawing and no table.
fn explained(batches: &[RecordBatch]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for batch in batches {
        let Some(plan) = batch.columns().last().and_then(|column| column.as_string_opt::<i32>()) else { continue };
        for line in plan.iter().flatten().flat_map(str::lines) {
            writeln!(out, "{}", neutral(line)).place(|| "cannot write the plan".into())?;
        }
    }
    Ok(())
}

fn help() -> Result<()> {
    let mut out = anstream::stdout();
    for entry in &COMMANDS {
        let usage = format!(".{} {}", entry.name, entry.arguments);
        writeln!(out, "{usage:<22}{}", entry.doc).place(|| "cannot write the help".into())?;
    }
    writeln!(
        out,
        "\nAnything else is SQL, up to a semicolon. Tab completes, Ctrl-R searches the history, Ctrl-C stops a statement."
    )
    .place(|| "cannot write the help".into())
}

fn name(format: Format) -> String {
    format!("{format:?}").to_lowercase()
}

/// What a named query shows, and its parameters.
pub fn page(query: &Query, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}: {}", query.name, query.title)?;
    if !query.means.is_empty() {
        writeln!(out, "\n{}", query.means)?;
    }
    if query.params.is_empty() {
        writeln!(out, "\nIt has no parameters.")?;
    } else {
        writeln!(out, "\nParameters")?;
    }
    let mut example = format!("synclens query {}", query.name);
    for param in &query.params {
        let default = param.default.as_ref().map(|default| format!(" [default: {default}]")).unwrap_or_default();
        writeln!(out, "  {:<20}{}, {}{default}", param.name, param.sql, param.doc)?;
        example += &param.default.as_ref().map(|default| format!(" --param {}={default}", param.name)).unwrap_or_default();
    }
    writeln!(out, "\nExample\n  {example}")
}
