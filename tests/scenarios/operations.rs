//! What goes wrong with whole jobs, told by the evidence beside the audit log, under column names of other exports.

use chrono::Duration;

use super::Scenario;
use super::evidence::table;
use super::export::{Header, Log, id, job, respelled, target, template};

/// A job of a lender: three objects, no failure.
fn lender(number: usize, start: &str) -> Log {
    let mut log = Log::new();
    log.job(number, start).add("Account", 640).add("Contract", 900).add("Invoice__c", 1500);
    log
}

/// The jobs as a list view shows them: labels, number, status, start and end.
fn jobs(rows: &[(usize, &str, &str, &str)]) -> (String, String) {
    let ids: Vec<String> = rows.iter().map(|(number, ..)| job(*number)).collect();
    let names: Vec<String> = rows.iter().map(|(number, ..)| format!("Nightly {number}")).collect();
    let template = template(1);
    let cells: Vec<[&str; 6]> = rows
        .iter()
        .zip(ids.iter().zip(&names))
        .map(|(&(_, status, start, end), (id, name))| [id.as_str(), name, status, &template, start, end])
        .collect();
    let cells: Vec<&[&str]> = cells.iter().map(|row| row.as_slice()).collect();
    table("sync_job", "Record ID,Name,Job Status,Template,Start Date,End Date", &cells)
}

/// Apex jobs as Setup exports them: type, class, status, created.
fn apex(rows: &[(&str, &str, &str, &str)]) -> (String, String) {
    let ids: Vec<String> = (0..rows.len()).map(|number| id("707", 900 + number)).collect();
    let cells: Vec<[&str; 5]> =
        rows.iter().zip(&ids).map(|(&(kind, class, status, at), id)| [id.as_str(), kind, class, status, at]).collect();
    let cells: Vec<&[&str]> = cells.iter().map(|row| row.as_slice()).collect();
    table("apex_job", "ID,JOBTYPE,APEXCLASS.NAME,STATUS,CREATEDDATE", &cells)
}

fn properties(pairs: &[(&str, &str)]) -> (String, String) {
    let cells: Vec<[&str; 2]> = pairs.iter().map(|&(name, value)| [name, value]).collect();
    let cells: Vec<&[&str]> = cells.iter().map(|row| row.as_slice()).collect();
    table("system_property", "Property Name,Property Value", &cells)
}

