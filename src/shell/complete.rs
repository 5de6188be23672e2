//! What could stand at the cursor.

use clap::ValueEnum as _;

use super::command::COMMANDS;
use super::token::{Kind, Token, tokens};
use super::vocabulary::Vocabulary;
use crate::table::Format;

/// Where the word at the end of `text` begins, and what it could become.
pub(super) fn candidates(text: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    let line = text.trim_start();
    match line.strip_prefix('.') {
        Some(command) if !command.contains('\n') => of_command(text, command, vocabulary),
        _ => of_sql(text, vocabulary),
    }
}

fn of_command(text: &str, command: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    let begin = command.rfind(' ').map_or(0, |space| space + 1);
    let word = &command[begin..];
    let words: Vec<&str> = command[..begin].split_whitespace().collect();
    let start = text.len() - word.len();
    let formats =
        || Format::value_variants().iter().filter_map(|format| Some(format.to_possible_value()?.get_name().to_string()));
    let of = |known: Vec<String>| (start, beginning(word, known.iter().map(String::as_str)));
    match words.as_slice() {
        [] => of(COMMANDS.iter().map(|command| command.name.to_string()).collect()),
        ["schema"] => of(vocabulary.tables.keys().cloned().collect()),
        ["mode"] => of(formats().collect()),
        ["run"] => of(vocabulary.queries.keys().cloned().collect()),
        ["run", query, ..] => match word.split_once('=') {
            Some((name, value)) => (text.len() - value.len(), values(name, value, vocabulary)),
            None => of(vocabulary.queries.get(*query).into_iter().flatten().map(|param| format!("{param}=")).collect()),
        },
        _ => (text.len(), Vec::new()),
    }
}

/// Values of the parameter `name` of a query.
fn values(name: &str, value: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let known = match name {
        name if name.starts_with("job") => &vocabulary.jobs,
        "object" => &vocabulary.objects,
        _ => return Vec::new(),
    };
    beginning(value, known.iter().map(String::as_str))
}

fn of_sql(text: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    let tokens = tokens(text);
    let words: Vec<&Token> = tokens.iter().filter(|token| !matches!(token.kind, Kind::Space | Kind::Comment)).collect();
    let last = tokens.last().filter(|token| token.kind == Kind::Word || (token.open && token.kind == Kind::Text));
    let before = if last.is_some() { &words[..words.len() - 1] } else { &words[..] };
    let Some(last) = last else {
        let known = match before.last() {
            Some(token) if is_table_place(token) => vocabulary.tables.keys().map(String::as_str).collect(),
            Some(token) if token.is(".") => qualified(before, &words, vocabulary),
            _ => Vec::new(),
        };
        return (text.len(), beginning("", known));
    };
    if last.kind == Kind::Text {
        let value = &last.text[1..];
        return (
            text.len() - value.len(),
            beginning(value, vocabulary.jobs.iter().chain(&vocabulary.objects).map(String::as_str)),
        );
    }
    let known = match before.last() {
        Some(token) if token.is(".") => beginning(last.text, qualified(before, &words, vocabulary)),
        Some(token) if is_table_place(token) => beginning(last.text, vocabulary.tables.keys().map(String::as_str)),
        _ => anywhere(last.text, &words, vocabulary),
    };
    (last.start, known)
}

/// Whether a table is named after `token`.
fn is_table_place(token: &Token) -> bool {
    ["FROM", "JOIN", "INTO", "DESCRIBE", "SUMMARIZE", "TABLE"].iter().any(|word| token.is(word))
}

/// The columns of the table whose name, or other name, stands before the dot that ends `before`.
fn qualified<'v>(before: &[&Token], words: &[&Token], vocabulary: &'v Vocabulary) -> Vec<&'v str> {
    let Some(name) = before.len().checked_sub(2).map(|at| before[at].text) else { return Vec::new() };
    let table = vocabulary.tables.keys().find(|table| table.eq_ignore_ascii_case(name)).or_else(|| {
        // `from audit_log a`, `from audit_log as a`
        let other_name =
            |at: usize| (if words[at].is("AS") { words.get(at + 1) } else { words.get(at) }).is_some_and(|word| word.is(name));
        let place = (0..words.len().saturating_sub(1))
            .find(|at| vocabulary.tables.contains_key(words[*at].text) && other_name(at + 1))?;
        vocabulary.tables.keys().find(|table| *table == words[place].text)
    });
    table.and_then(|table| vocabulary.tables.get(table)).into_iter().flatten().map(String::as_str).collect()
}

