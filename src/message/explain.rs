//! What `synclens explain` tells about a code.

use serde::Serialize;

use super::category::{Category, Retry};
use super::codes;

/// Everything that is known about one code.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The code as Salesforce writes it.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// The kind of failure.
    pub category: Category,
    /// Whether the same record can succeed later.
    pub retry: Retry,
}

/// The explanation of a code, in any case; else the nearest names.
pub fn explain(code: &str) -> Result<Explanation, Vec<&'static str>> {
    let entry = codes::find(code).or_else(|| codes::all().iter().find(|entry| entry.code.eq_ignore_ascii_case(code)));
    let entry = entry.ok_or_else(|| codes::near(code))?;
    Ok(Explanation { code: entry.code, meaning: entry.meaning, category: entry.category, retry: entry.retry })
}
