//! The fields that messages blame in every layout and wording, and the names of other things, which are none.

use super::super::{prefixes, read};

#[test]
fn names_of_other_things_are_no_fields() {
    for text in [
        // Keys of layouts, and what they hold.
        "errors: [{ field: null, fieldLabel: null, constituentField: null, message: 'no' }]",
        r#"{"field":null,"fieldLabel":"Depot Name","constituentField":null,"duplicateRecordError":null}"#,
        "{fieldName=null, fieldLabel=Depot, fieldType=STRING}",
        r#"{"fields":[],"fieldErrors":{},"pageErrors":[]}"#,
        r#"{"attributes":{"type":"Depot__c","url":"/services/data/v60.0/sobjects/Depot__c"},"message":"no"}"#,
        "{ objectApiName: 'Depot__c', message: 'no' }",
        "sobjectType: 'Depot__c', statusCode: 400",
        "entityName=Depot__c, retryable=false",
        // Objects.
        "No such column on entity 'Depot__c'.",
        "referenceTo 'Depot__c' does not exist",
        "Depot__c is not createable in this org",
        "Depot__c does not exist in the target org",
        "Depot__c is not queryable",
        "'Depot__c' is not deletable for the running user",
        "Entity of type 'CustomObject' named 'Depot__c' cannot be found",
        "no CustomObject named Depot__c found",
        "sObject type 'Depot__c' is not supported.",
        "sObjects Depot__c and Road__c were left out",
        "Objects without a map: Depot__c, Road__c",
        "Invalid type: Schema.Depot__c",
        "Depot__c: 12 records failed",
        "Depot__c (12 rows) was left out",
        "Depot__c has no external id",
        "You have no access to Depot__c",
        "A cycle: Depot__c -> Road__c -> Depot__c",
        "Could not find the parent Depot__c for Road__c",
        "Invalid conversion from runtime type SObject:Depot__c to SObject:Road__c",
        "Custom setting Depot__c has no values",
        "(Order.Depot__c) Record is open elsewhere",
        "PricebookEntry is not createable",
        "OpportunityLineItem is required",
        "Skipped 12 Depot__c because the parent failed",
        "The lookup to Depot__c leads nowhere",
        "Depot__c does not support upsert",
        "The record references Depot__c which was left out",
        // Classes, rules, sets, types, packages and files.
        "DepotHandler is read-only",
        "The trigger DepotTrigger must not be empty",
        "Class DepotService.Region__c is not visible",
        "Validation rule Depot__c.Check_Region stops the record",
        "RecordType Account.North is missing",
        "Permission set Depot__c is gone",
        "FieldSet Account.Main is gone",
        "Package depot__core is not installed",
        "Label Depot__c is not translated",
        "Depot__c.csv: 3 rows failed",
        "OmniStudio is required",
        "The feature MultiCurrency is mandatory",
        // What programs call their own things.
        "field 'batchSize' of the config",
        "Cannot read property 'firstName' of undefined",
        "accessToken must not be empty",
        // What there is, and words of a sentence.
        "The fields of the form are empty",
        "Field history of Depot__c is full",
        "The field type must be Text",
    ] {
        assert_eq!(read(text).fields, [""; 0], "{text}");
    }
}

