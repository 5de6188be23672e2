//! Redacted reports: nothing that identifies is left in any format, and the key brings it back.

use std::io::Read;

use super::{fixture, formats};
use crate::report::model::{AuditRow, Report};
use crate::report::redact::{Key, Redactor, Wrapping, reveal};

/// What identifies in the rich report, and what its redaction must not hold.
const SECRETS: [&str; 6] = ["a0J5e000001Job", "Wave 1", "Wave 3", "erika@example.com", "acme.my.salesforce.com", "0035e00000"];

fn private() -> Report {
    let mut report = fixture::rich();
    let finding = &mut report.findings[1];
    finding.samples[0].error_message = Some(
        "insert failed for erika@example.com (see https://acme.my.salesforce.com/x), last name \"Muster & Sons, <Inc>\""
            .to_owned(),
    );
    finding.evidence.insert("owner".to_owned(), serde_json::json!("Erika Muster"));
    finding.sql = Some("select * from (\nselect 'a status' as x\n) where owner = 'Ada Muster'".to_owned());
    finding.summary = "8,000 records of Erika Muster in Halden One, and job a0J5e000001JobCEAU, Wave 3.".to_owned();
    report
}

fn redacted(key: &mut Key, report: &Report) -> (Report, Vec<AuditRow>) {
    let rows: Vec<_> = report.findings.iter().flat_map(|finding| finding.samples.clone()).collect();
    let mut redactor = Redactor::new(key, report, ["Halden One".to_owned()]);
    let shared = redactor.report(report);
    (shared, rows.into_iter().map(|row| redactor.row(row)).collect())
}

fn unpacked(ending: &str, bytes: &[u8]) -> String {
    if ending != "xlsx" {
        return String::from_utf8(bytes.to_vec()).expect("UTF-8");
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut text = String::new();
    for index in 0..archive.len() {
        archive.by_index(index).expect("a part").read_to_string(&mut text).expect("XML");
    }
    text
}

#[test]
fn nothing_that_identifies_is_left() {
    let report = private();
    let mut key = Key::random().expect("a key");
    let (shared, rows) = redacted(&mut key, &report);
    for (ending, bytes) in formats(&shared, &rows) {
        let text = unpacked(ending, &bytes);
        let files = report.books.iter().map(|book| book.file.as_str());
        for secret in SECRETS.into_iter().chain(["Erika Muster", "Ada Muster", "Halden One", "Muster & Sons"]).chain(files) {
            assert!(!text.contains(secret), "{ending} holds {secret}");
        }
    }
    let ids = |report: &Report| report.findings.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&shared), ids(&report));
    assert_eq!(shared.totals, report.totals);
}

#[test]
fn the_same_key_gives_the_same_bytes_and_another_key_others() {
    let report = private();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("redaction.json");
    let mut key = Key::random().expect("a key");
    let (first, _) = redacted(&mut key, &report);
    key.save(&path).expect("the key is written");
    let (second, _) = redacted(&mut Key::open(&path).expect("the key is read"), &report);
    assert_eq!(first, second);
    let (other, _) = redacted(&mut Key::random().expect("a key"), &report);
    assert_ne!(first, other);
}

#[test]
fn the_key_brings_everything_back() {
    let report = private();
    let rows: Vec<_> = report.findings.iter().flat_map(|finding| finding.samples.clone()).collect();
    let mut key = Key::random().expect("a key");
    let (shared, shared_rows) = redacted(&mut key, &report);
    let originals = formats(&report, &rows);
    for ((ending, bytes), (_, original)) in formats(&shared, &shared_rows).into_iter().zip(originals) {
        // A terminal breaks long words over lines.
        if ending == "txt" {
            continue;
        }
        let revealed = reveal(&key, &bytes, Wrapping::of(&format!("report.{ending}"))).expect("a revealed report");
        let text = unpacked(ending, &revealed);
        for secret in ["a0J5e000001JobCEAU", "Wave 3"] {
            assert!(text.contains(secret), "{ending} lacks {secret}");
        }
        if ending == "json" || ending == "csv" {
            assert_eq!(text, unpacked(ending, &original), "{ending}");
        }
    }
}

#[test]
fn a_key_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key.json");
    std::fs::write(&path, r#"{"key": "short"}"#).expect("a file");
    assert!(Key::open(&path).expect_err("no key").to_string().contains("hexadecimal"));
}