pub fn scenarios() -> Vec<Scenario> {
    let audit = |log: &Log| log.file(Header::DataLoader);
    let calm = || audit(&lender(1, "2026-02-03T01:00:00"));
    let mut refused = lender(1, "2026-02-03T01:00:00");
    refused.fail_from(1900, |_| "System.CalloutException: Connection refused".into());
    let mut half = lender(1, "2026-02-03T01:00:00");
    half.unprocessed(2200, Some(9));
    let mut gone = lender(1, "2026-02-03T01:00:00");
    gone.recode("Contract", 72, 5);
    let mut months = Log::new();
    for (number, failures) in [14, 17, 12, 15, 160].into_iter().enumerate() {
        months.job(number + 1, &format!("2026-02-0{}T01:00:00", number + 2)).add("Account", 500).add("Contract", 1100);
        months.fail("Contract", failures, |k| format!("INVALID_DATE: Signed on: invalid date: 2O2{}-13-40", k % 9));
    }
    let mut stubborn = Log::new();
    for number in 1..=4 {
        stubborn.job(number, &format!("2026-02-0{number}T01:00:00")).same_records().add("Contract", 700);
        stubborn.fail("Contract", 35, |_| "DUPLICATES_DETECTED:A contract of this number is in the archive:--".into());
    }
    let mut merged = lender(1, "2026-02-03T01:00:00");
    for (at, row) in merged.rows.iter_mut().filter(|row| row.object == "Account").enumerate().filter(|(at, _)| at % 16 < 2) {
        row.destination = target("Account", at / 16);
    }
    let mut code = lender(1, "2026-02-03T01:00:00");
    code.recode("Invoice__c", 40, 12);
    let mut deep = lender(1, "2026-02-03T01:00:00");
    for (at, row) in deep.rows.iter_mut().filter(|row| row.object == "Account").enumerate() {
        row.depth = at / 50;
    }
    let mut crawl = Log::new();
    for (number, step) in [150, 170, 140, 160, 155, 900].into_iter().enumerate() {
        crawl.step = Duration::milliseconds(step);
        crawl.job(number + 1, &format!("2026-02-0{}T01:00:00", number + 1)).add("Invoice__c", 2000);
    }
    let spelled = respelled(
        half.file(Header::Labels),
        &[
            ("Status Code", "STATUSCODE"),
            ("Job", "Master Job"),
            ("Source Record ID", "Name"),
            ("Last Modified Date", "Last Modified"),
        ],
    );
    vec![
        Scenario::new(
            "a scan has no batch left, only scheduled classes run",
            vec![
                calm(),
                jobs(&[
                    (1, "Synced", "2026-02-03T01:00:00Z", "2026-02-03T01:20:00Z"),
                    (2, "Scan In Progress", "2026-02-03T07:00:00Z", ""),
                ]),
                apex(&[
                    ("BatchApex", "ScanBatch", "Failed", "2026-02-03T07:01:00.000+0000"),
                    ("ScheduledApex", "Nightly", "Queued", "2026-02-03T07:02:00.000+0000"),
                    ("Future", "Mailer", "Completed", "2026-02-03T12:02:00.000+0000"),
                ]),
            ],
        )
        .cause("scan-stuck")
        .in_job(2)
        .silent("batch-slots-exhausted"),
        Scenario::new(
            "a scan waits behind six batches",
            vec![
                calm(),
                jobs(&[(2, "Scan In Progress", "2026-02-03T07:00:00Z", "")]),
                apex(&[("BatchApex", "Dedupe", "Processing", "2026-02-03T06:41:00.000+0000"); 6]),
            ],
        )
        .cause("batch-slots-exhausted")
        .silent("scan-stuck"),
        Scenario::new(
            "paused for five hours",
            vec![
                calm(),
                jobs(&[(2, "Paused", "2026-02-03T02:00:00Z", ""), (3, "Synced", "2026-02-03T06:00:00Z", "2026-02-03T07:10:00Z")]),
            ],
        )
        .cause("paused-not-resumed")
        .in_job(2),
        Scenario::new(
            "a rollback hangs",
            vec![
                calm(),
                jobs(&[(1, "Rollback Started", "2026-02-03T01:00:00Z", "")]),
                apex(&[
                    ("BatchApex", "RollbackBatch", "Aborted", "2026-02-03T03:00:00.000+0000"),
                    ("BatchApex", "Other", "Completed", "2026-02-03T09:00:00.000+0000"),
                ]),
            ],
        )
        .cause("rollback-stuck")
        .in_job(1),
        Scenario::new("from a row in the midst of invoices the target refuses", vec![audit(&refused)])
            .cause("failed-from-a-point-on")
            .in_job(1),
        Scenario::new(
            "a job ended with a quarter of its rows untouched, under other column names",
            vec![spelled, jobs(&[(1, "Synced", "2026-02-03T01:00:00Z", "2026-02-03T01:20:00Z")])],
        )
        .cause("unprocessed-records")
        .silent("continue-on-error-off"),
        Scenario::new("contracts went away since the scan", vec![audit(&gone)]).cause("source-not-available").of("Contract"),
        Scenario::new("the fifth night fails ten times as often", vec![audit(&months)])
            .cause("invalid-value")
            .of("Contract")
            .fires("failure-rate-up")
            .silent("new-failure"),
        Scenario::new("thirty-five contracts fail four nights long", vec![audit(&stubborn)])
            .cause("duplicate-rule")
            .of("Contract")
            .fires("still-failing"),
        Scenario::new("accounts became one, two by two", vec![audit(&merged)]).cause("shared-destination").of("Account"),
        Scenario::new("a status that nobody documents", vec![audit(&code)]).cause("undocumented-status"),
        Scenario::new("accounts in thirteen levels", vec![audit(&deep), properties(&[("Use Kahns Algorithm", "false")])])
            .cause("deep-hierarchy")
            .of("Account"),
        Scenario::new(
            "accounts in thirteen levels, with Kahn's algorithm",
            vec![audit(&deep), properties(&[("UseKahnsAlgorithm", "TRUE")])],
        )
        .silent("deep-hierarchy")
        .clean(),
        Scenario::new("the sixth night crawls", vec![audit(&crawl)]).cause("slower-than-before").in_job(6),
    ]
}
