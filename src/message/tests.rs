//! What holds for every message: nothing panics, patterns are stable, ids are ids, time grows with length.

use proptest::prelude::*;

use super::*;

/// Texts made of the pieces that messages are made of, and of anything else.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[A-Za-z]{1,12}",
        "[0-9]{1,20}",
        r#"[ \n\t'"\[\](){}:,;.#/@&\\<>=-]{1,3}"#,
        "(003|001|a0B)[0-9A-Za-z]{12}",
        Just("FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned()),
        Just("System.DmlException: Insert failed. First exception on row 0; first error: ".to_owned()),
        Just("data value too large: ".to_owned()),
        Just(" (max length=20)".to_owned()),
        Just("bad value for restricted picklist field: ".to_owned()),
        Just("Foreign key external ID: ".to_owned()),
        Just(" not found for field A__c in entity B".to_owned()),
        Just(": [Name]".to_owned()),
        Just(":Name --".to_owned()),
        Just("\"message\":\"".to_owned()),
        Just("&quot;".to_owned()),
        Just("{value}".to_owned()),
        Just("Jan 5, 2026".to_owned()),
        Just("Depot__c".to_owned()),
        Just("Account.Name".to_owned()),
        Just("field".to_owned()),
        Just("fields".to_owned()),
        Just("is required".to_owned()),
        "\\PC{1,6}",
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn the_pattern_of_a_pattern_is_itself(text in text()) {
        let once = read(&text);
        let twice = read(&once.pattern);
        prop_assert_eq!(&twice.pattern, &once.pattern);
        prop_assert_eq!(twice.group_id, once.group_id);
    }

    #[test]
    fn ids_found_are_ids(text in text()) {
        for id in read(&text).references {
            prop_assert_eq!(id::read(id.as_bytes()).0, id::Reading::Ok18);
        }
    }
}

#[test]
fn a_hostile_text_takes_no_longer_than_its_length() {
    for piece in [
        "'a ",
        "\"",
        "a-1-",
        "a.b@",
        "[",
        "invalid id: ",
        "Foreign key external ID: x class. ",
        "1 ",
        "System.",
        ": execution of ",
        "(",
        "{a (",
        "fields: [",
        "object field ",
        "Depot__c ",
        "Account.Name ",
        ": A --",
        "fieldErrors {",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        let start = std::time::Instant::now();
        read(&text);
        assert!(start.elapsed().as_millis() < 500, "{piece:?} took {:?}", start.elapsed());
    }
}

#[test]
fn a_nest_tells_its_outer_code_and_its_cause() {
    let message = read(
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: OrderTrigger: execution of AfterUpdate\n\ncaused by: System.DmlException: Update failed. \
         First exception on row 4 with id 0034K000004Vm4yQAC; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to \
         this record or 12 records: 0034K000004Vm4yQAC,0034K000004Vm4zQAC: []",
    );
    assert_eq!(message.code.as_deref(), Some("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"));
    assert_eq!(message.root_code.as_deref(), Some("UNABLE_TO_LOCK_ROW"));
    assert_eq!((message.category, message.root_category, message.retry), (Category::Automation, Category::Locking, Retry::Now));
    assert_eq!(message.entity.as_deref(), Some("OrderTrigger"));
    assert_eq!(message.references[0], "0034K000004Vm4yQAC");
}

#[test]
fn a_job_that_fails_and_a_caller_tell_their_causes() {
    let message =
        read("FAILED_PRECONDITION: Reason='InvalidBatch : Failed to process query: OPERATION_TOO_LARGE: too many depots'");
    assert_eq!(message.code.as_deref(), Some("InvalidBatch"));
    assert_eq!(message.root_code.as_deref(), Some("OPERATION_TOO_LARGE"));
    assert_eq!((message.category, message.root_category), (Category::Limits, Category::Limits));
    let message = read("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, DepotTrigger: maximum trigger depth exceeded: []");
    assert_eq!((message.category, message.root_category), (Category::Automation, Category::Limits));
    let message =
        read("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: DepotTrigger: data changed by trigger for field A: data value too large: x");
    assert_eq!((message.category, message.root_category), (Category::Automation, Category::DataValue));
}

