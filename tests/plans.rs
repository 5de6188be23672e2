//! Retry, rollback, comparison and story: what they leave out, what they promise, what they refuse.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use calamine::{Data, Reader, Xlsx};

use crate::harness::{Workdir, golden, project};

/// One row of a generated export, read by a plain CSV reader.
struct Row {
    job: String,
    object: String,
    source: String,
    destination: String,
    status: String,
    failed: bool,
    sequence: i64,
    depth: i64,
    at: String,
}

/// A folder with a generated export and a store made of it.
fn generated(rows: &str) -> (Workdir, Vec<Row>) {
    let work = Workdir::new();
    let export = work.path("sample.csv").display().to_string();
    work.run(&["sample", "--rows", rows, "--seed", "5", "--jobs", "4", "-o", &export]).exits(0);
    work.run(&["ingest", &export, "--store", "store", "--quiet"]).exits(0);
    let mut reader = csv::Reader::from_path(&export).expect("the sample");
    let headers = reader.headers().expect("a header").clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header.eq_ignore_ascii_case(&format!("DSYNC__{name}__C")) || header.eq_ignore_ascii_case(name))
            .expect("a column")
    };
    let places = [
        "DataSyncJob",
        "SObjectType",
        "Name",
        "Destination_Record_ID",
        "StatusCode",
        "HasError",
        "Sequence",
        "SubSequence",
        "LastModifiedDate",
    ]
    .map(column);
    let rows = reader
        .records()
        .map(|record| {
            let record = record.expect("a record");
            let text = |place: usize| record[places[place]].to_string();
            let status = text(4);
            Row {
                job: text(0),
                object: text(1),
                source: text(2),
                destination: text(3),
                failed: text(5).eq_ignore_ascii_case("true") || status == "1" || status == "3",
                status,
                sequence: text(6).parse().unwrap_or(0),
                depth: text(7).parse().unwrap_or(0),
                at: text(8),
            }
        })
        .collect();
    (work, rows)
}

/// The lists of a plan, by file name; each row by column name.
fn lists(folder: &Path) -> Vec<(String, Vec<BTreeMap<String, String>>)> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the plan")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.retain(|name| name.ends_with(".csv"));
    names.sort();
    names.into_iter().map(|name| (name.clone(), list(&folder.join(name)))).collect()
}

fn list(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a list");
    let headers = reader.headers().expect("a header").clone();
    let named = |record: csv::StringRecord| {
        headers.iter().zip(&record).map(|(name, value)| (name.to_string(), value.to_string())).collect()
    };
    reader.records().map(|record| named(record.expect("a record"))).collect()
}

fn manifest(folder: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("plan.json")).expect("a manifest")).expect("JSON")
}

fn jobs(rows: &[Row]) -> BTreeSet<&str> {
    rows.iter().map(|row| row.job.as_str()).collect()
}

#[test]
fn every_failed_record_is_in_one_retry_file_or_was_delivered_since() {
    let (work, rows) = generated("12000");
    let report = work.run(&["report", "--store", "store", "--format", "json", "--quiet"]).exits(0).json();
    for job in jobs(&rows) {
        let folder = work.path(&format!("retry-{job}"));
        work.run(&["retry", "--store", "store", "--job", job, "-o", &folder.display().to_string()]).exits(0);
        let mut newest: BTreeMap<(&str, &str), &Row> = BTreeMap::new();
        let failed: Vec<&Row> = rows.iter().filter(|row| row.job == job && row.failed).collect();
        for row in &failed {
            newest.insert((&row.object, &row.source), row);
        }
        for row in rows.iter().filter(|row| row.failed || !matches!(row.status.as_str(), "" | "9")) {
            if let Some(known) = newest.get_mut(&(row.object.as_str(), row.source.as_str()))
                && row.job != job
                && row.at > known.at
            {
                *known = row;
            }
        }
        let expected: BTreeSet<(String, String)> = newest
            .iter()
            .filter(|(_, row)| row.failed || row.status == "5")
            .map(|((object, id), _)| (object.to_string(), id.to_string()))
            .collect();
        let mut found = BTreeSet::new();
        let mut place_of: BTreeMap<String, usize> = BTreeMap::new();
        let lists = lists(&folder);
        for (place, (name, list)) in lists.iter().enumerate() {
            assert!(!list.is_empty(), "{name} is empty");
            let mut depth = i64::MIN;
            for row in list {
                assert!(found.insert((row["Object"].clone(), row["Id"].clone())), "{} is in two files", row["Id"]);
                place_of.insert(row["Id"].clone(), place);
                let own: i64 = row["Depth"].parse().unwrap_or(0);
                assert!(own >= depth, "{name}: a child stands before its parents");
                depth = own;
            }
        }
        assert_eq!(found, expected, "job {job}");
        let mut consequences = 0;
        for (place, (name, list)) in lists.iter().enumerate() {
            for row in list.iter().filter(|row| row["Step"] != "0") {
                consequences += 1;
                if let Some(root) = place_of.get(&row["RootId"]) {
                    assert!(*root < place, "{name}: {} stands before its root", row["Id"]);
                }
            }
        }
        let manifest = manifest(&folder);
        let counts = &manifest["counts"];
        let sum: u64 = counts.as_array().expect("counts").iter().map(|count| count[1].as_u64().expect("a count")).sum();
        assert_eq!(sum, failed.len() as u64);
        let of_report = report["jobs"].as_array().expect("jobs").iter().find(|of| of["job_id"] == job).expect("the job");
        assert_eq!(of_report["failed"], sum);
        assert!(consequences > 0 || failed.len() < 100, "job {job} has no consequence to prove the order with");
    }
}

