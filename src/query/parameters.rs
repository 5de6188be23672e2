//! Values of parameters: from text, by the declared type, bound and never pasted.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::{Given, Param, Query};
use crate::engine::{Parameters, Rows, Session, Value};
use crate::error::{Error, Result, nearest};

impl Query {
    /// Runs the query with the given values of its parameters and the defaults of the others. One of the user's own must
    /// be a single SELECT; those of the tool are, as a test says.
    pub fn run(&self, session: &Session, given: &Given) -> Result<Rows> {
        let run = if self.is_built_in { Session::query } else { Session::select };
        run(session, &self.sql, &self.values(given)?).map_err(|error| error.at(format!("query '{}'", self.name)))
    }

    /// Like [`Query::run`], but hands the rows on as they come.
    pub fn stream(&self, session: &Session, given: &Given, each: &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<SchemaRef> {
        let stream = if self.is_built_in { Session::stream } else { Session::stream_select };
        stream(session, &self.sql, &self.values(given)?, each)
    }

    /// Refuses a value for a parameter that the query does not have.
    pub fn accepts(&self, given: &Given) -> Result<()> {
        given.everywhere.iter().try_for_each(|(name, _)| self.has(name))
    }

    /// Refuses a parameter that the query does not have.
    pub(super) fn has(&self, name: &str) -> Result<()> {
        let mut names = self.params.iter().map(|param| param.name.as_str());
        if names.clone().any(|known| known == name) {
            return Ok(());
        }
        Err(Error::new(format!("query '{}' has no parameter '{name}'", self.name)).hint(match nearest(name, &mut names) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("`synclens query {} --help` lists its parameters", self.name),
        }))
    }

    /// The SQL with the values of its parameters in place of their names, for a person who wants to run it again.
    pub fn sql_with_values(&self, given: &Given) -> Result<String> {
        let mut sql = self.sql.clone();
        // Longer names first: `$rows` must not be found in `$rows_at_least`.
        let mut values: Vec<(String, Value)> = self.values(given)?.into_iter().collect();
        values.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for (name, value) in values {
            let text = match value {
                Value::Null => "null".into(),
                Value::Int(value) => value.to_string(),
                Value::Float(value) => value.to_string(),
                Value::Bool(value) => value.to_string(),
                Value::Text(value) => crate::engine::literal(&value),
            };
            sql = sql.replace(&format!("${name}"), &text);
        }
        Ok(sql)
    }

    fn values(&self, given: &Given) -> Result<Parameters> {
        self.params
            .iter()
            .map(|param| {
                let own = given
                    .of_query
                    .iter()
                    .filter(|(query, name, _)| *query == self.name && *name == param.name)
                    .map(|(_, _, text)| text);
                let any = given.everywhere.iter().filter(|(name, _)| *name == param.name).map(|(_, text)| text);
                let value = match own.chain(any).next_back() {
                    Some(text) => param.value(text)?,
                    None => param.default.as_ref().map_or(Ok(Value::Null), |default| param.value(&text_of(default)))?,
                };
                Ok((param.name.clone(), value))
            })
            .collect()
    }
}

impl Param {
    /// `text` as a value of the parameter's type.
    pub fn value(&self, text: &str) -> Result<Value> {
        let wrong = || Error::new(format!("parameter '{}' is of type {}, '{text}' is not", self.name, self.sql));
        match self.sql.as_str() {
            "INTEGER" | "BIGINT" => text.parse().map(Value::Int).map_err(|_| wrong()),
            "DOUBLE" => text.parse().map(Value::Float).map_err(|_| wrong()),
            "BOOLEAN" => text.parse().map(Value::Bool).map_err(|_| wrong()),
            _ => Ok(Value::Text(text.to_string())),
        }
    }
}

/// A TOML value as the text that a user would give for it.
pub(super) fn text_of(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
