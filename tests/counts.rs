//! The report's counts are those of an independent reader.

use std::collections::BTreeMap;

use crate::harness::Workdir;

type Counts = BTreeMap<(String, String, String), u64>;

#[test]
fn counts_equal_those_of_a_plain_csv_reader() {
    let work = Workdir::new();
    let export = work.path("sample.csv");
    let export = export.to_str().expect("a path");
    work.run(&["sample", "--rows", "20000", "--seed", "7", "-o", export]).exits(0);
    let report = work.run(&["report", export, "--format", "json", "--quiet"]).exits(0).json();

    let mut statuses = Counts::new();
    let mut failed: BTreeMap<String, u64> = BTreeMap::new();
    let mut depths: BTreeMap<(String, i64), (u64, u64)> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(export).expect("the sample");
    let headers = reader.headers().expect("a header").clone();
    let column = |name: &str| headers.iter().position(|header| header == name).expect("a column");
    let [job, object, status, has_error, depth] =
        ["DSYNC__DATASYNCJOB__C", "DSYNC__SOBJECTTYPE__C", "DSYNC__STATUSCODE__C", "DSYNC__HASERROR__C", "DSYNC__SUBSEQUENCE__C"]
            .map(column);
    for record in reader.records() {
        let record = record.expect("a record");
        let code = if record[status].is_empty() { "blank" } else { &record[status] };
        let failure = record[has_error].eq_ignore_ascii_case("true") || code == "1" || code == "3";
        *statuses.entry((record[job].to_string(), record[object].to_string(), code.to_string())).or_default() += 1;
        *failed.entry(record[object].to_string()).or_default() += u64::from(failure);
        if let Ok(level) = record[depth].parse() {
            let counts = depths.entry((record[object].to_string(), level)).or_default();
            counts.0 += 1;
            counts.1 += u64::from(failure);
        }
    }

    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_string();
    let rows = |key: &str| report[key].as_array().expect("a list").clone();
    let trend: Counts = rows("trend")
        .iter()
        .map(|row| {
            ((text(&row["job_id"]), text(&row["object"]), text(&row["status_code"])), row["records"].as_u64().expect("a count"))
        })
        .collect();
    assert_eq!(trend, statuses);
    let objects: BTreeMap<String, u64> =
        rows("objects").iter().map(|row| (text(&row["object"]), row["failed"].as_u64().expect("a count"))).collect();
    assert_eq!(objects, failed);
    let levels: BTreeMap<(String, i64), (u64, u64)> = rows("hierarchy")
        .iter()
        .map(|row| {
            let count = |key: &str| row[key].as_u64().expect("a count");
            ((text(&row["object"]), row["depth"].as_i64().expect("a depth")), (count("records"), count("failed")))
        })
        .collect();
    assert_eq!(levels, depths);
    assert_eq!(report["totals"]["records"], 20_000);
    let failures: u64 = failed.values().sum();
    assert_eq!(report["totals"]["failed"], failures);
    let grouped: u64 = rows("groups").iter().map(|group| group["records"].as_u64().expect("a count")).sum();
    assert_eq!(grouped, failures, "every failed row is in a group");
}