#[test]
fn json_may_put_the_causes_before_the_code_of_the_whole() {
    let message = read(
        r#"[{"message":"DepotTrigger: execution of AfterInsert\n\ncaused by: System.DmlException: Update failed. First exception on
         row 0; first error: FIELD_CUSTOM_VALIDATION_EXCEPTION, no: []","errorCode":"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"}]"#,
    );
    assert_eq!(message.code.as_deref(), Some("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"));
    assert_eq!(message.root_code.as_deref(), Some("FIELD_CUSTOM_VALIDATION_EXCEPTION"));
    assert_eq!((message.category, message.root_category), (Category::Automation, Category::Validation));
}

#[test]
fn the_outermost_thing_is_named() {
    for (text, name) in [
        ("System.LimitException: Depot:Too many SOQL queries: 101", "Depot"),
        ("REQUIRED_FIELD_MISSING (Account): no", "Account"),
        ("Error element Make_Depot (FlowRecordCreate). X: DepotTrigger: execution of AfterInsert", "Make_Depot"),
        ("CANNOT_EXECUTE_FLOW_TRIGGER: We can't save this record because the “Sum up” process failed.", "Sum up"),
        ("No such column 'A__c' on entity 'Lead'", "Lead"),
    ] {
        assert_eq!(read(text).entity.as_deref(), Some(name), "{text}");
    }
    assert_eq!(read("Contact your administrator for help").entity, None);
}

