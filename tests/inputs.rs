//! Exports of every shape, good and bad, and what is made of them: books, rejects, rows, and what the user is told.
//!
//! Each folder of `tests/inputs` is a case: `input/` holds files as their source writes them, `arguments` (if there) what is
//! said beside `ingest input`, and `expected.txt` all that comes of it. Inputs that are too large or too odd to keep are made here.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Map, Value};

use crate::harness::{Run, Workdir, golden, project};

const HEADER: &str = "Id,DataSyncJob__c,Name,SObjectType__c,StatusCode__c,HasError__c,ErrorMessage__c\n";

fn row(number: u32, message: &str) -> String {
    format!("a0L5g0000{number:06},a0J5g0000000001,0015g0000{number:06},Account,1,true,{message}\n")
}

/// The rows of a query on the store.
fn rows(work: &Workdir, sql: &str) -> Vec<Map<String, Value>> {
    let run = work.run(&["sql", sql, "--store", "store", "--format", "ndjson"]).exits(0);
    run.stdout().lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect()
}

/// The books of the store, which must be closed: file, rows read, stored, rejected.
#[track_caller]
fn books(work: &Workdir) -> Vec<(String, u64, u64, u64)> {
    if !work.path("store").exists() {
        return Vec::new();
    }
    work.run(&["store", "verify", "--store", "store"]).exits(0);
    let books = rows(work, "select file, rows_read, rows_stored, rows_rejected from export order by ingest_number, file");
    let books: Vec<(String, u64, u64, u64)> = books
        .iter()
        .map(|book| {
            let count = |key: &str| book[key].as_u64().expect("a count");
            let file = book["file"].as_str().expect("a name").to_owned();
            (file, count("rows_read"), count("rows_stored"), count("rows_rejected"))
        })
        .collect();
    for (file, read, stored, rejected) in &books {
        assert_eq!(*read, stored + rejected, "{file}");
    }
    books
}

/// What a case comes to, without what follows from other columns.
fn outcome(case: &Path) -> String {
    let work = Workdir::new();
    let input = case.join("input").display().to_string();
    let beside = fs::read_to_string(case.join("arguments")).unwrap_or_default();
    let arguments: Vec<&str> = ["ingest", &input, "--store", "store"].into_iter().chain(beside.split_whitespace()).collect();
    let run = work.run(&arguments);
    let mut text = format!("exit code {}\n{}", run.0.status.code().expect("it ends by itself"), run.stderr());
    let books = books(&work);
    if books.is_empty() {
        return text;
    }
    if books.iter().any(|(.., rejected)| *rejected > 0) {
        text += "\nrejects\n";
        let rejects = "select file, row_number, line, byte_offset, \"column\", reason, raw from reject order by file, row_number";
        rows(&work, rejects).iter().for_each(|reject| text += &written(reject));
    }
    for table in rows(&work, "select distinct \"table\" as name from export where rows_stored > 0 order by name") {
        let name = table["name"].as_str().expect("a name");
        text += &format!("\n{name}\n");
        let sql = match name {
            "audit_log" => "select e.file, t.* from audit_log t join export e using (export_id) order by all".to_owned(),
            evidence => format!("select * from {evidence} order by all"),
        };
        rows(&work, &sql).iter().for_each(|row| text += &written(row));
    }
    text
}

/// A row as JSON without what has no value, and what is made of other columns.
fn written(row: &Map<String, Value>) -> String {
    const MADE: [&str; 5] = ["export_id", "group_id", "row_number", "failed", "at"];
    let shown: Map<String, Value> = row
        .iter()
        .filter(|(key, value)| !value.is_null() && (!MADE.contains(&key.as_str()) || row.contains_key("reason")))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    format!("{}\n", Value::Object(shown))
}

#[test]
fn every_shape_gives_its_rows_and_closed_books() {
    let folder = project().join("tests/inputs");
    let mut cases: Vec<_> = fs::read_dir(folder).expect("the cases").map(|case| case.expect("a case").path()).collect();
    cases.retain(|case| case.is_dir());
    cases.sort();
    assert!(cases.len() > 25);
    for case in cases {
        let name = case.file_name().expect("it has a name").to_string_lossy().into_owned();
        golden(&format!("../inputs/{name}/expected.txt"), &outcome(&case));
    }
}

#[test]
fn secrets_are_nowhere_in_the_store() {
    let work = Workdir::new();
    let input = project().join("tests/inputs/evidence-secrets/input").display().to_string();
    work.run(&["ingest", &input, "--store", "store"]).exits(0);
    let mut folders = vec![work.path("store")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                assert!(memchr::memmem::find(&bytes, b"SECRET").is_none(), "{}", path.display());
                files += 1;
            }
        }
    }
    assert!(files > 4);
    // The store is compressed, so its texts are looked at too.
    for table in ["org_master", "data_version", "reject", "export"] {
        let all = rows(&work, &format!("select * from {table}"));
        assert!(!all.is_empty(), "{table}");
        assert!(!format!("{all:?}").contains("SECRET"), "{all:?}");
    }
}