#[test]
fn fields_beside_names_of_other_things_are_read() {
    for (text, fields) in [
        ("fieldErrors: { Name: [ { field: 'Name', fieldLabel: 'Depot Name', message: 'no' } ] }", &["Name"][..]),
        ("{field=Region__c, fieldLabel=Region}", &["Region__c"]),
        ("Field 'Region__c' does not exist. Custom fields: Depot__c, Road__c", &["Region__c"]),
        ("No such column 'Region__c' on entity 'Depot__c'", &["Region__c"]),
        ("Region__c is not createable on the target object", &["Region__c"]),
        ("Entity of type 'CustomField' named 'Order.Region__c' cannot be found", &["Region__c"]),
        ("CustomField(Product2.Type) is unknown", &["Type"]),
        ("Event 'Region__c' is required to update.", &["Region__c"]),
        ("Default value \"abc\" for Region__c is not a valid Decimal.", &["Region__c"]),
        ("The value 12.5 for Region__c is too large", &["Region__c"]),
        ("VendorKey may not be updated", &["VendorKey"]),
        ("Region__c is not writable in the target org", &["Region__c"]),
        ("The value in Region__c does not exist in the target org", &["Region__c"]),
        ("Region__c has no value", &["Region__c"]),
        ("Bad value for restricted picklist Region__c", &["Region__c"]),
        ("Value too long for field: fullName maximum length is:40", &["fullName"]),
        ("Row 12: Region__c ends too late", &["Region__c"]),
        ("cannot specify Id in an insert call", &["Id"]),
        ("381  MISSING_ARGUMENT: Region__c", &["Region__c"]),
        ("fields Region__c, Depot__c: too long", &["Region__c", "Depot__c"]),
    ] {
        assert_eq!(read(text).fields, fields, "{text}");
    }
}

#[test]
fn every_layout_tells_its_fields() {
    for text in [
        "REQUIRED_FIELD_MISSING:Required fields are missing: [A__c, B]:A__c,B --",
        "REQUIRED_FIELD_MISSING, Required fields are missing: [A__c, B]: [A__c, B]",
        r#"[{"message":"no","errorCode":"REQUIRED_FIELD_MISSING","fields":["A__c","B"]}]"#,
        "[Error fields='{[2]A__c,B,}' message='no' statusCode='REQUIRED_FIELD_MISSING' ]",
        "Array ( [errorCode] => REQUIRED_FIELD_MISSING [fields] => Array ( [0] => A__c [1] => B ) )",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:see https://example.com/rule:A__c,B --",
        "Unable to create/update fields: A__c, B. Please check the security settings of this field",
        "Felder können nicht erstellt/aktualisiert werden: A__c, B. Überprüfen Sie die Sicherheitseinstellungen",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, A: bad value for restricted picklist field: x: [A__c, B]: Class.Depot.run: line 1",
        r#"{"errorMessage":"NUMBER_OUTSIDE_VALID_RANGE, A: value outside of valid range on numeric field: 9: [A__c, B]", "at": "5"}"#,
    ] {
        assert_eq!(read(text).fields, ["A__c", "B"], "{text}");
    }
    for text in [
        "DepotNumber__c is required for depots of the north",
        "Required field is missing: DepotNumber__c",
        "STATUSCODE MESSAGE FIELDS ---------- ------- ------ MALFORMED_ID Depot: id value of incorrect type: @DepotRef1 DepotNumber__c",
    ] {
        assert_eq!(read(text).fields, ["DepotNumber__c"], "{text}");
    }
    let plain = read("[{'message': 'Depot: bad field names on insert/update call: number'}]");
    assert_eq!(plain.fields, ["number"]);
    for text in [
        "Depot is required for the north",
        "bad field names on insert/update call: see the log",
        "Required fields are missing:Depot",
    ] {
        assert_eq!(read(text).fields, [""; 0], "{text}");
    }
}

