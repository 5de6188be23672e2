//! The JSON Schema in the repository is the one of the types, and every report meets it.

use std::path::Path;

use schemars::generate::SchemaSettings;

use super::fixture;
use crate::report::json;
use crate::report::model::{Report, VERSION};

fn generated() -> serde_json::Value {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    schema.to_value()
}

#[test]
fn the_schema_in_the_repository_is_the_one_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("report.schema.json");
    let text = serde_json::to_string_pretty(&generated()).expect("a schema is JSON") + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).expect("the schema can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("the schema can be read; UPDATE_GOLDEN=1 makes it");
    assert!(kept == text, "report.schema.json has changed: UPDATE_GOLDEN=1 writes it anew");
}

#[test]
fn every_report_meets_the_schema_and_reads_back_as_it_was() {
    let validator = jsonschema::validator_for(&generated()).expect("the schema is one");
    for report in [fixture::rich(), fixture::empty(), fixture::hostile()] {
        let mut out = Vec::new();
        json::render(&report, &mut out).expect("JSON");
        let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert!(validator.is_valid(&value));
        assert_eq!(json::read("report.json", out.as_slice()).expect("a report"), report);
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": VERSION})));
}

#[test]
fn a_report_of_another_version_is_refused() {
    let error = json::read("old.json", br#"{"version": 9}"#.as_slice()).expect_err("another version");
    assert_eq!(error.to_string(), "cannot use 'old.json': it has version 9, and this tool reads version 1");
    assert!(json::read("no.json", b"[]".as_slice()).is_err());
    assert!(json::read("no.json", b"<html>".as_slice()).is_err());
}
