//! Compares what a report says with what is true of a scenario.

use serde_json::Value;

use super::{Cause, Scenario};

/// What a report got right about one scenario.
#[derive(Default)]
pub struct Score {
    /// The first planted cause is the first finding; none where no cause is planted.
    pub first: Option<bool>,
    /// The first planted cause is among the first three findings.
    pub in_three: Option<bool>,
    /// Findings of a warning or worse on a clean scenario.
    pub false_alarms: Vec<String>,
    /// Everything else that is not as it should be.
    pub faults: Vec<String>,
}

/// Scores a report in the JSON form of version 1.
pub fn score(scenario: &Scenario, report: &Value) -> Score {
    let truth = &scenario.truth;
    let empty = Vec::new();
    let findings = report["findings"].as_array().unwrap_or(&empty);
    let severity = |finding: &Value| finding["severity"].as_str().unwrap_or_default().to_owned();
    let check = |finding: &Value| finding["check"].as_str().unwrap_or_default().to_owned();
    let ranked: Vec<&Value> = findings.iter().filter(|finding| severity(finding) != "summary").collect();
    let fired: Vec<String> = findings.iter().map(check).collect();
    let mut score = Score::default();
    if let Some(cause) = truth.causes.first() {
        score.first = Some(ranked.first().is_some_and(|finding| cause.is_told_by(finding)));
        score.in_three = Some(ranked.iter().take(3).any(|finding| cause.is_told_by(finding)));
    }
    // A later cause may have the check of an earlier one, so each finding serves one cause.
    let mut free = ranked.clone();
    for cause in &truth.causes {
        match free.iter().position(|finding| cause.is_told_by(finding)) {
            Some(at) => drop(free.remove(at)),
            None => score.faults.push(format!("{} is not told of {:?}", cause.check, cause.object)),
        }
    }
    if let [first, second, ..] = truth.causes.as_slice() {
        let place = |cause: &Cause| ranked.iter().position(|finding| cause.is_told_by(finding));
        if place(first) > place(second) {
            score.faults.push(format!("{} is told before {}", second.check, first.check));
        }
    }
    let not_fired = truth.fires.iter().filter(|slug| !fired.iter().any(|check| check == *slug));
    score.faults.extend(not_fired.map(|slug| format!("{slug} did not fire")));
    let wrongly = truth.silent.iter().filter(|slug| fired.iter().any(|check| check == *slug));
    score.faults.extend(wrongly.map(|slug| format!("{slug} fired")));
    if truth.clean {
        let alarms = ranked.iter().filter(|finding| severity(finding) != "info");
        score.false_alarms.extend(alarms.map(|finding| format!("{} ({})", check(finding), severity(finding))));
    }
    score
}

impl Cause {
    fn is_told_by(&self, finding: &Value) -> bool {
        let job = self.job.as_deref().is_none_or(|job| finding["job_id"].as_str().is_none_or(|told| told == job));
        let object = self.object.as_deref().is_none_or(|object| finding["object"].as_str().is_none_or(|told| told == object));
        finding["check"] == self.check.as_str() && job && object
    }
}
