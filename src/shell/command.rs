//! The dot commands: their names, arguments and help, and how a line of them is read.

use std::path::PathBuf;

use clap::ValueEnum as _;

use crate::error::{Error, Result, nearest};
use crate::table::Format;

/// A dot command, as `.help` shows it.
pub(super) struct Entry {
    pub name: &'static str,
    pub arguments: &'static str,
    pub doc: &'static str,
}

/// All of them.
pub(super) const COMMANDS: [Entry; 9] = [
    Entry { name: "help", arguments: "", doc: "what can be typed" },
    Entry { name: "tables", arguments: "", doc: "the tables and views, with what a row of each is" },
    Entry { name: "schema", arguments: "[TABLE]", doc: "the columns, with what each means" },
    Entry { name: "queries", arguments: "", doc: "the named queries" },
    Entry { name: "run", arguments: "NAME [K=V]...", doc: "run a named query; `.run NAME ?` tells its parameters" },
    Entry { name: "mode", arguments: "[FORMAT]", doc: "how results are shown: table, csv, tsv, json, ndjson, markdown" },
    Entry {
        name: "output",
        arguments: "[FILE]",
        doc: "write the next result to a file, in the format of its ending; without FILE: to the screen",
    },
    Entry { name: "exit", arguments: "", doc: "leave; so does Ctrl-D" },
    Entry { name: "quit", arguments: "", doc: "leave" },
];

/// A dot command as read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Tables,
    Schema(Option<String>),
    Queries,
    Run {
        query: String,
        values: Vec<(String, String)>,
    },
    /// What a named query takes.
    Parameters {
        query: String,
    },
    Mode(Option<Format>),
    Output(Option<PathBuf>),
    Quit,
}

impl Command {
    /// Reads a line without its dot.
    pub(super) fn parse(line: &str) -> Result<Command> {
        let words = words(line)?;
        let mut arguments = words.iter().skip(1);
        let name = words.first().map_or("", String::as_str);
        let command = match name {
            "help" => Command::Help,
            "tables" => Command::Tables,
            "schema" => Command::Schema(arguments.next().cloned()),
            "queries" => Command::Queries,
            "run" => {
                let query = arguments
                    .next()
                    .cloned()
                    .ok_or_else(|| Error::new(".run wants the name of a query").hint("`.queries` lists them"))?;
                match arguments.clone().next().map(String::as_str) {
                    Some("?") => {
                        arguments.next();
                        Command::Parameters { query }
                    }
                    _ => Command::Run { query, values: arguments.by_ref().map(|word| value(word)).collect::<Result<_>>()? },
                }
            }
            "mode" => Command::Mode(arguments.next().map(|name| format(name)).transpose()?),
            "output" => Command::Output(arguments.next().map(PathBuf::from)),
            "exit" | "quit" => Command::Quit,
            _ => {
                let error = Error::new(format!("there is no command '.{name}'"));
                return Err(match nearest(name, COMMANDS.iter().map(|entry| entry.name)) {
                    Some(near) => error.hint(format!("did you mean '.{near}'?")),
                    None => error.hint("`.help` lists all"),
                });
            }
        };
        match arguments.next() {
            Some(word) => {
                Err(Error::new(format!(".{name} has no use for '{word}'")).hint("`.help` lists what each command takes"))
            }
            None => Ok(command),
        }
    }
}

fn value(word: &str) -> Result<(String, String)> {
    let (name, value) = word
        .split_once('=')
        .ok_or_else(|| Error::new(format!("'{word}' is no value of a parameter")).hint("write NAME=VALUE"))?;
    Ok((name.to_string(), value.to_string()))
}

fn format(name: &str) -> Result<Format> {
    let format = Format::from_str(name, true).ok().filter(|format| format.is_text());
    format.ok_or_else(|| {
        Error::new(format!("'{name}' is no format for the screen"))
            .hint("table, csv, tsv, json, ndjson or markdown; `.output FILE` writes the others")
    })
}

/// The words of a line; quotes keep spaces in a word.
fn words(line: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, space) if space.is_whitespace() => words.extend(word.take()),
            (_, other) => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    // A semicolon is a habit of statements.
    if quote.is_none()
        && let Some(last) = words.last_mut()
        && let Some(stripped) = last.strip_suffix(';')
    {
        *last = stripped.to_string();
        words.retain(|word| !word.is_empty());
    }
    if quote.is_some() { Err(Error::new("a quote is not closed")) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_with_their_arguments() {
        let values = vec![("job".to_string(), "Full load".to_string())];
        assert_eq!(
            Command::parse("run failure-groups job='Full load';").ok(),
            Some(Command::Run { query: "failure-groups".into(), values })
        );
        assert_eq!(Command::parse("run jobs ?").ok(), Some(Command::Parameters { query: "jobs".into() }));
        assert_eq!(Command::parse("output \"a b.csv\"").ok(), Some(Command::Output(Some("a b.csv".into()))));
        assert_eq!(Command::parse("mode JSON").ok(), Some(Command::Mode(Some(Format::Json))));
        assert_eq!(Command::parse("schema").ok(), Some(Command::Schema(None)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, said) in [
            ("tabels", "there is no command '.tabels'"),
            ("mode xlsx", "'xlsx' is no format for the screen"),
            ("run", ".run wants the name of a query"),
            ("run jobs job", "'job' is no value of a parameter"),
            ("tables all", ".tables has no use for 'all'"),
            ("output 'a", "a quote is not closed"),
        ] {
            assert_eq!(Command::parse(line).map_err(|error| error.to_string()), Err(said.to_string()));
        }
    }
}
