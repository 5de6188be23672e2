//! The story of one record: every job that held it, what happened, why, and what depends on it.

use serde::{Deserialize, Serialize};

use super::page::{Page, Section, Table};
use crate::engine::{Parameters, Session, Value};
use crate::error::{Error, Result};
use crate::message::id::{self, Reading};
use crate::report::status;
use crate::report::words::{count, time};

/// What all jobs of a store did with one record.
#[derive(Debug, Serialize)]
pub struct Story {
    /// The version of this format.
    pub version: u32,
    /// The id that was asked for, 18 characters.
    pub id: String,
    /// What happened, in the order of time.
    pub events: Vec<Event>,
    /// Records that failed because this one did, by job and object.
    pub dependents: Vec<Dependents>,
}

/// One audit row of the record.
#[derive(Debug, Serialize, Deserialize)]
pub struct Event {
    /// When it was last changed.
    pub at: Option<String>,
    /// The job.
    pub job_id: Option<String>,
    /// The job's name.
    pub job_name: Option<String>,
    /// The object.
    pub object: Option<String>,
    /// The record in the source.
    pub source_id: Option<String>,
    /// The record in the target.
    pub destination_id: Option<String>,
    /// The target org.
    pub destination_org_id: Option<String>,
    /// The status code.
    pub status_code: Option<i64>,
    /// Whether it failed.
    pub failed: bool,
    /// The error message as it stands.
    pub error_message: Option<String>,
    /// The code that the message was read as.
    pub code: Option<String>,
    /// The innermost code.
    pub root_code: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// now, after_fix, never or unknown.
    pub retry: Option<String>,
    /// The fields that the message blames.
    pub fields: Option<Vec<String>>,
    /// The rule, trigger, flow, class or object that the message names.
    pub entity: Option<String>,
    /// The family of the message.
    pub family_id: Option<String>,
    /// The object of the record whose failure this is a consequence of.
    pub root_object: Option<String>,
    /// Its source id; null where only the object is known.
    pub root_id: Option<String>,
    /// Its message.
    pub root_message: Option<String>,
    /// How that is known: `exact_id`, `level` or `order`.
    pub known_by: Option<String>,
    /// The file of the row.
    pub file: Option<String>,
    /// Its place in the file.
    pub row_number: u64,
}

/// Records of one object that failed in a job because this one did.
#[derive(Debug, Serialize, Deserialize)]
pub struct Dependents {
    /// The job.
    pub job_id: Option<String>,
    /// The object.
    pub object: Option<String>,
    /// How many, over all levels.
    pub records: u64,
    /// Some of them.
    pub samples: Vec<String>,
}

