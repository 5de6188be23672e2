//! What went wrong: every check's verdict, the findings in order, what to fix first, and what is different about the failures.

mod answer;
mod change;
mod different;
mod effect;
mod evidence;
mod finding;
mod plan;

use std::collections::BTreeMap;

pub use answer::{Answer, AuditRow, Axis, Change, Coverage, Difference, Finding, Fix, Missing, Verdict};
pub use evidence::Evidence;
pub use finding::NARROWED;

use crate::engine::Session;
use crate::error::Result;
use crate::query::{self, Catalogue, Given, Query};
use effect::Effects;

/// The whole diagnosis of a store.
#[derive(Debug)]
pub struct Diagnosis {
    /// What each check answered, in the order of the catalogue.
    pub verdicts: Vec<Verdict>,
    /// What they found, worst first, summaries last.
    pub findings: Vec<Finding>,
    /// What to fix, in order.
    pub fix_plan: Vec<Fix>,
    /// How many of the failed rows a finding explains.
    pub coverage: Coverage,
    /// What failed rows have more often than the others.
    pub different: Vec<Difference>,
    /// Where along the insert order the failure rate changed.
    pub changes: Vec<Change>,
    /// Failed rows that are consequences of others, as the data shows it.
    pub cascaded: u64,
}

/// Runs every check of `catalogue` over the store behind `session`.
pub fn diagnose(session: &Session, catalogue: &Catalogue, given: &Given) -> Result<Diagnosis> {
    let evidence = Evidence::of(session)?;
    let checks: Vec<&Query> = catalogue.checks().collect();
    let decidable: Vec<&Query> = checks.iter().copied().filter(|check| evidence.has_needs(check)).collect();
    let mut answers = BTreeMap::new();
    for (check, rows) in decidable.iter().zip(query::run_all(session, &decidable, given)) {
        answers.insert(check.name.as_str(), finding::findings(check, &rows?, given)?);
    }
    let verdicts = checks
        .iter()
        .map(|check| {
            let missing = evidence.missing(check);
            let verdict = match answers.get(check.name.as_str()) {
                // What a check finds stands, even where further sources could show more.
                Some(found) if !found.is_empty() => Answer::Fired,
                Some(_) if missing.is_empty() => Answer::Clear,
                _ => Answer::Undecidable,
            };
            let missing = if verdict == Answer::Undecidable { missing } else { Vec::new() };
            Verdict {
                check: check.name.clone(),
                title: check.title.clone(),
                verdict,
                looked_at: evidence.looked_at(check),
                missing,
            }
        })
        .collect();
    let effects = Effects::of(session)?;
    let mut findings: Vec<Finding> = answers.into_values().flatten().collect();
    plan::hide(&mut findings, catalogue, &effects);
    plan::order(&mut findings, catalogue, &effects);
    finding::add_samples(session, &mut findings)?;
    Ok(Diagnosis {
        verdicts,
        fix_plan: plan::fix_plan(&findings, catalogue, &effects),
        coverage: plan::coverage(&findings, catalogue, &effects),
        cascaded: effects.cascaded(),
        findings,
        different: different::differences(session)?,
        changes: change::changes(session)?,
    })
}
