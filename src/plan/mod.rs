//! From answers to actions: what to retry and what to roll back as files in order, what changed between two jobs, and the story of one record.

pub mod compare;
mod draft;
mod file;
mod folder;
mod guide;
mod job;
mod name;
pub mod page;
pub mod record;
pub mod retry;
pub mod rollback;

use serde::Serialize;

use crate::engine::literal;
use crate::error::{Error, Result};

/// How the files of a plan are written.
#[derive(Debug, Clone)]
pub struct Options {
    /// The format of the lists of records.
    pub format: Format,
    /// The address of the source org, for links to its records.
    pub source_url: Option<Address>,
    /// The address of the target org, for links to its records.
    pub target_url: Option<Address>,
    /// Rows of one file at most.
    pub rows_per_file: Option<std::num::NonZeroU64>,
    /// Days after which the org purges audit rows.
    pub retention_days: u32,
}

/// The format of the lists of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Comma-separated values, as Data Loader and the Salesforce CLI read them.
    Csv,
    /// Excel workbooks, with links that can be clicked.
    Xlsx,
}

/// The address of an org, such as `https://halden.my.salesforce.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl std::str::FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Address> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
        // It goes into workbook formulas and Markdown, so nothing in it may end a text there.
        let harmless = |c: char| c.is_ascii_alphanumeric() || "-._~:/%".contains(c);
        if host.is_empty() || !host.chars().all(harmless) {
            return Err(Error::new(format!("'{}' is no address of an org", text.escape_debug()))
                .hint("give it as the browser shows it, such as https://example.my.salesforce.com"));
        }
        Ok(Address(text.trim_end_matches('/').to_string()))
    }
}

/// The SQL of a column with the address of a record, where its id can be one; nothing where the org has no address.
fn link(org: &Option<Address>, id: &str, column: &str) -> String {
    org.as_ref().map_or(String::new(), |Address(org)| {
        format!(
            ", case when regexp_full_match({id}, '[A-Za-z0-9]{{15}}([A-Za-z0-9]{{3}})?') then {} || {id} end as \"{column}\"",
            literal(&format!("{org}/"))
        )
    })
}

/// What was written into a folder, for the user who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The files with lists of records, in the order in which they are used.
    pub files: Vec<Listed>,
    /// What the files hold and what they leave out, a line each.
    pub sums: Vec<String>,
}

/// One file with a list of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub file: String,
    /// The same records as a CSV file with the column `Id` alone, as loaders take it; none where nothing is to be loaded.
    pub ids: Option<String>,
    /// Why its records are together: `now`, `after_fix`, `delete`, ...
    pub class: String,
    /// The object of its records.
    pub object: String,
    /// Rows below its header.
    pub rows: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_carry_anything_else() {
        let read = |text: &str| text.parse::<Address>().map(|address| address.0).ok();
        assert_eq!(read("https://halden.my.salesforce.com/"), Some("https://halden.my.salesforce.com".into()));
        for wrong in ["", "halden", "javascript:alert(1)", "https://", "https://a\")&cmd|'", "https://a b", "https://a\n"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
