//! Jobs in which nothing is wrong, in many shapes.

use chrono::Duration;

use super::Scenario;
use super::evidence::{Template, batches, logs, object_setting, scheduled, settings, sync_jobs, target_org, template_lines};
use super::export::{Header, Log};
use super::texts::healthy;

fn synced(jobs: usize) -> (String, String) {
    let times: Vec<(String, String)> =
        (0..jobs).map(|at| (format!("2026-01-{}T20:00:00", 12 + at), format!("2026-01-{}T20:40:00", 12 + at))).collect();
    let jobs: Vec<_> =
        times.iter().enumerate().map(|(at, (start, end))| (at + 1, "Synced", start.as_str(), end.as_str())).collect();
    sync_jobs(&jobs)
}

fn evidence() -> Vec<(String, String)> {
    vec![
        synced(1),
        Template::default().file(),
        template_lines(&[("Account", ""), ("Contact", ""), ("Opportunity", "IsDeleted = false"), ("Case", ""), ("Task", "")]),
        object_setting("Contact", "100"),
        settings(&[
            ("DebugLevel", "ERROR"),
            ("SyncMode", "FAST"),
            ("FastProcessingDisable", "false"),
            ("MaxLimitUsage", "80"),
            ("MAXAPICALLLIMIT", "90"),
            ("MaxInternalBatches", "200"),
            ("EnableVersion", "true"),
        ]),
        target_org("Connected", ""),
        batches(&[("Completed", "2026-01-12T20:00:00"), ("Completed", "2026-01-12T20:10:00")]),
        scheduled(&[("Sync Job Manager", "WAITING"), ("OAuth Token Refresh", "WAITING")]),
        logs(&[("DEBUG", "2026-01-12T20:10:00", "Sync started"), ("DEBUG", "2026-01-12T20:20:00", "Sync finished")]),
    ]
}

pub fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    let mut clean = |name: &str, files: Vec<(String, String)>| all.push(Scenario::new(name, files).clean());
    for (name, header) in [
        ("namespaced", Header::Namespaced),
        ("Data Loader's", Header::DataLoader),
        ("bare", Header::Bare),
        ("a report's", Header::Labels),
    ] {
        clean(&format!("a healthy job with {name} headers"), vec![healthy("Account").file(header)]);
    }
    let bare = healthy("Account").file_without(
        Header::Namespaced,
        &["Id", "StatusText", "Destination_Org", "IsParent", "UpdateRequired", "CreatedDate", "SubSequence", "DataSyncJob"],
    );
    clean("a healthy job with few columns", vec![bare]);
    let mut everything = vec![healthy("Account").file(Header::Namespaced)];
    everything.extend(evidence());
    clean("a healthy job with all its evidence", everything);
    for (name, code) in [("blank", None), ("pre-processing", Some(9))] {
        let mut scanned = healthy("Account");
        scanned.unprocessed(0, code);
        clean(
            &format!("only scanned, rows are {name}"),
            vec![scanned.file(Header::Namespaced), sync_jobs(&[(1, "Scanned", "2026-01-12T20:00:00", "2026-01-12T20:09:00")])],
        );
        clean(&format!("only scanned, rows are {name}, no job export"), vec![scanned.file(Header::DataLoader)]);
    }
    let mut running = healthy("Account");
    running.unprocessed(500, Some(9));
    clean(
        "a sync under way",
        vec![
            running.file(Header::Namespaced),
            sync_jobs(&[(1, "Sync In Progress", "2026-01-12T20:00:00", "")]),
            batches(&[("Processing", "2026-01-12T20:10:00")]),
        ],
    );
    let mut delta = Log::new();
    delta.job(1, "2026-01-12T20:00:00").add("Account", 400).add("Contact", 600);
    delta
        .job(2, "2026-01-13T20:00:00")
        .same_records()
        .add("Account", 30)
        .add("Contact", 44)
        .recode("Account", 30, 2)
        .recode("Contact", 40, 2);
    clean("a load and a delta run", vec![delta.file(Header::Namespaced), synced(2)]);
    clean(
        "a load and a delta run of a delta template",
        vec![
            delta.file(Header::Bare),
            synced(2),
            Template { delta: "true", last_sync: "2026-01-13T20:00:00.000Z", ..Template::default() }.file(),
            template_lines(&[("Account", ""), ("Contact", "")]),
        ],
    );
    let mut skipped = healthy("Account");
    skipped.recode("Account", 160, 4).recode("Contact", 260, 4);
    clean("most records exist already", vec![skipped.file(Header::Namespaced), synced(1)]);
    let mut mapped = healthy("User");
    mapped.recode("User", 150, 6);
    clean("all users are mapped to the default", vec![mapped.file(Header::Namespaced), synced(1)]);
    let mut relayed = healthy("ContentVersion");
    relayed.recode("ContentVersion", 12, 11);
    clean(
        "large files are with the relay, the job runs",
        vec![relayed.file(Header::Namespaced), sync_jobs(&[(1, "Sync In Progress", "2026-01-12T20:00:00", "")])],
    );
    for rows in [1, 2, 7] {
        let mut small = Log::new();
        small.job(1, "2026-01-12T20:00:00").add("Account", rows);
        clean(&format!("a job of {rows} rows"), vec![small.file(Header::Namespaced)]);
    }
    clean("a header and no row", vec![Log::new().file(Header::Namespaced)]);
    let mut several = Log::new();
    for number in 1..=5 {
        several
            .job(number, &format!("2026-01-{}T20:00:00", 11 + number))
            .add("Account", 150 + number * 9)
            .add("Contact", 300 - number * 11);
    }
    clean("five jobs, one an evening", vec![several.file(Header::Namespaced), synced(5)]);
    let mut different = Log::new();
    different.job(1, "2026-01-12T20:00:00").add("Account", 300);
    different.job(2, "2026-01-13T20:00:00").add("Product2", 80);
    different.job(3, "2026-01-14T20:00:00").add("Order", 700).add("Invoice__c", 90);
    clean("three jobs of different objects", vec![different.file(Header::Labels)]);
    let mut tree = healthy("Region__c");
    for (at, row) in tree.rows.iter_mut().filter(|row| row.object == "Region__c").enumerate() {
        row.depth = at / 40;
    }
    clean("a hierarchy of four levels", vec![tree.file(Header::Namespaced)]);
    let mut slow = Log::new();
    slow.job(1, "2026-01-12T20:00:00").add("Account", 200);
    slow.step = Duration::milliseconds(420);
    slow.add("Opportunity", 200).add("Case", 200);
    clean("some objects take twice as long", vec![slow.file(Header::Namespaced)]);
    all
}
