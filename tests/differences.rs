//! What is different about the failures: stretches of the insert order, batches and values, planted and found again.

use chrono::Duration;
use serde_json::Value;

use crate::harness::Workdir;
use crate::scenarios::export::{Header, Log, job};

const LOCKED: &str = "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--";

fn report(log: &Log) -> Value {
    let work = Workdir::new();
    let (name, text) = log.file(Header::Namespaced);
    work.write(&name, text);
    work.run(&["report", &name, "--format", "json"]).exits(0).json()
}

/// A job of 900 accounts and 2,600 contacts.
fn healthy() -> Log {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00").add("Account", 900).add("Contact", 2600);
    log
}

/// Fails the contacts whose order `hit` picks.
fn fail(log: &mut Log, hit: impl Fn(usize) -> bool) {
    for row in log.rows.iter_mut().filter(|row| row.object == "Contact" && hit(row.order)) {
        row.break_with(1, LOCKED.into());
    }
}

fn changes(log: &Log) -> Vec<Value> {
    report(log)["changes"].as_array().expect("changes").clone()
}

#[test]
fn the_order_from_which_all_fails_is_told_exactly() {
    let mut log = healthy();
    fail(&mut log, |order| order >= 1717 || order % 97 == 0);
    let [change] = &changes(&log)[..] else { panic!("one change") };
    assert_eq!((change["object"].as_str(), change["at"].as_str()), (Some("Contact"), Some("1717")));
    assert_eq!((change["until"].as_str(), change["batch"].as_u64(), change["records"].as_u64()), (None, None, Some(884)));
    assert_eq!(change["rate_after"], 1.0);
}

#[test]
fn a_stretch_in_the_middle_is_told_with_its_end() {
    let mut log = healthy();
    fail(&mut log, |order| (733..=1099).contains(&order) && order % 10 != 0);
    let [change] = &changes(&log)[..] else { panic!("one change") };
    assert_eq!((change["at"].as_str(), change["until"].as_str()), (Some("733"), Some("1099")));
}

#[test]
fn whole_batches_are_told_with_their_size() {
    let mut log = healthy();
    fail(&mut log, |order| [3, 7, 8, 11].contains(&((order - 1) / 200)));
    let [change] = &changes(&log)[..] else { panic!("one change") };
    assert_eq!(
        (change["batch"].as_u64(), change["stretches"].as_u64(), change["records"].as_u64()),
        (Some(200), Some(3), Some(800))
    );
}

#[test]
fn the_edges_of_a_long_job_are_told_to_the_order() {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00").add("Contact", 90_000);
    fail(&mut log, |order| (33_333..=51_234).contains(&order) || order >= 77_777);
    let changes = changes(&log);
    let edges: Vec<_> = changes.iter().map(|change| (change["at"].as_str(), change["until"].as_str())).collect();
    assert_eq!(edges, [(Some("33333"), Some("51234")), (Some("77777"), None)]);
}

#[test]
fn failures_here_and_there_have_no_place() {
    let mut log = healthy();
    // A generator of no period that an order could show.
    fail(&mut log, |order| (order * order * 7919 + order * 104_729) % 101 < 40);
    let report = report(&log);
    assert_eq!(report["changes"], serde_json::json!([]));
    assert_eq!(report["different"], serde_json::json!([]));
}

#[test]
fn the_level_that_fails_is_told_once() {
    let mut log = healthy();
    for (at, row) in log.rows.iter_mut().filter(|row| row.object == "Contact").enumerate() {
        row.depth = at * 31 % 7;
        // The level decides, chance does the rest.
        if row.depth == 3 && at % 5 != 0 || at % 211 == 0 {
            row.break_with(1, LOCKED.into());
        }
    }
    let report = report(&log);
    let different = report["different"].as_array().expect("differences");
    let told: Vec<_> = different.iter().map(|one| (one["dimension"].as_str(), one["value"].as_str())).collect();
    assert_eq!(told, [(Some("depth"), Some("3"))], "{different:#?}");
    let number = |key: &str| different[0][key].as_f64().expect("a number");
    assert!(10.0 < number("ci_low") && number("ci_low") < number("ratio") && number("ratio") < number("ci_high"));
}

