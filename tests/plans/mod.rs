//! Retry, rollback, comparison and story: what they leave out, what they promise, what they refuse.

mod refused;
mod shapes;

use std::collections::BTreeMap;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};

use crate::harness::{Workdir, golden, project};

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
fn workbooks_have_links() {
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
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = words(long["events"][1]["error_message"].as_str().expect("a message"));
    assert!(message.len() > 70 && words(&told).contains(&message), "the message is not told in full: {told}");
    for (wrong, reason) in [
        ("0015g00000", "10 characters"),
        ("0034K000004Vm4yQAD", "last three characters"),
        ("0035g0000000999AAA", "no job of the store holds"),
    ] {
        let run = work.run(&["record", wrong, "--store", "store"]).exits(2);
        assert!(run.stderr().contains(reason) && run.stderr().contains("hint: "), "{}", run.stderr());
    }
}
