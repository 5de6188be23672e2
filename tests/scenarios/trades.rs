//! Error texts of orgs in several trades: their own objects, wordings, languages and column names.

use super::Scenario;
use super::export::{Header, Log, id, respelled, source, target};
use super::texts::vary;

/// A job of an insurer, a charity and a maker of machines, in which nothing went wrong.
fn insurer() -> Log {
    job(&[("Account", 420), ("Contact", 730), ("Policy__c", 910), ("Claim__c", 360), ("Contract", 240)])
}

fn charity() -> Log {
    job(&[("Campaign", 90), ("Contact", 510), ("Member__c", 330), ("Gift__c", 1200)])
}

fn maker() -> Log {
    job(&[("Machine__c", 260), ("Entitlement", 140), ("WorkOrder", 680), ("Quote", 220), ("Opportunity", 190)])
}

fn job(objects: &[(&str, usize)]) -> Log {
    let mut log = Log::new();
    log.job(4, "2026-01-17T06:30:00");
    for (object, count) in objects {
        log.add(object, *count);
    }
    log
}

fn plain(name: &str, log: &Log) -> Scenario {
    Scenario::new(name, vec![log.file(Header::Bare)])
}

/// An Apex `Database.Error` as its `toString` shows it.
fn debugged(code: &str, text: &str, fields: &str) -> String {
    format!("Database.Error[getFields=({fields});getMessage={text};getStatusCode={code};]")
}

/// One row each of a dozen failures that have nothing to do with each other.
fn scatter(log: &mut Log, objects: &[&str]) {
    const TEXTS: [&str; 12] = [
        "FIELD_CUSTOM_VALIDATION_EXCEPTION: The tax office of the branch is closed",
        "REQUIRED_FIELD_MISSING: Required fields are missing: [Mode_of_Payment__c]",
        "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record",
        "STRING_TOO_LONG: Remarks: data value too large: {word} {word} {word} (max length=15)",
        "DUPLICATES_DETECTED: This looks like somebody we know",
        "ENTITY_IS_LOCKED: the entity is locked for editing",
        "INACTIVE_OWNER_OR_USER: operation performed with inactive user [{user}]",
        "INVALID_EMAIL_ADDRESS: E-Mail: invalid email address: {word}@@{word}",
        "INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id",
        "DUPLICATE_VALUE: duplicate value found: Badge__c duplicates value on record with id: {id}",
        "NUMBER_OUTSIDE_VALID_RANGE: Points: value outside of valid range on numeric field: {n}000000",
        "FIELD_FILTER_VALIDATION_EXCEPTION: Choose a branch of your own region",
    ];
    for (at, text) in TEXTS.iter().enumerate() {
        log.fail(objects[at % objects.len()], 1, |k| vary(text, k + at));
    }
}

pub fn scenarios() -> Vec<Scenario> {
    let mut all = texts();
    all.extend(pairs());
    all
}