#[test]
fn every_inserted_record_is_in_one_rollback_file_children_first() {
    let (work, rows) = generated("12000");
    for job in jobs(&rows) {
        let folder = work.path(&format!("rollback-{job}"));
        work.run(&["rollback", "--store", "store", "--job", job, "-o", &folder.display().to_string(), "--quiet"]).exits(0);
        let mut inserted: Vec<(String, String)> = rows
            .iter()
            .filter(|row| row.job == job && row.status == "7" && !row.destination.is_empty())
            .map(|row| (row.object.clone(), row.destination.clone()))
            .collect();
        let place: BTreeMap<&str, (i64, i64)> =
            rows.iter().filter(|row| row.job == job).map(|row| (row.destination.as_str(), (row.sequence, row.depth))).collect();
        let mut found = Vec::new();
        let mut before = (i64::MAX, i64::MAX);
        for (name, list) in lists(&folder) {
            for row in &list {
                if row["StatusCode"] == "7" && !row["Id"].is_empty() {
                    found.push((row["Object"].clone(), row["Id"].clone()));
                }
                if name.contains("_delete_") {
                    let own = place[row["Id"].as_str()];
                    assert!(
                        own.0 < before.0 || (own.0 == before.0 && own.1 <= before.1),
                        "{name}: {own:?} is deleted after {before:?}"
                    );
                    before = own;
                }
            }
        }
        inserted.sort();
        found.sort();
        assert_eq!(found, inserted, "job {job}");
        let manifest = manifest(&folder);
        let sum: u64 =
            manifest["counts"].as_array().expect("counts").iter().map(|count| count[1].as_u64().expect("a count")).sum();
        assert_eq!(sum, rows.iter().filter(|row| row.job == job).count() as u64);
    }
}

/// Two jobs of hand-written rows: their header, and what is special about each record.
const TWO_JOBS: &str = "\
Id,DataSyncJob__c,Name,SObjectType__c,StatusCode__c,HasError__c,ErrorMessage__c,Destination_Record_ID__c,Destination_Org_ID__c,Sequence__c,SubSequence__c,Order__c,LastModifiedDate
a025g0000000001AAA,a015g0000000001AAA,0015g0000000001AAA,Account,1,true,\"=cmd|'/C calc'!A0 REQUIRED_FIELD_MISSING: Required fields are missing: [Name]\",,00D5g0000000001EAA,1,0,1,2026-01-05T10:00:00Z
a025g0000000002AAA,a015g0000000001AAA,0035g0000000001AAA,Contact,1,true,INVALID_CROSS_REFERENCE_KEY: invalid cross reference id 0015g0000000001AAA,,00D5g0000000001EAA,2,0,1,2026-01-05T10:00:01Z
a025g0000000003AAA,a015g0000000001AAA,0035g0000000002AAA,Contact,1,true,\"UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record\",,00D5g0000000001EAA,2,0,2,2026-01-05T10:00:02Z
a025g0000000004AAA,a015g0000000001AAA,0035g0000000003AAA,Contact,1,true,\"UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record\",,00D5g0000000001EAA,2,0,3,2026-01-05T10:00:03Z
a025g0000000005AAA,a015g0000000001AAA,0035g0000000004AAA,Contact,7,false,,0035g0000000904AAA,00D5g0000000001EAA,2,0,4,2026-01-05T10:00:04Z
a025g0000000006AAA,a015g0000000001AAA,0035g0000000005AAA,Contact,7,false,,,00D5g0000000001EAA,2,0,5,2026-01-05T10:00:05Z
a025g0000000007AAA,a015g0000000001AAA,0035g0000000006AAA,Contact,2,false,,0035g0000000906AAA,00D5g0000000001EAA,2,0,6,2026-01-05T10:00:06Z
a025g0000000008AAA,a015g0000000001AAA,0035g0000000007AAA,Contact,7,false,,0035g0000000907AAA,00D5g0000000001EAA,2,0,7,2026-01-05T10:00:07Z
a025g0000000009AAA,a015g0000000002AAA,0035g0000000003AAA,Contact,7,false,,0035g0000000903AAA,00D5g0000000001EAA,2,0,1,2026-01-06T10:00:00Z
a025g000000000AAAA,a015g0000000002AAA,0035g0000000004AAA,Contact,2,false,,0035g0000000904AAA,00D5g0000000001EAA,2,0,2,2026-01-06T10:00:01Z
";

