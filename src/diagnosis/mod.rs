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

use crate::engine::{Rows, Session};
use crate::error::Result;
use crate::query::{self, Catalogue, Given, Query};
use effect::Effects;
use finding::{FirstRows, JobNames};

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
    /// The SQL that gives the counts of what is different and of the changes, by their names; none where a list is empty.
    pub sql: BTreeMap<&'static str, String>,
    /// Failed rows that are consequences of others, as the data shows it.
    pub cascaded: u64,
}

/// What is read beside the checks.
struct Beside {
    effects: Effects,
    job_names: JobNames,
    first_rows: FirstRows,
    different: Vec<Difference>,
    changes: Vec<Change>,
}

impl Beside {
    fn of(session: &Session) -> Result<Beside> {
        let job_names = finding::job_names(session)?;
        Ok(Beside {
            effects: Effects::of(session)?,
            first_rows: FirstRows::of(session)?,
            different: different::differences(session, &job_names)?,
            changes: change::changes(session)?,
            job_names,
        })
    }
}

/// What all checks but those that tell the rest have answered.
pub struct Checked<'a> {
    catalogue: &'a Catalogue,
    given: &'a Given,
    evidence: Evidence,
    answers: Vec<(&'a Query, Result<Rows>)>,
    /// What no check explains is known when the others are done.
    rest: Vec<&'a Query>,
    beside: Beside,
}

impl<'a> Checked<'a> {
    /// Runs every check of `catalogue` over the store behind `session` that can run by itself.
    pub fn of(session: &Session, catalogue: &'a Catalogue, given: &'a Given) -> Result<Self> {
        let evidence = Evidence::of(session)?;
        let (rest, checks): (Vec<&Query>, Vec<&Query>) =
            catalogue.checks().filter(|check| evidence.has_needs(check)).partition(|check| check.rest);
        let (for_checks, for_others) = (session.another()?, session.another()?);
        let (answers, beside) = rayon::join(move || query::run_all(&for_checks, &checks, given), move || Beside::of(&for_others));
        Ok(Self { catalogue, given, evidence, answers, rest, beside: beside? })
    }

    /// Runs the checks that tell the rest, and draws the conclusions, most of it on one core.
    pub fn conclude(self, session: &Session) -> Result<Diagnosis> {
        let Self { catalogue, given, evidence, answers, rest, beside } = self;
        let Beside { effects, job_names, first_rows, different, changes } = beside;

        let mut findings: Vec<Finding> = Vec::new();
        let mut fired: BTreeMap<&str, bool> = BTreeMap::new();
        let mut explained = effect::Rows::new();
        let rest = std::iter::once_with(|| query::run_all(session, &rest, given));
        for answers in std::iter::once(answers).chain(rest) {
            for (check, rows) in answers {
                let found = finding::findings(check, &rows?, given, &job_names)?;
                fired.insert(&check.name, !found.is_empty());
                findings.extend(found);
            }
            plan::hide(&mut findings, catalogue, &effects);
            explained = plan::explained(&findings, catalogue, &effects);
            effects.keep_explained(session, &explained)?;
        }
        let verdicts =
            catalogue.checks().map(|check| verdict(check, &evidence, fired.get(check.name.as_str()).copied())).collect();
        plan::order(&mut findings, catalogue, &effects);
        plan::put_beneath(&mut findings, catalogue, &effects);
        first_rows.add_to(&mut findings);
        let sql = [
            ("different", (!different.is_empty()).then(|| different::sql(&different))),
            ("changes", (!changes.is_empty()).then(|| change::sql(&changes))),
        ];
        Ok(Diagnosis {
            verdicts,
            sql: sql.into_iter().filter_map(|(list, sql)| Some((list, sql?))).collect(),
            fix_plan: plan::fix_plan(&findings, catalogue, &effects),
            coverage: plan::coverage(&explained, &effects),
            cascaded: effects.cascaded(),
            findings,
            different,
            changes,
        })
    }
}

/// Runs every check of `catalogue` over the store behind `session`, and draws the conclusions.
pub fn diagnose(session: &Session, catalogue: &Catalogue, given: &Given) -> Result<Diagnosis> {
    Checked::of(session, catalogue, given)?.conclude(session)
}

/// What a check answered, by whether it found something; none where it could not run.
fn verdict(check: &Query, evidence: &Evidence, fired: Option<bool>) -> Verdict {
    let missing = evidence.missing(check);
    let verdict = match fired {
        // What a check finds stands, even where further sources could show more.
        Some(true) => Answer::Fired,
        Some(false) if missing.is_empty() => Answer::Clear,
        _ => Answer::Undecidable,
    };
    Verdict {
        check: check.name.clone(),
        title: check.title.clone(),
        verdict,
        looked_at: evidence.looked_at(check),
        missing: if verdict == Answer::Undecidable { missing } else { Vec::new() },
    }
}
