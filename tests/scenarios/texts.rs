//! Causes that an error text alone tells, each in several layouts, and texts that look like them.

use super::Scenario;
use super::export::{Header, Log, id, target};

/// How a tool words one and the same error.
#[derive(Clone, Copy)]
pub enum Layout {
    Bulk,
    Plain,
    Apex,
    Rest,
    Soap,
    Dash,
}

const LAYOUTS: [(&str, Layout); 6] = [
    ("the Bulk API", Layout::Bulk),
    ("a plain line", Layout::Plain),
    ("an Apex exception", Layout::Apex),
    ("REST", Layout::Rest),
    ("a SOAP fault", Layout::Soap),
    ("a loader", Layout::Dash),
];

/// `code` and `text` as `layout` words them; `row` varies from record to record.
pub fn told(layout: Layout, code: &str, text: &str, fields: &[&str], row: usize) -> String {
    let list = fields.join(", ");
    match layout {
        Layout::Bulk => format!("{code}:{text}:{}--", fields.join(",") + if fields.is_empty() { "" } else { " " }),
        Layout::Plain => format!("{code}: {text}"),
        Layout::Apex => {
            format!(
                "System.DmlException: Insert failed. First exception on row {}; first error: {code}, {text}: [{list}]",
                row % 200
            )
        }
        Layout::Rest => {
            let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\"")).collect();
            let text = text.replace('"', "\\\"").replace('\n', "\\n");
            format!("[{{\"message\":\"{text}\",\"errorCode\":\"{code}\",\"fields\":[{}]}}]", fields.join(","))
        }
        Layout::Soap => {
            format!("<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {text}</faultstring></soapenv:Fault>")
        }
        Layout::Dash => format!("Error importing record R-{row}: {code}-{text}({})", fields.join(",")),
    }
}

/// A text that names its cause; `{id}`, `{n}` and `{word}` vary from record to record.
struct Text {
    check: &'static str,
    object: &'static str,
    code: &'static str,
    text: &'static str,
    fields: &'static [&'static str],
}

const fn text(
    check: &'static str,
    object: &'static str,
    code: &'static str,
    text: &'static str,
    fields: &'static [&'static str],
) -> Text {
    Text { check, object, code, text, fields }
}

