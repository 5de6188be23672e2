//! Cuts what is typed, or a file, into statements and dot commands.

use super::token::{Kind, Token, tokens};
use crate::error::{Error, Result};

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step<'a> {
    pub what: What<'a>,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// A statement, without its semicolon.
    Sql(&'a str),
    /// A dot command, without its dot.
    Command(&'a str),
}

/// The steps of a text, and whether the last one has its end.
pub(super) fn steps(text: &str) -> (Vec<Step<'_>>, bool) {
    let mut steps = Vec::new();
    let mut from = 0;
    let line_of = |at: usize| text[..at].matches('\n').count() + 1;
    loop {
        let rest = &text[from..];
        let begin = from + blank(rest);
        if begin == text.len() {
            return (steps, true);
        }
        if let Some(command) = text[begin..].strip_prefix('.') {
            let length = command.find('\n').unwrap_or(command.len());
            steps.push(Step { what: What::Command(command[..length].trim()), line: line_of(begin) });
            from = begin + 1 + length;
            continue;
        }
        let tokens = tokens(&text[begin..]);
        let end = tokens.iter().find(|token| token.kind == Kind::Symbol && token.text == ";");
        let sql = text[begin..end.map_or(text.len(), |end| begin + end.start)].trim_end();
        if !sql.is_empty() {
            steps.push(Step { what: What::Sql(sql), line: line_of(begin) });
        }
        match end {
            Some(end) => from = begin + end.end(),
            None => return (steps, false),
        }
    }
}

/// The length of the spaces and comments at the start.
fn blank(text: &str) -> usize {
    tokens(text)
        .iter()
        .find(|token| !matches!(token.kind, Kind::Space | Kind::Comment) || token.open)
        .map_or(text.len(), |token| token.start)
}

/// Statements that could change the store, or what the tool is: they have no use here that another way does not serve.
///
/// The engine opens the store's own database read-only, but no setting of it keeps a statement from writing over the files of a store
/// while it may read any. So whatever writes files is refused by its first word, and COPY also where it is a part of another
/// statement: `with x as (copy ...) ...`.
pub(super) fn refuse_changes(sql: &str) -> Result<()> {
    const ELSEWHERE: &str = "`.output FILE` writes the next result to a file, and so does `synclens sql -o FILE`";
    let tokens = tokens(sql);
    let words: Vec<&Token> = tokens.iter().filter(|token| !matches!(token.kind, Kind::Space | Kind::Comment)).collect();
    let mut rest = words.iter().copied().peekable();
    skip_wrappers(&mut rest);
    let word = rest.next().map(|first| first.text.to_uppercase()).unwrap_or_default();
    let refused = |word: &str, hint: &str| {
        Err(Error::new(format!("{word} is not allowed here: SQL reads the store and never writes files")).hint(hint))
    };
    let copies = |at: usize| {
        words[at].is("(") && words.get(at + 1).is_some_and(|word| word.is("COPY")) && writes(words[at + 2..].iter().copied())
    };
    if (0..words.len()).any(copies) {
        return refused("COPY", ELSEWHERE);
    }
    if let Some(hidden) = HIDDEN.iter().find(|hidden| words.iter().any(|word| word.text.to_ascii_lowercase().contains(**hidden)))
    {
        return refused(hidden, "write the statement that it stands for");
    }
    if let Some(named) = words.iter().map(|word| word.text.trim_matches('"')).find(|word| is_one_of(&WRITING, word)) {
        return refused(named, ELSEWHERE);
    }
    match word.as_str() {
        "CREATE" if words.iter().any(|word| word.is("PERSISTENT")) => {
            refused("PERSISTENT", "a secret without it lasts as long as the shell")
        }
        "COPY" if writes(&mut rest) => refused("COPY", ELSEWHERE),
        "EXPORT" => refused(&word, ELSEWHERE),
        "IMPORT" => refused(&word, "read the files that it would load one by one, as in: create table t as from 'FILE.csv'"),
        "ATTACH" if !is_read_only(&mut rest) => refused(&word, "attach it read-only: ATTACH 'FILE.duckdb' AS other (READ_ONLY)"),
        "DETACH" => refused(&word, "the store's database stays attached"),
        "INSTALL" | "LOAD" => refused(&word, "the tool works without extensions"),
        "CHECKPOINT" | "VACUUM" => refused(&word, "a store is never changed by SQL"),
        _ => Ok(()),
    }
}

/// Settings and functions that name a file or a folder which the engine then writes.
const WRITING: [&str; 7] = [
    "profiling_output",
    "profile_output",
    "log_query_path",
    "logging_storage",
    "enable_logging",
    "temp_directory",
    "secret_directory",
];

fn is_one_of(names: &[&str], word: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// What runs a statement that cannot be seen, also out of a text.
const HIDDEN: [&str; 1] = ["json_execute_serialized_sql"];

/// Steps over `EXPLAIN ANALYZE`, `EXPLAIN (...)` and `PREPARE name AS`, which run or keep what follows.
fn skip_wrappers<'a, 't: 'a>(words: &mut std::iter::Peekable<impl Iterator<Item = &'a Token<'t>>>) {
    while let Some(word) = words.peek() {
        if word.is("EXPLAIN") || word.is("ANALYZE") {
            words.next();
        } else if word.is("(") {
            words.by_ref().find(|word| word.is(")"));
        } else if word.is("PREPARE") {
            words.by_ref().find(|word| word.is("AS"));
        } else {
            return;
        }
    }
}

/// Whether a COPY, of which `words` follow, goes to a file: it has a TO outside of its brackets.
fn writes<'a, 't: 'a>(words: impl Iterator<Item = &'a Token<'t>>) -> bool {
    let mut depth = 0;
    for word in words {
        match word.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ if depth == 0 && (word.is("TO") || word.is("DATABASE")) => return true,
            _ => {}
        }
    }
    false
}

