//! Validation rules and automation, beyond what one text tells.

use super::Scenario;
use super::evidence::{Template, sync_jobs};
use super::export::{Header, target};
use super::texts::{Layout, healthy, told};

fn job(status: &str) -> (String, String) {
    sync_jobs(&[(1, status, "2026-01-12T20:00:00", "2026-01-12T20:30:00")])
}

pub fn scenarios() -> Vec<Scenario> {
    let rule = |k: usize| {
        told(Layout::Apex, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "The invoice address is incomplete", &["Address__c"], k)
    };
    let mut stopped = healthy("Account");
    stopped.fail_from(230, rule).unprocessed(231, Some(9));
    let mut blank = healthy("Account");
    blank.fail_from(85, rule).unprocessed(86, None);
    let mut survived = healthy("Account");
    survived.fail("Contact", 6, rule);
    let off = Template { continue_on_error: "false", ..Template::default() };
    let mut nested = healthy("Opportunity");
    nested.fail("Opportunity", 26, |k| {
        format!(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:RevenueTrigger: execution of AfterInsert\n\ncaused by: System.DmlException: Update failed. First exception on row 0 with id {}; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record: []\n\nClass.Revenue.roll: line {}, column 1\nTrigger.RevenueTrigger: line 2, column 1:--",
            target("Account", k),
            40 + k
        )
    });
    let mut flow_in_trigger = healthy("Case");
    flow_in_trigger.fail("Case", 26, |k| {
        format!("CANNOT_EXECUTE_FLOW_TRIGGER:We can’t save this record because the ‘Case Escalation’ process failed. Give your Salesforce admin these details. This error occurred when the flow tried to update records: FIELD_CUSTOM_VALIDATION_EXCEPTION: An escalated case needs an owner.. You can look up ExceptionCode values in the SOAP API Developer Guide. Error ID: {}-900 ({}):--", 771_234_000 + k, 90_000 + k)
    });
    let two_rules = |layout: Layout| {
        let text = |word: &str| format!("The start date must be {word} the end date");
        let mut log = healthy("Opportunity");
        log.fail("Opportunity", 30, |k| told(layout, "FIELD_CUSTOM_VALIDATION_EXCEPTION", &text("before"), &["Start__c"], k));
        log.fail("Opportunity", 8, |k| told(layout, "FIELD_CUSTOM_VALIDATION_EXCEPTION", &text("after"), &["Start__c"], k));
        vec![log.file(Header::Bare)]
    };
    vec![
        Scenario::new("the first error stopped the job", vec![stopped.file(Header::Namespaced), off.file(), job("Aborted")])
            .cause("continue-on-error-off"),
        Scenario::new(
            "the first error stopped the job, the rest is blank",
            vec![blank.file(Header::DataLoader), off.file(), job("Aborted")],
        )
        .cause("continue-on-error-off"),
        Scenario::new(
            "the job went on after errors",
            vec![survived.file(Header::Namespaced), Template::default().file(), job("Synced")],
        )
        .silent("continue-on-error-off")
        .cause("validation-rule")
        .of("Contact"),
        Scenario::new("a row lock inside a trigger", vec![nested.file(Header::Namespaced)])
            .cause("trigger-failure")
            .of("Opportunity"),
        Scenario::new("a validation rule inside a flow", vec![flow_in_trigger.file(Header::DataLoader)])
            .cause("flow-failure")
            .of("Case")
            .silent("validation-rule"),
        Scenario::new("two rules that differ in one word", two_rules(Layout::Bulk))
            .cause("validation-rule")
            .cause("validation-rule"),
        Scenario::new("two rules that differ in one word, told by REST", two_rules(Layout::Rest))
            .cause("validation-rule")
            .cause("validation-rule"),
    ]
}