#[test]
fn no_placeholder_and_no_wrapper_tells_a_category() {
    assert_eq!(read("4711, 8150, 98123").category, Category::Other);
    let flow = "Error element Make_Depot (FlowRecordCreate). This error occurred when the flow tried to create records: ";
    assert_eq!(read(&format!("{flow}STRING_TOO_LONG: no")).category, Category::DataValue);
    assert_eq!(read(flow).category, Category::Automation);
    assert_eq!(read("DEPOT_PASSWORD_EXPIRED: no").category, Category::Connection);
    assert_eq!(read(r#"{"error":"app_not_found","error_description":"not here"}"#).code.as_deref(), Some("app_not_found"));
}

#[test]
fn a_text_in_two_parts_tells_its_category() {
    assert_eq!(read("Object Depot__c was not found in the target").category, Category::Schema);
    assert_eq!(read("The object is fine. A depot was not found").category, Category::Reference);
    assert_eq!(read("object: a depot was not found").category, Category::Reference);
}

#[test]
fn a_choice_of_words_and_any_language_tells_its_category() {
    for (text, category) in [
        ("The discount must be lower than 20 %", Category::Validation),
        ("The discount has to be lower than 20 %", Category::Validation),
        ("Este campo es obligatorio", Category::RequiredField),
        ("このレコードは削除されています", Category::Deleted),
        ("Das Feld Region__c existiert nicht", Category::Schema),
        ("Lieferdatum liegt vor dem Bestelldatum", Category::Validation),
        ("Esse e-mail pertence a outro contato", Category::Duplicate),
        ("实体已锁定进行编辑", Category::Permission),
        ("El valor no existe o no coincide con los criterios de filtro", Category::Validation),
        ("DepotTrigger: execution of AfterInsert caused by: Depot.FullException: no room", Category::Automation),
        ("Surprisingly, all went well", Category::Other),
    ] {
        assert_eq!(read(text).category, category, "{text}");
    }
}

#[test]
fn rules_that_differ_in_a_word_or_a_limit_stay_apart() {
    let group = |text: &str| read(text).group_id;
    assert_ne!(group("X_Y_Z: lies before the start"), group("X_Y_Z: lies before the end"));
    assert_ne!(
        group("STRING_TOO_LONG: A: data value too large: x (max length=20):A --"),
        group("STRING_TOO_LONG: A: data value too large: x (max length=40):A --")
    );
    assert_eq!(
        group("STRING_TOO_LONG: A: data value too large: x (max length=20):A --"),
        group("STRING_TOO_LONG: A: data value too large: y: z (max length=20):A --")
    );
    assert_ne!(group("A_B_C_D: text"), group("A_B_C_E: text"));
    assert_eq!(blank().code, None);
    assert_eq!(blank().pattern, "");
}

/// A message as mining sees it.
fn group(message: &Message) -> family::Group<'_> {
    family::Group {
        group_id: message.group_id,
        code: message.code.as_deref(),
        root_code: None,
        entity: None,
        pattern: &message.pattern,
        records: 1,
    }
}

#[test]
fn rules_that_differ_beside_values_are_two_families() {
    const NAMES: [&str; 12] = [
        "Ada Lund", "Bo Karr", "Cy Moss", "Di Vance", "Ed Holt", "Flo Dean", "Gus Rey", "Hal Orr", "Ida Penn", "Jo Wick",
        "Kit Bray", "Lou Fenn",
    ];
    for pair in [
        ["{a} owes {n} to the club", "{a} lent {n} to the club"],
        ["Shift of {a} starts while {b} is there", "Shift of {a} ends while {b} is there"],
        ["{a} was left out because {b} was left out", "{a} was left out because the owner was left out"],
        ["The margin of {n} percent is below 12", "The margin of {n} percent is below 15"],
        ["顧客 {a} の与信が不足", "顧客 {a} の住所が不足"],
    ] {
        let text = |at: usize| {
            let (a, b) = (NAMES[at / 2], NAMES[(at / 2 + 5) % NAMES.len()]);
            // Masking replaces the long numbers only.
            let number = [7, 83, 4_711, 98_123][at / 2 % 4] + at / 2;
            pair[at % 2].replace("{a}", a).replace("{b}", b).replace("{n}", &number.to_string())
        };
        let messages: Vec<Message> = (0..2 * NAMES.len()).map(|at| read(&text(at))).collect();
        let families = family::families(&messages.iter().map(group).collect::<Vec<_>>(), &[]);
        let told: Vec<_> = families.iter().map(|family| family.family_id).collect();
        assert!((0..told.len()).all(|at| told[at] == told[at % 2]) && told[0] != told[1], "{pair:?}: {told:?}");
    }
}

#[test]
fn families_hold_values_apart_from_rules_in_any_order() {
    let names = ["Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal"];
    let texts: Vec<String> = names
        .iter()
        .flat_map(|name| {
            [
                format!("FIELD_CUSTOM_VALIDATION_EXCEPTION: {name} ends before the start of the plan:--"),
                format!("FIELD_CUSTOM_VALIDATION_EXCEPTION: {name} ends before the end of the plan:--"),
            ]
        })
        .collect();
    let messages: Vec<Message> = texts.iter().map(|text| read(text)).collect();
    let forward: Vec<_> = messages.iter().map(group).collect();
    let backward: Vec<_> = messages.iter().rev().map(group).collect();
    let families = family::families(&forward, &[]);
    let mut reversed = family::families(&backward, &[]);
    reversed.reverse();
    assert_eq!(families, reversed);
    assert!((0..texts.len()).all(|at| families[at].family_id == families[at % 2].family_id));
    assert_ne!(families[0].family_id, families[1].family_id);

    let one = Rule {
        pattern: "*plan*".to_owned(),
        code: None,
        families: Some(rule::Families::One),
        name: Some("Plan dates".to_owned()),
        category: None,
        retry: None,
    };
    let merged = family::families(&forward, &[one]);
    assert!(merged.iter().all(|family| family.family_id == merged[0].family_id && family.name.as_deref() == Some("Plan dates")));
}

#[test]
fn a_code_that_joins_errors_is_of_the_kind_of_the_first() {
    let message = read(
        r#"{"name":"MULTIPLE_ERRORS","errors":[{"errorCode":"FIELD_CUSTOM_VALIDATION_EXCEPTION","message":"Invalid date for the depot"},
         {"errorCode":"STRING_TOO_LONG","message":"data value too large"}]}"#,
    );
    assert_eq!(message.code.as_deref(), Some("MULTIPLE_ERRORS"));
    assert_eq!(message.category, Category::Validation);
    let carried = read(r#"{"error": "depot_sign_in", "error_description": "INVALID_LOGIN: Invalid username"}"#);
    assert_eq!(carried.code.as_deref(), Some("INVALID_LOGIN"));
    let other = read("ALL_OR_NONE_OPERATION_ROLLED_BACK: rolled back; FIELD_CUSTOM_VALIDATION_EXCEPTION: no");
    assert_eq!(other.category, Category::Other);
}

