//! Healthy jobs that look odd at first sight: nothing in them is worth a warning.

use chrono::Duration;

use super::Scenario;
use super::evidence::{sync_jobs, table};
use super::export::{Header, Log, id, respelled};

pub fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    let mut clean = |name: &str, files: Vec<(String, String)>| all.push(Scenario::new(name, files).clean());

    let mut growing = Log::new();
    for number in 1..=6 {
        growing.step = Duration::milliseconds(110 + 25 * (number as i64 % 3));
        growing.job(number, &format!("2026-02-{:02}T0{}:15:00", number * 3, number % 4));
        growing.add("Campaign", 20 + number * 4).add("Contact", 300 * number).add("Gift__c", 450 * number);
    }
    clean("six loads that grow", vec![growing.file(Header::DataLoader)]);

    let mut mixed = Log::new();
    mixed.job(1, "2026-02-07T03:00:00").add("User", 300).add("Account", 2500).add("Policy__c", 4000);
    mixed.recode("User", 120, 6).recode("User", 150, 4).recode("Account", 800, 2).recode("Policy__c", 1300, 4);
    clean("a large load with every expected status", vec![mixed.file(Header::Namespaced)]);

    let mut flags = Log::new();
    flags.job(1, "2026-02-07T03:00:00").add("Machine__c", 300).add("WorkOrder", 700);
    let (name, text) = flags.file(Header::Bare);
    let text = text.replace(",false", ",0").replace(",true", ",1").replace("Inserted", "Eingefügt");
    clean("flags are digits and the status speaks German", vec![(name, text)]);

    let mut orgs = Log::new();
    orgs.job(1, "2026-02-07T03:00:00").add("Account", 200).add("Contact", 300);
    orgs.job(2, "2026-02-08T03:00:00").same_records().add("Account", 200).add("Contact", 300);
    let second = orgs.rows.iter().position(|row| row.job != orgs.rows[0].job).expect("a second job");
    let (name, text) = orgs.file(Header::Namespaced);
    let other = id("00D", 990);
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(at, line)| if at > second { line.replace(&super::export::org(), &other) } else { line.to_owned() })
        .collect();
    clean("one source, two target orgs", vec![(name, lines.join("\n") + "\n")]);

    let mut timeless = Log::new();
    timeless.job(1, "2026-02-07T03:00:00").add("Quote", 350).add("Contract", 80);
    timeless.rows.reverse();
    let bare = timeless.file_without(Header::Bare, &["Created", "LastModified", "Order", "Sequence", "DataSyncJob"]);
    clean("no times, no order, last row first", vec![respelled(bare, &[("Name", "SourceRecordId")])]);

    let mut night = Log::new();
    night.job(1, "2026-02-06T17:00:00").add("Account", 800).add("Gift__c", 3000);
    night.delay(1400, 60 * 13);
    clean("a job that was put off until the morning", vec![night.file(Header::Namespaced)]);

    let mut corners = Log::new();
    corners.job(1, "2026-02-07T03:00:00").add("Account", 500).add("Contact", 900);
    corners.recode("Contact", 3, 5).rows[0].message = " ".into();
    let mut aside = Scenario::new("three contacts of nine hundred went away", vec![corners.file(Header::Bare)]);
    aside = aside.silent("restricted-access").silent("contradictory-rows").silent("broken-reference");

    let mut shelf = Log::new();
    shelf.job(1, "2026-02-07T03:00:00").add("Account", 200);
    clean(
        "a second job is queued behind the first",
        vec![
            shelf.file(Header::Namespaced),
            sync_jobs(&[
                (1, "Synced", "2026-02-07T03:00:00", "2026-02-07T03:15:00"),
                (2, "Scanned", "2026-02-07T03:05:00", "2026-02-07T03:09:00"),
            ]),
            table(
                "system_property",
                "Name,Value",
                &[&["MaxLimitUsage", "75"], &["DebugLevel", "error"], &["SyncMode", "Fast"], &["EnableVersion", "TRUE"]],
            ),
            table(
                "template",
                "Id,Name,Continue On Error,Delta Sync,Last Sync Date,Preview Batch Size",
                &[&[&super::export::template(1), "Ledger", "1", "1", "2026-02-07T03:00:00Z", "25"]],
            ),
        ],
    );
    all.push(aside);
    all
}
