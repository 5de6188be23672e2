//! What part of a store is looked at: jobs and objects as people name them.

use serde::Deserialize;

use super::session::Session;
use crate::error::{Error, Result, nearest};
use crate::message::id;

/// What part of a store is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these jobs, by id (15 or 18 characters) or name; all where empty.
    pub jobs: Vec<String>,
    /// Only these objects; all where empty.
    pub objects: Vec<String>,
    /// From this moment on (ISO 8601, UTC).
    pub since: Option<String>,
    /// Before this moment (ISO 8601, UTC).
    pub until: Option<String>,
    /// The moment that counts as now (ISO 8601, UTC).
    pub as_of: Option<String>,
}

#[derive(Deserialize)]
struct Known {
    job_id: String,
    name: Option<String>,
}

const JOBS: &str = "
    select distinct coalesce(n.job_id, o.job_id, j.job_id) as job_id, j.name
    from (select distinct job_id from stored.outcome) o
    left join (select name, min(job_id) as job_id from stored.sync_job where job_id <> name group by name having count(distinct job_id) = 1) n on n.name = o.job_id
    full join sync_job j on j.job_id = coalesce(n.job_id, o.job_id)
    where coalesce(n.job_id, o.job_id, j.job_id) is not null order by all";
const OBJECTS: &str =
    "select distinct object as job_id, null::varchar as name from stored.outcome where object is not null order by all";

impl Filter {
    /// Whether it leaves nothing out.
    pub(super) fn takes_all(&self) -> bool {
        self.jobs.is_empty() && self.objects.is_empty() && self.since.is_none() && self.until.is_none()
    }

    /// The same filter with the ids of the jobs and the exact names of the objects.
    pub(super) fn resolved(&self, session: &Session) -> Result<Filter> {
        let mut filter = self.clone();
        if !self.jobs.is_empty() {
            let known: Vec<Known> = session.rows(JOBS)?;
            filter.jobs = self.jobs.iter().map(|job| find("job", job, &known)).collect::<Result<_>>()?;
        }
        if !self.objects.is_empty() {
            let known: Vec<Known> = session.rows(OBJECTS)?;
            filter.objects = self.objects.iter().map(|object| find("object", object, &known)).collect::<Result<_>>()?;
        }
        Ok(filter)
    }
}

/// The id of the job that is named by its id (15 or 18 characters) or its name.
///
/// # Errors
/// There is none, or there are several; with their ids, or the nearest names.
pub fn find_job(session: &Session, wanted: &str) -> Result<String> {
    find("job", wanted, &session.rows::<Known>(JOBS)?)
}

fn find(what: &str, wanted: &str, known: &[Known]) -> Result<String> {
    let canonical = id::canonical(wanted.as_bytes()).and_then(|id| String::from_utf8(id.to_vec()).ok());
    let by_id = known.iter().find(|entry| entry.job_id == wanted || Some(&entry.job_id) == canonical.as_ref());
    if let Some(entry) = by_id {
        return Ok(entry.job_id.clone());
    }
    let same = |text: &str| text.eq_ignore_ascii_case(wanted);
    let named: Vec<&Known> =
        known.iter().filter(|entry| same(&entry.job_id) || entry.name.as_deref().is_some_and(same)).collect();
    match named.as_slice() {
        [entry] => Ok(entry.job_id.clone()),
        [] => {
            let error = Error::new(format!("there is no {what} '{wanted}' in the store"));
            let names = known.iter().flat_map(|entry| [Some(entry.job_id.as_str()), entry.name.as_deref()]).flatten();
            Err(match nearest(wanted, names) {
                Some(near) => error.hint(format!("did you mean '{near}'?")),
                None => error.hint(format!("there are: {}", some(known))),
            })
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|entry| entry.job_id.as_str()).collect();
            Err(Error::new(format!("{} {what}s are named '{wanted}'", ids.len())).hint(format!("use the id: {}", ids.join(", "))))
        }
    }
}

/// The first few, for a hint.
fn some(known: &[Known]) -> String {
    const MOST: usize = 8;
    let mut names: Vec<&str> = known.iter().take(MOST).map(|entry| entry.name.as_deref().unwrap_or(&entry.job_id)).collect();
    if known.len() > MOST {
        names.push("...");
    }
    names.join(", ")
}
