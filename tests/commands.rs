//! Commands, their outputs and their exit codes.

use crate::harness::{Workdir, golden, project};

fn sample_data() -> String {
    project().join("sample_data").display().to_string()
}

#[test]
fn the_report_of_the_sample_data_is_as_it_was() {
    let work = Workdir::new();
    let run = work.run(&["report", &sample_data()]).exits(0);
    golden("report.txt", &run.stdout());
    golden("report.stderr.txt", &run.stderr());
    let run = work.run(&["report", &sample_data(), "--format", "json", "--quiet"]).exits(0);
    golden("report.json", &run.stdout());
    assert_eq!(run.stderr(), "");
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let work = Workdir::new();
    let one = work.run(&["report", &sample_data(), "--format", "json", "--quiet", "--threads", "1"]).exits(0).stdout();
    let three = work.run(&["report", &sample_data(), "--format", "json", "--quiet", "--threads", "3"]).exits(0).stdout();
    assert_eq!(one, three);
}

#[test]
fn the_sample_data_is_explained() {
    let work = Workdir::new();
    let report = work.run(&["report", &sample_data(), "--format", "json", "--quiet"]).exits(0).json();
    let share = report["coverage"]["share"].as_f64().expect("a share");
    assert!(share >= 0.99, "{share}");
}

#[test]
fn bad_input_ends_with_its_reason_and_exit_code_2() {
    let work = Workdir::new();
    let empty = work.write("empty.csv", "");
    let binary = work.write("binary.csv", [0u8, 159, 146, 150, 0, 0, 1, 2]);
    let other = work.write("other.csv", "first,second\n1,2\n");
    for (path, reason) in [
        ("missing.csv".to_string(), "missing.csv"),
        (empty.display().to_string(), "empty"),
        (binary.display().to_string(), "binary.csv"),
        (other.display().to_string(), "other.csv"),
    ] {
        let run = work.run(&["ingest", &path, "--store", "store"]).exits(2);
        assert!(run.stderr().contains(reason), "{path}: {}", run.stderr());
        assert!(run.stderr().starts_with("error: ") || run.stderr().contains("\nerror: "), "{}", run.stderr());
        let exports = std::fs::read_dir(work.path("store")).map_or(0, |entries| {
            entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with("export_id=")).count()
        });
        assert_eq!(exports, 0, "{path} left something in the store");
    }
}

#[test]
fn a_header_without_rows_is_an_export_of_nothing() {
    let work = Workdir::new();
    let export = work.write("audit_log.csv", "Id,Name,SObjectType__c,StatusCode__c\n");
    let report = work.run(&["report", &export.display().to_string(), "--format", "json"]).exits(0).json();
    assert_eq!(report["totals"]["records"], 0);
    assert_eq!(report["books"][0]["rows_read"], 0);
}

#[test]
fn the_same_content_twice_changes_nothing() {
    let work = Workdir::new();
    let folder = project().join("sample_data/audit_log").display().to_string();
    work.run(&["ingest", &folder, "--store", "store"]).exits(0);
    let once = work.run(&["report", "--store", "store", "--format", "json"]).exits(0).stdout();
    let again = work.run(&["ingest", &folder, "--store", "store"]).exits(0);
    assert!(again.stderr().contains("in the store already"), "{}", again.stderr());
    assert_eq!(once, work.run(&["report", "--store", "store", "--format", "json"]).exits(0).stdout());
}

#[test]
fn explain_knows_checks_statuses_and_codes() {
    let work = Workdir::new();
    assert!(work.run(&["explain", "parent-after-child"]).exits(0).stdout().contains("Sequence"));
    assert!(work.run(&["explain", "7"]).exits(0).stdout().contains("Inserted"));
    assert!(work.run(&["explain", "UNABLE_TO_LOCK_ROW"]).exits(0).stdout().contains("locking"));
    let run = work.run(&["explain", "UNABLE_TO_LOCK_ROWS"]).exits(2);
    assert!(run.stderr().contains("'UNABLE_TO_LOCK_ROW'"), "{}", run.stderr());
}

#[test]
fn a_failure_without_job_and_object_is_told_in_every_format() {
    let work = Workdir::new();
    let rows = "Id,DSYNC__DataSyncJob__c,Name,DSYNC__SObjectType__c,DSYNC__StatusCode__c,DSYNC__ErrorMessage__c\n\
        a0L5g0000000001EAA,,,,1,FIELD_CUSTOM_VALIDATION_EXCEPTION: Too late: []\n";
    work.write("audit.csv", rows);
    for format in ["terminal", "html", "markdown", "json", "xlsx", "csv", "junit"] {
        work.run(&["report", "audit.csv", "--format", format, "-o", "out"]).exits(0);
    }
    let report = work.run(&["report", "audit.csv", "--format", "json"]).exits(0).json();
    assert_eq!((&report["totals"]["failed"], &report["failures"][0]["job_id"]), (&1.into(), &"".into()));
}

#[test]
fn filters_that_leave_no_row_are_said_to() {
    let run = Workdir::new().run(&["report", &sample_data(), "--since", "2040-01-01", "--quiet"]).exits(0);
    assert!(run.stdout().starts_with("No audit row matches the filters."), "{}", run.stdout());
}

#[test]
fn parameters_that_no_query_has_are_refused() {
    let work = Workdir::new();
    let run = work.run(&["report", &sample_data(), "--param", "min_recods=3"]).exits(2);
    assert!(run.stderr().contains("no query has a parameter 'min_recods'"), "{}", run.stderr());
    work.write("synclens.toml", "[params.peak-hours]\nfrom_our = 7\n");
    let run = work.run(&["report", &sample_data()]).exits(2);
    assert!(run.stderr().contains("did you mean 'from_hour'?"), "{}", run.stderr());
}

#[test]
fn rejected_rows_are_found_where_they_are_said_to_be() {
    let work = Workdir::new();
    work.write("my audit.csv", "Id,DSYNC__DataSyncJob__c,DSYNC__StatusCode__c\na0L5g0000000001EAA,J,7\nx,y,z,much,more\n");
    let run = work.run(&["report", "my audit.csv"]).exits(0);
    assert!(run.stderr().contains("synclens sql --from 'my audit.csv' \"from reject\""), "{}", run.stderr());
    let rejects = work.run(&["sql", "--from", "my audit.csv", "from reject", "--format", "csv", "--quiet"]).exits(0);
    assert!(rejects.stdout().contains("much"), "{}", rejects.stdout());
}
