//! Any bytes behind a header: the books must close.
#![no_main]

mod books;

use libfuzzer_sys::fuzz_target;

const HEADER: &[u8] = b"Id,Name,SObjectType__c,StatusCode__c,HasError__c,ErrorMessage__c,Order__c,CreatedDate\n";

fuzz_target!(|rows: &[u8]| books::must_close("rows.csv", &[HEADER, rows].concat()));
