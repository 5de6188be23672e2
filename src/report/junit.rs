//! The verdicts as JUnit XML, so that a CI system shows each check as a test.

use std::io::Write;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::model::{Answer, Finding, FindingKind, Report, Severity, Verdict};
use super::words::{counted, place, visible};
use crate::error::{Place, Result};

/// Writes one test a finding, and one a check without findings. Findings of at least `fails` are failures (summaries
/// never are), checks that could not be decided are skipped.
pub fn render(report: &Report, fails: Severity, out: &mut dyn Write) -> Result<()> {
    let mut suite = TestSuite::new("synclens");
    for finding in &report.findings {
        suite.add_test_case(finding_case(finding, fails));
    }
    for verdict in report.verdicts.iter().filter(|verdict| verdict.verdict != Answer::Fired) {
        suite.add_test_case(verdict_case(verdict));
    }
    suite.set_system_out(visible(&report.verdict));
    let mut junit = quick_junit::Report::new("synclens");
    junit.add_test_suite(suite);
    junit.serialize(&mut *out).place(|| "cannot write the report as JUnit XML".to_owned())
}

fn finding_case(finding: &Finding, fails: Severity) -> TestCase {
    let mut text = format!("{}\n{}", counted(finding.records, "record"), visible(&finding.summary));
    for (index, action) in finding.actions.iter().enumerate() {
        text += &format!("\n{}. {}", index + 1, visible(action));
    }
    let failed = finding.kind == FindingKind::Diagnosis && finding.severity >= fails;
    let mut case = if failed {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(finding.severity.word()).set_message(visible(&finding.title)).set_description(&text);
        TestCase::new(finding.id.as_str(), status)
    } else {
        let mut case = TestCase::new(finding.id.as_str(), TestCaseStatus::success());
        case.set_system_out(format!("{} ({}): {text}", visible(&finding.title), finding.severity.word()));
        case
    };
    case.set_classname(finding.check.as_str());
    let place = place(finding);
    if !place.is_empty() {
        case.add_property(("place", place.as_str()));
    }
    case.add_property(("records", finding.records.to_string().as_str()));
    case
}

fn verdict_case(verdict: &Verdict) -> TestCase {
    let mut status = TestCaseStatus::success();
    if verdict.verdict == Answer::Undecidable {
        let tables: Vec<_> = verdict.missing.iter().map(|missing| missing.table.as_str()).collect();
        status = TestCaseStatus::skipped();
        status.set_message(format!("not decided: {} was not given", tables.join(", ")));
    }
    let mut case = TestCase::new(verdict.check.as_str(), status);
    case.set_classname(verdict.check.as_str());
    case
}
