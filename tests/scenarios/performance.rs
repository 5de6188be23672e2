//! Speed, pauses, batch sizes and settings.

use chrono::Duration;

use super::Scenario;
use super::evidence::{Template, logs, object_setting, settings, sync_jobs};
use super::export::{Header, Log};
use super::texts::healthy;

/// Four jobs of 600 rows on following evenings, with the time a row takes in each.
fn evenings(steps: [i64; 4]) -> Log {
    let mut log = Log::new();
    for (number, step) in steps.into_iter().enumerate() {
        log.step = Duration::milliseconds(step);
        log.job(number + 1, &format!("2026-01-{}T20:00:00", 12 + number)).add("Account", 250).add("Contact", 350);
    }
    log
}

/// Six jobs, three in office hours and three at night.
fn shifts(day: i64, night: i64) -> Log {
    let mut log = Log::new();
    for number in 0..6 {
        let (hour, step) = if number % 2 == 0 { ("10", day) } else { ("23", night) };
        log.step = Duration::milliseconds(step);
        log.job(number + 1, &format!("2026-01-{}T{hour}:00:00", 12 + number)).add("Account", 300).add("Contact", 500);
    }
    log
}

fn slow_object(failures: usize) -> Log {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00").add("Account", 300).add("Contact", 300).add("Case", 300);
    log.step = Duration::milliseconds(3000);
    log.add("Opportunity", 300);
    log.fail("Opportunity", failures, |k| {
        format!("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:PricingTrigger: execution of BeforeInsert\n\ncaused by: System.NullPointerException: Attempt to de-reference a null object\n\nClass.Pricing.apply: line {}, column 1:--", 10 + k)
    });
    log
}

/// Two large objects, in the midst of which the job pauses so often.
fn pausing(pauses: usize) -> Log {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00").add("Account", 600).add("Contact", 600);
    for pause in 0..pauses {
        log.delay(130 + pause * 170, 25);
    }
    log
}