#[test]
fn a_job_that_fails_where_the_others_do_not_is_told_by_its_name() {
    let mut log = Log::new();
    for number in 1..=4 {
        log.job(number, &format!("2026-01-1{number}T20:00:00")).add("Contact", 800);
        log.fail("Contact", if number == 3 { 260 } else { 9 }, |_| LOCKED.into());
    }
    let report = report(&log);
    let told: Vec<_> = report["different"].as_array().expect("differences").iter().map(|one| one["value"].clone()).collect();
    assert!(told.iter().any(|value| value == &Value::from(job(3))), "{told:?}");
}

#[test]
fn few_failures_have_no_trait() {
    let mut log = healthy();
    log.step = Duration::milliseconds(40);
    for row in log.rows.iter_mut().filter(|row| row.object == "Contact" && row.order % 150 == 0) {
        row.depth = 5;
        row.break_with(1, LOCKED.into());
    }
    assert_eq!(report(&log)["different"], serde_json::json!([]));
}

/// What became of the groups: the change, the object, the failed rows now and before, the jobs that it is compared with.
fn moved(log: &Log) -> Vec<(String, String, u64, u64, u64)> {
    let report = report(log);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let number = |value: &Value| value.as_u64().expect("a number");
    let told = report["group_trend"].as_array().expect("what became of groups").iter();
    told.map(|one| {
        let [records, before, jobs] = ["records", "records_before", "jobs_before"].map(|key| number(&one[key]));
        (text(&one["change"]), text(&one["object"]), records, before, jobs)
    })
    .collect()
}

#[test]
fn groups_that_come_grow_go_and_return_are_told_and_steady_ones_are_not() {
    const FAILURES: [(&str, &str, [usize; 4]); 6] = [
        ("Lead", "FIELD_CUSTOM_VALIDATION_EXCEPTION:A lead needs a source:--", [40, 0, 0, 45]),
        ("Account", LOCKED, [10, 12, 9, 80]),
        ("Account", "DUPLICATES_DETECTED:Use one of these records?:--", [60, 70, 65, 0]),
        ("Contact", "REQUIRED_FIELD_MISSING:Required fields are missing: [Consent__c]:Consent__c --", [0, 0, 0, 30]),
        ("Contact", "INACTIVE_OWNER_OR_USER:operation performed with inactive user:--", [80, 70, 75, 20]),
        ("Contact", "STRING_TOO_LONG:Title: data value too large (max length=80):Title --", [20, 23, 19, 26]),
    ];
    let mut log = Log::new();
    for night in 0..4 {
        log.job(night + 1, &format!("2026-01-1{night}T20:00:00")).add("Lead", 600).add("Account", 900).add("Contact", 900);
        for (object, text, counts) in FAILURES.iter().filter(|(.., counts)| counts[night] > 0) {
            log.fail(object, counts[night], |_| (*text).into());
        }
    }
    let told = |change: &str, object: &str, records, before, jobs| (change.to_owned(), object.to_owned(), records, before, jobs);
    assert_eq!(
        moved(&log),
        [
            told("grown", "Account", 80, 9, 1),
            told("gone", "Account", 0, 65, 1),
            told("shrunk", "Contact", 20, 75, 1),
            told("returned", "Lead", 45, 0, 2),
            told("new", "Contact", 30, 0, 3),
        ]
    );
}

#[test]
fn a_retry_and_a_few_rows_show_no_trend() {
    let mut retried = Log::new();
    retried.job(1, "2026-01-10T20:00:00").add("Lead", 600).fail("Lead", 40, |_| LOCKED.into());
    retried.job(2, "2026-01-11T20:00:00").add("Lead", 40).fail("Lead", 38, |_| LOCKED.into());
    assert_eq!(moved(&retried), []);
    let mut few = Log::new();
    for night in 1..=5 {
        few.job(night, &format!("2026-01-1{night}T20:00:00")).add("Lead", 12).fail("Lead", night % 2 * 3, |_| LOCKED.into());
    }
    assert_eq!(moved(&few), []);
}
