//! Scans that do not start or do not end.

use super::Scenario;
use super::evidence::{Template, batches, logs, settings, sync_jobs, table};
use super::export::{Header, Log, job};
use super::texts::healthy;

/// Ten past ten of the day after the healthy job, whose rows end on the evening before.
const NOW: &str = "2026-01-13T10:10:00";

fn log() -> (String, String) {
    healthy("Account").file(Header::Namespaced)
}

/// A job that ended, and one whose scan has not.
fn scanning() -> (String, String) {
    sync_jobs(&[(1, "Synced", "2026-01-12T20:00:00", "2026-01-12T20:20:00"), (2, "Scan In Progress", "2026-01-13T08:00:00", NOW)])
}

fn children(states: &[&str]) -> (String, String) {
    let job = job(2);
    let rows: Vec<[&str; 6]> = states
        .iter()
        .zip(["Account", "Contact", "Opportunity", "Case"])
        .zip(["a1C3m0000000001AAA", "a1C3m0000000002AAA", "a1C3m0000000003AAA", "a1C3m0000000004AAA"])
        .map(|((state, object), id)| [id, job.as_str(), object, *state, "2026-01-13T08:00:00.000Z", "2026-01-13T08:09:00.000Z"])
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    table("child_job", "Id,DSYNC__DataSyncJob__c,DSYNC__SObjectType__c,DSYNC__Status__c,CreatedDate,LastModifiedDate", &rows)
}

fn deep(levels: usize) -> Log {
    let mut log = healthy("Region__c");
    let rows = log.rows.iter_mut().filter(|row| row.object == "Region__c");
    for (at, row) in rows.enumerate() {
        row.depth = at * levels / 150;
    }
    log
}

pub fn scenarios() -> Vec<Scenario> {
    let at = "2026-01-13T09:50:00";
    let live = batches(&[("Processing", at)]);
    vec![
        Scenario::new(
            "a scan waits behind five running batches",
            vec![
                log(),
                scanning(),
                batches(&[("Processing", at), ("Processing", at), ("Preparing", at), ("Processing", at), ("Processing", at)]),
            ],
        )
        .cause("batch-slots-exhausted")
        .silent("scan-stuck"),
        Scenario::new(
            "four batches run and two are done",
            vec![
                log(),
                scanning(),
                batches(&[
                    ("Processing", at),
                    ("Completed", at),
                    ("Processing", at),
                    ("Processing", at),
                    ("Preparing", at),
                    ("Failed", at),
                ]),
            ],
        )
        .silent("batch-slots-exhausted"),
        Scenario::new(
            "five batches run, but no job scans",
            vec![
                log(),
                sync_jobs(&[(1, "Synced", "2026-01-12T20:00:00", "2026-01-12T20:20:00")]),
                batches(&[("Processing", at), ("Processing", at), ("Processing", at), ("Processing", at), ("Processing", at)]),
            ],
        )
        .silent("batch-slots-exhausted"),
        Scenario::new(
            "the chain of a scan broke after two objects",
            vec![log(), scanning(), children(&["Completed", "Completed", "Queued", "Queued"])],
        )
        .cause("scan-chain-interrupted")
        .in_job(2),
        Scenario::new(
            "a scan is at its third object",
            vec![log(), scanning(), children(&["Completed", "Completed", "In Progress", "Queued"])],
        )
        .silent("scan-chain-interrupted"),
        Scenario::new(
            "a scan has just begun and all children are queued",
            vec![log(), scanning(), children(&["Queued", "Queued", "Queued"])],
        )
        .silent("scan-chain-interrupted"),
        Scenario::new("the batch of a scan died", vec![log(), scanning(), batches(&[("Completed", at), ("Failed", at)])])
            .cause("scan-stuck")
            .in_job(2),
        Scenario::new("a scan has no batch any more", vec![log(), scanning(), batches(&[("Aborted", at)])])
            .cause("scan-stuck")
            .in_job(2),
        Scenario::new("a scan's batch is at work", vec![log(), scanning(), live.clone()]).silent("scan-stuck"),
        Scenario::new("a scan's batch is queued", vec![log(), scanning(), batches(&[("Completed", at), ("Queued", at)])])
            .silent("scan-stuck"),
        Scenario::new("a preview of 200 records a batch", vec![log(), Template { preview: "200", ..Template::default() }.file()])
            .cause("preview-batch-too-large"),
        Scenario::new("a preview of 50 records a batch", vec![log(), Template::default().file()])
            .silent("preview-batch-too-large")
            .clean(),
        Scenario::new(
            "a scan does not end with 50 internal batches",
            vec![log(), scanning(), live.clone(), settings(&[("MaxInternalBatches", "50"), ("DebugLevel", "ERROR")])],
        )
        .cause("max-internal-batches-low"),
        Scenario::new(
            "a scan runs with 200 internal batches",
            vec![log(), scanning(), live, settings(&[("MaxInternalBatches", "200")])],
        )
        .silent("max-internal-batches-low"),
        Scenario::new(
            "50 internal batches were enough",
            vec![
                log(),
                sync_jobs(&[(1, "Synced", "2026-01-12T20:00:00", "2026-01-12T20:20:00")]),
                settings(&[("MaxInternalBatches", "50")]),
            ],
        )
        .silent("max-internal-batches-low"),
        Scenario::new("a hierarchy of twelve levels", vec![deep(12).file(Header::DataLoader)])
            .cause("deep-hierarchy")
            .of("Region__c"),
        Scenario::new(
            "a hierarchy of ten levels with the algorithm off",
            vec![deep(10).file(Header::Labels), settings(&[("UseKahnsAlgorithm", "false")])],
        )
        .cause("deep-hierarchy")
        .of("Region__c"),
        Scenario::new("a hierarchy of nine levels", vec![deep(9).file(Header::DataLoader)]).silent("deep-hierarchy").clean(),
        Scenario::new(
            "a hierarchy of twelve levels with Kahn's algorithm",
            vec![deep(12).file(Header::DataLoader), settings(&[("UseKahnsAlgorithm", "true")])],
        )
        .silent("deep-hierarchy")
        .clean(),
        Scenario::new(
            "the log says that a hierarchy could not be computed",
            vec![
                log(),
                logs(&[("ERROR", "2026-01-12T20:05:00", "Hierarchy computation failed for Account: maximum depth exceeded")]),
            ],
        )
        .cause("deep-hierarchy"),
    ]
}
