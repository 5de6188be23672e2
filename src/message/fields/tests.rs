//! Names of other things of an org, which are no blamed fields, beside those that are.

use super::super::read;

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