#[test]
fn what_a_later_job_did_is_known_to_both_plans() {
    let work = Workdir::new();
    let export = work.write("audit_log.csv", TWO_JOBS).display().to_string();
    let run = work
        .run(&[
            "retry",
            "--from",
            &export,
            "--job",
            "a015g0000000001",
            "-o",
            "plan",
            "--target-url",
            "https://halden.my.salesforce.com/",
        ])
        .exits(0);
    assert!(run.stderr().contains("delivered since: 1 row"), "{}", run.stderr());
    let files = lists(&work.path("plan"));
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "01_now_Contact.csv");
    assert!(names[1].starts_with("02_after-fix_Account_required-field-missing"), "{names:?}");
    assert!(
        names[2].starts_with("03_after-fix_Contact_required-field-missing") && names[2].ends_with("_consequences.csv"),
        "{names:?}"
    );
    assert_eq!(files[0].1[0]["Id"], "0035g0000000002AAA");
    assert!(files[1].1[0]["ErrorMessage"].starts_with("'=cmd"), "{:?}", files[1].1[0]);
    assert_eq!(files[2].1[0]["RootId"], "0015g0000000001AAA");
    let readme = std::fs::read_to_string(work.path("plan/README.md")).expect("the README");
    assert!(readme.contains("89 days left"), "{readme}");

    work.run(&["rollback", "--from", &export, "--job", "a015g0000000001AAA", "-o", "back", "--quiet"]).exits(0);
    let classes: Vec<(String, usize)> = lists(&work.path("back")).into_iter().map(|(name, list)| (name, list.len())).collect();
    let expected = [
        ("01_delete_00D5g0000000001EAA_Contact.csv", 1),
        ("02_touched-again_00D5g0000000001EAA_Contact_inserted.csv", 1),
        ("03_not-restorable_00D5g0000000001EAA_Contact.csv", 1),
        ("04_lost_00D5g0000000001EAA_Contact.csv", 1),
    ];
    assert_eq!(classes, expected.map(|(name, rows)| (name.to_string(), rows)));
}

