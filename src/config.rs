//! The configuration file `synclens.toml`.

use std::path::Path;

use serde::Deserialize;
use toml::map::Map;

use crate::error::{Error, Place, Result};
use crate::message::Rule;
use crate::report::budget::Budget;

/// The name of the file, looked for in the working folder.
pub const FILE: &str = "synclens.toml";

/// What the user configured.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Values of parameters of queries: query to parameter to value.
    pub params: Map<String, toml::Value>,
    /// What a report must keep to.
    pub budget: Option<Budget>,
    /// The user's own rules for failure families.
    #[serde(rename = "message_rule")]
    pub message_rules: Vec<Rule>,
    /// How long the org keeps rows.
    pub retention: Retention,
}

/// How long the org keeps rows.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days after which audit rows vanish.
    pub audit_rows_days: u32,
}

impl Default for Retention {
    /// What the package does unless it is configured otherwise.
    fn default() -> Self {
        Self { audit_rows_days: 90 }
    }
}

impl Config {
    /// Reads the file that was named, else the one in the working folder if there is one.
    pub fn load(named: Option<&Path>) -> Result<Config> {
        let path = match named {
            Some(path) => path,
            None if Path::new(FILE).exists() => Path::new(FILE),
            None => return Ok(Config::default()),
        };
        let text = std::fs::read_to_string(path).place(|| format!("cannot read '{}'", path.display()))?;
        toml::from_str(&text).map_err(|error| Error::new(format!("'{}': {}", path.display(), error.to_string().trim())))
    }

    /// The values of parameters, for the queries that have them.
    pub fn given(&self, everywhere: &[(String, String)]) -> crate::query::Given {
        let of_query = self.params.iter().flat_map(|(query, values)| {
            values.as_table().into_iter().flatten().map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
                (query.clone(), name.clone(), text)
            })
        });
        crate::query::Given { everywhere: everywhere.to_vec(), of_query: of_query.collect() }
    }
}