pub fn scenarios() -> Vec<Scenario> {
    let audit = || healthy("Account").file(Header::Namespaced);
    let overlapping = |count: usize| {
        let jobs: Vec<_> = (1..=count).map(|number| (number, "Synced", "2026-01-12T20:00:00", "2026-01-12T21:30:00")).collect();
        sync_jobs(&jobs)
    };
    let one_after_another = sync_jobs(&[
        (1, "Synced", "2026-01-12T20:00:00", "2026-01-12T20:40:00"),
        (2, "Synced", "2026-01-12T20:45:00", "2026-01-12T21:10:00"),
        (3, "Synced", "2026-01-12T21:15:00", "2026-01-12T21:40:00"),
        (4, "Synced", "2026-01-12T21:45:00", "2026-01-12T22:10:00"),
        (5, "Synced", "2026-01-12T22:15:00", "2026-01-12T22:40:00"),
    ]);
    let paused = |since: &str| {
        sync_jobs(&[
            (1, "Synced", "2026-01-12T20:00:00", "2026-01-12T20:20:00"),
            (2, "Paused", "2026-01-12T21:00:00", since),
            (3, "Synced", "2026-01-13T07:00:00", "2026-01-13T08:00:00"),
        ])
    };
    let mut large = Log::new();
    large.step = Duration::milliseconds(4);
    large.job(1, "2026-01-12T20:00:00").add("Account", 40_000).add("Contact", 60_500);
    let large = large.file_without(
        Header::Bare,
        &["Id", "StatusText", "Destination_Org", "IsParent", "ErrorMessage", "UpdateRequired", "CreatedDate", "SubSequence"],
    );
    let mut in_log = vec![audit()];
    in_log.push(logs(&[(
        "ERROR",
        "2026-01-12T20:12:00",
        "System.CalloutException: Exceeded max size limit of 6000000 with response size 7204412",
    )]));
    vec![
        Scenario::new("a callout too large in the log", in_log).cause("callout-too-large"),
        Scenario::new(
            "too many SOQL queries in the log",
            vec![audit(), logs(&[("ERROR", "2026-01-12T20:12:00", "System.LimitException: Too many SOQL queries: 101")])],
        )
        .cause("too-many-soql"),
        Scenario::new(
            "CPU time in the log",
            vec![
                audit(),
                logs(&[(
                    "ERROR",
                    "2026-01-12T20:12:00",
                    "Batch 7 of Account: System.LimitException: Apex CPU time limit exceeded",
                )]),
            ],
        )
        .cause("cpu-time-exceeded"),
        Scenario::new(
            "a daily limit in the log",
            vec![audit(), logs(&[("ERROR", "2026-01-12T20:12:00", "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.")])],
        )
        .cause("api-limit"),
        Scenario::new(
            "a heap in the log",
            vec![audit(), logs(&[("ERROR", "2026-01-12T20:12:00", "System.LimitException: Apex heap size too large: 13290811")])],
        )
        .cause("governor-limit"),
        Scenario::new("contacts in batches of 400", vec![audit(), object_setting("Contact", "400")])
            .cause("batch-size-too-high")
            .of("Contact"),
        Scenario::new("contacts in batches of 200", vec![audit(), object_setting("Contact", "200")])
            .silent("batch-size-too-high")
            .clean(),
        Scenario::new("five jobs at once", vec![audit(), overlapping(5)]).cause("concurrent-jobs"),
        Scenario::new("four jobs at once", vec![audit(), overlapping(4)]).silent("concurrent-jobs"),
        Scenario::new("five jobs one after another", vec![audit(), one_after_another]).silent("concurrent-jobs"),
        Scenario::new("opportunities are slow and their trigger fails", vec![slow_object(24).file(Header::Namespaced)])
            .cause("trigger-failure")
            .of("Opportunity")
            .fires("automation-overhead"),
        Scenario::new("opportunities are slow and nothing fails", vec![slow_object(0).file(Header::Namespaced)])
            .silent("automation-overhead"),
        Scenario::new("a limit usage of 40", vec![audit(), settings(&[("MaxLimitUsage", "40"), ("DebugLevel", "ERROR")])])
            .cause("limit-usage-setting"),
        Scenario::new("a limit usage of 95", vec![audit(), settings(&[("MaxLimitUsage", "95")])]).cause("limit-usage-setting"),
        Scenario::new("a limit usage of 80", vec![audit(), settings(&[("MaxLimitUsage", "80"), ("DebugLevel", "ERROR")])])
            .silent("limit-usage-setting")
            .clean(),
        Scenario::new("six pauses of 25 minutes", vec![pausing(6).file(Header::Namespaced)]).cause("frequent-pauses"),
        Scenario::new("one pause of 25 minutes", vec![pausing(1).file(Header::Namespaced)]).silent("frequent-pauses"),
        Scenario::new("paused since the evening", vec![audit(), paused("2026-01-12T22:00:00")])
            .cause("paused-not-resumed")
            .in_job(2),
        Scenario::new("paused half an hour ago", vec![audit(), paused("2026-01-13T07:35:00")]).silent("paused-not-resumed"),
        Scenario::new("the fourth evening is six times slower", vec![evenings([200, 190, 210, 1200]).file(Header::Namespaced)])
            .cause("slower-than-before"),
        Scenario::new("four evenings of one speed", vec![evenings([200, 190, 210, 205]).file(Header::Namespaced)])
            .silent("slower-than-before")
            .clean(),
        Scenario::new("the fourth evening is faster", vec![evenings([600, 620, 590, 150]).file(Header::Namespaced)])
            .silent("slower-than-before"),
        Scenario::new(
            "fast mode and its contradiction",
            vec![audit(), settings(&[("SyncMode", "FAST"), ("FastProcessingDisable", "true")])],
        )
        .cause("fast-mode-off"),
        Scenario::new(
            "a large job in standard mode",
            vec![large.clone(), settings(&[("SyncMode", "standard"), ("DebugLevel", "ERROR")])],
        )
        .fires("fast-mode-off"),
        Scenario::new(
            "a large job in fast mode",
            vec![large, settings(&[("SyncMode", "FAST"), ("FastProcessingDisable", "false")])],
        )
        .silent("fast-mode-off"),
        Scenario::new("a small job in standard mode", vec![audit(), settings(&[("SyncMode", "standard")])])
            .silent("fast-mode-off")
            .clean(),
        Scenario::new("office hours are four times slower", vec![shifts(1000, 250).file(Header::Namespaced)]).fires("peak-hours"),
        Scenario::new("office hours are like the night", vec![shifts(260, 250).file(Header::Namespaced)])
            .silent("peak-hours")
            .clean(),
        Scenario::new(
            "large callout batches and callout errors",
            vec![
                {
                    let mut log = healthy("ContentVersion");
                    log.fail("ContentVersion", 20, |k| {
                        format!(
                            "System.CalloutException: Exceeded max size limit of 12000000 with response size {}",
                            12_100_000 + k
                        )
                    });
                    log.file(Header::Namespaced)
                },
                Template::default().file(),
                object_setting("ContentVersion", "500"),
            ],
        )
        .cause("callout-too-large")
        .fires("batch-size-too-high"),
    ]
}
