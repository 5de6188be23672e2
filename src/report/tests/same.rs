//! All formats tell the same findings and counts, whatever the report.

use calamine::{Data, DataType as _, Reader, Xlsx};
use proptest::prelude::*;

use super::{fixture, formats};
use crate::report::entries::entries;
use crate::report::model::{Report, Severity};
use crate::report::words::count;

fn report() -> impl Strategy<Value = Report> {
    let severity = prop_oneof![Just(Severity::Info), Just(Severity::Warning), Just(Severity::Error), Just(Severity::Critical)];
    proptest::collection::vec((severity, ".{0,40}", 1_u64..5_000_000), 0..12).prop_map(|found| {
        let mut report = fixture::rich();
        report.fix_plan.clear();
        report.findings = found
            .into_iter()
            .enumerate()
            .map(|(index, (severity, title, records))| {
                fixture::finding(&format!("check-{index}-x"), "check", severity, &title, None, records)
            })
            .collect();
        report
    })
}

/// The ids of the findings in a workbook, with their records.
fn of_workbook(bytes: &[u8]) -> Vec<(String, u64)> {
    let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let range = workbook.worksheet_range("Findings").expect("a sheet");
    let records = |cell: &Data| cell.as_f64().expect("a number") as u64;
    range.rows().skip(1).map(|row| (row[0].to_string(), records(&row[8]))).collect()
}

fn of_csv(bytes: &[u8]) -> Vec<(String, u64)> {
    let mut reader = csv::Reader::from_reader(bytes);
    let record = |record: csv::StringRecord| (record[0].to_owned(), record[7].parse().expect("a number"));
    reader.records().map(|row| record(row.expect("CSV"))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn all_formats_tell_the_same_findings(report in report()) {
        let expected: Vec<_> = report.findings.iter().map(|finding| (finding.id.clone(), finding.records)).collect();
        let told: Vec<_> = entries(&report).iter().map(|entry| entry.head.id.clone()).collect();
        for (ending, bytes) in formats(&report, &[]) {
            match ending {
                "xlsx" => prop_assert_eq!(of_workbook(&bytes), expected.clone()),
                "csv" => prop_assert_eq!(of_csv(&bytes), expected.clone()),
                _ => {
                    let text = String::from_utf8(bytes).expect("UTF-8");
                    for (id, records) in &expected {
                        prop_assert!(text.contains(id.as_str()), "{} lacks {}", ending, id);
                        let written = if ending == "json" { records.to_string() } else { count(*records) };
                        prop_assert!(text.contains(&written), "{} lacks {}", ending, written);
                    }
                    if ["txt", "md", "html"].contains(&ending) {
                        let places: Vec<_> = told.iter().map(|id| text.find(id.as_str())).collect();
                        prop_assert!(places.is_sorted(), "{} tells the entries in another order", ending);
                    }
                }
            }
        }
    }
}
