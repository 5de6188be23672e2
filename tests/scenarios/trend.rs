//! What changes from job to job.

use super::Scenario;
use super::export::{Header, Log};
use super::texts::{Layout, told};

fn old_rule(k: usize) -> String {
    told(Layout::Bulk, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "A lead needs a source", &["LeadSource"], k)
}

fn new_rule(k: usize) -> String {
    told(Layout::Bulk, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Consent__c]", &["Consent__c"], k)
}

/// Three evenings of leads with so many failures each.
fn evenings(failures: [usize; 3], same: bool) -> Log {
    let mut log = Log::new();
    for (number, count) in failures.into_iter().enumerate() {
        log.job(number + 1, &format!("2026-01-{}T20:00:00", 12 + number));
        if same {
            log.same_records();
        }
        log.add("Account", 200).add("Lead", 400).fail("Lead", count, old_rule);
    }
    log
}

pub fn scenarios() -> Vec<Scenario> {
    let mut new = evenings([12, 11, 12], false);
    new.fail("Lead", 40, new_rule);
    let mut both = Log::new();
    for number in 1..=3 {
        both.job(number, &format!("2026-01-{}T20:00:00", 11 + number)).add("Account", 200).add("Lead", 400);
        both.fail("Lead", 12, old_rule).fail("Lead", 14, new_rule);
    }
    // Evenings with a retry of what failed between them: the retry compares with nothing.
    let retried = |failures: [usize; 3]| {
        let mut log = Log::new();
        for (number, [held, failed]) in
            [[400, failures[0]], [failures[0], failures[1]], [400, failures[2]]].into_iter().enumerate()
        {
            log.job(number + 1, &format!("2026-01-{}T20:00:00", 12 + number)).add("Lead", held).fail("Lead", failed, old_rule);
        }
        log
    };
    let file = |log: &Log| vec![log.file(Header::Namespaced)];
    // The same leads fail on each evening, as the spread over equal rows is the same.
    let again = evenings([25, 25, 25], true);
    let mut mended = evenings([25, 25, 0], true);
    mended.fail("Account", 2, |k| told(Layout::Plain, "DUPLICATES_DETECTED", "Use one of these records?", &[], k));
    vec![
        Scenario::new("the third evening has a new failure", file(&new))
            .cause("required-field-missing")
            .of("Lead")
            .fires("new-failure"),
        Scenario::new("each evening has both failures", file(&both)).silent("new-failure"),
        Scenario::new(
            "a single evening has a failure",
            vec![{
                let mut log = Log::new();
                log.job(1, "2026-01-12T20:00:00").add("Lead", 400).fail("Lead", 20, new_rule);
                log.file(Header::Bare)
            }],
        )
        .silent("new-failure")
        .silent("failure-rate-up")
        .silent("still-failing")
        .cause("required-field-missing"),
        Scenario::new("leads fail ten times as often", file(&evenings([8, 9, 90], false)))
            .cause("validation-rule")
            .of("Lead")
            .fires("failure-rate-up"),
        Scenario::new("leads fail ten times as often, a retry aside", file(&retried([30, 0, 300])))
            .cause("validation-rule")
            .fires("failure-rate-up"),
        Scenario::new("leads fail as often, and most of a retry does", file(&retried([30, 27, 31]))).silent("failure-rate-up"),
        Scenario::new("leads fail a little more often", file(&evenings([20, 19, 23], false))).silent("failure-rate-up"),
        Scenario::new("leads fail less often", file(&evenings([90, 60, 20], false))).silent("failure-rate-up"),
        Scenario::new("the same leads fail every evening", file(&again)).cause("validation-rule").fires("still-failing"),
        Scenario::new("the leads that failed are through", file(&mended)).silent("still-failing"),
        Scenario::new("other leads fail every evening", file(&evenings([25, 25, 25], false))).silent("still-failing"),
        Scenario::new(
            "half of the failures have a text of no known kind",
            vec![{
                let mut log = Log::new();
                log.job(1, "2026-01-12T20:00:00").add("Account", 300).add("Lead", 300);
                log.fail("Lead", 30, |k| format!("Record {} was refused by the receiver", 700 + k));
                log.file(Header::Namespaced)
            }],
        )
        .fires("unexplained-failures"),
    ]
}
