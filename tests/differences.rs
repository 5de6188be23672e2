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
