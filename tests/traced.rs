//! Every count can be traced: the SQL that a report carries gives its counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::harness::Workdir;
use crate::scenarios::export::{Header, Log};
use crate::shell::stored;

type Row = Map<String, Value>;

/// What each statement gives, run as a reader of the report would.
fn run(work: &Workdir, arguments: &[&str], statements: &[&str]) -> Vec<Vec<Row>> {
    let mut script = String::new();
    for (number, sql) in statements.iter().enumerate() {
        writeln!(script, ".output {number}.json\n{sql}\n;").expect("memory takes it");
    }
    work.write("trace.sql", script);
    work.run(&[&["sql", "-f", "trace.sql"], arguments].concat()).exits(0);
    let result = |number| std::fs::read(work.path(&format!("{number}.json"))).expect("a result");
    (0..statements.len()).map(|number| serde_json::from_slice(&result(number)).expect("JSON")).collect()
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_string()
}

/// A row without what the report gives another place, and without fractions of seconds.
fn evidence(row: &Row) -> Row {
    const RESERVED: [&str; 7] = ["job_id", "object", "family_id", "records", "certain", "severity", "told_by"];
    row.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[track_caller]
fn findings_are_traced(work: &Workdir, arguments: &[&str], report: &Value) {
    let findings = report["findings"].as_array().expect("findings");
    assert!(!findings.is_empty());
    let statements: Vec<&str> = findings.iter().map(|finding| finding["sql"].as_str().expect("SQL")).collect();
    let mut wrong = String::new();
    for (finding, rows) in findings.iter().zip(run(work, arguments, &statements)) {
        let same = |row: &&Row| {
            ["job_id", "object"].iter().all(|key| text(row.get(*key)) == text(finding.get(*key)))
                && row.get("records").and_then(Value::as_u64).unwrap_or(0) == finding["records"]
                && Value::Object(evidence(row)) == finding["evidence"]
        };
        if rows.len() != 1 || !rows.iter().any(|row| same(&row)) {
            writeln!(wrong, "{}: {} rows: {:?}\n  {finding}", finding["id"], rows.len(), rows.first()).expect("memory takes it");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The counts of a list by the columns that tell its rows apart.
fn counted(rows: &[Value], keys: &[&str], count: &str) -> BTreeMap<Vec<String>, u64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        let key = keys.iter().map(|key| match &row[*key] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        });
        *sums.entry(key.collect()).or_default() += row[count].as_u64().expect("a count");
    }
    sums
}

/// Lists, what tells their rows apart, and their counts.
type Lists = [(&'static str, &'static [&'static str], &'static [&'static str]); 12];

/// Gives the lists that have rows.
#[track_caller]
fn lists_are_traced(work: &Workdir, arguments: &[&str], report: &Value) -> BTreeSet<&'static str> {
    let lists: Lists = [
        ("books", &["export_id"], &["bytes", "rows_read", "rows_stored", "rows_rejected", "rows_superseded"]),
        ("jobs", &["job_id"], &["records", "failed"]),
        ("objects", &["object"], &["records", "failed"]),
        ("groups", &["family_id"], &["records"]),
        ("hierarchy", &["object", "depth"], &["records", "failed"]),
        ("trend", &["job_id", "object"], &["records"]),
        ("order", &["job_id", "object"], &["records", "failed"]),
        ("activity", &["job_id", "at"], &["records", "failed"]),
        (
            "group_trend",
            &["change", "job_id", "object", "family_id"],
            &["records", "processed", "records_before", "processed_before"],
        ),
        ("failures", &["job_id", "object", "family_id"], &["records"]),
        ("different", &["family_id", "dimension", "value", "scope"], &["failed", "processed"]),
        ("changes", &["job_id", "object", "at", "rate_before", "rate_after"], &["records"]),
    ];
    let carried = report["sql"].as_object().expect("SQL");
    assert!(
        carried.keys().all(|key| lists.iter().any(|(list, ..)| list == key)),
        "a list that is not traced: {:?}",
        carried.keys()
    );
    let lists: Vec<_> = lists.iter().filter(|(list, ..)| report[list].as_array().is_some_and(|rows| !rows.is_empty())).collect();
    let statements: Vec<&str> = lists.iter().map(|(list, ..)| carried[*list].as_str().expect("SQL")).collect();
    for ((list, keys, counts), rows) in lists.iter().zip(run(work, arguments, &statements)) {
        let rows: Vec<Value> = rows.into_iter().map(Value::Object).collect();
        for count in *counts {
            let expected = counted(report[list].as_array().expect("a list"), keys, count);
            assert_eq!(counted(&rows, keys, count), expected, "{list}, {count}");
        }
    }
    lists.iter().map(|(list, ..)| *list).collect()
}

/// A job in which two batches of contacts fail, and cases from one order on; contacts were well the night before.
fn stretches() -> (String, String) {
    let mut log = Log::new();
    for night in 1..=2 {
        log.job(night, &format!("2026-01-1{night}T20:00:00")).add("Contact", 1600).add("Case", 700);
    }
    let fails = |object: &str, order: usize| match object {
        "Contact" => [2, 5].contains(&((order - 1) / 200)),
        _ => order > 433,
    };
    for row in log.rows.iter_mut().skip(2300).filter(|row| fails(&row.object, row.order)) {
        row.break_with(1, "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--".into());
    }
    log.file(Header::Namespaced)
}

#[test]
fn the_sql_of_a_report_gives_its_counts() {
    let work = stored("synclens-store");
    let sample = work.path("sample.csv").display().to_string();
    work.run(&["sample", "--rows", "20000", "-o", &sample]).exits(0);
    work.run(&["ingest", &sample, "--store", "large", "--quiet"]).exits(0);
    let (name, text) = stretches();
    work.write(&format!("stretches/{name}"), text);
    work.run(&["ingest", "stretches", "--store", "uneven", "--quiet"]).exits(0);
    let mut traced = BTreeSet::new();
    for arguments in [vec![], vec!["--job", "JOB-0102"], vec!["--store", "large"], vec!["--store", "uneven"]] {
        let report = work.run(&[&["report", "--format", "json"], &arguments[..]].concat()).exits(0).json();
        findings_are_traced(&work, &arguments, &report);
        traced.extend(lists_are_traced(&work, &arguments, &report));
    }
    assert_eq!(traced.len(), 12, "each list has rows somewhere: {traced:?}");
}

/// A text of no category that a check explains all the same is not left over, whoever asks.
#[test]
fn what_no_check_explains_is_the_same_for_report_query_and_sql() {
    let work = Workdir::new();
    let mut csv = "Id,Name,SObjectType__c,StatusCode__c,HasError__c,ErrorMessage__c\n".to_string();
    for number in 1..=8 {
        let (code, text) =
            if number > 3 { (3, "The matched record could not be found in the target org.") } else { (1, "ZX-81 refused") };
        writeln!(csv, "a1A00000000000{number},00100000000000{number},Account,{code},true,{text}").expect("memory takes it");
    }
    work.write("audit_log.csv", csv);
    let report = work.run(&["report", "audit_log.csv", "--format", "json"]).exits(0).json();
    let findings = report["findings"].as_array().expect("findings");
    let left = findings.iter().find(|finding| finding["check"] == "unexplained-failures").expect("what is left");
    assert_eq!(left["records"], 3);
    for arguments in [["query", "unexplained-failures"], ["sql", left["sql"].as_str().expect("SQL")]] {
        let rows = work.run(&[&arguments[..], &["--from", "audit_log.csv", "--format", "json"]].concat()).exits(0).json();
        let records: Vec<&Value> = rows.as_array().expect("rows").iter().map(|row| &row["records"]).collect();
        assert_eq!(records, [3], "{arguments:?}");
    }
}
