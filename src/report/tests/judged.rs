//! The budget, `--fail-on` and the baseline.

use super::fixture;
use crate::report::budget::{Budget, compare};
use crate::report::model::Severity;

fn budget(text: &str) -> Budget {
    toml::from_str(text).expect("a budget")
}

#[test]
fn findings_of_a_severity_are_reasons_and_summaries_are_not() {
    let report = fixture::rich();
    let reasons = |severity| Budget::default().reasons(&report, severity).expect("a verdict").len();
    assert_eq!(reasons(None), 0);
    assert_eq!(reasons(Some(Severity::Critical)), 1);
    assert_eq!(reasons(Some(Severity::Error)), 5);
    assert_eq!(reasons(Some(Severity::Info)), 7);
}

#[test]
fn accepted_families_count_nowhere() {
    let report = fixture::rich();
    let strict = budget("max_failure_rate = 0.05");
    assert_eq!(
        strict.reasons(&report, None).expect("a verdict"),
        ["failure rate 7.2% (21,480 of 298,000 records) is above 5.0%"]
    );
    let known = budget("max_failure_rate = 0.05\naccepted_families = ['00000000000000a1']");
    assert!(known.reasons(&report, None).expect("a verdict").is_empty());
    assert_eq!(known.reasons(&report, Some(Severity::Error)).expect("a verdict").len(), 4);
}

#[test]
fn new_families_are_those_that_share_no_group_with_the_baseline() {
    let mut report = fixture::rich();
    let mut earlier = fixture::rich();
    earlier.groups.remove(0);
    earlier.groups[0].family_id = "0000000000000001".to_owned();
    report.groups.pop();
    report.baseline = Some(compare(&report, &earlier));
    let baseline = report.baseline.as_ref().expect("a baseline");
    assert_eq!(baseline.new_families, ["00000000000000a1"]);
    assert_eq!(baseline.gone_families, ["00000000000000a5"]);
    let reasons = budget("no_new_families = true").reasons(&report, None).expect("a verdict");
    assert!(reasons[0].starts_with("new failure group: FIELD_CUSTOM_VALIDATION_EXCEPTION"), "{reasons:?}");
}

#[test]
fn a_budget_that_cannot_be_held_is_an_error() {
    assert!(budget("no_new_families = true").reasons(&fixture::rich(), None).is_err());
    assert!(budget("max_failure_rate = 2.0").reasons(&fixture::rich(), None).is_err());
    assert!(toml::from_str::<Budget>("max_failures = 2").is_err());
}
