//! Rollbacks.

use super::Scenario;
use super::evidence::{batches, logs, settings, sync_jobs, table, target_org};
use super::export::{Header, Log, id, job};
use super::texts::healthy;

fn updated() -> Log {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00").add("Account", 150).add("Contact", 250);
    log.recode("Account", 150, 2).recode("Contact", 250, 2);
    log
}

fn mixed() -> Log {
    let mut log = healthy("Account");
    log.recode("Account", 60, 2);
    log
}

/// A version row for each updated account of `mixed`.
fn versions(log: &Log) -> (String, String) {
    let job = job(1);
    let updated = log.rows.iter().filter(|row| row.code == Some(2));
    let rows: Vec<[String; 6]> = updated
        .enumerate()
        .map(|(number, row)| {
            [
                id("a1V", number),
                job.clone(),
                row.source.clone(),
                row.destination.clone(),
                row.object.clone(),
                "2026-01-12T20:15:00.000Z".into(),
            ]
        })
        .collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    table(
        "data_version",
        "Id,DSYNC__DataSyncJob__c,DSYNC__SourceId__c,DSYNC__DestinationId__c,DSYNC__SObjectType__c,CreatedDate",
        &rows,
    )
}

pub fn scenarios() -> Vec<Scenario> {
    let job_is = |status: &str| sync_jobs(&[(1, status, "2026-01-12T20:00:00", "2026-01-12T22:00:00")]);
    let file = |log: &Log| log.file(Header::Namespaced);
    let version = |value: &str| settings(&[("EnableVersion", value), ("DebugLevel", "ERROR")]);
    let at = "2026-01-12T21:00:00";
    let mut old = Log::new();
    old.job(1, "2025-10-20T20:00:00").add("Account", 200);
    old.job(2, "2026-01-12T20:00:00").add("Account", 200);
    let mut recent = Log::new();
    recent.job(1, "2026-01-02T20:00:00").add("Account", 200);
    recent.job(2, "2026-01-12T20:00:00").add("Account", 200);
    let entry = |level: &str, text: &str| vec![file(&healthy("Account")), logs(&[(level, at, text)])];
    vec![
        Scenario::new("a rollback of a job that only updated", vec![file(&updated()), job_is("Rollback Completed")])
            .cause("rollback-nothing-to-delete"),
        Scenario::new("a job that only updated, nobody rolls back", vec![file(&updated()), job_is("Synced")])
            .fires("rollback-nothing-to-delete")
            .clean(),
        Scenario::new("a job that inserted too", vec![file(&mixed()), job_is("Synced")])
            .silent("rollback-nothing-to-delete")
            .clean(),
        Scenario::new("a rollback without versions", vec![file(&mixed()), version("false"), job_is("Rollback Completed")])
            .cause("rollback-versioning-off"),
        Scenario::new("updates without versions", vec![file(&mixed()), version("false"), job_is("Synced")])
            .fires("rollback-versioning-off")
            .clean(),
        Scenario::new("updates with versions", vec![file(&mixed()), version("true"), versions(&mixed()), job_is("Synced")])
            .silent("rollback-versioning-off")
            .clean(),
        Scenario::new(
            "a rollback whose batch died",
            vec![file(&healthy("Account")), job_is("Rollback Started"), batches(&[("Failed", at), ("Completed", at)])],
        )
        .cause("rollback-stuck"),
        Scenario::new(
            "a rollback without a trace of a batch",
            vec![file(&healthy("Account")), job_is("Rollback Started"), batches(&[])],
        )
        .cause("rollback-stuck"),
        Scenario::new(
            "a rollback at work",
            vec![file(&healthy("Account")), job_is("Rollback Started"), batches(&[("Processing", at)])],
        )
        .silent("rollback-stuck"),
        Scenario::new(
            "a rollback of an org that is gone",
            vec![file(&healthy("Account")), job_is("Rollback Started"), target_org("Not Connected", "")],
        )
        .fires("rollback-token"),
        Scenario::new(
            "a rollback with an expired token",
            vec![file(&healthy("Account")), job_is("Rollback Started"), target_org("Token Expired", "")],
        )
        .fires("rollback-token"),
        Scenario::new(
            "a rollback of a connected org",
            vec![file(&healthy("Account")), job_is("Rollback Started"), target_org("Connected", "")],
        )
        .silent("rollback-token"),
        Scenario::new(
            "a rollback may not delete",
            entry("ERROR", "TemplateRollbackSync: INSUFFICIENT_ACCESS_OR_READONLY, the user has no delete permission on Account"),
        )
        .cause("rollback-permission"),
        Scenario::new("a rollback is told in a debug line", entry("DEBUG", "TemplateRollbackSync: 12 records are to be deleted"))
            .silent("rollback-permission"),
        Scenario::new("the first job is 84 days old", vec![file(&old)]).fires("rollback-window-closing"),
        Scenario::new("the first job is ten days old", vec![file(&recent)]).silent("rollback-window-closing").clean(),
    ]
}