#[test]
fn files_are_cut_where_the_loader_has_a_limit_and_workbooks_have_links() {
    let work = Workdir::new();
    let export = work.write("audit_log.csv", TWO_JOBS).display().to_string();
    work.run(&[
        "rollback",
        "--from",
        &export,
        "--job",
        "a015g0000000001AAA",
        "-o",
        "back",
        "--format",
        "xlsx",
        "--target-url",
        "https://halden.my.salesforce.com",
    ])
    .exits(0);
    let bytes = std::fs::read(work.path("back/01_delete_00D5g0000000001EAA_Contact.xlsx")).expect("the workbook");
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let sheet = book.worksheet_range("result").expect("the sheet");
    assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("0035g0000000907AAA".into())));
    let formulas = book.worksheet_formula("result").expect("the formulas");
    assert!(
        formulas.used_cells().any(|(_, _, formula)| formula.contains("https://halden.my.salesforce.com/0035g0000000907AAA")),
        "no link"
    );

    let (work, rows) = generated("12000");
    let job = rows[0].job.as_str();
    work.run(&["rollback", "--store", "store", "--job", job, "-o", "whole", "--quiet"]).exits(0);
    work.run(&["rollback", "--store", "store", "--job", job, "-o", "parts", "--rows-per-file", "50", "--quiet"]).exits(0);
    let all = |folder: &str| lists(&work.path(folder)).into_iter().flat_map(|(_, list)| list).collect::<Vec<_>>();
    assert!(lists(&work.path("parts")).iter().all(|(_, list)| list.len() <= 50));
    let ids = |rows: Vec<BTreeMap<String, String>>| rows.into_iter().map(|row| row["Id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(all("whole")), ids(all("parts")), "the parts are the whole, in its order");
}

#[test]
fn what_cannot_be_planned_is_said_and_nothing_is_written() {
    let work = Workdir::new();
    let export = work.write("audit_log.csv", TWO_JOBS).display().to_string();
    let refused = |arguments: &[&str], reason: &str| {
        let run = work.run(&[&["retry", "--from", &export, "--quiet"], arguments].concat()).exits(2);
        assert!(run.stderr().contains(reason), "{}", run.stderr());
    };
    refused(&["--job", "a015g0000000003AAA", "-o", "plan"], "there is no job 'a015g0000000003AAA'");
    work.write("mine/notes.txt", "mine");
    refused(&["--job", "a015g0000000001AAA", "-o", "mine"], "holds files that are not from an earlier plan");
    refused(&["--job", "a015g0000000001AAA", "-o", "audit_log.csv"], "is a file");
    refused(&["--job", "a015g0000000001AAA", "-o", "plan", "--target-url", "javascript:alert(1)"], "no address");
    assert!(!work.path("plan").exists());
    let scanned =
        TWO_JOBS.lines().take(1).map(String::from).chain([
            "a025g0000000001AAA,a015g0000000001AAA,0015g0000000001AAA,Account,9,false,,,,1,0,1,2026-01-05T10:00:00Z".into(),
        ]);
    let scanned = work.write("scanned.csv", scanned.collect::<Vec<_>>().join("\n") + "\n").display().to_string();
    for command in ["retry", "rollback"] {
        let run = work.run(&[command, "--from", &scanned, "--job", "a015g0000000001AAA", "-o", "plan", "--quiet"]).exits(2);
        assert!(run.stderr().contains("was only scanned"), "{}", run.stderr());
    }
    let left: Vec<_> = std::fs::read_dir(work.path(""))
        .expect("the folder")
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".synclens"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

fn sample_store() -> Workdir {
    let work = Workdir::new();
    work.run(&["ingest", &project().join("sample_data").display().to_string(), "--store", "store", "--quiet"]).exits(0);
    work
}

#[test]
fn the_jobs_of_the_sample_data_are_as_they_were() {
    let work = sample_store();
    golden("jobs.csv", &work.run(&["jobs", "--store", "store", "--format", "csv"]).exits(0).stdout());
}

#[test]
fn two_jobs_of_the_sample_data_compare_as_they_did() {
    let work = sample_store();
    let compare = |format: &str| work.run(&["compare", "JOB-0102", "JOB-0104", "--store", "store", "--format", format]).exits(0);
    golden("compare.txt", &compare("terminal").stdout());
    golden("compare.md", &compare("markdown").stdout());
    assert!(compare("html").stdout().starts_with("<!doctype html>"));
    let found = compare("json").json();
    let sum = |key: &str| {
        found["records"].as_array().expect("records").iter().map(|of| of[key].as_u64().expect("a count")).sum::<u64>()
    };
    // The week's story: 80 failed on Tuesday and were retried on Thursday; 57 got through.
    assert_eq!((sum("fixed"), sum("still_failing")), (57, 23));
    let run = work.run(&["compare", "JOB-0102", "JOB-0109", "--store", "store"]).exits(2);
    assert!(run.stderr().contains("did you mean 'JOB-010"), "{}", run.stderr());
}

#[test]
fn the_story_of_a_record_is_told_by_either_id() {
    let work = sample_store();
    let failed = work.run(&[
        "sql",
        "select source_id from failure where job_id = (select job_id from job where name = 'JOB-0104') order by 1 limit 1",
        "--store",
        "store",
        "--format",
        "json",
    ]);
    let id = failed.exits(0).json()[0]["source_id"].as_str().expect("an id").to_string();
    let long = work.run(&["record", &id, "--store", "store", "--format", "json"]).exits(0).json();
    let short = work.run(&["record", &id[..15], "--store", "store", "--format", "json"]).exits(0).json();
    assert_eq!(long, short);
    assert!(long["events"].as_array().expect("events").len() >= 2, "Tuesday and Thursday: {long}");
    let told = work.run(&["record", &id, "--store", "store"]).exits(0).stdout();
    assert!(told.contains("JOB-0102") && told.contains("It failed in JOB-0104 last."), "{told}");
    for (wrong, reason) in [
        ("0015g00000", "10 characters"),
        ("0034K000004Vm4yQAD", "last three characters"),
        ("0035g0000000999AAA", "no job of the store holds"),
    ] {
        let run = work.run(&["record", wrong, "--store", "store"]).exits(2);
        assert!(run.stderr().contains(reason) && run.stderr().contains("hint: "), "{}", run.stderr());
    }
}
