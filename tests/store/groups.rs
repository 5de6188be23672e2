//! An export with a failure group for nearly every row: its cube is written before its end, and each group and row still counts once.

use std::fmt::Write as _;

use serde_json::Value;

use crate::harness::Workdir;

/// Groups, more than a cube in memory has cells when the next block of text comes.
const GROUPS: usize = 200_000;

/// Groups that have a second row.
const TWICE: usize = 40_000;

/// A word for each number, of letters alone.
fn word(mut number: usize) -> String {
    let mut letters = String::new();
    loop {
        letters += ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu"][number % 10];
        number /= 10;
        if number == 0 {
            return letters;
        }
    }
}

/// The row number `copy` of a group.
fn row(text: &mut String, group: usize, copy: usize) {
    let (rule, owner) = (word(group), word(group / 7));
    let _ = writeln!(
        text,
        "a0X5g{:010},JOB-1,Account,1,FIELD_CUSTOM_VALIDATION_EXCEPTION:The rule {rule} of {owner} refuses a{copy}@example.com:--,true,1,2026-03-02T08:00:00Z",
        group + copy * GROUPS
    );
}

/// Reads an export of rows (group, copy) into a store of its name.
fn ingest(work: &Workdir, name: &str, rows: impl Iterator<Item = (usize, usize)>) {
    let mut text =
        "Id,DataSyncJob__c,SObjectType__c,StatusCode__c,ErrorMessage__c,HasError__c,Order__c,LastModifiedDate\n".to_string();
    rows.for_each(|(group, copy)| self::row(&mut text, group, copy));
    work.write(&format!("{name}.csv"), text);
    work.run(&["ingest", &format!("{name}.csv"), "--store", name, "--quiet"]).exits(0);
}

fn report(work: &Workdir, store: &str) -> Value {
    work.run(&["report", "--store", store, "--format", "json", "--quiet"]).exits(0).json()
}

/// A report without what names the file, or rows by their place in it.
fn without_places(mut report: Value) -> Value {
    report.as_object_mut().expect("an object").remove("books").expect("the books");
    for finding in report["findings"].as_array_mut().expect("a list") {
        finding.as_object_mut().expect("an object").remove("samples").expect("the first rows");
    }
    report
}

#[test]
fn a_group_for_nearly_every_row_counts_once() {
    let work = Workdir::new();
    let seconds = || (0..TWICE).map(|group| (group, 1));
    ingest(&work, "apart", (0..GROUPS).map(|group| (group, 0)).chain(seconds()));
    let ask = |store: &str, sql: &str| {
        let answer = work.run(&["sql", "--store", store, "--format", "csv", sql]).exits(0).stdout();
        answer.lines().last().unwrap_or_default().to_string()
    };
    let rows = GROUPS + TWICE;
    // The two rows of a group stand too far apart for one part of the cube.
    let written =
        |store: &str| -> usize { ask(store, "select count(*) as cells from stored.outcome").parse().expect("a number") };
    let apart = written("apart");
    assert!(apart > GROUPS, "{apart} cells: the cube was written once");
    assert_eq!(ask("apart", "select sum(records) as records from stored.outcome"), rows.to_string());
    assert_eq!(ask("apart", "select count(*) as cells, sum(records) as records from outcome"), format!("{GROUPS},{rows}"));
    let groups =
        "select count(*) as groups, count(distinct group_id) as ids, count(*) filter (sample like '%a0@%') as first from";
    for table in ["stored.message_group", "message_group"] {
        assert_eq!(ask("apart", &format!("{groups} {table}")), format!("{GROUPS},{GROUPS},{GROUPS}"));
    }
    work.run(&["store", "verify", "--store", "apart"]).exits(0);

    // A database has them in one table; side by side they are counted together. The answers are the same.
    let expected = report(&work, "apart");
    assert_eq!(expected["totals"]["failed"], rows);
    work.run(&["store", "copy", "--store", "apart", "--to", "apart.duckdb"]).exits(0);
    assert!(report(&work, "apart.duckdb") == expected, "the database answers differently");
    ingest(&work, "beside", (0..GROUPS).flat_map(|group| (0..1 + usize::from(group < TWICE)).map(move |copy| (group, copy))));
    assert!(written("beside") < apart);
    let beside = without_places(report(&work, "beside"));
    assert!(beside == without_places(expected), "rows of a group that stand side by side are answered differently");
}