#[test]
fn standard_input_is_read() {
    let work = Workdir::new();
    let export = work.write("export.csv", format!("{HEADER}{}", row(1, "it failed")));
    let mut command = work.command(&["ingest", "-", "--store", "store"]);
    command.stdin(Stdio::from(File::open(export).expect("it is there")));
    Run(command.output().expect("the binary runs")).exits(0);
    assert_eq!(books(&work), [("standard input".to_string(), 1, 1, 0)]);
}

#[test]
fn a_message_of_50_mb_is_kept_aside_and_the_rows_around_it_are_saved() {
    let work = Workdir::new();
    let long = format!("\"{}\"", "it failed, and says so.\n".repeat(50_000_000 / 24));
    let one_line = format!("\"{}\"", "it failed, and says so. ".repeat(50_000_000 / 24));
    for (name, message) in [("one_line.csv", one_line), ("lines.csv", long)] {
        let work = Workdir::new();
        work.write(name, format!("{HEADER}{}{}{}", row(1, "first"), row(2, &message), row(3, "last")));
        work.run(&["ingest", name, "--store", "store"]).exits(0);
        books(&work);
        let kept = rows(&work, "select error_message from audit_log order by row_number");
        let kept: Vec<_> = kept.iter().map(|row| row["error_message"].as_str().expect("a text")).collect();
        assert_eq!(kept, ["first", "last"], "{name}");
    }
    let message = "it failed, and says so. ".repeat(50_000_000 / 24);
    let record = |number: u32, text: &str| {
        format!("{{\"Id\":\"a0L5g000000000{number}\",\"StatusCode__c\":1,\"ErrorMessage__c\":\"{text}\"}}")
    };
    work.write("long.json", format!("{{\"records\":[{},{},{}]}}", record(1, "first"), record(2, &message), record(3, "last")));
    work.run(&["ingest", "long.json", "--store", "store"]).exits(0);
    assert_eq!(books(&work), [("long.json".to_string(), 3, 2, 1)]);
}

#[test]
fn what_expands_without_end_is_refused_and_leaves_nothing() {
    let work = Workdir::new();
    let line = row(1, "it failed").repeat(1 << 10);
    let write = |out: &mut dyn std::io::Write| {
        out.write_all(HEADER.as_bytes()).expect("it is written");
        (0..(200 << 20) / line.len()).for_each(|_| out.write_all(line.as_bytes()).expect("it is written"));
    };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    write(&mut packed);
    work.write("bomb.csv.gz", packed.finish().expect("it is packed"));
    let mut archive = zip::ZipWriter::new(File::create(work.path("bomb.zip")).expect("a file"));
    archive.start_file("bomb.csv", zip::write::SimpleFileOptions::default()).expect("a member");
    write(&mut archive);
    archive.finish().expect("it is packed");
    for name in ["bomb.csv.gz", "bomb.zip"] {
        assert!(fs::metadata(work.path(name)).expect("it is there").len() < 2 << 20, "{name} is no bomb");
        let run = work.run(&["ingest", name, "--store", "store"]);
        assert!(run.stderr().contains("expands to more than"), "{name}: {}", run.stderr());
        assert!(books(&work).is_empty());
    }
}

#[test]
#[cfg(unix)]
fn links_in_a_folder_are_told_and_not_followed() {
    use std::os::unix::fs::symlink;
    let work = Workdir::new();
    work.write("folder/audit.csv", format!("{HEADER}{}", row(1, "it failed")));
    let outside = work.write("outside.csv", format!("{HEADER}{}", row(2, "it failed")));
    symlink(&outside, work.path("folder/link.csv")).expect("a link");
    symlink(work.path("folder"), work.path("folder/circle")).expect("a link");
    let run = work.run(&["ingest", "folder", "--store", "store"]).exits(0);
    assert_eq!(run.stderr().matches("it is a link").count(), 2, "{}", run.stderr());
    assert_eq!(books(&work), [("folder/audit.csv".to_string(), 1, 1, 0)]);
    work.run(&["ingest", "folder/link.csv", "--store", "store"]).exits(0);
    assert_eq!(books(&work).len(), 2);
}

