//! The catalogue's own rules: every check is documented, fires on its examples and stays silent on its near misses.

use crate::harness::{Workdir, project};
use synclens::query::Catalogue;

#[test]
fn every_check_is_documented_and_has_both_kinds_of_example() {
    let catalogue = Catalogue::load(None).expect("the catalogue");
    assert!(catalogue.checks().count() >= 70);
    for check in catalogue.checks() {
        let name = &check.name;
        assert!(!check.says.is_empty(), "{name}: says nothing");
        assert!(!check.means.is_empty() && !check.ignore.is_empty(), "{name}: has no documentation");
        assert!(!check.fires.is_empty() && !check.silent.is_empty(), "{name}: lacks an example");
        assert!(!check.needs.is_empty() || !check.any_of.is_empty(), "{name}: needs nothing");
        for hidden in &check.hides {
            assert!(catalogue.get(hidden).is_some(), "{name}: hides '{hidden}', which is no check");
        }
    }
}

#[test]
fn every_check_fires_and_stays_silent_as_its_examples_say() {
    let work = Workdir::new();
    let folder = project().join("queries/diagnosis").display().to_string();
    work.run(&["query", "--check", &folder]).exits(0);
}

#[test]
fn every_check_runs_on_an_empty_store() {
    let work = Workdir::new();
    let export = work.write("audit_log.csv", "Id,Name,SObjectType__c,StatusCode__c\n");
    let report = work.run(&["report", &export.display().to_string(), "--format", "json"]).exits(0).json();
    let fired: Vec<_> =
        report["verdicts"].as_array().expect("verdicts").iter().filter(|verdict| verdict["verdict"] == "fired").collect();
    assert!(fired.is_empty(), "{fired:?}");
}

/// A check of somebody else that does what `sql` says.
fn foreign(sql: &str) -> String {
    format!(
        "/*\ntitle = \"Foreign\"\nseverity = \"error\"\nneeds = [\"audit_log\"]\nsays = \"x\"\n[[fires]]\naudit_log = '''\nId,Name,SObjectType__c,StatusCode__c\n'''\ngives = '''\nrecords\n1\n'''\n*/\n{sql}\n"
    )
}

#[test]
fn checks_of_others_reach_neither_files_nor_the_network_nor_settings() {
    let work = Workdir::new();
    let secret = work.write("secret.csv", "a\nleaked\n").display().to_string();
    work.write("audit_log.csv", "Id,Name,SObjectType__c,StatusCode__c\na1A000000000001AAA,001000000000001AAA,Account,7\n");
    let hostile = [
        format!("select 1 as records, content as object from read_text('{secret}')"),
        format!("select 1 as records, a as object from read_csv('{secret}')"),
        format!("select 1 as records, a as object from '{secret}'"),
        "select 1 as records, * from read_csv('https://example.com/x.csv')".to_string(),
        "select 1 as records; select 2".to_string(),
        "set enable_external_access = true".to_string(),
        format!("copy (select 1) to '{}'", work.path("written.csv").display()),
        "attach 'other.duckdb'".to_string(),
        "install httpfs".to_string(),
    ];
    for (number, sql) in hostile.iter().enumerate() {
        work.write(&format!("own-{number}/foreign.sql"), foreign(sql));
        let folder = format!("own-{number}");
        for arguments in [vec!["report", "audit_log.csv", "--queries", &folder], vec!["query", "--check", &folder]] {
            let run = work.run(&arguments).exits(2);
            assert!(!run.stdout().contains("leaked") && !run.stderr().contains("leaked"), "{sql}: {}", run.stderr());
        }
    }
    assert!(!work.path("written.csv").exists());
    work.write("own/foreign.sql", foreign("select count(*) as records from audit_log having count(*) > 0"));
    let report = work.run(&["report", "audit_log.csv", "--queries", "own", "--format", "json"]).exits(0).json();
    assert_eq!(report["findings"][0]["check"], "foreign");
}

/// What is missing, by table: its query and its command.
fn missing(header: &str) -> std::collections::BTreeMap<String, (String, String)> {
    let work = Workdir::new();
    let row = header
        .split(',')
        .enumerate()
        .map(|(at, _)| ["a1A000000000001AAA", "001000000000001AAA", "Account", "7"][at])
        .collect::<Vec<_>>();
    work.write("audit_log.csv", format!("{header}\n{}\n", row.join(",")));
    let report = work.run(&["report", "audit_log.csv", "--format", "json"]).exits(0).json();
    let verdicts = report["verdicts"].as_array().expect("verdicts").clone();
    let undecidable = verdicts.iter().filter(|verdict| verdict["verdict"] == "undecidable");
    let all = undecidable.flat_map(|verdict| verdict["missing"].as_array().expect("what is missing").clone());
    let text = |missing: &serde_json::Value, key: &str| missing[key].as_str().expect("a text").to_string();
    all.map(|one| (text(&one, "table"), (text(&one, "soql"), text(&one, "command")))).collect()
}

#[test]
fn missing_evidence_comes_with_the_query_that_exports_it_from_this_package() {
    let bare = missing("Id,Name,SObjectType__c,StatusCode__c");
    let prefixed = missing("Id,Name,HLD__SObjectType__c,HLD__StatusCode__c");
    let upper = missing("ID,NAME,HLD__SOBJECTTYPE__C,HLD__STATUSCODE__C");
    assert!(bare.len() >= 8 && bare.keys().eq(prefixed.keys()), "{:?}", bare.keys());
    assert_eq!(upper, prefixed);
    let table = |all: &std::collections::BTreeMap<String, (String, String)>, name: &str| all[name].0.clone();
    assert_eq!(table(&bare, "sync_job"), "SELECT FIELDS(ALL) FROM DataSyncJob__c LIMIT 200");
    assert_eq!(table(&prefixed, "sync_job"), "SELECT FIELDS(ALL) FROM HLD__DataSyncJob__c LIMIT 200");
    assert_eq!(table(&bare, "apex_job"), table(&prefixed, "apex_job"), "standard objects have no prefix");
    for (name, (soql, command)) in &prefixed {
        assert!(command.contains(soql.as_str()) && command.starts_with("sf data "), "{name}: {command}");
        assert!(bare[name].0 == soql.replace("HLD__", ""), "{name}: {soql}");
    }
}

#[test]
fn one_stopped_job_is_told_once() {
    let work = Workdir::new();
    let sample = project().join("sample_data").display().to_string();
    let report = work.run(&["report", &sample, "--format", "json"]).exits(0).json();
    let findings = report["findings"].as_array().expect("findings");
    let of = |check: &str| findings.iter().find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("no {check}"));
    let head = &of("continue-on-error-off")["id"];
    assert_eq!((&of("job-aborted")["beneath"], &of("unprocessed-records")["beneath"]), (head, head));
    assert_eq!(of("job-aborted")["job_name"], "JOB-0103");
    let token = &of("token-expired")["id"];
    assert_eq!(&of("failed-from-a-point-on")["beneath"], token, "the same rows");
    for finding in
        findings.iter().filter(|finding| ["still-failing", "new-failure"].contains(&finding["check"].as_str().unwrap_or("")))
    {
        assert!(finding["beneath"].is_string(), "{}", finding["summary"]);
    }
    let screen = work.run(&["report", &sample]).exits(0).stdout();
    assert!(screen.contains("Also: The job was aborted"), "{screen}");
}
