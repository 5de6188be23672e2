//! Jobs whose pace and size vary by nature, and spellings that nobody promised: what must not be taken for a fault, and what must.

use chrono::Duration;

use super::Scenario;
use super::evidence::{Template, batches, sync_jobs, table, template_lines};
use super::export::{Header, Log, Row, id, job, template};

/// One job an evening, each row of an object taking so many milliseconds.
fn evenings(jobs: &[&[(&str, usize, i64)]]) -> Log {
    let mut log = Log::new();
    for (at, objects) in jobs.iter().enumerate() {
        log.job(at + 1, &format!("2026-03-{:02}T20:00:00", at + 2));
        for &(object, count, step) in *objects {
            log.step = Duration::milliseconds(step);
            log.add(object, count);
        }
    }
    log
}

fn synced(jobs: usize) -> (String, String) {
    let times: Vec<(String, String)> =
        (2..jobs + 2).map(|day| (format!("2026-03-{day:02}T20:00:00"), format!("2026-03-{day:02}T22:00:00"))).collect();
    let jobs: Vec<_> =
        times.iter().enumerate().map(|(at, (start, end))| (at + 1, "Synced", start.as_str(), end.as_str())).collect();
    sync_jobs(&jobs)
}

/// A load with failures, and a second job that holds nothing but what failed; every other record fails again.
fn retried() -> Log {
    let mut log = evenings(&[&[("Donor__c", 900, 120), ("Gift__c", 1400, 120)]]);
    let rule = |_| "FIELD_CUSTOM_VALIDATION_EXCEPTION: A gift needs a fund.: [Fund__c]".to_string();
    log.fail("Gift__c", 70, rule);
    let failed: Vec<Row> = log.rows.iter().filter(|row| row.has_error).cloned().collect();
    for (at, mut row) in failed.into_iter().enumerate() {
        row.job = job(2);
        row.created += Duration::days(1);
        row.modified += Duration::days(1);
        if at % 2 == 0 {
            row.code = Some(7);
            row.message.clear();
            row.has_error = false;
            row.destination = super::export::target("Gift__c", 500_000 + at);
        }
        log.rows.push(row);
    }
    log
}

fn clean() -> Vec<Scenario> {
    let steady: &[(&str, usize, i64)] = &[("Contact", 2400, 100), ("Claim__c", 200, 900)];
    let shifted: &[(&str, usize, i64)] = &[("Contact", 300, 100), ("Claim__c", 2300, 900)];
    let pace = |step: i64| [("Lead", 1500, step), ("Task", 2500, step)];
    let wobble: Vec<_> = [100, 190, 75, 210, 130, 60, 225, 90].map(pace).into();
    let wobble: Vec<&[(&str, usize, i64)]> = wobble.iter().map(|objects| objects.as_slice()).collect();
    let mut slow = Log::new();
    slow.job(1, "2026-03-02T08:00:00").add("ContentVersion", 900);
    for (at, row) in slow.rows.iter_mut().enumerate() {
        row.modified = row.created + Duration::minutes(12 * (at as i64 / 100 + 1));
    }
    let mut hourly = Log::new();
    hourly.job(1, "2026-03-02T01:00:00").add("Account", 300).add("Order", 800);
    for (at, [accounts, orders]) in [[2, 9], [0, 4], [1, 0], [3, 7], [0, 12], [0, 0], [0, 3]].into_iter().enumerate() {
        hourly.job(at + 2, &format!("2026-03-02T{:02}:00:00", at + 8)).add("Account", accounts).add("Order", orders);
    }
    let jobs: Vec<String> = (1..=8).map(|number| format!("{},R-{number},Synced,{}\n", job(number), template(1))).collect();
    let jobs = ("sync_job.csv".to_string(), format!("Id,Name,Status__c,DataSyncTemplate__c\n{}", jobs.concat()));
    vec![
        Scenario::new("the slow object grows", vec![evenings(&[steady, steady, steady, shifted]).file(Header::Bare)])
            .silent("slower-than-before")
            .clean(),
        Scenario::new("the pace differs from evening to evening", vec![evenings(&wobble).file(Header::Labels)])
            .silent("slower-than-before")
            .clean(),
        Scenario::new("a hundred files every twelve minutes", vec![slow.file(Header::Namespaced)])
            .silent("frequent-pauses")
            .clean(),
        Scenario::new(
            "hourly runs of a template that was not exported",
            vec![
                hourly.file(Header::DataLoader),
                jobs,
                template_lines(&[("Account", "LastModifiedDate = TODAY"), ("Order", "LastModifiedDate = TODAY")]),
            ],
        )
        .silent("filter-excludes-records")
        .clean(),
    ]
}

pub fn scenarios() -> Vec<Scenario> {
    let load = || evenings(&[&[("Account", 300, 150), ("Booking__c", 500, 150)]]);
    let mut gone = load();
    gone.fail_update("Account", 40, |_| "The matched record could not be found in the target org.".into());
    let mut early = evenings(&[&[("Booking__c", 500, 150), ("Tour__c", 300, 150)]]);
    early.fail("Booking__c", 90, |k| {
        format!("INVALID_FIELD:Foreign key external ID: {} not found for field Legacy_Key__c in entity Tour__c:--", 71_000 + k)
    });
    let ahead = Template { delta: "true", last_sync: "2026-03-09T00:00:00.000Z", ..Template::default() };
    let mut empty = evenings(&[&[("Account", 300, 150)], &[("Account", 3, 150)]]);
    empty.rows.retain(|row| row.job == job(2));
    let later = table(
        "child_job",
        "Id,DSYNC__DataSyncJob__c,DSYNC__SObjectType__c,DSYNC__Status__c,CreatedDate,LastModifiedDate",
        &[&[&id("a1C", 1), &job(2), "Account", "Completed", "2026-03-12T00:00:00.000Z", "2026-03-12T00:00:00.000Z"]],
    );
    let mut all = clean();
    all.extend([
        Scenario::new(
            "a retry of what failed, in a template with clauses",
            vec![
                retried().file(Header::Namespaced),
                synced(2),
                template_lines(&[("Donor__c", "IsActive__c = true"), ("Gift__c", "Year__c > 2019")]),
            ],
        )
        .cause("validation-rule")
        .of("Gift__c")
        .silent("filter-excludes-records")
        .silent("failure-rate-up")
        .silent("slower-than-before"),
        Scenario::new("updates whose record could not be found", vec![gone.file(Header::Bare)])
            .cause("update-target-missing")
            .silent("broken-reference"),
        Scenario::new("the parent is told by the message alone", vec![early.file(Header::Namespaced)])
            .cause("parent-after-child")
            .of("Booking__c"),
        Scenario::new(
            "a rollback in capitals does not go on",
            vec![
                load().file(Header::Namespaced),
                sync_jobs(&[(1, "ROLLBACK_STARTED", "2026-03-02T20:00:00", "")]),
                batches(&[("Completed", "2026-03-02T21:00:00")]),
            ],
        )
        .cause("rollback-stuck"),
        Scenario::new(
            "a date ahead of a nearly empty job, whose template is the only one",
            vec![empty.file(Header::Namespaced), ahead.file(), later],
        )
        .cause("delta-window-ahead"),
    ]);
    all
}
