//! Properties of the readers: any dialect, any chunking, any number of threads give the rows that were written.

use std::num::NonZeroUsize;
use std::path::Path;

use arrow::array::AsArray;
use proptest::prelude::*;

use super::block::{Block, Blocks, Next, Parity};
use super::careful::Careful;
use super::column::Column;
use super::decode::{Decoded, Decoder};
use super::detect;
use super::group::Grouped;
use super::index::{Index, Record};
use super::plan::Plan;

use super::{Account, Input, Options, Outcome, Silent, ingest};
use crate::store::part::{self, Groups};
use crate::store::{Dataset, Durability};

const HEADERS: [&str; 4] = ["Name", "SObjectType__c", "ErrorMessage__c", "StatusText__c"];

/// How a text is written.
#[derive(Debug, Clone)]
struct Dialect {
    delimiter: char,
    all_quoted: bool,
    line_end: &'static str,
    ends_with_line: bool,
}

fn dialect() -> impl Strategy<Value = Dialect> {
    let delimiters = prop::sample::select(vec![',', '\t', ';', '|', '^', '`']);
    let line_ends = prop::sample::select(vec!["\n", "\r\n"]);
    (delimiters, any::<bool>(), line_ends, any::<bool>()).prop_map(|(delimiter, all_quoted, line_end, ends_with_line)| Dialect {
        delimiter,
        all_quoted,
        line_end,
        ends_with_line,
    })
}

fn rows() -> impl Strategy<Value = Vec<[String; 4]>> {
    let field = || prop::string::string_regex("[a-zé,;\"\n\t|^` ]{0,12}").expect("it is a pattern");
    prop::collection::vec(("[a-z0-9]{1,9}", field(), field(), field()).prop_map(|(a, b, c, d)| [a, b, c, d]), 1..60)
}

fn written(rows: &[[String; 4]], dialect: &Dialect) -> Vec<u8> {
    let quoted = |field: &str| {
        let special = field.contains(['"', '\n', '\r', dialect.delimiter]);
        if special || dialect.all_quoted { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_string() }
    };
    let line =
        |fields: &[&str]| fields.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(&dialect.delimiter.to_string());
    let mut lines = vec![line(&HEADERS)];
    lines.extend(rows.iter().map(|row| line(&row.each_ref().map(String::as_str))));
    let mut text = lines.join(dialect.line_end);
    if dialect.ends_with_line {
        text.push_str(dialect.line_end);
    }
    text.into_bytes()
}

/// What a column of texts makes of a field: only a message keeps the blanks around it. (Only lower case is written here.)
pub(super) fn kept(is_message: bool, field: &str) -> Option<String> {
    let plain = field.trim_matches([' ', '\t']);
    let text = if is_message { field } else { plain };
    (!["", "null", "nan"].contains(&plain)).then(|| text.to_string())
}

fn plan(text: &[u8]) -> Plan {
    detect::plan("", text, None, &Options::default()).expect("the header is known")
}

/// The texts of all rows, or nothing where the text is odd; and the places of rejected rows.
fn decoded(plan: &Plan, mut blocks: Box<dyn Blocks + '_>) -> Option<(Vec<Vec<Option<String>>>, Vec<u64>)> {
    let (mut decoder, mut decoded) = (Decoder::new(plan), Decoded::new(plan));
    let (mut rows, mut rejects, mut before) = (Vec::new(), Vec::new(), 0);
    let mut block = Block::default();
    loop {
        match blocks.next(&mut block).expect("memory can be read") {
            Next::Block => {}
            Next::End => return Some((rows, rejects)),
            Next::Odd(_) => return None,
        }
        decoder.decode(&mut block, &mut decoded).ok()?;
        assert_eq!(decoded.rows, decoded.rejects.len() as u64 + decoded.columns[0].len() as u64, "the books are closed");
        rejects.extend(decoded.rejects.iter().map(|reject| reject.row_number + before));
        before += decoded.rows;
        let wanted =
            ["source_id", "object", "error_message", "status_text"].map(|name| plan.table.column(name).expect("it is there"));
        let text = |column: &Column, row: usize| column.text(row).map(str::to_string);
        rows.extend((0..decoded.columns[0].len()).map(|row| wanted.iter().map(|at| text(&decoded.columns[*at], row)).collect()));
    }
}

fn parity(plan: &Plan, text: &[u8], limit: usize) -> Option<(Vec<Vec<Option<String>>>, Vec<u64>)> {
    decoded(plan, Box::new(Parity::new(&text[plan.rows_at..], limit, plan)))
}