/// Runs an ingest of `export.csv` while `change` works on the file.
fn ingested_while(change: impl Fn(&mut File)) -> Run {
    let work = Workdir::new();
    let rows: String = (0..200_000).map(|number| row(number, "it failed")).collect();
    let path = work.write("export.csv", format!("{HEADER}{rows}"));
    let mut file = File::options().append(true).open(path).expect("it is there");
    let mut ingest = work.command(&["ingest", "export.csv", "--store", "store"]).stderr(Stdio::piped()).spawn().expect("it runs");
    while ingest.try_wait().expect("it can be asked").is_none() {
        change(&mut file);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let run = Run(ingest.wait_with_output().expect("it ended"));
    assert!(books(&work).is_empty());
    run
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused_and_leaves_nothing() {
    let grows = |file: &mut File| file.write_all(row(1, "and again").as_bytes()).expect("it is written");
    let shrinks = |file: &mut File| {
        let length = file.metadata().expect("it is there").len();
        file.set_len(length - length / 1000).expect("it is cut");
    };
    for run in [ingested_while(grows), ingested_while(shrinks)] {
        let run = run.exits(2);
        assert!(run.stderr().contains("changed while it was read"), "{}", run.stderr());
    }
}

/// A file that looks like an export in its first megabyte and cannot be read to its end.
fn cut_short() -> Vec<u8> {
    let rows: String =
        (0..60_000u32).map(|number| row(number, &format!("it failed: {:x}", number.wrapping_mul(2_654_435_761)))).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(format!("{HEADER}{rows}").as_bytes()).expect("it is packed");
    let mut packed = packed.finish().expect("it is packed");
    packed.truncate(packed.len() * 9 / 10);
    packed
}

#[test]
fn a_folder_of_which_nothing_can_be_read_to_its_end_is_an_error() {
    let work = Workdir::new();
    work.write("folder/one.csv.gz", cut_short());
    for store in ["store", "store.duckdb"] {
        let run = work.run(&["ingest", "folder", "--store", store]).exits(2);
        assert!(run.stderr().contains("one.csv.gz"), "{}", run.stderr());
    }
    assert!(books(&work).is_empty());
    work.write("folder/two.csv", format!("{HEADER}{}", row(1, "it failed")));
    let run = work.run(&["ingest", "folder", "--store", "store"]).exits(0);
    assert!(run.stderr().contains("one.csv.gz\n  skipped"), "{}", run.stderr());
    assert_eq!(books(&work), [("folder/two.csv".to_string(), 1, 1, 0)]);
}

#[test]
fn five_thousand_columns_are_read_and_those_that_are_not_known_are_told() {
    let work = Workdir::new();
    let names: String = (0..5_000).map(|number| format!(",Custom_{number}__c")).collect();
    let values: String = (0..5_000).map(|number| format!(",{number}")).collect();
    let rows: String = (0..3).map(|number| row(number, "it failed").replace('\n', &format!("{values}\n"))).collect();
    work.write("wide.csv", format!("{}{rows}", HEADER.replace('\n', &format!("{names}\n"))));
    let run = work.run(&["ingest", "wide.csv", "--store", "store"]).exits(0);
    assert!(run.stderr().contains("Custom_17__c"), "{}", run.stderr());
    assert_eq!(books(&work), [("wide.csv".to_string(), 3, 3, 0)]);
}

#[test]
fn the_books_of_a_report_say_whether_the_counters_of_a_job_agree() {
    let work = Workdir::new();
    work.write("audit.csv", format!("{HEADER}{}{}", row(1, "it failed"), row(2, "it failed")));
    for (failed, agrees) in [(2, true), (5, false)] {
        let job = format!("Id,Name,Status__c,FailedCount__c\na0J5g0000000001,JOB-1,Synced,{failed}\n");
        work.write("jobs.csv", job);
        let report =
            |format: &str| work.run(&["report", "audit.csv", "jobs.csv", "--format", format, "--quiet"]).exits(0).stdout();
        let json: Value = serde_json::from_str(&report("json")).expect("it is JSON");
        assert_eq!(json["jobs"][0]["counters"]["agree"], agrees, "{}", json["jobs"]);
        let told = if agrees { "the counters of 1 job agree" } else { "differ (failed 5, here 2)" };
        for format in ["terminal", "markdown", "html"] {
            let words: Vec<_> = report(format).split_whitespace().map(str::to_owned).collect();
            assert!(words.join(" ").contains(told), "{format}: {}", words.join(" "));
        }
    }
}

#[test]
fn a_register_that_is_damaged_or_of_another_store_changes_nothing() {
    let sum = |work: &Workdir| rows(work, "select count(*) as records, sum(status_code) as sum from audit_log");
    let exports = |work: &Workdir| {
        for number in 0..4 {
            let text: String = (number..number + 5).map(|number| row(number, "it failed")).collect();
            work.write(&format!("{number}.csv"), format!("{HEADER}{text}"));
        }
    };
    let expected = {
        let work = Workdir::new();
        exports(&work);
        work.run(&["ingest", "0.csv", "1.csv", "2.csv", "3.csv", "--store", "store"]).exits(0);
        sum(&work)
    };
    let damages: [fn(Vec<u8>) -> Vec<u8>; 4] = [
        |register| register[..register.len() / 2].to_vec(),
        |register| [register, b"and more".to_vec()].concat(),
        |_| Vec::new(),
        |register| register.iter().map(|byte| if *byte == b'5' { b'6' } else { *byte }).collect(),
    ];
    for damage in damages {
        let work = Workdir::new();
        exports(&work);
        for name in ["0.csv", "1.csv", "2.csv", "3.csv", "2.csv"] {
            work.run(&["ingest", name, "--store", "store", "--quiet"]).exits(0);
            let register = fs::read(work.path("store/.register")).expect("it is there");
            work.write("store/.register", damage(register));
        }
        books(&work);
        assert_eq!(sum(&work), expected);
    }
}