const OWN: &str = "create temp table own as select * from audit_log where source_id = $id or destination_id = $id";
const EVENTS: &str = "
    select o.\"at\", o.job_id, j.name as job_name, o.object, o.source_id, o.destination_id, o.destination_org_id, o.status_code, o.failed, o.error_message,
        g.code, g.root_code, g.category, g.retry, g.fields, g.entity, g.family_id, coalesce(c.root_object, r.object) as root_object, r.source_id as root_id,
        r.error_message as root_message, c.known_by, regexp_replace(e.file, '^.*[/\\\\]', '') as file, o.row_number
    from own o
    left join job j on j.job_id = o.job_id
    left join message_group g on g.group_id = o.group_id
    left join cascade c on c.export_id = o.export_id and c.row_number = o.row_number
    left join audit_log r on r.export_id = c.root_export_id and r.row_number = c.root_row_number
    left join export e on e.export_id = o.export_id
    order by coalesce(o.\"at\", j.started_at) nulls last, o.job_id, o.export_id, o.row_number";
const DEPENDENTS: &str = "
    select a.job_id, a.object, count(*) as records, list_sort(min(coalesce(a.source_id, ''), 3)) as samples
    from exact_cascade c join own o on o.export_id = c.root_export_id and o.row_number = c.root_row_number
    join audit_log a on a.export_id = c.export_id and a.row_number = c.row_number
    group by a.job_id, a.object order by a.job_id, records desc, a.object";

/// The 18-character form of an id that a person typed or pasted.
///
/// # Errors
/// It is no id, with what is wrong about it.
pub fn canonical(typed: &str) -> Result<String> {
    let typed = typed.trim();
    let (reading, full) = id::read(typed.as_bytes());
    match full {
        Some(full) => Ok(String::from_utf8_lossy(&full).into_owned()),
        None if reading == Reading::WrongChecksum => {
            let (_, right) = id::read(&typed.as_bytes()[..15]);
            let right = right.map(|id| String::from_utf8_lossy(&id).into_owned()).unwrap_or_default();
            Err(Error::new(format!("'{typed}' is no record id: its last three characters do not agree with the others"))
                .hint(format!("copy it again, or give only its first 15 characters, which would be '{right}' in full")))
        }
        None => {
            let length = typed.chars().count();
            let what = match length {
                15 | 18 => "it holds characters that no id has".to_string(),
                _ => format!("it has {length} characters"),
            };
            Err(Error::new(format!("'{}' is no record id: {what}", typed.escape_debug()))
                .hint("an id has 15 or 18 letters and digits, such as 0015g00000A1b2C or 0015g00000A1b2CAAR"))
        }
    }
}

/// The story of the record with this id, in the source or in the target.
///
/// # Errors
/// No job of the store holds it.
pub fn story(session: &Session, id: &str) -> Result<Story> {
    let parameters = Parameters::from([("id".into(), Value::Text(id.into()))]);
    session.query(OWN, &parameters)?;
    let events: Vec<Event> = session.rows(EVENTS)?;
    if events.is_empty() {
        return Err(Error::new(format!("no job of the store holds the record '{id}', neither as source nor as target"))
            .hint("`synclens jobs` lists the jobs of the store; is the audit log of the right job in it?"));
    }
    let dependents = session.rows(DEPENDENTS)?;
    Ok(Story { version: 1, id: id.into(), events, dependents })
}

impl Story {
    /// The story as a page for people.
    pub fn page(&self) -> Page {
        let last = self.events.iter().rev().find(|event| event.failed || !matches!(event.status_code, None | Some(9)));
        let object = self.events.iter().find_map(|event| event.object.as_deref()).unwrap_or("record");
        let mut page = Page::new(format!("{object} {}", self.id));
        page.lead(match last {
            None => "It was scanned, and never processed.".into(),
            Some(event) if event.failed => format!("It failed in {} last.", job(event)),
            Some(event) => format!("{} in {} last.", status_of(event), job(event)),
        });
        let attempts = self.events.iter().filter(|event| event.failed).count() as u64;
        page.lead(format!(
            "{} of {} failed.",
            count(attempts),
            crate::report::words::counted(self.events.len() as u64, "audit row")
        ));
        let mut happened = Table::new(&["when", "job", "what happened", "source", "target", "file", "row"]);
        let mut why = Table::new(&["job", "code", "category", "retry", "blames", "message"]);
        let mut roots = Table::new(&["job", "because of", "record", "known by", "its message"]);
        for event in &self.events {
            let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
            happened.row([
                event.at.as_deref().map_or("–".into(), time),
                job(event),
                status_of(event),
                text(&event.source_id),
                text(&event.destination_id),
                text(&event.file),
                event.row_number.to_string(),
            ]);
            if event.failed {
                let blamed: Vec<String> = event.fields.iter().flatten().cloned().chain(event.entity.clone()).collect();
                let retry = event.retry.as_deref().unwrap_or("unknown").replace('_', " ");
                why.row([
                    job(event),
                    text(&event.code),
                    text(&event.category),
                    retry,
                    blamed.join(", "),
                    text(&event.error_message),
                ]);
            }
            if event.root_object.is_some() {
                let known = match event.known_by.as_deref() {
                    Some("exact_id") => "its id in the message",
                    Some("level") => "the level above failed (possible)",
                    _ => "an object before it failed (possible)",
                };
                roots.row([job(event), text(&event.root_object), text(&event.root_id), known.into(), text(&event.root_message)]);
            }
        }
        page.section(Section::new("What happened", happened));
        page.section(Section::new("Why it failed", why).whole());
        page.section(Section::new("What it is a consequence of", roots).whole());
        let mut dependents = Table::new(&["job", "object", "records", "such as"]);
        for of in &self.dependents {
            dependents.row([
                self.events.iter().find(|event| event.job_id == of.job_id).map(job).unwrap_or_default(),
                of.object.clone().unwrap_or_default(),
                count(of.records),
                of.samples.join(" "),
            ]);
        }
        page.section(Section::new("What failed because of it", dependents));
        page
    }
}

fn job(event: &Event) -> String {
    event.job_name.clone().or_else(|| event.job_id.clone()).unwrap_or_else(|| "a job without a name".into())
}

fn status_of(event: &Event) -> String {
    let name = status::name(&event.status_code.map_or(crate::report::model::BLANK.into(), |code| code.to_string()));
    if event.failed && !matches!(event.status_code, Some(1 | 3)) { format!("{name}, with an error") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_both_lengths() {
        assert_eq!(canonical("0034K000004Vm4y").expect("an id"), "0034K000004Vm4yQAC");
        assert_eq!(canonical(" 0034K000004Vm4yQAC ").expect("an id"), "0034K000004Vm4yQAC");
        assert_eq!(canonical("0034K000004VM4YQAC").expect("a spreadsheet's capitals are put right"), "0034K000004Vm4yQAC");
    }

    #[test]
    fn a_wrong_id_says_what_is_wrong() {
        let said = |typed: &str| canonical(typed).expect_err("no id").to_string();
        assert!(said("0034K000004Vm4yQAD").contains("last three characters"));
        assert!(said("0034K000004Vm4").contains("14 characters"));
        assert!(said("0034K00000-Vm4y").contains("no id has"));
        assert!(said("日本日本日本日本日本日本日本日本日本").contains("no id has"));
        assert!(said("").contains("0 characters"));
    }
}