#[test]
fn what_people_ask_for_is_a_rule_and_what_the_platform_asks_for_a_field() {
    for text in [
        "Please fill the depot's number",
        "Bitte die Depotnummer angeben",
        "Veuillez saisir le dépôt avant de livrer",
        "The depot is mandatory when the road is closed",
        "Depot should not be blank",
        "A depot must be selected",
        "Depots cannot be created without a number; you cannot save it without one",
    ] {
        assert_eq!(read(text).category, Category::Validation, "{text}");
    }
    for text in [
        "Depot: You must enter a value",
        "These required fields must be completed: Depot",
        "Required fields are missing: [Depot__c]",
        "Depot cannot be blank",
        "REQUIRED_FIELD_MISSING: Please fill the depot's number",
        "Sie müssen einen Wert eingeben",
    ] {
        assert_eq!(read(text).category, Category::RequiredField, "{text}");
    }
}

#[test]
fn tests_objects_and_paths_are_named() {
    for (text, name) in [
        ("DepotTest.run Fail System.DmlException: Insert failed", "DepotTest"),
        ("DepotTest run System.DmlException: Insert failed Class.Depot.Service.run: line 1, column 1", "DepotTest"),
        ("[WARN] Field Product2.Depot__c is missing in the target", "Product2"),
        ("Order: bad field names on insert/update call: Depot__c", "Order"),
        ("Failed to save 12 DepotEvent__e records", "DepotEvent__e"),
        ("No access to entity 'Depot__dlm' Class.DepotService.run: line 1, column 1", "Depot__dlm"),
        ("Object: Vehicle, Error Message: no", "Vehicle"),
        ("Didn't understand relationship 'Depot__r' in field path", "Depot__r"),
    ] {
        assert_eq!(read(text).entity.as_deref(), Some(name), "{text}");
    }
}

#[test]
fn a_failed_flow_is_automation_and_a_wrong_column_is_a_matter_of_the_schema() {
    for (text, category) in [
        ("CANNOT_EXECUTE_FLOW_TRIGGER, Limit Exceeded", Category::Automation),
        ("Depot: CANNOT_EXECUTE_FLOW_TRIGGER: Limit Exceeded", Category::Automation),
        ("Field Region__c does not exist. Check spelling.", Category::Schema),
        ("Invalid reference Depot__c.Region__c of type sobjectField in file depot.js", Category::Schema),
        ("Compile Error: Invalid field Region__c for SObject Depot__c", Category::Schema),
        ("referenceTo 'Depot__c' does not exist", Category::Schema),
        ("INVALID_FIELD: foreign key Region__c not found in Depot__c", Category::Reference),
        ("Owner Id missing", Category::RequiredField),
        ("To save this entry, first specify a product.", Category::RequiredField),
        ("cannot specify Id in an insert call", Category::Permission),
        ("value of filter criterion for field 'Region__c' must be of type date", Category::DataValue),
        ("field 'Region__c' can not be sorted in a query call", Category::Other),
    ] {
        assert_eq!(read(text).category, category, "{text}");
    }
    assert_eq!(read("CANNOT_EXECUTE_FLOW_TRIGGER, Limit Exceeded").root_category, Category::Limits);
}