/// Columns of the tables that the statement names (of all tables where it names none yet), tables, functions and keywords.
fn anywhere(word: &str, words: &[&Token], vocabulary: &Vocabulary) -> Vec<String> {
    let named: Vec<&String> = vocabulary.tables.keys().filter(|table| words.iter().any(|word| word.text == **table)).collect();
    let columns =
        vocabulary.tables.iter().filter(|(table, _)| named.is_empty() || named.contains(table)).flat_map(|(_, columns)| columns);
    let mut known = beginning(word, columns.chain(vocabulary.tables.keys()).map(String::as_str));
    let functions = beginning(word, vocabulary.functions.iter().map(String::as_str));
    known.extend(functions.into_iter().map(|function| format!("{function}(")));
    let lower = word.chars().all(|character| !character.is_uppercase());
    let keywords = beginning(word, vocabulary.keywords.iter().map(String::as_str));
    known.extend(keywords.into_iter().map(|keyword| if lower { keyword.to_lowercase() } else { keyword }));
    known.sort();
    known.dedup();
    known
}

/// The known words that begin with `word`, each once.
fn beginning<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<String> {
    let begins = |known: &str| known.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    let mut found: Vec<String> = known.into_iter().filter(|known| begins(known)).map(str::to_string).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let columns = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        Vocabulary {
            tables: [
                ("audit_log".into(), columns(&["audit_id", "object", "status_code"])),
                ("job".into(), columns(&["job_id", "status"])),
            ]
            .into(),
            keywords: ["SELECT".into(), "FROM".into()].into(),
            functions: ["sum".into(), "substr".into()].into(),
            queries: [("failure-groups".into(), columns(&["job", "object"]))].into(),
            jobs: columns(&["a0Jxx0000000001AAA"]),
            objects: columns(&["Account"]),
        }
    }

    fn completed(text: &str) -> (usize, Vec<String>) {
        candidates(text, &vocabulary())
    }

    fn words(text: &str) -> Vec<String> {
        completed(text).1
    }

    #[test]
    fn tables_follow_from_and_columns_their_table() {
        assert_eq!(completed("select * from au"), (14, vec!["audit_log".into()]));
        assert_eq!(words("select * from "), ["audit_log", "job"]);
        assert_eq!(words("select * from audit_log a where a.st"), ["status_code"]);
        assert_eq!(words("select * from audit_log as a where a."), ["audit_id", "object", "status_code"]);
        assert_eq!(words("select * from job where sta"), ["status"]);
    }

    #[test]
    fn functions_and_keywords_stand_anywhere() {
        assert_eq!(words("select su"), ["substr(", "sum("]);
        assert_eq!(words("sel"), ["select"]);
        assert_eq!(words("SEL"), ["SELECT"]);
    }

    #[test]
    fn texts_are_jobs_and_objects() {
        assert_eq!(completed("select * from job where job_id = 'a0"), (34, vec!["a0Jxx0000000001AAA".into()]));
        assert_eq!(words("select 'x' from job where object = 'A"), ["Account", "a0Jxx0000000001AAA"]);
    }

    #[test]
    fn commands_know_their_arguments() {
        assert_eq!(completed(".sch"), (1, vec!["schema".into()]));
        assert_eq!(words(".run fail"), ["failure-groups"]);
        assert_eq!(words(".run failure-groups "), ["job=", "object="]);
        assert_eq!(completed(".run failure-groups job=a"), (24, vec!["a0Jxx0000000001AAA".into()]));
        assert_eq!(words(".mode ma"), ["markdown"]);
    }
}
