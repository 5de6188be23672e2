//! What the plans, the comparison and the story refuse, and that nothing is half-written then.

use super::{TWO_JOBS, lists};
use crate::harness::Workdir;

/// What unfinished work left in the folder.
fn passing(work: &Workdir) -> Vec<String> {
    let entries = std::fs::read_dir(work.path("")).expect("the folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name.starts_with(".synclens")).collect()
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
    assert_eq!(passing(&work), Vec::<String>::new());
}

#[test]
fn a_job_that_is_not_there_or_not_alone_is_told_from_its_neighbours() {
    let work = Workdir::new();
    work.write("exports/audit_log.csv", TWO_JOBS);
    let jobs = "Id,Name,Status__c,TotalRecords__c\n\
        a015g0000000001AAA,Weekly load,Synced,8\n\
        a015g0000000002AAA,Weekly load,Synced,2\n\
        a015g0000000003AAA,Not exported,Synced,5\n";
    work.write("exports/DataSyncJob__c.csv", jobs);
    work.run(&["ingest", "exports", "--store", "store", "--quiet"]).exits(0);
    let says = |arguments: &[&str], reason: &str, hint: &str| {
        let run = work.run(&[arguments, &["--store", "store"]].concat()).exits(2);
        assert!(run.stderr().contains(reason) && run.stderr().contains(hint), "{arguments:?}: {}", run.stderr());
    };
    for command in ["retry", "rollback"] {
        let plan = |job: &'static str| [command, "--job", job, "-o", "plan"];
        says(&plan("weekly load"), "2 jobs are named 'weekly load'", "a015g0000000001AAA, a015g0000000002AAA");
        says(&plan("Weekly lod"), "there is no job 'Weekly lod'", "did you mean 'Weekly load'?");
        says(&plan("Not exported"), "no audit rows of job 'a015g0000000003AAA'", "export its rows");
    }
    says(&["compare", "Weekly load", "a015g0000000001"], "2 jobs are named", "use the id");
    says(&["compare", "a015g0000000001", "a015g0000000001AAA"], "both are job 'a015g0000000001AAA'", "synclens jobs");
    says(&["compare", "a015g0000000001", "Not exported"], "no audit rows of job 'a015g0000000003AAA'", "");
    assert!(!work.path("plan").exists());
    let listed = work.run(&["jobs", "--store", "store", "--format", "json"]).exits(0).json();
    let holds = |job: usize| (listed[job]["holds_all"].clone(), listed[job]["differs"].clone());
    assert_eq!(holds(0), (true.into(), serde_json::Value::Null));
    assert_eq!(holds(2), (false.into(), "total 5, here 0".into()));
    assert_eq!(listed[0]["purged_from"], "2026-04-05");
    work.write("synclens.toml", "[retention]\naudit_rows_days = 30\n");
    let sooner = work.run(&["jobs", "--store", "store", "--format", "json"]).exits(0).json();
    assert_eq!((&sooner[0]["purged_from"], &sooner[0]["days_left"]), (&"2026-02-04".into(), &29.into()));
}

/// A limit on the size of files stands for a full disk: both make a write fail halfway.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_there_before() {
    let work = Workdir::new();
    work.run(&["sample", "--rows", "4000", "--jobs", "1", "-o", "sample.csv"]).exits(0);
    work.run(&["ingest", "sample.csv", "--store", "store", "--quiet"]).exits(0);
    let job = work.run(&["jobs", "--store", "store", "--format", "json"]).exits(0).json()[0]["job_id"].clone();
    let job = job.as_str().expect("an id");
    for (command, format) in [("retry", "csv"), ("rollback", "csv"), ("rollback", "xlsx")] {
        let plan = [command, "--store", "store", "--job", job, "-o", "plan", "--quiet", "--format", format];
        let limited = |arguments: &[&str]| {
            let mut shell = std::process::Command::new("/bin/sh");
            shell.args(["-c", "trap '' XFSZ; ulimit -f 4; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_synclens")]);
            shell.args(arguments).current_dir(work.path("")).env_clear().env("HOME", work.path("")).output().expect("a shell")
        };
        let run = limited(&plan);
        let told = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{command}: {told}");
        assert!(told.contains("cannot write") && told.contains("File too large"), "{command}: {told}");
        assert!(!work.path("plan").exists() && passing(&work).is_empty(), "{command} left something behind");
        work.run(&plan).exits(0);
        let before = std::fs::read_to_string(work.path("plan/plan.json")).expect("the manifest");
        assert_eq!(limited(&plan).status.code(), Some(2));
        assert_eq!(std::fs::read_to_string(work.path("plan/plan.json")).expect("the manifest"), before);
        assert!(passing(&work).is_empty());
        std::fs::remove_dir_all(work.path("plan")).expect("the plan goes");
    }
}

#[test]
fn an_earlier_plan_is_replaced_and_a_file_of_the_user_is_not() {
    let work = Workdir::new();
    let export = work.write("audit_log.csv", TWO_JOBS).display().to_string();
    let plan = |command: &str| work.run(&[command, "--from", &export, "--job", "a015g0000000001AAA", "-o", "plan", "--quiet"]);
    plan("retry").exits(0);
    plan("rollback").exits(0);
    assert!(lists(&work.path("plan")).iter().all(|(name, _)| !name.contains("after-fix")));
    work.write("plan/ids/mine.csv", "Id\n");
    let run = plan("retry").exits(2);
    assert!(run.stderr().contains("holds 'ids/mine.csv'"), "{}", run.stderr());
    assert!(work.path("plan/ids/mine.csv").exists());
    let below = work.run(&["retry", "--from", &export, "--job", "a015g0000000001AAA", "-o", "audit_log.csv/plan"]).exits(2);
    assert!(below.stderr().contains("cannot make the folder"), "{}", below.stderr());
}
