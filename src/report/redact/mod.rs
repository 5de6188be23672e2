//! Redaction: ids, names, mail addresses, phone numbers, URLs and quoted values become tokens that only the holder of
//! the key can turn back.
//!
//! A token is a keyed hash of its value, so that the same value has the same token in every report that is made with
//! the same key, and people can still see that two rows are about one record. Ids keep their key prefix, which says
//! what they are ids of. Names of objects, fields, codes, checks and findings stay: they are what is talked about.

mod key;
mod reveal;
mod spans;

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;

use super::model::{AuditRow, Finding, Report};
use crate::diagnosis::NARROWED;
use crate::message::id;
pub use key::Key;
pub use reveal::{Wrapping, reveal};
use spans::{Kind, Vocabulary, spans};

/// The shortest name that is looked for in texts: shorter ones are words too, unless they mix letters and digits.
const SHORTEST_NAME: usize = 4;
const SHORTEST_CODE: usize = 2;

/// Replaces what identifies people, records and orgs, and remembers it in its key.
pub struct Redactor<'k> {
    key: &'k mut Key,
    vocabulary: Vocabulary,
}

impl<'k> Redactor<'k> {
    /// A redactor for a report and its rows: it knows `names`, and those that stand alone somewhere in the report, and finds them in the
    /// texts too.
    pub fn new(key: &'k mut Key, report: &Report, names: impl IntoIterator<Item = String>) -> Self {
        let mut names: BTreeSet<String> = names.into_iter().collect();
        names.extend(report.jobs.iter().filter_map(|job| job.name.clone()));
        names.extend(report.jobs.iter().map(|job| job.job_id.clone()).filter(|job| !is_id(job)));
        // Files are named after customers and projects. Without an ending a name may be any word.
        names.extend(report.books.iter().map(|book| book.file.clone()).filter(|file| file.contains('.')));
        for finding in &report.findings {
            for (key, value) in &finding.evidence {
                collect_names(key, value, &mut names);
            }
        }
        // A template may have the name of an object, of which everybody talks.
        let is_object = |name: &str| report.objects.iter().any(|object| object.object == name);
        names.retain(|name| is_no_word(name) && !is_object(name));
        // SQL doubles the marks around its texts.
        names.extend(names.iter().filter(|name| name.contains('\'')).map(|name| name.replace('\'', "''")).collect::<Vec<_>>());
        let known = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names);
        let objects = report.objects.iter().map(|object| object.object.clone());
        let fields = report.groups.iter().flat_map(|group| group.fields.iter().cloned());
        let families = report.groups.iter().map(|group| group.family_id.clone());
        let vocabulary = Vocabulary {
            names: known.expect("names of a report are few and short"),
            kept: objects.chain(fields).chain(families).collect(),
        };
        Self { key, vocabulary }
    }

    /// The report without what identifies anybody.
    pub fn report(&mut self, report: &Report) -> Report {
        let mut shared = report.clone();
        self.texts([&mut shared.verdict]);
        self.texts(&mut shared.notes);
        shared.filters.jobs.iter_mut().for_each(|job| self.whole(job));
        shared.books.iter_mut().for_each(|book| self.whole(&mut book.file));
        for job in &mut shared.jobs {
            self.whole(&mut job.job_id);
            job.name.iter_mut().for_each(|name| self.whole(name));
        }
        for group in &mut shared.groups {
            group.jobs.iter_mut().for_each(|job| self.whole(job));
            self.texts([&mut group.pattern, &mut group.sample]);
            self.texts(&mut group.entity);
        }
        shared.trend.iter_mut().for_each(|point| self.whole(&mut point.job_id));
        for trend in &mut shared.group_trend {
            [&mut trend.job_id, &mut trend.job_before].into_iter().chain(&mut trend.last_seen).for_each(|job| self.whole(job));
        }
        shared.failures.iter_mut().for_each(|failures| self.whole(&mut failures.job_id));
        shared.order.iter_mut().for_each(|position| self.whole(&mut position.job_id));
        shared.activity.iter_mut().for_each(|activity| self.whole(&mut activity.job_id));
        shared.changes.iter_mut().for_each(|change| self.whole(&mut change.job_id));
        for difference in &mut shared.different {
            difference.job_id.iter_mut().for_each(|job| self.whole(job));
            self.valued(&difference.dimension, &mut difference.value);
            self.texts([&mut difference.scope]);
        }
        shared.findings.iter_mut().for_each(|finding| self.finding(finding));
        shared.fix_plan.iter_mut().for_each(|fix| self.texts([&mut fix.title]));
        shared.sql.values_mut().for_each(|sql| self.sql(sql));
        shared
    }

    /// A row of the audit log without what identifies anybody.
    pub fn row(&mut self, mut row: AuditRow) -> AuditRow {
        for id in [&mut row.job_id, &mut row.source_id, &mut row.destination_id] {
            id.iter_mut().for_each(|id| self.whole(id));
        }
        self.texts(&mut row.error_message);
        row.file.iter_mut().for_each(|file| self.whole(file));
        row
    }

    fn finding(&mut self, finding: &mut Finding) {
        finding.job_id.iter_mut().chain(&mut finding.job_name).for_each(|job| self.whole(job));
        self.texts([&mut finding.title, &mut finding.summary]);
        self.texts(&mut finding.actions);
        for (key, value) in &mut finding.evidence {
            self.evidence(key, value);
        }
        finding.sql.iter_mut().for_each(|sql| self.sql(sql));
        finding.samples = std::mem::take(&mut finding.samples).into_iter().map(|row| self.row(row)).collect();
    }

    fn evidence(&mut self, key: &str, value: &mut Value) {
        match value {
            Value::String(text) => self.valued(key, text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.evidence(key, value)),
            Value::Object(values) => values.iter_mut().for_each(|(key, value)| self.evidence(key, value)),
            _ => {}
        }
    }

    /// A value whose name tells whether all of it is a name.
    fn valued(&mut self, key: &str, text: &mut String) {
        if is_name_of_somebody(key) { self.whole(text) } else { self.texts([text]) }
    }

    /// A value that identifies as a whole: an id or a name.
    fn whole(&mut self, value: &mut String) {
        if !value.is_empty() {
            let kind = if is_id(value) { Kind::Id } else { Kind::Name };
            *value = self.key.token(kind, value);
        }
    }

    fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t mut String>) {
        for text in texts {
            *text = self.replaced(text, &spans(text, &self.vocabulary, false));
        }
    }

    /// SQL of the catalogue keeps its quoted values, which are codes and statuses, but loses ids, addresses and names. What narrows it
    /// to one finding holds values of the data.
    fn sql(&mut self, sql: &mut String) {
        let (known, own) = sql.split_at(sql.rfind(NARROWED).unwrap_or(sql.len()));
        let known = self.replaced(known, &spans(known, &self.vocabulary, true));
        let own = self.replaced(own, &spans(own, &self.vocabulary, false));
        *sql = known + &own;
    }

    fn replaced(&mut self, text: &str, spans: &[(usize, usize, Kind)]) -> String {
        let mut shared = String::with_capacity(text.len());
        let mut at = 0;
        for &(start, end, kind) in spans {
            shared.push_str(&text[at..start]);
            shared.push_str(&self.key.token(kind, &text[start..end]));
            at = end;
        }
        shared + &text[at..]
    }
}

/// Whether a name can be told from a word or a number that a text may hold.
fn is_no_word(name: &str) -> bool {
    let length = name.chars().count();
    let mixed = name.chars().any(char::is_alphabetic) && name.chars().any(char::is_numeric);
    length >= SHORTEST_NAME || (mixed && length >= SHORTEST_CODE)
}

fn is_id(value: &str) -> bool {
    id::canonical(value.as_bytes()).is_some() && value.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a column of this name holds the name of a person, a user, an org or a host.
fn is_name_of_somebody(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    [
        "job_id",
        "job_name",
        "user",
        "username",
        "owner",
        "org",
        "org_name",
        "org_id",
        "template",
        "template_name",
        "host",
        "instance_url",
        "created_by",
        "name",
    ]
    .iter()
    .any(|name| key == *name || key.strip_suffix(name).is_some_and(|rest| rest.ends_with('_')) && *name != "name")
}

fn collect_names(key: &str, value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if is_name_of_somebody(key) && !is_id(text) => {
            names.insert(text.clone());
        }
        Value::Array(values) => values.iter().for_each(|value| collect_names(key, value, names)),
        Value::Object(values) => values.iter().for_each(|(key, value)| collect_names(key, value, names)),
        _ => {}
    }
}