/// Whether an ATTACH, of which `words` follow, has the option READ_ONLY, and has it on.
fn is_read_only<'a, 't: 'a>(words: impl Iterator<Item = &'a Token<'t>>) -> bool {
    let mut words = words.skip_while(|word| !word.is("READ_ONLY")).skip(1);
    words.next().is_some_and(|next| next.is(")") || next.is(",") || next.is("TRUE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_semicolons_outside_of_quotes() {
        let (steps, complete) = steps("-- first\nselect ';' as a;\n.mode csv\n\nselect 2\n");
        assert_eq!(
            steps,
            [
                Step { what: What::Sql("select ';' as a"), line: 2 },
                Step { what: What::Command("mode csv"), line: 3 },
                Step { what: What::Sql("select 2"), line: 5 },
            ]
        );
        assert!(!complete);
    }

    #[test]
    fn comments_and_lone_semicolons_are_no_statements() {
        assert_eq!(steps(" ; -- nothing\n;/* or less */\n"), (Vec::new(), true));
        assert!(!steps("select 1 /* not closed").1);
        assert!(!steps("/* not closed").1);
    }

    #[test]
    fn what_writes_files_is_refused() {
        for sql in [
            "COPY audit_log TO 'x.parquet'",
            "copy (select 1) to 'x'",
            "/* a */ -- b\n copy t to 'x'",
            "explain analyze copy t to 'x'",
            "explain (analyze) copy t to 'x'",
            "prepare p as copy t to 'x'",
            "with x as (copy t to 'x') select 1",
            "with a as (select 1), x as materialized (\n copy (select 1) to 'x') from x",
            "from json_execute_serialized_sql('{}')",
            "pragma profiling_output = 'x'",
            "set \"Log_query_path\" = 'x'",
            "call enable_logging('QueryLog', storage = 'file', storage_path = 'x')",
            "create persistent secret s (type http)",
            "from query('from JSON_execute_serialized_sql(''{}'')')",
            "export database 'x'",
            "COPY FROM DATABASE a TO b",
            "import database 'x'",
            "attach 'store.duckdb' as again",
            "attach 'store.duckdb' as again (read_only false)",
            "detach store_file",
            "install httpfs",
            "load httpfs",
            "checkpoint",
        ] {
            assert!(refuse_changes(sql).is_err(), "{sql}");
        }
        for sql in [
            "select * from audit_log",
            "copy t from 'x.csv'",
            "create table copy as select 1 as \"to\"",
            "select (copy) from t where a similar to 'b'",
            "select value from duckdb_settings() where name = 'temp_directory'",
            "attach 'other.duckdb' (read_only)",
        ] {
            assert!(refuse_changes(sql).is_ok(), "{sql}");
        }
    }
}
