//! All formats tell the same findings and counts, whatever the report.

use calamine::{Data, DataType as _, Reader, Xlsx};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{fixture, formats};
use crate::report::json;
use crate::report::model::{Report, Severity};
use crate::report::words::count;

/// A report with any findings, and any counts of findings, groups, objects and steps.
fn report() -> impl Strategy<Value = Report> {
    let severity = prop_oneof![Just(Severity::Info), Just(Severity::Warning), Just(Severity::Error), Just(Severity::Critical)];
    let findings = vec((severity, ".{0,40}", 1_u64..5_000_000), 0..12);
    (findings, vec(1_u64..5_000_000, 40)).prop_map(|(found, counts)| {
        let mut report = fixture::rich();
        report.findings = found
            .into_iter()
            .enumerate()
            .map(|(index, (severity, title, records))| {
                fixture::finding(&format!("check-{index}-x"), "check", severity, &title, None, records)
            })
            .collect();
        report.fix_plan.truncate(report.findings.len());
        let mut counts = counts.into_iter().cycle();
        let mut next = || counts.next().expect("a cycle has no end");
        for (fix, finding) in report.fix_plan.iter_mut().zip(&report.findings) {
            fix.finding = finding.id.clone();
            fix.recovers = next();
        }
        report.groups.iter_mut().for_each(|group| group.records = next());
        for object in &mut report.objects {
            object.failed = next();
            object.records = object.failed + next();
        }
        report.totals.failed = report.groups.iter().map(|group| group.records).sum();
        report.totals.records = report.totals.failed + next();
        report
    })
}

/// What a column of a sheet holds, as numbers.
fn of_sheet(bytes: &[u8], sheet: &str, column: usize) -> Vec<u64> {
    let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let range = workbook.worksheet_range(sheet).expect("a sheet");
    range.rows().skip(1).map(|row| row[column].as_f64().expect("a number") as u64).collect()
}

fn ids_of_workbook(bytes: &[u8]) -> Vec<String> {
    let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let range = workbook.worksheet_range("Findings").expect("a sheet");
    range.rows().skip(1).map(|row| Data::to_string(&row[0])).collect()
}

fn of_csv(bytes: &[u8]) -> Vec<(String, u64)> {
    let mut reader = csv::Reader::from_reader(bytes);
    let record = |record: csv::StringRecord| (record[0].to_owned(), record[7].parse().expect("a number"));
    reader.records().map(|row| record(row.expect("CSV"))).collect()
}

/// The numbers of a text as it shows them, with their thousands separators, and without.
fn numbers(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit() && c != ',').map(|word| word.trim_matches(',')).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn all_formats_tell_the_same_findings_and_counts(report in report()) {
        let findings: Vec<_> = report.findings.iter().map(|finding| (finding.id.clone(), finding.records)).collect();
        let groups: Vec<u64> = report.groups.iter().map(|group| group.records).collect();
        let failed: Vec<u64> = report.objects.iter().map(|object| object.failed).collect();
        let recovers: Vec<u64> = report.fix_plan.iter().map(|fix| fix.recovers).collect();
        for (ending, bytes) in formats(&report, &[]) {
            match ending {
                "xlsx" => {
                    let expected: (Vec<_>, Vec<_>) = findings.iter().cloned().unzip();
                    prop_assert_eq!((ids_of_workbook(&bytes), of_sheet(&bytes, "Findings", 8)), expected);
                    prop_assert_eq!(&of_sheet(&bytes, "Groups", 1), &groups);
                    prop_assert_eq!(&of_sheet(&bytes, "Objects", 2), &failed);
                    prop_assert_eq!(&of_sheet(&bytes, "Fix plan", 2), &recovers);
                }
                "csv" => prop_assert_eq!(of_csv(&bytes), findings.clone()),
                "json" => prop_assert_eq!(&json::read("report.json", bytes.as_slice()).expect("a report"), &report),
                _ => {
                    let text = String::from_utf8(bytes).expect("UTF-8");
                    // A finding's count stands beside its id, before or behind it.
                    let mut places = vec![0];
                    for (id, _) in &findings {
                        let from = *places.last().expect("the start");
                        // The page's fix plan names findings too, before they come.
                        let name = if ending == "html" { format!("id=\"finding-{id}\"") } else { id.clone() };
                        let found = text[from..].find(&name);
                        prop_assert!(found.is_some(), "{} lacks {} in order", ending, id);
                        places.push(from + found.unwrap_or(0));
                    }
                    places.push(text.len());
                    for ((id, records), near) in findings.iter().zip(places.windows(3)) {
                        let near = numbers(&text[near[0]..near[2]]);
                        let told = near.contains(&count(*records).as_str()) || near.contains(&records.to_string().as_str());
                        prop_assert!(told, "{} lacks the {} records of {}", ending, records, id);
                    }
                    if ending != "xml" {
                        let told = numbers(&text);
                        let totals = [report.totals.records, report.totals.failed];
                        for number in groups.iter().chain(&failed).chain(&recovers).chain(&totals) {
                            prop_assert!(told.contains(&count(*number).as_str()), "{} lacks {}", ending, number);
                        }
                    }
                }
            }
        }
    }
}
