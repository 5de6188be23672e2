//! The object whose records an export holds, where its records or its name tell: many objects have an Id and a Status, so that a header
//! alone would take them for ours.

use crate::error::{Error, Result};
use crate::message::prefixes;
use crate::schema::{self, Header, Source, Table, normalise};

/// What is told of the object.
#[derive(Debug, Clone, Copy)]
pub enum Object<'a> {
    /// It is that of this table.
    Ours(&'static Table),
    /// The error viewer wrote the file, of audit rows of this object.
    Errors(&'a str),
    /// The records say that they are of this object, which is none of ours.
    Other(&'a str),
    /// The name of the file is that of an object which is none of ours; people give such names to audit rows of the object too.
    Named(&'a str),
    /// Nothing, but the file may be named after one of our tables.
    Untold(Option<&'static Table>),
}

/// Columns that only audit rows have, of which a file named after another object must have so many to be an audit log.
const TELLING_COLUMNS: usize = 3;

/// What the headers of the error viewer mean beside those that every export may have.
const ERROR_HEADERS: [(&str, &str); 4] =
    [("source_id", "Source Id"), ("source_id", "Record Id"), ("source_id", "Record Name"), ("error_message", "Message")];

impl<'a> Object<'a> {
    /// What the file's name and the `type` of its records tell.
    pub fn of(name: &'a str, records: Option<&'a str>) -> Self {
        if let Some(object) = records {
            return schema::table_of_object(object).map_or(Object::Other(object), Object::Ours);
        }
        let Some(stem) = stem(name) else { return Object::Untold(None) };
        if let Some(object) = stem.strip_prefix("errors_") {
            return Object::Errors(without_time(object));
        }
        // Parts and copies are numbered.
        let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-' | ' ' | '(' | ')'));
        let is_custom = stem.to_ascii_lowercase().ends_with("__c");
        match schema::table_of_object(stem) {
            Some(table) if is_custom || table.standard => Object::Ours(table),
            None if is_custom || prefixes::is_object(stem) => Object::Named(stem),
            _ => Object::Untold(schema::table(stem)),
        }
    }

    /// Reads `headers` as those of the object's table.
    pub fn header(self, headers: &[String]) -> Option<Header> {
        match self {
            Object::Ours(table) => Some(Header::of_table(table, headers)),
            Object::Errors(_) => Some(error_header(headers)).filter(|header| header.is_marked || header.has("error_message")),
            Object::Other(_) => None,
            Object::Named(_) => Header::recognise(headers)
                .filter(|header| header.table.name == "audit_log" && header.telling_columns >= TELLING_COLUMNS),
            Object::Untold(table) => Header::recognise(headers).or_else(|| table.map(|table| Header::of_table(table, headers))),
        }
    }

    /// Fails where what is told is why no header was found.
    pub fn is_possible(self) -> Result<()> {
        let (told, object) = match self {
            Object::Other(object) => ("its records are of", object),
            Object::Named(object) => ("its name says that it holds", object),
            Object::Ours(_) | Object::Errors(_) | Object::Untold(_) => return Ok(()),
        };
        Err(Error::new(format!("{told} {object}, which is no object of the package"))
            .hint("if it is an export of one, name it with --table"))
    }
}

/// The name of a file without folders.
pub fn file_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The name of a file without folders and extensions.
pub fn stem(name: &str) -> Option<&str> {
    file_name(name).split('.').next().filter(|stem| !stem.is_empty())
}

/// The object in `{object}_{timestamp}`; it may hold underscores itself.
fn without_time(stem: &str) -> &str {
    let is_time =
        |part: &str| part.len() >= 4 && part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z' | b'-'));
    let mut object = stem;
    while let Some((before, last)) = object.rsplit_once('_').filter(|(_, last)| is_time(last)) {
        object = before;
        if last.len() >= 8 {
            break;
        }
    }
    if is_time(object) { "" } else { object }
}

fn error_header(headers: &[String]) -> Header {
    let mut header = Header::of_table(schema::audit_log(), headers);
    for (column, spelling) in ERROR_HEADERS {
        let key = normalise(spelling).key;
        let field = headers.iter().position(|header| normalise(header).key == key);
        if let (false, Some(field), Some(index)) = (header.has(column), field, header.table.column(column)) {
            header.columns.iter_mut().for_each(|source| *source = source.filter(|source| source.position() != field));
            header.columns[index] = Some(Source::Field(field));
            header.unknown.retain(|unknown| *unknown != field);
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_records_tell_the_object() {
        let cases = [
            ("WE_1.ZIP/DSYNC__OrgMaster__c.csv", None, "Ours org_master"),
            ("DSYNC__DataSyncAuditLog__c_2.csv", None, "Ours audit_log"),
            ("AsyncApexJob.csv", None, "Ours apex_job"),
            ("x/Case.csv", None, "Named Case"),
            ("Invoice__c (1).csv", None, "Named Invoice__c"),
            ("sync_job.csv", None, "Untold sync_job"),
            ("case notes.csv", None, "Untold"),
            ("jobs.json", Some("Lead"), "Other Lead"),
            ("Lead.json", Some("NS__DataSyncJob__c"), "Ours sync_job"),
            ("errors_Invoice_Line__c_20260105T123456.csv", None, "Errors Invoice_Line__c"),
            ("errors_Account_2026-01-05_1234.csv", None, "Errors Account"),
            ("errors_2026.csv", None, "Errors"),
        ];
        for (name, records, expected) in cases {
            let told = match Object::of(name, records) {
                Object::Ours(table) => format!("Ours {}", table.name),
                Object::Errors(object) => format!("Errors {object}"),
                Object::Other(object) => format!("Other {object}"),
                Object::Named(object) => format!("Named {object}"),
                Object::Untold(table) => format!("Untold {}", table.map_or("", |table| &table.name)),
            };
            assert_eq!(told.trim_end(), expected, "{name}");
        }
    }

    #[test]
    fn a_file_named_after_another_object_is_an_audit_log_only_if_it_looks_like_one() {
        let found = |headers: &[&str]| {
            let headers: Vec<String> = headers.iter().map(ToString::to_string).collect();
            Object::Named("Order").header(&headers).is_some()
        };
        assert!(!found(&["Id", "OrderNumber", "Status", "StatusCode"]));
        assert!(found(&["Id", "Name", "StatusCode__c", "HasError__c", "ErrorMessage__c"]));
    }

    #[test]
    fn the_error_viewer_has_names_of_its_own() {
        let headers: Vec<String> = ["Record Id", "Message"].map(String::from).to_vec();
        let header = error_header(&headers);
        assert!(header.has("source_id") && header.has("error_message") && !header.has("audit_id"));
    }
}
