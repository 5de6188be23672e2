//! Two causes of different size in one job, and causes among noise.

use super::Scenario;
use super::export::{Header, Log, source};
use super::texts::{Layout, healthy, told, vary};

/// A cause as check, object and text.
type Told = (&'static str, &'static str, &'static str);

const CAUSES: [Told; 10] = [
    ("validation-rule", "Opportunity", "FIELD_CUSTOM_VALIDATION_EXCEPTION:The region of the deal is closed:Region__c --"),
    ("required-field-missing", "Account", "REQUIRED_FIELD_MISSING: Required fields are missing: [Industry]"),
    ("row-locking", "Contact", "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: {id}:--"),
    (
        "duplicate-rule",
        "Contact",
        "[{\"message\":\"Use one of these records?\",\"errorCode\":\"DUPLICATES_DETECTED\",\"fields\":[]}]",
    ),
    (
        "trigger-failure",
        "Case",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: RoutingTrigger: execution of BeforeInsert\n\ncaused by: System.QueryException: List has no rows for assignment to SObject\n\nTrigger.RoutingTrigger: line 1{d}, column 1: []",
    ),
    (
        "flow-failure",
        "Task",
        "CANNOT_EXECUTE_FLOW_TRIGGER:We can't save this record because the “Task Reminder” process failed. Give your Salesforce admin these details. This error occurred when the flow tried to create records: REQUIRED_FIELD_MISSING: Required fields are missing: [Due__c]. You can look up ExceptionCode values in the SOAP API Developer Guide. Error ID: {n}-7 ({n}):--",
    ),
    (
        "inactive-owner",
        "Account",
        "INACTIVE_OWNER_OR_USER:operation performed with inactive user [{user}] as owner of account:OwnerId --",
    ),
    (
        "invalid-value",
        "Contact",
        "System.DmlException: Insert failed. First exception on row {d}; first error: INVALID_EMAIL_ADDRESS, Email: invalid email address: {word}(at)home: [Email]",
    ),
    ("cpu-time-exceeded", "Opportunity", "System.LimitException: Apex CPU time limit exceeded"),
    (
        "duplicate-value",
        "Case",
        "DUPLICATE_VALUE:duplicate value found: Ticket_No__c duplicates value on record with id: {id}:--",
    ),
];

/// Failures that belong to no cause: two or three rows each.
const NOISE: [(&str, &str); 4] = [
    ("Account", "ENTITY_IS_LOCKED:the entity is locked for editing:--"),
    ("Contact", "STRING_TOO_LONG:Title: data value too large: {word} {word} {word} and head of {word} (max length=40):Title --"),
    ("Case", "FIELD_INTEGRITY_EXCEPTION: There's a problem with this country, even though it may appear correct."),
    ("Task", "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record"),
];

fn plant(log: &mut Log, (_, object, text): Told, count: usize) {
    log.fail(object, count, |k| vary(text, k));
}

fn with_noise(log: &mut Log) {
    for (at, (object, text)) in NOISE.iter().enumerate() {
        log.fail(object, 2 + at % 2, |k| vary(text, k));
    }
}

fn planted(scenario: Scenario, told: &[Told]) -> Scenario {
    told.iter().fold(scenario, |scenario, (check, object, _)| scenario.cause(check).of(object))
}

pub fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    for at in 0..CAUSES.len() {
        let (large, small) = (CAUSES[at], CAUSES[(at + 3) % CAUSES.len()]);
        let mut log = healthy("Account");
        plant(&mut log, large, 48);
        plant(&mut log, small, 16);
        let name = format!("much {} and some {}", large.0, small.0);
        all.push(planted(Scenario::new(name, vec![log.file(Header::Namespaced)]), &[large, small]));
    }
    let headers = [Header::DataLoader, Header::Labels, Header::Bare, Header::Namespaced];
    let missing: [&[&str]; 4] = [
        &["Destination_Org", "IsParent"],
        &["StatusText", "UpdateRequired", "Id"],
        &["SubSequence", "Order", "CreatedDate"],
        &["HasError", "DataSyncJob", "LastModifiedDate"],
    ];
    for (at, &cause) in CAUSES.iter().enumerate() {
        let mut log = healthy("Account");
        plant(&mut log, cause, 40);
        with_noise(&mut log);
        let file = log.file_without(headers[at % 4], missing[at % 4]);
        all.push(planted(Scenario::new(format!("{} among noise, some columns missing", cause.0), vec![file]), &[cause]));
    }
    for (at, &cause) in CAUSES.iter().enumerate().step_by(2) {
        let mut log = healthy("Account");
        plant(&mut log, cause, 33);
        let (name, text) = log.file(headers[at % 4]);
        // Exporting twice is the commonest accident.
        let files = vec![(name, text.clone()), ("audit_log_again.csv".into(), text)];
        all.push(planted(Scenario::new(format!("{}, exported twice", cause.0), files), &[cause]));
    }
    all.extend(roots_before_cascades());
    all
}

/// Few roots with many children, beside a cause that alone has more rows than the roots and fewer than roots and children.
fn roots_before_cascades() -> Vec<Scenario> {
    let roots = [
        CAUSES[1],
        CAUSES[6],
        (
            "trigger-failure",
            "Account",
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:TaxTrigger: execution of BeforeInsert\n\ncaused by: System.MathException: Divide by 0\n\nTrigger.TaxTrigger: line {d}, column 1:--",
        ),
    ];
    let texts = [
        ("INVALID_CROSS_REFERENCE_KEY", Layout::Bulk),
        ("INVALID_CROSS_REFERENCE_KEY", Layout::Apex),
        ("INVALID_CROSS_REFERENCE_KEY", Layout::Rest),
    ];
    let several = roots.into_iter().zip(texts).map(|(root, (code, layout))| {
        let mut log = healthy("Account");
        plant(&mut log, root, 8);
        let ids = log.failed_ids("Account");
        log.fail("Contact", 60, |k| told(layout, code, &format!("invalid cross reference id: {}", ids[k * k % 8]), &[], k));
        plant(&mut log, CAUSES[0], 30);
        let name = format!("8 accounts by {} take 60 contacts with them, 30 opportunities fail alone", root.0);
        planted(Scenario::new(name, vec![log.file(Header::Namespaced)]), &[root, CAUSES[0]]).fires("failed-with-parent")
    });
    let mut all: Vec<Scenario> = several.collect();
    let mut chain = healthy("Account");
    plant(&mut chain, CAUSES[1], 5);
    for (parent, child, count) in [("Account", "Contact", 20), ("Contact", "Case", 30)] {
        let ids = chain.failed_ids(parent);
        chain.fail(child, count, |k| {
            told(
                Layout::Bulk,
                "INVALID_CROSS_REFERENCE_KEY",
                &format!("invalid cross reference id: {}", ids[k % ids.len()]),
                &[],
                k,
            )
        });
    }
    all.push(
        planted(Scenario::new("a chain from account to contact to case", vec![chain.file(Header::DataLoader)]), &[CAUSES[1]])
            .fires("failed-with-parent"),
    );
    let mut missing_parent = healthy("Account");
    missing_parent.fail("Contact", 40, |k| {
        told(
            Layout::Bulk,
            "INVALID_CROSS_REFERENCE_KEY",
            &format!("invalid cross reference id: {}", source("Product2", k)),
            &[],
            k,
        )
    });
    all.push(
        Scenario::new("contacts name records that no job brought", vec![missing_parent.file(Header::Namespaced)])
            .cause("broken-reference")
            .of("Contact")
            .silent("failed-with-parent")
            .silent("parent-after-child"),
    );
    all
}