const TEXTS: [Text; 30] = [
    text(
        "validation-rule",
        "Opportunity",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "A discount above 30 percent needs a reason",
        &["Discount_Reason__c"],
    ),
    text(
        "validation-rule",
        "Case",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "You cannot close a case while a \"blocking\" task is open, finish it first.",
        &[],
    ),
    text(
        "lookup-filter",
        "Opportunity",
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "Value does not exist or does not match filter criteria.",
        &["Sales_Partner__c"],
    ),
    text(
        "lookup-filter",
        "Case",
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "Only products of the customer's region can be chosen",
        &["Product__c"],
    ),
    text("required-field-missing", "Contact", "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", &["LastName"]),
    text(
        "required-field-missing",
        "Account",
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [Segment__c, Tier__c]",
        &["Segment__c", "Tier__c"],
    ),
    text("duplicate-rule", "Contact", "DUPLICATES_DETECTED", "Use one of these records?", &[]),
    text(
        "duplicate-rule",
        "Lead",
        "DUPLICATES_DETECTED",
        "You're creating a duplicate record. We recommend you use an existing record instead.",
        &[],
    ),
    text(
        "duplicate-value",
        "Contact",
        "DUPLICATE_VALUE",
        "duplicate value found: Member_No__c duplicates value on record with id: {id}",
        &[],
    ),
    text("duplicate-value", "Account", "DUPLICATE_EXTERNAL_ID", "Duplicate external id specified: {n}", &["Erp_Key__c"]),
    text("invalid-value", "Contact", "INVALID_EMAIL_ADDRESS", "Email: invalid email address: {word}@nowhere", &["Email"]),
    text(
        "invalid-value",
        "Account",
        "STRING_TOO_LONG",
        "Name: data value too large: {word} {word} Trading Company of the North (max length=40)",
        &["Short_Name__c"],
    ),
    text(
        "invalid-value",
        "Opportunity",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Stage: bad value for restricted picklist field: {word}",
        &["StageName"],
    ),
    text(
        "invalid-value",
        "Asset",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Quantity: value outside of valid range on numeric field: {n}",
        &["Quantity"],
    ),
    text("schema-mismatch", "Account", "INVALID_FIELD", "No such column 'Old_Rating__c' on sobject of type Account", &[]),
    text("schema-mismatch", "Case", "INVALID_TYPE", "sObject type 'Complaint__c' is not supported.", &[]),
    text(
        "record-type-unavailable",
        "Account",
        "INVALID_CROSS_REFERENCE_KEY",
        "Record Type ID: this ID value isn't valid for the user: {recordtype}",
        &["RecordTypeId"],
    ),
    text(
        "inactive-owner",
        "Opportunity",
        "INACTIVE_OWNER_OR_USER",
        "operation performed with inactive user [{user}] as owner of opportunity",
        &[],
    ),
    text(
        "record-locked",
        "Opportunity",
        "ENTITY_IS_LOCKED",
        "This record is locked. If you need to edit it, contact your admin.",
        &[],
    ),
    text("broken-reference", "Contact", "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]),
    text(
        "broken-reference",
        "Case",
        "INVALID_FIELD",
        "Foreign key external ID: {n} not found for field Erp_Key__c in entity Account",
        &[],
    ),
    text("broken-reference", "Task", "MALFORMED_ID", "Related To ID: id value of incorrect type: {id}", &["WhatId"]),
    text("restricted-access", "Account", "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", &[]),
    text(
        "restricted-access",
        "Case",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "insufficient access rights on cross-reference id: {id}",
        &[],
    ),
    text(
        "row-locking",
        "Contact",
        "UNABLE_TO_LOCK_ROW",
        "unable to obtain exclusive access to this record or 1 records: {id}",
        &[],
    ),
    text("api-limit", "Case", "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", &[]),
    text("api-limit", "ContentVersion", "STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", &[]),
    text(
        "trigger-failure",
        "Account",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "TerritoryTrigger: execution of BeforeInsert\n\ncaused by: System.NullPointerException: Attempt to de-reference a null object\n\nClass.Territory.assign: line 4{d}, column 1",
        &[],
    ),
    text(
        "flow-failure",
        "Lead",
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "We can't save this record because the “Lead Scoring” process failed. Give your Salesforce admin these details. An unhandled fault has occurred in this flow. Error ID: {n}-31 (-{n})",
        &[],
    ),
    text("token-expired", "Task", "INVALID_SESSION_ID", "Session expired or invalid", &[]),
];

/// Texts without a code of their own layout.
const LIMITS: [(&str, &str, &str); 9] = [
    ("too-many-soql", "Opportunity", "System.LimitException: Too many SOQL queries: 101"),
    (
        "too-many-soql",
        "Contact",
        "System.LimitException: crm:Too many SOQL queries: 101\n\nClass.crm.Rollup.run: line 1{d}, column 1\nTrigger.crm.ContactTrigger: line 3, column 1",
    ),
    ("cpu-time-exceeded", "Opportunity", "System.LimitException: Apex CPU time limit exceeded"),
    ("cpu-time-exceeded", "Case", "Apex CPU time limit exceeded"),
    ("governor-limit", "Account", "System.LimitException: Apex heap size too large: {n}"),
    ("governor-limit", "Case", "System.LimitException: Too many DML rows: 10001"),
    (
        "callout-too-large",
        "ContentVersion",
        "System.CalloutException: Exceeded max size limit of 12000000 with response size {n}",
    ),
    ("connection-failure", "Contact", "System.CalloutException: Read timed out"),
    (
        "connection-failure",
        "Case",
        "System.CalloutException: Unable to tunnel through proxy. Proxy returns \"HTTP/1.1 503 Service Unavailable\"",
    ),
];

const WORDS: [&str; 7] = ["amber", "birch", "cobalt", "dune", "ember", "fjord", "grove"];

/// Fills what varies from record to record.
pub fn vary(text: &str, k: usize) -> String {
    text.replace("{id}", &target("Account", 300 + k * 11))
        .replace("{user}", &target("User", k % 3))
        .replace("{recordtype}", &id("012", 77 + k % 2))
        .replace("{word}", WORDS[k % WORDS.len()])
        .replace("{n}", &(12_900_000 + k * 137).to_string())
        .replace("{d}", &(k % 10).to_string())
}

/// A job of five objects in which nothing went wrong, and the object of the cause among them.
pub fn healthy(object: &str) -> Log {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00");
    for (name, count) in [("Account", 160), ("Contact", 260), ("Opportunity", 180), ("Case", 140), ("Task", 120)] {
        log.add(name, count);
    }
    if log.rows.iter().all(|row| row.object != object) {
        log.add(object, 150);
    }
    log
}

pub fn scenarios() -> Vec<Scenario> {
    let headers = [Header::Namespaced, Header::DataLoader, Header::Bare, Header::Labels];
    let mut all = Vec::new();
    for (at, cause) in TEXTS.iter().enumerate() {
        // Three of the six layouts each, in turn: every check sees every kind of layout somewhere.
        for turn in 0..3 {
            let (told_by, layout) = LAYOUTS[(at + turn * 2) % LAYOUTS.len()];
            let mut log = healthy(cause.object);
            log.fail(cause.object, 24 + at % 9, |k| told(layout, cause.code, &vary(cause.text, k), cause.fields, k));
            let header = headers[(at + turn) % headers.len()];
            let name = format!("{} told by {told_by}: {}", cause.check, cause.text.lines().next().unwrap_or_default());
            let scenario = Scenario::new(name, vec![log.file(header)]).cause(cause.check);
            // A session is the org's, not an object's.
            all.push(if cause.check == "token-expired" { scenario } else { scenario.of(cause.object) });
        }
    }
    for (at, (check, object, text)) in LIMITS.iter().enumerate() {
        let mut log = healthy(object);
        log.fail(object, 30, |k| vary(text, k));
        let name = format!("{check}: {}", text.lines().next().unwrap_or_default());
        all.push(Scenario::new(name, vec![log.file(headers[at % headers.len()])]).cause(check));
    }
    all.extend(look_alikes());
    all
}

/// Texts that mention one thing and are another: the check that must be silent, the true one, object and message.
const LOOK_ALIKES: [(&str, &str, &str, &str); 28] = [
    (
        "validation-rule",
        "required-field-missing",
        "Account",
        "REQUIRED_FIELD_MISSING:Required fields are missing: [Validation_Rule__c]:Validation_Rule__c --",
    ),
    (
        "lookup-filter",
        "validation-rule",
        "Opportunity",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:The partner does not match the filter of the region:Partner__c --",
    ),
    (
        "required-field-missing",
        "validation-rule",
        "Contact",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION: The required field Consent is missing, please ask for it",
    ),
    (
        "required-field-missing",
        "trigger-failure",
        "Case",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:CaseTrigger: execution of AfterInsert\n\ncaused by: System.DmlException: Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Queue__c]: [Queue__c]\n\nTrigger.CaseTrigger: line 8, column 1:--",
    ),
    (
        "trigger-failure",
        "schema-mismatch",
        "Account",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:entity type cannot be inserted: Account Plan:--",
    ),
    (
        "trigger-failure",
        "validation-rule",
        "Account",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:The trigger price must be above zero:Trigger_Price__c --",
    ),
    (
        "flow-failure",
        "validation-rule",
        "Opportunity",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:The cash flow of the year has to be known:Cash_Flow__c --",
    ),
    (
        "flow-failure",
        "trigger-failure",
        "Case",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: FlowMeterTrigger: execution of BeforeInsert caused by: System.TypeException: Invalid decimal: n/a Trigger.FlowMeterTrigger: line 7, column 1",
    ),
    (
        "duplicate-rule",
        "duplicate-value",
        "Contact",
        "DUPLICATE_VALUE:duplicate value found: Card_No__c duplicates value on record with id: {id}:--",
    ),
    ("duplicate-value", "duplicate-rule", "Contact", "DUPLICATES_DETECTED: A person with this card number exists"),
    (
        "duplicate-value",
        "validation-rule",
        "Account",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:Duplicate value in the list of aliases:Aliases__c --",
    ),
    (
        "invalid-value",
        "validation-rule",
        "Contact",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:Invalid value, the phone number has to begin with a plus:Phone --",
    ),
    (
        "schema-mismatch",
        "broken-reference",
        "Case",
        "INVALID_FIELD:Foreign key external ID: {n} not found for field Key__c in entity Contact:--",
    ),
    ("record-type-unavailable", "broken-reference", "Account", "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--"),
    (
        "inactive-owner",
        "validation-rule",
        "Account",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:An inactive customer cannot be the owner of a contract:Status__c --",
    ),
    (
        "record-locked",
        "row-locking",
        "Contact",
        "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 2 records: {id}:--",
    ),
    ("row-locking", "record-locked", "Opportunity", "ENTITY_IS_LOCKED:the entity is locked for editing:--"),
    (
        "broken-reference",
        "record-type-unavailable",
        "Case",
        "INVALID_CROSS_REFERENCE_KEY:Record Type ID: this ID value isn't valid for the user: {recordtype}:RecordTypeId --",
    ),
    (
        "restricted-access",
        "validation-rule",
        "Account",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:Insufficient rights are held for this licence model:Licence__c --",
    ),
    (
        "api-limit",
        "callout-too-large",
        "ContentVersion",
        "System.CalloutException: Exceeded max size limit of 6000000 with request size {n}",
    ),
    ("callout-too-large", "governor-limit", "Case", "System.LimitException: Apex heap size too large: {n}"),
    ("too-many-soql", "governor-limit", "Case", "System.LimitException: Too many query rows: 50001"),
    ("cpu-time-exceeded", "too-many-soql", "Case", "System.LimitException: Too many SOQL queries: 101"),
    ("governor-limit", "cpu-time-exceeded", "Account", "System.LimitException: Apex CPU time limit exceeded"),
    ("connection-failure", "row-locking", "Account", "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record"),
    (
        "token-expired",
        "validation-rule",
        "Case",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:The training session has expired, choose another:Session__c --",
    ),
    ("update-target-missing", "broken-reference", "Task", "ENTITY_IS_DELETED:entity is deleted:--"),
    ("failed-with-parent", "broken-reference", "Contact", "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id: {id}:--"),
];

fn look_alikes() -> impl Iterator<Item = Scenario> {
    LOOK_ALIKES.iter().map(|&(silent, check, object, text)| {
        let mut log = healthy(object);
        log.fail(object, 28, |k| vary(text, k));
        let name = format!("not {silent}, but {check}: {}", text.lines().next().unwrap_or_default());
        Scenario::new(name, vec![log.file(Header::Namespaced)]).cause(check).silent(silent)
    })
}
