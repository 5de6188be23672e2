//! The line editor: multi-line statements, history, completion and colours.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use anstyle::{AnsiColor, Style};
use etcetera::{AppStrategy as _, AppStrategyArgs};
use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper, Hinter};

use super::complete;
use super::script::{What, steps};
use super::token::{Kind, Token, tokens};
use super::vocabulary::Vocabulary;
use crate::error::{Place, Result};

/// Statements that the history keeps.
const HISTORY: usize = 10_000;

/// A line editor that knows the words of the store.
pub(super) type LineEditor = Editor<Sql, DefaultHistory>;

/// Opens the editor; `colour` tells whether it may colour what is typed.
pub(super) fn open(vocabulary: Rc<RefCell<Vocabulary>>, colour: bool) -> Result<LineEditor> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .auto_add_history(false)
        .history_ignore_space(true)
        .max_history_size(HISTORY)
        .place(|| "cannot open the line editor".into())?
        .color_mode(if colour { ColorMode::Enabled } else { ColorMode::Disabled })
        .build();
    let mut editor = LineEditor::with_config(config).place(|| "cannot open the line editor".into())?;
    editor.set_helper(Some(Sql { vocabulary }));
    Ok(editor)
}

/// Where the history is kept: `sql_history` in the user's state folder for the tool.
pub(super) fn history_file() -> Option<PathBuf> {
    let args = AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "synclens".into() };
    let strategy = etcetera::choose_app_strategy(args).ok()?;
    Some(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("sql_history"))
}

/// What the editor knows of SQL.
#[derive(Helper, Hinter)]
pub(super) struct Sql {
    vocabulary: Rc<RefCell<Vocabulary>>,
}

impl Validator for Sql {
    /// Enter goes to the next line until the statement has its semicolon.
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        let (steps, complete) = steps(context.input());
        let ended = complete || steps.last().is_some_and(|step| matches!(step.what, What::Command(_)));
        Ok(if ended { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Completer for Sql {
    type Candidate = String;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(complete::candidates(&line[..position], &self.vocabulary.borrow()))
    }
}

impl Highlighter for Sql {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if line.trim_start().starts_with('.') {
            return Cow::Borrowed(line);
        }
        let vocabulary = self.vocabulary.borrow();
        let pieces = tokens(line).into_iter().map(|token| {
            let style = style(&token, &vocabulary);
            format!("{style}{}{style:#}", token.text)
        });
        Cow::Owned(pieces.collect())
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

fn style(token: &Token, vocabulary: &Vocabulary) -> Style {
    match token.kind {
        Kind::Comment => AnsiColor::BrightBlack.on_default(),
        Kind::Text => AnsiColor::Green.on_default(),
        Kind::Number => AnsiColor::Magenta.on_default(),
        Kind::Word if vocabulary.tables.contains_key(&token.text.to_lowercase()) => AnsiColor::Cyan.on_default(),
        Kind::Word if vocabulary.keywords.contains(&token.text.to_uppercase()) => AnsiColor::Blue.on_default().bold(),
        Kind::Word if vocabulary.functions.contains(&token.text.to_lowercase()) => AnsiColor::Yellow.on_default(),
        _ => Style::new(),
    }
}
