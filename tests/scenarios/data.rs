//! What the data itself shows, beside the texts.

use super::Scenario;
use super::evidence::{logs, settings, sync_jobs};
use super::export::{Header, Log, target};
use super::texts::{Layout, healthy, told};

const LONG: &str = "FIELD_CUSTOM_VALIDATION_EXCEPTION: The address cannot be saved as it is. Please compare the street, the house number, the postal code and the city with the register of the country, correct them in the source, or ask the address team to release the record by hand. The register had: ";

/// A long message about a street of its own length.
fn long(k: usize) -> String {
    format!("{LONG}{} Harbour Street, {}", 10 + k, "north quay ".repeat(1 + k * 5 % 13))
}

pub fn scenarios() -> Vec<Scenario> {
    let file = |log: &Log| log.file(Header::Namespaced);
    let job = |status: &str| sync_jobs(&[(1, status, "2026-01-12T20:00:00", "2026-01-12T20:30:00")]);
    let rule = |k: usize| {
        told(Layout::Bulk, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "A partner needs a contract number", &["Contract_No__c"], k)
    };
    let mut lost = healthy("Account");
    for row in lost.rows.iter_mut().filter(|row| row.object == "Contact").step_by(9) {
        row.destination.clear();
    }
    let mut contrary = healthy("Account");
    for row in contrary.rows.iter_mut().filter(|row| row.object == "Case").step_by(8) {
        row.message = "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record".into();
    }
    let mut failed = healthy("Account");
    failed.fail("Account", 14, rule);
    let mut shared = healthy("Account");
    for row in shared.rows.iter_mut().filter(|row| row.object == "Contact").step_by(7) {
        row.destination = target("Contact", 5);
        row.code = Some(2);
        row.update_required = true;
    }
    let mut twice = Log::new();
    twice.job(1, "2026-01-12T20:00:00").add("Account", 200);
    twice.job(2, "2026-01-13T20:00:00").same_records().add("Account", 200).recode("Account", 200, 2);
    let mut owned = Log::new();
    owned.job(1, "2026-01-12T20:00:00").add("Order", 180).add("Account", 200);
    owned.fail("Order", 24, |_| {
        "INACTIVE_OWNER_OR_USER:operation performed with inactive user [0055g00000AbCdE] as owner of account:OwnerId --".into()
    });
    let mut cut = healthy("Account");
    cut.fail("Account", 40, |k| long(k).chars().take(255).collect());
    let mut whole = healthy("Account");
    whole.fail("Account", 40, long);
    let unknown = |k: usize| {
        format!(
            "UNKNOWN_EXCEPTION: An unexpected error occurred. Please include this ErrorId if you contact support: {}-88 ({})",
            220_001 + k,
            19_000 + k
        )
    };
    let mut mystery = healthy("Account");
    mystery.fail("Case", 30, unknown);
    let errors = logs(&[
        ("ERROR", "2026-01-12T20:11:00", "Batch 4 of Contact crashed: System.TypeException: Invalid decimal: n/a"),
        ("ERROR", "2026-01-12T20:12:30", "Batch 9 of Contact crashed: System.TypeException: Invalid decimal: n/a"),
    ]);
    let debug =
        logs(&[("DEBUG", "2026-01-12T20:11:00", "Batch 4 of Contact done"), ("FINEST", "2026-01-12T20:12:00", "Mapping read")]);
    vec![
        Scenario::new("inserted, but where", vec![file(&lost)]).cause("contradictory-rows"),
        Scenario::new("an error text on inserted rows", vec![file(&contrary)]).fires("contradictory-rows"),
        Scenario::new("rows that agree with themselves", vec![file(&failed)])
            .silent("contradictory-rows")
            .cause("validation-rule")
            .of("Account"),
        Scenario::new("many contacts became one", vec![file(&shared)]).cause("shared-destination").of("Contact"),
        Scenario::new("each account twice, in two jobs", vec![file(&twice)]).silent("shared-destination").clean(),
        Scenario::new("owners of accounts, which come later, are inactive", vec![file(&owned)])
            .cause("inactive-owner")
            .of("Order")
            .silent("parent-after-child"),
        Scenario::new("texts cut at 255 characters", vec![cut.file(Header::Labels)]).fires("truncated-messages"),
        Scenario::new("long texts in full", vec![whole.file(Header::Labels)]).silent("truncated-messages"),
        Scenario::new(
            "a job was aborted",
            vec![file(&healthy("Account")), job("Aborted"), logs(&[("ERROR", "2026-01-12T20:29:00", "Aborted by Ines Moreau")])],
        )
        .cause("job-aborted")
        .in_job(1),
        Scenario::new("a job ended well", vec![file(&healthy("Account")), job("Synced")])
            .silent("job-aborted")
            .silent("synced-with-errors")
            .clean(),
        Scenario::new("synced, with failures", vec![file(&failed), job("Synced")])
            .fires("synced-with-errors")
            .cause("validation-rule")
            .of("Account"),
        Scenario::new("the log level is FINEST", vec![file(&healthy("Account")), settings(&[("DebugLevel", "FINEST")])])
            .cause("log-level-verbose"),
        Scenario::new("the log level is DEBUG", vec![file(&healthy("Account")), settings(&[("DebugLevel", "DEBUG")])])
            .cause("log-level-verbose"),
        Scenario::new("the log level is ERROR", vec![file(&healthy("Account")), settings(&[("DebugLevel", "ERROR")])])
            .silent("log-level-verbose")
            .clean(),
        Scenario::new("failures without a cause at level ERROR", vec![file(&mystery), settings(&[("DebugLevel", "ERROR")])])
            .fires("log-level-too-low")
            .fires("unexplained-failures"),
        Scenario::new("failures without a cause at level DEBUG", vec![file(&mystery), settings(&[("DebugLevel", "DEBUG")])])
            .silent("log-level-too-low"),
        Scenario::new(
            "failures that the texts explain at level ERROR",
            vec![file(&failed), settings(&[("DebugLevel", "ERROR")])],
        )
        .silent("log-level-too-low")
        .silent("unexplained-failures"),
        Scenario::new("errors in the log", vec![file(&healthy("Account")), errors]).cause("application-errors"),
        Scenario::new("no errors in the log", vec![file(&healthy("Account")), debug]).silent("application-errors").clean(),
    ]
}