fn careful(plan: &Plan, text: &[u8], limit: usize) -> Option<(Vec<Vec<Option<String>>>, Vec<u64>)> {
    decoded(plan, Box::new(Careful::new(&text[plan.rows_at..], limit, plan)))
}

#[test]
fn groups_reach_over_blocks() {
    let (mut text, mut expected) = (String::from("SObjectType  ↑,Status Text,Name,Error Message\n"), Vec::new());
    for group in 0..7 {
        let object = ["Account", "Contact", "Invoice__c"][group % 3];
        for row in 0..group {
            let (id, first) = (format!("0015g00000{group:02}{row:03}"), if row == 0 { object } else { "" });
            // Excel leaves out the last delimiter of some rows.
            text += &format!("{first},Inserted,{id}{}\n", if row % 2 == 0 { "" } else { "," });
            expected.push([object.to_string(), format!("{id}AAA")].map(Some).to_vec());
        }
        text += "Subtotal,Count,7,\n";
    }
    let plan = plan(text.as_bytes());
    assert_eq!(plan.groups, [0]);
    for limit in (1..400).chain([1 << 20]) {
        let text = &text.as_bytes()[plan.rows_at..];
        let read = |blocks| {
            decoded(&plan, blocks)
                .map(|(rows, rejects)| (rows.iter().map(|row| vec![row[1].clone(), row[0].clone()]).collect(), rejects.len()))
        };
        assert_eq!(read(Box::new(Grouped::new(Careful::new(text, limit, &plan), &plan))), Some((expected.clone(), 7)), "{limit}");
        if let Some(read) = read(Box::new(Grouped::new(Parity::new(text, limit, &plan), &plan))) {
            assert_eq!(read, (expected.clone(), 7), "{limit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_was_written_is_read(rows in rows(), dialect in dialect(), limit in 1usize..4000) {
        let text = written(&rows, &dialect);
        let plan = plan(&text);
        prop_assert_eq!(plan.delimiter, dialect.delimiter as u8);
        let expected: Vec<Vec<Option<String>>> =
            rows.iter().map(|row| row.iter().enumerate().map(|(at, field)| kept(at == 2, field)).collect()).collect();
        prop_assert_eq!(careful(&plan, &text, limit), Some((expected.clone(), Vec::new())));
        prop_assert_eq!(parity(&plan, &text, 1 << 20), Some((expected.clone(), Vec::new())));
        // A block that is smaller than a record is odd; one that is not gives the same rows.
        if let Some(read) = parity(&plan, &text, limit) {
            prop_assert_eq!(read, (expected, Vec::new()));
        }
    }

    #[test]
    fn damage_never_opens_the_books(noise in "[a\",\n\r]{0,300}", one in 1usize..300, other in 1usize..300) {
        let text = format!("Name,SObjectType,ErrorMessage\n{noise}").into_bytes();
        let plan = plan(&text);
        prop_assert_eq!(careful(&plan, &text, one), careful(&plan, &text, other));
        let whole = parity(&plan, &text, 1 << 20);
        if let (Some(one), Some(other)) = (parity(&plan, &text, one), whole) {
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn marks_agree_on_every_processor(text in "[a\",\n\r]{0,400}") {
        let text = format!("{text}\n");
        let (mut fast, mut plain) = (Index::default(), Index::default());
        let fast_odd = fast.build(text.as_bytes(), b',').is_err();
        let plain_odd = plain.build_portable(text.as_bytes(), b',').is_err();
        prop_assert_eq!(fast_odd, plain_odd);
        let records: (Vec<Record>, Vec<Record>) = (fast.records, plain.records);
        prop_assert_eq!(records.0, records.1);
        prop_assert_eq!(fast.ends, plain.ends);
    }
}

fn store() -> (tempfile::TempDir, Dataset) {
    let folder = tempfile::tempdir().expect("there is room");
    let dataset = Dataset::open_or_create(folder.path(), Durability::Temporary).expect("a store is made");
    (folder, dataset)
}

fn take(store: &Dataset, folder: &Path, name: &str, text: impl AsRef<[u8]>) -> Account {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("there is room");
    let options = Options { threads: NonZeroUsize::new(2), ..Options::default() };
    ingest(&[Input::Path(path)], store, &options, &Silent).expect("it is read").remove(0)
}

/// Values of a column of texts or of numbers, as texts, over all exports.
fn values(store: &Dataset, table: &str, name: &str) -> Vec<String> {
    let mut values = Vec::new();
    let contents = store.contents().expect("it is listed");
    for path in contents.folders.iter().flat_map(|folder| folder.files(table)) {
        part::read(path, Groups::All, Some(&[name]), &mut |batch| {
            let column = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8).expect("it is a text");
            values.extend(column.as_string::<i32>().iter().map(|value| value.unwrap_or("-").to_string()));
            Ok(())
        })
        .expect("it is read");
    }
    values
}

const AUDIT: &str = "Id,Name,DataSyncJob__c,SObjectType__c,StatusCode__c,HasError__c,ErrorMessage__c,Order__c,LastModifiedDate\n";

fn audit_row(number: u32, status: &str, at: &str) -> String {
    format!(
        "a0L00000000{number:04},00100000000{number:04},a0J000000000001,Account,{status},{},,{number},2026-01-05T{at}:00.000Z\n",
        status == "1"
    )
}

fn sum(store: &Dataset) -> i64 {
    values(store, "outcome", "records").iter().map(|records| records.parse::<i64>().expect("a number")).sum()
}

#[test]
fn rows_are_stored_as_they_stand() {
    let (_folder, store) = store();
    let inputs = tempfile::tempdir().expect("there is room");
    let text = format!("{AUDIT}{}{}", audit_row(1, "7", "10:00"), audit_row(2, "1", "10:01"));
    let account = take(&store, inputs.path(), "a.csv", &text);
    assert_eq!((account.rows_read, account.rows_stored, account.rows_rejected), (2, 2, 0));
    assert_eq!(values(&store, "audit_log", "audit_id"), ["a0L000000000001EAA", "a0L000000000002EAA"]);
    assert_eq!(values(&store, "audit_log", "status_code"), ["7", "1"]);
    assert_eq!(values(&store, "audit_log", "has_error"), ["false", "true"]);
    assert_eq!(values(&store, "audit_log", "row_number"), ["1", "2"]);
    assert_eq!(values(&store, "audit_log", "error_message"), ["-", "-"]);
    assert_eq!(values(&store, "audit_log", "modified_at"), ["2026-01-05T10:00:00", "2026-01-05T10:01:00"]);
    assert_eq!(sum(&store), 2);
}

#[test]
fn the_same_content_changes_nothing() {
    let (_folder, store) = store();
    let text = format!("{AUDIT}{}", audit_row(1, "7", "10:00"));
    let inputs = tempfile::tempdir().expect("there is room");
    take(&store, inputs.path(), "a.csv", &text);
    let again = take(&store, inputs.path(), "b.csv", &text);
    assert!(matches!(again.outcome, Outcome::AlreadyThere { ref file, .. } if file.ends_with("a.csv")), "{:?}", again.outcome);
    assert_eq!(store.contents().expect("it is listed").folders.len(), 1);
}

#[test]
fn a_row_exported_again_counts_once_at_its_newest_state() {
    let (_folder, store) = store();
    let inputs = tempfile::tempdir().expect("there is room");
    let first = format!("{AUDIT}{}{}{}", audit_row(1, "7", "10:00"), audit_row(2, "1", "10:01"), audit_row(3, "7", "12:00"));
    let second = format!("{AUDIT}{}{}{}", audit_row(2, "7", "11:00"), audit_row(3, "1", "11:00"), audit_row(4, "7", "11:00"));
    take(&store, inputs.path(), "a.csv", first);
    take(&store, inputs.path(), "b.csv", second);
    assert_eq!(sum(&store), 4);
    let mut lost = values(&store, "superseded", "row_number");
    lost.sort();
    // Row 2 of the first export is older; row 2 of the second is older than its like in the first.
    assert_eq!(lost, ["2", "2"]);
    let third = format!("{AUDIT}{}", audit_row(3, "2", "13:00"));
    take(&store, inputs.path(), "c.csv", third);
    assert_eq!(sum(&store), 4);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let rows: String = (0..3000).map(|number| audit_row(number, if number % 7 == 0 { "1" } else { "7" }, "10:00")).collect();
    let inputs = tempfile::tempdir().expect("there is room");
    let path = inputs.path().join("a.csv");
    std::fs::write(&path, format!("{AUDIT}{rows}")).expect("there is room");
    let bytes = |threads: usize| {
        let (_folder, store) = store();
        let options = Options { threads: NonZeroUsize::new(threads), ..Options::default() };
        let account = ingest(&[Input::Path(path.clone())], &store, &options, &Silent).expect("it is read").remove(0);
        let tables = ["audit_log", "outcome", "activity", "message_group"];
        tables.map(|table| {
            let files = part::files(&store.export_folder(&account.export_id).join(table)).expect("a folder");
            files.iter().map(|file| std::fs::read(file).expect("it is there")).collect::<Vec<_>>()
        })
    };
    assert_eq!(bytes(1), bytes(4));
}
