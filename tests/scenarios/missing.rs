//! Records that do not appear in the target.

use super::Scenario;
use super::evidence::{Template, sync_jobs, template_lines};
use super::export::{Header, Log, source, target};
use super::texts::{Layout, healthy, told};

const ENDED: &str = "2026-01-12T20:30:00";

fn job(status: &str) -> (String, String) {
    sync_jobs(&[(1, status, "2026-01-12T20:00:00", ENDED)])
}

/// Two jobs of one template; the second brings `cases` cases.
fn two_jobs(cases: usize) -> Log {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00").add("Account", 120).add("Contact", 200).add("Case", 150);
    log.job(2, "2026-01-14T20:00:00").add("Account", 115).add("Contact", 210);
    if cases > 0 {
        log.add("Case", cases);
    }
    log
}

fn two_synced() -> (String, String) {
    sync_jobs(&[
        (1, "Synced", "2026-01-12T20:00:00", "2026-01-12T20:30:00"),
        (2, "Synced", "2026-01-14T20:00:00", "2026-01-14T20:30:00"),
    ])
}

/// Cases that name assets; `first` is the object that the job processes first.
fn assets(first: &'static str) -> Log {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00").add("Account", 100);
    for object in if first == "Case" { ["Case", "Asset"] } else { ["Asset", "Case"] } {
        log.add(object, 140);
    }
    log.fail("Case", 35, |k| {
        told(
            Layout::Bulk,
            "INVALID_CROSS_REFERENCE_KEY",
            &format!("invalid cross reference id: {}", source("Asset", k * 3)),
            &[],
            k,
        )
    });
    log
}

