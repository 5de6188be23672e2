//! The catalogue's own rules: every check is documented, fires on its examples and stays silent on its near misses.

use crate::harness::{Workdir, project};
use synclens::query::Catalogue;

#[test]
fn every_check_is_documented_and_has_both_kinds_of_example() {
    let catalogue = Catalogue::load(None).expect("the catalogue");
    assert!(catalogue.checks().count() >= 70);
    for check in catalogue.checks() {
        let name = &check.name;
        assert!(!check.says.is_empty(), "{name}: says nothing");
        assert!(!check.means.is_empty() && !check.ignore.is_empty(), "{name}: has no documentation");
        assert!(!check.fires.is_empty() && !check.silent.is_empty(), "{name}: lacks an example");
        assert!(!check.needs.is_empty() || !check.any_of.is_empty(), "{name}: needs nothing");
        for hidden in &check.hides {
            assert!(catalogue.get(hidden).is_some(), "{name}: hides '{hidden}', which is no check");
        }
    }
}

#[test]
fn every_check_fires_and_stays_silent_as_its_examples_say() {
    let work = Workdir::new();
    let folder = project().join("queries/diagnosis").display().to_string();
    work.run(&["query", "--check", &folder]).exits(0);
}

#[test]
fn every_check_runs_on_an_empty_store() {
    let work = Workdir::new();
    let export = work.write("audit_log.csv", "Id,Name,SObjectType__c,StatusCode__c\n");
    let report = work.run(&["report", &export.display().to_string(), "--format", "json"]).exits(0).json();
    let fired: Vec<_> =
        report["verdicts"].as_array().expect("verdicts").iter().filter(|verdict| verdict["verdict"] == "fired").collect();
    assert!(fired.is_empty(), "{fired:?}");
}
