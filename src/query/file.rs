//! One `.sql` file: its front matter, and its SQL.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::map::Map;

use crate::error::{Error, Result};

/// A named query; a check is a query that diagnoses.
#[derive(Debug)]
pub struct Query {
    /// The stem of its file.
    pub name: String,
    /// The folder of its file: `analysis`, or the area of a check.
    pub area: String,
    /// One line: what it shows, or what is wrong when it fires.
    pub title: String,
    /// The heading of the vendor's troubleshooting guide that it belongs to; none beyond the guide.
    pub guide: Option<String>,
    /// How bad it is when it fires; none for a query that only shows.
    pub severity: Option<Severity>,
    /// A diagnosis, or a summary.
    pub kind: Kind,
    /// Tables or columns (`sync_job.status`) without which it cannot be decided.
    pub needs: Vec<String>,
    /// At least one of these is needed.
    pub any_of: Vec<String>,
    /// Tables or columns that are used where they are there.
    pub sharpens: Vec<String>,
    /// Checks whose findings on the same rows this one makes redundant.
    pub hides: Vec<String>,
    /// Whether its findings explain failed rows.
    pub explains: bool,
    /// Whether the rows of its findings failed because others did: they are fixed with those.
    pub follows: bool,
    /// Whether it tells what the other checks do not explain (table `explained`): it runs after them.
    pub rest: bool,
    /// What a finding says, with `{column}` placeholders.
    pub says: String,
    /// What to do, in order, with `{column}` placeholders.
    pub actions: Vec<String>,
    /// What it means, for `explain`.
    pub means: String,
    /// When to ignore it.
    pub ignore: String,
    /// Its parameters, in the order of the file.
    pub params: Vec<Param>,
    /// The smallest data on which it fires.
    pub fires: Vec<Example>,
    /// Near misses on which it stays silent.
    pub silent: Vec<Example>,
    /// The SELECT, without the front matter.
    pub sql: String,
    /// It came with the tool, not from a folder of the user's.
    pub is_built_in: bool,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Expected, or explains numbers.
    Info,
    /// Risk or waste.
    Warning,
    /// Records failed.
    Error,
    /// A job is stuck, nothing works.
    Critical,
}

/// Whether a finding is a diagnosis or only sums up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It names what is wrong.
    #[default]
    Diagnosis,
    /// It only sums up: never ranked, explains nothing.
    Summary,
}

/// A parameter of a query, bound as `$name`.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its SQL type: VARCHAR, INTEGER, BIGINT, DOUBLE or BOOLEAN.
    pub sql: String,
    /// The value where none is given; null where there is none.
    pub default: Option<toml::Value>,
    /// What it does, with its unit.
    pub doc: String,
}

/// Data on which a check fires or stays silent.
#[derive(Debug, Clone)]
pub struct Example {
    /// Tables as CSV.
    pub tables: Vec<(String, String)>,
    /// The rows that it then gives, as CSV of the columns that matter; empty for silence.
    pub gives: String,
    /// The moment that counts as now.
    pub as_of: Option<String>,
    /// Values of parameters.
    pub params: Vec<(String, String)>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct FrontMatter {
    title: String,
    guide: String,
    severity: Option<Severity>,
    kind: Kind,
    needs: Vec<String>,
    any_of: Vec<String>,
    sharpens: Vec<String>,
    hides: Vec<String>,
    explains: Option<bool>,
    follows: bool,
    rest: bool,
    says: String,
    actions: Vec<String>,
    means: String,
    ignore: String,
    params: Map<String, toml::Value>,
    fires: Vec<Map<String, toml::Value>>,
    silent: Vec<Map<String, toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParamEntry {
    r#type: String,
    default: Option<toml::Value>,
    #[serde(default)]
    doc: String,
}

impl Query {
    /// Reads the text of a query file; its name and area come from `path`.
    pub fn parse(path: &Path, text: &str) -> Result<Query> {
        let wrong = |reason: String| {
            Error::new(format!("'{}': {reason}", path.display()))
                .hint("a query file is a comment with TOML in it (title, params, ...), then one SELECT; see any file in queries/")
        };
        let (front, sql) = text
            .trim_start()
            .strip_prefix("/*")
            .and_then(|rest| rest.split_once("*/"))
            .ok_or_else(|| wrong("it does not begin with a comment that holds its front matter".into()))?;
        let front: FrontMatter =
            toml::from_str(front).map_err(|error| wrong(format!("front matter: {}", error.to_string().trim())))?;
        let stem = |path: Option<&std::ffi::OsStr>| path.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default();
        let params = front
            .params
            .into_iter()
            .map(|(name, entry)| {
                let entry: ParamEntry = entry.try_into().map_err(|error| wrong(format!("parameter '{name}': {error}")))?;
                Ok(Param { name, sql: entry.r#type.to_uppercase(), default: entry.default, doc: entry.doc })
            })
            .collect::<Result<_>>()?;
        let examples = |list: Vec<Map<String, toml::Value>>| -> Result<Vec<Example>> {
            list.into_iter().map(|entry| example(entry).map_err(&wrong)).collect()
        };
        if front.title.is_empty() {
            return Err(wrong("it has no title".into()));
        }
        Ok(Query {
            name: stem(path.file_stem()),
            area: stem(path.parent().and_then(Path::file_name)),
            title: front.title,
            guide: Some(front.guide).filter(|guide| !guide.is_empty()),
            explains: front.explains.unwrap_or(front.severity.is_some() && front.kind == Kind::Diagnosis),
            severity: front.severity,
            kind: front.kind,
            needs: front.needs,
            any_of: front.any_of,
            sharpens: front.sharpens,
            hides: front.hides,
            follows: front.follows,
            rest: front.rest,
            says: front.says,
            actions: front.actions,
            means: front.means.trim().to_string(),
            ignore: front.ignore.trim().to_string(),
            params,
            fires: examples(front.fires)?,
            silent: examples(front.silent)?,
            sql: sql.trim().trim_end_matches(';').to_string(),
            is_built_in: false,
        })
    }

    /// Whether it diagnoses.
    pub fn is_check(&self) -> bool {
        self.severity.is_some()
    }
}

fn example(entry: Map<String, toml::Value>) -> Result<Example, String> {
    let mut example = Example { tables: Vec::new(), gives: String::new(), as_of: None, params: Vec::new() };
    for (key, value) in entry {
        match (key.as_str(), value) {
            ("gives", toml::Value::String(text)) => example.gives = text.trim().to_string(),
            ("as_of", toml::Value::String(text)) => example.as_of = Some(text),
            ("as_of", toml::Value::Datetime(moment)) => example.as_of = Some(moment.to_string()),
            ("params", toml::Value::Table(values)) => {
                example.params = values.into_iter().map(|(name, value)| (name, super::parameters::text_of(&value))).collect();
            }
            (table, toml::Value::String(text)) if crate::schema::table(table).is_some() => {
                example.tables.push((table.to_string(), text.trim_start().to_string()));
            }
            (key, _) => return Err(format!("an example has no key '{key}'")),
        }
    }
    Ok(example)
}
