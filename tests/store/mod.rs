//! Looking after a store: exports superseded and forgotten, files put together, copies, and what a crash leaves.

mod copies;
mod crashes;
mod derived;
mod faults;
mod forgetting;
mod groups;

use std::fmt::Write as _;
use std::path::Path;

use crate::harness::Workdir;

/// Both kinds of store.
const KINDS: [&str; 2] = ["store", "store.duckdb"];

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// The time of a row: minute `at` of a day, or none.
fn time(at: u64) -> String {
    if at == 0 { String::new() } else { format!("2026-01-05T{:02}:{:02}:00Z", at / 60, at % 60) }
}

/// One audit row: its number, whether it has an error, and when it changed.
fn audit_row(number: u64, failed: bool, at: u64) -> String {
    let (status, error) = if failed { (1, "REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]") } else { (7, "") };
    let (job, object) = (number % 2, ["Account", "Contact", "Case"][number as usize % 3]);
    format!("a0L{number:012}AAA,001{number:012}AAA,JOB-{job},{object},{status},{failed},{error},{number},{}\n", time(at))
}

const HEADER: &str =
    "Id,Name,DataSyncJob__c,SObjectType__c,StatusCode__c,HasError__c,ErrorMessage__c,Order__c,LastModifiedDate\n";

/// An export whose rows overlap with those of others; the last column of the chance decides whether it names the ids of its rows.
fn export(chance: &mut Chance, rows: u64) -> String {
    let mut text = HEADER.to_string();
    let first = chance.below(rows);
    for number in first..first + rows {
        if chance.below(4) > 0 {
            text += &audit_row(number, chance.below(3) == 0, chance.below(20));
        }
    }
    if chance.below(4) == 0 {
        text =
            text.lines().map(|line| line.split_once(',').map_or("", |(_, rest)| rest)).fold(String::new(), |mut text, line| {
                let _ = writeln!(text, "{line}");
                text
            });
    }
    text
}

/// Overlapping exports, written to `<name>.csv`.
fn exports(work: &Workdir, chance: &mut Chance, names: &[&str], rows: u64) {
    for name in names {
        work.write(&format!("{name}.csv"), export(chance, rows));
    }
    work.write("jobs.csv", "Id,Name,Status__c\na0J000000000001AAA,JOB-0,Synced\na0J000000000002AAA,JOB-1,Synced\n");
    work.write("bad.csv", format!("{HEADER}{}a,b\n", audit_row(999_999, true, 5)));
}

/// Reads exports into a store, one call each.
fn ingest(work: &Workdir, store: &str, names: &[&str]) {
    for name in names {
        work.run(&["ingest", &format!("{name}.csv"), "--store", store, "--quiet"]).exits(0);
    }
}

/// All that queries read, as text: books, rows that count, cube, activity, groups, references, rejects, and what is superseded.
const STATE: &str = "
    select 'export' as what, concat_ws('|', export_id, file, \"table\", rows_read, rows_stored, rows_rejected, content_hash, list_sort(columns)) as row from export
    union all select 'audit_log', concat_ws('|', export_id, row_number, audit_id, source_id, job_id, object, status_code, group_id, modified_at) from audit_log
    union all select 'stored', concat_ws('|', export_id, count(*)) from stored.audit_log group by export_id
    union all select 'outcome', concat_ws('|', job_id, object, status_code, has_error, group_id, hour, position, records) from outcome
    union all select 'activity', concat_ws('|', job_id, object, minute, records, failed) from activity
    union all select 'message_group', concat_ws('|', group_id, code, pattern, fields, sample) from message_group
    union all select 'error_reference', concat_ws('|', export_id, row_number, referenced_id) from error_reference
    union all select 'reject', concat_ws('|', export_id, row_number, line, reason, raw) from reject
    union all select 'sync_job', concat_ws('|', job_id, name, status) from sync_job
    union all select 'superseded', concat_ws('|', export_id, superseded_export_id, row_number) from stored.superseded
    order by all";

/// All that queries read from a store; it agrees with its books.
#[track_caller]
fn state(work: &Workdir, store: &str) -> String {
    work.run(&["store", "verify", "--store", store]).exits(0);
    work.run(&["sql", STATE, "--store", store, "--format", "csv", "--quiet"]).exits(0).stdout()
}

/// The files and folders of the working folder that writers leave when they are stopped.
fn rests(folder: &Path) -> Vec<String> {
    let mut rests = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(".staging-") || name == ".change" || name.ends_with(".tmp") {
            rests.push(name.clone());
        }
        if entry.path().is_dir() && (name.starts_with("store") || name.ends_with(".tmp")) {
            rests.extend(rests_below(&entry.path()));
        }
    }
    rests
}

fn rests_below(folder: &Path) -> Vec<String> {
    rests(folder).into_iter().map(|rest| format!("{}/{rest}", folder.display())).collect()
}