pub fn scenarios() -> Vec<Scenario> {
    let one = |log: &Log| vec![log.file(Header::Namespaced)];
    let recoded = |count: usize, code: i32| {
        let mut log = healthy("Account");
        log.recode("Account", count, code);
        log
    };
    let mut left = Log::new();
    left.job(1, "2026-01-12T20:00:00").add("Account", 160).add("Contact", 260).unprocessed(250, Some(9));
    left.job(2, "2026-01-14T20:00:00").add("Account", 150).add("Contact", 240);
    let mut skipped = healthy("Account");
    for row in &mut skipped.rows {
        row.code = Some(4);
        row.update_required = true;
        row.destination.clear();
    }
    let mut failed = healthy("Account");
    failed
        .fail("Account", 12, |k| told(Layout::Plain, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "The tax number is not valid", &[], k));
    let mut parents = healthy("Account");
    parents.fail("Account", 9, |k| {
        told(Layout::Bulk, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "A key account needs a manager", &["Manager__c"], k)
    });
    let roots = parents.failed_ids("Account");
    parents.fail("Contact", 40, |k| {
        told(Layout::Apex, "INVALID_CROSS_REFERENCE_KEY", &format!("invalid cross reference id: {}", &roots[k % 9][..15]), &[], k)
    });
    let mut cut = healthy("Account");
    cut.unprocessed(560, Some(9));
    let mut blank = healthy("Account");
    blank.unprocessed(560, None);
    let cut_after_order = "from Order 141 of Opportunity on";
    let mut ahead = Log::new();
    ahead.job(1, "2026-01-12T20:00:00").add("Account", 120).add("Contact", 300);
    let mut relay = healthy("ContentVersion");
    relay.recode("ContentVersion", 20, 11);
    let mut undocumented = healthy("Account");
    undocumented.recode("Account", 9, 8).recode("Contact", 6, 10);
    let mut gone = healthy("Account");
    gone.fail_update("Contact", 22, |k| told(Layout::Bulk, "ENTITY_IS_DELETED", "entity is deleted", &[], k));
    let mut unfound = healthy("Account");
    unfound.fail_update("Account", 18, |k| {
        format!(
            "[{{\"errorCode\":\"NOT_FOUND\",\"message\":\"The requested resource does not exist: {}\"}}]",
            target("Account", k)
        )
    });
    let where_case = [("Account", ""), ("Contact", ""), ("Case", "Status != 'Closed' AND CreatedDate > 2026-01-14T00:00:00Z")];
    vec![
        Scenario::new("a job was left half done, as far as the rows of a later one show", one(&left))
            .cause("unprocessed-records")
            .in_job(1),
        Scenario::new("records were inserted", one(&healthy("Account")))
            .fires("inserted-not-visible")
            .silent("failed-records")
            .clean(),
        Scenario::new("nothing was inserted, all matched and skipped", one(&skipped))
            .fires("existing-skipped")
            .silent("inserted-not-visible")
            .clean(),
        Scenario::new("forty accounts were skipped", one(&recoded(40, 4))).fires("existing-skipped").clean(),
        Scenario::new("forty accounts were updated", one(&recoded(40, 2)))
            .silent("existing-skipped")
            .silent("source-not-available"),
        Scenario::new("fifteen accounts went away after the scan", one(&recoded(15, 5)))
            .cause("source-not-available")
            .of("Account"),
        Scenario::new("twelve accounts failed", one(&failed)).cause("validation-rule").of("Account").fires("failed-records"),
        Scenario::new(
            "a filter lets no case through",
            vec![two_jobs(0).file(Header::Namespaced), two_synced(), template_lines(&where_case)],
        )
        .cause("filter-excludes-records"),
        Scenario::new(
            "a filter lets five cases through",
            vec![two_jobs(5).file(Header::Bare), two_synced(), template_lines(&where_case)],
        )
        .cause("filter-excludes-records"),
        Scenario::new(
            "a filter lets as many cases through as before",
            vec![two_jobs(146).file(Header::Namespaced), two_synced(), template_lines(&where_case)],
        )
        .silent("filter-excludes-records"),
        Scenario::new(
            "cases are gone without any filter",
            vec![
                two_jobs(0).file(Header::Namespaced),
                two_synced(),
                template_lines(&[("Account", ""), ("Contact", ""), ("Case", "")]),
            ],
        )
        .silent("filter-excludes-records"),
        Scenario::new(
            "the last sync date lies in the future",
            vec![
                ahead.file(Header::Namespaced),
                job("Synced"),
                Template { delta: "true", last_sync: "2026-03-01T00:00:00.000Z", ..Template::default() }.file(),
            ],
        )
        .cause("delta-window-ahead"),
        Scenario::new(
            "the last sync date is the start of the job",
            vec![
                ahead.file(Header::Namespaced),
                job("Synced"),
                Template { delta: "true", last_sync: "2026-01-12T20:00:00.000Z", ..Template::default() }.file(),
            ],
        )
        .silent("delta-window-ahead"),
        Scenario::new(
            "a date in the future without delta sync",
            vec![
                ahead.file(Header::Namespaced),
                job("Synced"),
                Template { last_sync: "2026-03-01T00:00:00.000Z", ..Template::default() }.file(),
            ],
        )
        .silent("delta-window-ahead"),
        Scenario::new("cases come before their assets", one(&assets("Case"))).cause("parent-after-child").of("Case"),
        Scenario::new("cases come before their assets, in Data Loader's file", vec![assets("Case").file(Header::DataLoader)])
            .cause("parent-after-child")
            .of("Case"),
        Scenario::new("cases name assets that came before", one(&assets("Asset")))
            .silent("parent-after-child")
            .silent("failed-with-parent"),
        Scenario::new("nine accounts take forty contacts with them", one(&parents))
            .cause("validation-rule")
            .of("Account")
            .fires("failed-with-parent"),
        Scenario::new(format!("a sync ended {cut_after_order}"), vec![cut.file(Header::Namespaced), job("Synced")])
            .cause("unprocessed-records"),
        Scenario::new("a sync ended, rows are blank", vec![blank.file(Header::Labels), job("Synced")])
            .cause("unprocessed-records"),
        Scenario::new("a sync is still at work", vec![cut.file(Header::Namespaced), job("Sync In Progress")])
            .silent("unprocessed-records"),
        Scenario::new("files wait for the relay after the end", vec![relay.file(Header::Namespaced), job("Synced")])
            .cause("files-pending-relay"),
        Scenario::new(
            "files wait for the relay while the job runs",
            vec![relay.file(Header::Namespaced), job("Sync In Progress")],
        )
        .silent("files-pending-relay"),
        Scenario::new("users are mapped to the default", one(&recoded(25, 6))).fires("default-mapping-used").clean(),
        Scenario::new("no default mapping", one(&recoded(25, 4))).silent("default-mapping-used").clean(),
        Scenario::new("codes 8 and 10", one(&undocumented)).cause("undocumented-status"),
        Scenario::new("all documented codes", one(&recoded(30, 6))).silent("undocumented-status"),
        Scenario::new("updates find their record deleted", one(&gone)).cause("update-target-missing").of("Contact"),
        Scenario::new("updates do not find their record", one(&unfound)).cause("update-target-missing").of("Account"),
    ]
}