fn texts() -> Vec<Scenario> {
    let mut debug = insurer();
    debug.fail("Claim__c", 52, |_| {
        debugged("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Ein Schaden braucht ein Schadendatum; bitte ergänzen", "Claim_Date__c")
    });
    let mut packaged = charity();
    packaged.fail("Gift__c", 77, |k| {
        format!(
            "npx.TDTM_Gift: execution of AfterInsert\n\ncaused by: npx.Handler.HandlerException: System.DmlException: Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Fund__c]: [Fund__c]\n\n(npx)|Class.npx.Rollup.run: line {}, column 1",
            11 + k
        )
    });
    let mut german = insurer();
    german.fail("Account", 19, |k| {
        format!(
            "DUPLICATE_VALUE: Doppelter Wert gefunden: Kundennummer__c dupliziert Wert für Datensatz mit ID: {}",
            target("Account", 60 + k * 7)
        )
    });
    let mut french = maker();
    french.fail("WorkOrder", 44, |k| {
        let value = ["Ouvert", "En cours, à suivre", "Fermé"][k % 3];
        format!("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:Statut : valeur incorrecte pour le champ de liste de sélection restreint : {value}:Status --")
    });
    let mut full = charity();
    full.fail("Gift__c", 260, |_| "STORAGE_LIMIT_EXCEEDED:storage limit exceeded:--".into());
    let mut access = maker();
    access.fail("Entitlement", 31, |k| {
        serde_json::json!({"success": false, "errors": [{"statusCode": "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            "message": format!("insufficient access rights on cross-reference id: {}", target("Account", k)), "fields": []}]})
        .to_string()
    });
    let mut record_type = insurer();
    record_type.fail("Policy__c", 61, |k| {
        format!(
            "Upsert failed. First exception on row {}; first error: FIELD_INTEGRITY_EXCEPTION, Record Type ID: this ID value isn't valid for the user: {}: [RecordTypeId]",
            k % 150,
            id("012", 5 + k % 2)
        )
    });
    let mut flow = charity();
    flow.fail("Member__c", 38, |k| {
        format!("We can't save this record because the “Set Member Tier” process failed. Give your Salesforce admin these details. <b>An unhandled fault has occurred in this flow</b><br>An unhandled fault has occurred while processing the flow. Error ID: {}-4410 (-{})", 90_118_000 + k, 3000 + k * 13)
    });
    let mut locks = maker();
    locks.fail("WorkOrder", 200, |_| "TooManyLockFailure:Too many lock failure 200 Trying again later.:--".into());
    let mut cpu = insurer();
    cpu.fail("Policy__c", 120, |_| "System.LimitException: polcy:Apex CPU time limit exceeded".into());
    let mut rows = charity();
    rows.fail("Gift__c", 150, |_| "gift_tools.GiftBatch: System.LimitException: Too many DML rows: 10001".into());
    let mut host = maker();
    host.fail("Quote", 26, |k| {
        let host = ["erp.nordhaven.example", "erp.nordhaven.example", "cpq.nordhaven.example"][k % 3];
        format!("System.CalloutException: java.net.UnknownHostException: {host}")
    });
    let mut site = insurer();
    site.fail("Contract", 33, |_| {
        "System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://nordhaven.my.salesforce.example/services/data/v61.0/composite".into()
    });
    let mut upsert = maker();
    upsert.fail("Machine__c", 17, |k| {
        format!(
            "DUPLICATE_EXTERNAL_ID: Serial_No__c: more than one record found for external id field: [{}, {}]",
            target("Machine__c", k),
            target("Machine__c", k + 400)
        )
    });
    let mut deleted = insurer();
    deleted.fail_update("Contract", 28, |_| "ENTITY_IS_DELETED:entity is deleted:--".into());
    let mut lookup = insurer();
    lookup.fail_update("Claim__c", 35, |k| {
        format!("INVALID_CROSS_REFERENCE_KEY:invalid cross reference id: {}:Adjuster__c --", source("Machine__c", 9000 + k))
    });
    let mut metadata = maker();
    metadata.fail("Machine__c", 260, |_| "INVALID_FIELD: No such column 'Warranty_End__c' on sobject of type Machine__c".into());
    let mut approval = insurer();
    approval.fail("Policy__c", 45, |_| "Update failed. First exception on row 3; first error: ENTITY_IS_LOCKED, This record is locked. If you need to edit it, contact your admin.: []".into());
    let spelled = respelled(
        german.file(Header::Bare),
        &[
            ("Name", "SourceRecordId"),
            ("SObjectType__c", "ObjectName"),
            ("ErrorMessage__c", "Errors"),
            ("DataSyncJob__c", "ParentJob__c"),
            ("LastModifiedDate", "SystemModstamp"),
        ],
    );
    vec![
        plain("an insurer's rule as Apex prints an error", &debug).cause("validation-rule").of("Claim__c"),
        plain("a packaged trigger of a charity lacks a fund", &packaged).cause("trigger-failure").of("Gift__c"),
        Scenario::new("a customer number exists, in German, with other column names", vec![spelled])
            .cause("duplicate-value")
            .of("Account")
            .silent("duplicate-rule"),
        plain("a French picklist", &french).cause("invalid-value").of("WorkOrder"),
        plain("the target's storage is full", &full).cause("api-limit"),
        plain("entitlements refer to what the user may not see", &access)
            .cause("restricted-access")
            .of("Entitlement")
            .silent("broken-reference"),
        plain("policies have a record type that the user lacks", &record_type).cause("record-type-unavailable").of("Policy__c"),
        plain("a flow without a code and without a cause", &flow).cause("flow-failure").of("Member__c"),
        plain("a bulk batch gave up on locks", &locks).cause("row-locking").of("WorkOrder"),
        plain("a package burns the CPU time", &cpu).cause("cpu-time-exceeded").silent("trigger-failure"),
        plain("a batch writes too many rows", &rows).cause("governor-limit").silent("too-many-soql"),
        plain("two hosts are not known", &host).cause("connection-failure"),
        plain("the target's address is not registered", &site).cause("remote-site-missing"),
        plain("two machines of one serial number", &upsert).cause("duplicate-value").of("Machine__c"),
        plain("contracts were deleted in the target", &deleted)
            .cause("update-target-missing")
            .of("Contract")
            .silent("broken-reference"),
        plain("claims are updated with an adjuster who is not there", &lookup)
            .cause("broken-reference")
            .of("Claim__c")
            .silent("update-target-missing"),
        plain("a field was not deployed, all machines fail", &metadata).cause("schema-mismatch").of("Machine__c"),
        plain("policies wait for approval", &approval).cause("record-locked").of("Policy__c").silent("row-locking"),
    ]
}

fn pairs() -> Vec<Scenario> {
    let mut noisy = insurer();
    scatter(&mut noisy, &["Account", "Contact", "Policy__c", "Contract"]);
    noisy.fail("Claim__c", 14, |_| {
        "REQUIRED_FIELD_MISSING:Required fields are missing: [Cause_of_Loss__c]:Cause_of_Loss__c --".into()
    });
    let mut members = charity();
    members.fail("Campaign", 6, |_| "FIELD_CUSTOM_VALIDATION_EXCEPTION: A campaign must end after it begins: [EndDate]".into());
    let campaigns = members.failed_ids("Campaign");
    members.fail("Member__c", 90, |k| {
        format!("INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: [{}]", &campaigns[k % 6][..15])
    });
    members.fail("Gift__c", 55, |_| "FIELD_CUSTOM_VALIDATION_EXCEPTION: A gift needs an amount: [Amount__c]".into());
    let mut order = maker();
    order.fail("Quote", 60, |k| {
        format!(
            "INVALID_CROSS_REFERENCE_KEY:Opportunity ID: id value of incorrect type or not found: {}:OpportunityId --",
            source("Opportunity", k * 3)
        )
    });
    let mut fields = insurer();
    fields.fail("Contact", 41, |k| {
        format!(
            "STRING_TOO_LONG:Nickname: data value too large: {} of {} (max length=12):Nickname__c --",
            vary("{word}", k),
            vary("{word}", k + 3)
        )
    });
    fields.fail("Contact", 23, |k| {
        format!("INVALID_EMAIL_ADDRESS:Email: invalid email address: {}.example:Email --", vary("{word}", k))
    });
    let mut owners = maker();
    owners.fail("Opportunity", 36, |k| {
        format!(
            "INACTIVE_OWNER_OR_USER: operation performed with inactive user [{}] as owner of opportunity",
            id("005", 4 + k % 2)
        )
    });
    owners.fail("WorkOrder", 9, |_| "FIELD_FILTER_VALIDATION_EXCEPTION: Choose a technician of the site: [Technician__c]".into());
    let mut required = charity();
    required.fail("Gift__c", 300, |_| "System.DmlException: Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Fund__c]: [Fund__c]".into());
    required.fail("Gift__c", 3, |_| "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--".into());
    scatter(&mut required, &["Contact", "Member__c"]);
    let mut locks = maker();
    locks.fail("WorkOrder", 70, |k| {
        format!("MachineTrigger: execution of AfterUpdate\n\ncaused by: System.DmlException: Update failed. First exception on row 0 with id {}; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record or 1 records: {}: []", target("Machine__c", k), target("Machine__c", k + 1))
    });
    locks.fail("WorkOrder", 25, |k| {
        format!(
            "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: {}:--",
            target("Machine__c", k)
        )
    });
    vec![
        plain("one cause among twelve accidents", &noisy).cause("required-field-missing").of("Claim__c"),
        plain("six campaigns take ninety members with them", &members)
            .cause("validation-rule")
            .of("Campaign")
            .cause("validation-rule")
            .of("Gift__c")
            .fires("failed-with-parent"),
        plain("quotes come before their opportunities", &order)
            .cause("parent-after-child")
            .of("Quote")
            .silent("broken-reference"),
        plain("two fields of a contact hold too much", &fields)
            .cause("invalid-value")
            .of("Contact")
            .cause("invalid-value")
            .of("Contact"),
        plain("owners have left, and a technician is of another site", &owners)
            .cause("inactive-owner")
            .of("Opportunity")
            .cause("lookup-filter")
            .of("WorkOrder"),
        plain("a quarter of the gifts lacks a fund, the rest is chance", &required).cause("required-field-missing").of("Gift__c"),
        plain("locks inside a trigger and outside of it", &locks)
            .cause("trigger-failure")
            .of("WorkOrder")
            .cause("row-locking")
            .of("WorkOrder"),
    ]
}