#[test]
fn names_beside_a_word_for_a_field_are_read_in_any_layout_and_language() {
    for text in [
        r#"| [0].errorCode | STRING_TOO_LONG | [0].fields | [Depot__c, LastName] |"#,
        "Database.Error[getFields=(Depot__c, LastName);getMessage=no;getStatusCode=STRING_TOO_LONG;]",
        "errors=[{statusCode=STRING_TOO_LONG, message=no, fields={Depot__c, LastName}}]",
        r#"{"fieldErrors":{"Depot__c":[{"statusCode":"STRING_TOO_LONG"}], "LastName" : [ {"message":"no"} ]},"pageErrors":[]}"#,
        r#"{"errors":[{"field":"Depot__c","message":"no"},{"fieldName":"LastName","message":"no"}]}"#,
        "<fields>Depot__c</fields><fields>LastName</fields><message>no</message>",
        "CRM-Fehlercode: STRING_TOO_LONG, Feld(er): Depot__c, LastName",
        "Code d'erreur CRM : STRING_TOO_LONG, Champ(s) : Depot__c, LastName",
        "No permission to edit fields Depot__c and LastName",
        "No such column 'Depot__c' on entity 'Case'; No such column 'LastName' on entity 'Lead'",
    ] {
        assert_eq!(read(text).fields, ["Depot__c", "LastName"], "{text}");
    }
    for text in [
        "Invalid field Status for Case",
        "Field Status on object 'Case' is not writable",
        "Field does not exist: Status on Case",
        "Invalid field name 'Status'",
        "field 'Status' can not be filtered in a query call",
        r#"{"fieldApiName": "Status", "message": "no"}"#,
        "One or more required fields are missing for loading on Case :{'Status'}",
        "Field Case.Status is not present",
    ] {
        assert_eq!(read(text).fields, ["Status"], "{text}");
    }
    for text in [
        "Das Feld Depot__c fehlt",
        "Le champ « Depot__c » est obligatoire",
        "項目「Depot__c」は必須です",
        "Поле Depot__c обязательно",
        "CRM エラーコード : STRING_TOO_LONG、フィールド : Depot__c、長すぎます",
        "Required fields are missing: [Depot__c",
    ] {
        assert_eq!(read(text).fields, ["Depot__c"], "{text}");
    }
    for text in [
        "Fields of the depot: Billing City, Phone",
        "secure query included inaccessible field Class.DepotHandler.calculateBulk: line 1, column 1",
        "Required field is missing: null",
        "This feature is not currently enabled for this user type or org: [Knowledge]",
        "Depot:Too many SOQL queries: 101. Your solution provider has been notified. (Depot)",
    ] {
        assert_eq!(read(text).fields, [""; 0], "{text}");
    }
}

#[test]
fn a_name_that_can_only_be_a_fields_is_read_in_a_sentence() {
    for text in [
        "You must enter a value: Depot__c",
        "Please fill Depot__c before saving",
        "The value for Depot__c is too long",
        "Conflicts with record 0015g00000QwErT on Depot__c",
        "Case.Depot__c cannot be changed",
        r#"{"Depot__c":[{"statusCode":"STRING_TOO_LONG"}]}"#,
    ] {
        assert_eq!(read(text).fields, ["Depot__c"], "{text}");
    }
    assert_eq!(read("Either Depot__c or OwnerId must be set").fields, ["Depot__c", "OwnerId"]);
    assert_eq!(read("Invalid lookup: ParentId leads nowhere").fields, ["ParentId"]);
    for text in [
        "You cannot create a new Depot__c",
        "Object Depot__c was not found",
        "Update access denied for Depot__c",
        "Depot__c records could not be loaded",
        "{Depot__c} Completed with issues",
        "Permission set Depot__c is gone",
        "The apex class Depot__c is invalid",
        "SELECT OwnerId, Depot__c FROM Case",
        r#"{"Id":"0015g00000AbCdE","Depot__c":"North","LastName":"Miller"}"#,
        "https://x.my.salesforce.com/services/data/v46.0/sobjects/Case/Depot__c/1 returned 404",
        "No record has AccountId: 0015g00000AbCdE",
        "The last name of the owner",
        "The file holds OwnerId, LastName, FirstName, CloseDate, StageName",
    ] {
        assert_eq!(read(text).fields, [""; 0], "{text}");
    }
}

#[test]
fn the_table_of_standard_fields_is_sorted_and_holds_no_words() {
    let names: Vec<_> = include_str!("standard.tsv").lines().skip(1).collect();
    assert!(names.is_sorted());
    for name in names {
        assert_eq!(read(&format!("{name} is not right")).fields, [name]);
        assert!(!prefixes::is_object(name), "{name}");
    }
}
