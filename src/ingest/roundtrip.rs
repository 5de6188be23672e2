//! A property of the whole way in: rows written in any dialect, encoding and compression, cut into blocks anywhere and read by any
//! number of workers, are the rows that are stored.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use arrow::array::{Array as _, AsArray as _};
use arrow::datatypes::Int64Type;
use proptest::prelude::*;

use super::block::{Blocks, Parity};
use super::careful::Careful;
use super::export::Planned;
use super::run::{Target, Unread, run};
use super::tests::kept;
use super::{Input, Options, Silent, export, open};
use crate::store::Durability;
use crate::store::part::{self, Groups};

const HEADERS: [&str; 5] = ["Name", "SObjectType__c", "ErrorMessage__c", "StatusText__c", "HasError__c"];
const COLUMNS: [&str; 4] = ["source_id", "object", "error_message", "status_text"];

type Row = [String; 5];

/// How a file is made of rows.
#[derive(Debug, Clone, Copy)]
struct Made {
    delimiter: char,
    quotes: Quotes,
    line_end: &'static str,
    ends_with_line: bool,
    encoding: Encoding,
    packing: Packing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Always,
    WhereNeeded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16Little,
    Utf16LittleMarked,
    Utf16BigMarked,
    Windows1252,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    GzipMembers,
    Zstd,
    Zip,
}

fn made() -> impl Strategy<Value = Made> {
    use prop::sample::select;
    (
        select(vec![',', '\t', ';', '|', '^', '`']),
        select(vec![Quotes::Always, Quotes::WhereNeeded]),
        select(vec!["\n", "\r\n", "\r"]),
        any::<bool>(),
        select(vec![
            Encoding::Utf8,
            Encoding::Utf8Marked,
            Encoding::Utf16Little,
            Encoding::Utf16LittleMarked,
            Encoding::Utf16BigMarked,
            Encoding::Windows1252,
        ]),
        select(vec![Packing::Plain, Packing::Gzip, Packing::GzipMembers, Packing::Zstd, Packing::Zip]),
    )
        .prop_map(|(delimiter, quotes, line_end, ends_with_line, encoding, packing)| {
            // Lines that end with a carriage return alone are known where the bytes are ASCII's.
            let utf16 = !matches!(encoding, Encoding::Utf8 | Encoding::Utf8Marked | Encoding::Windows1252);
            let line_end = if utf16 && line_end == "\r" { "\r\n" } else { line_end };
            Made { delimiter, quotes, line_end, ends_with_line, encoding, packing }
        })
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let field = || prop::string::string_regex("[a-zé,;\"\n\t|^` ]{0,12}").expect("it is a pattern");
    let flag = prop::sample::select(vec!["true", "false"]).prop_map(str::to_string);
    prop::collection::vec(("[a-z0-9]{1,9}", field(), field(), field(), flag).prop_map(|(a, b, c, d, e)| [a, b, c, d, e]), 1..80)
}

impl Made {
    /// A line feed inside a field, as a file with these line ends has it.
    fn inner_line_end(&self) -> &'static str {
        if self.line_end == "\r" { "\r" } else { "\n" }
    }

    fn bytes(&self, rows: &[Row]) -> Vec<u8> {
        let field = |field: &str| {
            let field = field.replace('\n', self.inner_line_end());
            let quoted = self.quotes == Quotes::Always || field.contains(['"', '\n', '\r', self.delimiter]);
            if quoted { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
        };
        let line = |fields: [&str; 5]| fields.map(field).join(&self.delimiter.to_string());
        let mut lines = vec![line(HEADERS)];
        lines.extend(rows.iter().map(|row| line(row.each_ref().map(String::as_str))));
        let mut text = lines.join(self.line_end);
        if self.ends_with_line {
            text.push_str(self.line_end);
        }
        match self.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf8Marked => format!("\u{feff}{text}").into_bytes(),
            Encoding::Utf16Little => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16LittleMarked => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16BigMarked => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        }
    }

    fn write(&self, folder: &Path, rows: &[Row]) -> PathBuf {
        let bytes = self.bytes(rows);
        let gzip = |bytes: &[u8]| {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(bytes).and_then(|()| packed.finish()).expect("it is packed")
        };
        let (name, bytes) = match self.packing {
            Packing::Plain => ("rows.csv", bytes),
            Packing::Gzip => ("rows.csv.gz", gzip(&bytes)),
            Packing::GzipMembers => ("rows.csv.gz", bytes.chunks(bytes.len() / 3 + 1).flat_map(gzip).collect()),
            Packing::Zstd => ("rows.csv.zst", zstd::encode_all(bytes.as_slice(), 1).expect("it is packed")),
            Packing::Zip => {
                let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
                archive.start_file("rows.csv", zip::write::SimpleFileOptions::default()).expect("a member");
                archive.write_all(&bytes).expect("it is packed");
                ("rows.zip", archive.finish().expect("it is packed").into_inner())
            }
        };
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("there is room");
        path
    }
}

/// Reads a file in blocks of about `limit` bytes, as ingest does: fast, else carefully.
fn read(path: &Path, limit: usize, threads: NonZeroUsize, store: &Path) -> (u64, u64) {
    let sources = open::sources(&[Input::Path(path.to_path_buf())]).expect("it is there");
    let Planned { source, shape, plan } = export::plan(&sources[0], None, &Options::default()).expect("it is an export");
    for careful in [false, true] {
        let (mut text, _) = shape.open(source).expect("it is there");
        std::io::copy(&mut (&mut text).take(plan.rows_at as u64), &mut std::io::sink()).expect("it has a header");
        let blocks: Box<dyn Blocks> =
            if careful { Box::new(Careful::new(text, limit, &plan)) } else { Box::new(Parity::new(text, limit, &plan)) };
        let target = Target { folder: store, durability: Durability::Flushed, large_cube: 3 };
        match run(&plan, blocks, 2, "rows", target, threads, &Silent) {
            Ok(tally) => {
                let told = (tally.rows_read, tally.rows_rejected);
                tally.counting.close().expect("there is room");
                return told;
            }
            Err(Unread::Odd) => std::fs::remove_dir_all(store).expect("it is there"),
            Err(Unread::Source(error)) => panic!("{error}"),
            Err(Unread::Store(error)) => panic!("{error}"),
        }
    }
    unreachable!("the careful reader reads everything")
}

/// The rows that the cube counts; it is so small that it is written early.
fn counted(store: &Path) -> i64 {
    let mut sum = 0;
    let path = store.join("outcome").join(part::FIRST_PART);
    part::read(&path, Groups::All, Some(&["records"]), &mut |batch| {
        sum += batch.column(0).as_primitive::<Int64Type>().iter().flatten().sum::<i64>();
        Ok(())
    })
    .expect("it is whole");
    sum
}

/// The rows of the audit log in a folder, in the order of their numbers: failed rows stand in row groups of their own.
fn stored(store: &Path) -> Vec<Vec<Option<String>>> {
    let mut rows = BTreeMap::new();
    for entry in std::fs::read_dir(store.join("audit_log")).expect("it is there") {
        let path = entry.expect("a file").path();
        for group in 0..part::open(&path).expect("it is Parquet").metadata().num_row_groups() {
            let mut states = BTreeSet::new();
            part::read(&path, Groups::Only(&[group]), None, &mut |batch| {
                let text = |name: &str, row: usize| {
                    let column = batch.column_by_name(name).expect("it is there").as_string::<i32>();
                    column.is_valid(row).then(|| column.value(row).to_string())
                };
                let numbers = batch.column_by_name("row_number").expect("it is there").as_primitive::<Int64Type>();
                let [flags, failed] =
                    ["has_error", "failed"].map(|name| batch.column_by_name(name).expect("it is there").as_boolean());
                assert_eq!(flags, failed);
                for row in 0..batch.num_rows() {
                    states.insert(failed.value(row));
                    let mut texts = COLUMNS.map(|name| text(name, row)).to_vec();
                    texts.push(Some(failed.value(row).to_string()));
                    assert_eq!(rows.insert(numbers.value(row), texts), None);
                }
                Ok(())
            })
            .expect("it is whole");
            assert_eq!(states.len(), 1, "a row group of failed and other rows");
        }
    }
    rows.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_was_written_is_stored(rows in rows(), made in made(), limit in 1usize..6000, threads in 1usize..5) {
        let folder = tempfile::tempdir().expect("there is room");
        let path = made.write(folder.path(), &rows);
        let store = folder.path().join("store");
        let threads = NonZeroUsize::new(threads).expect("it is one at least");
        prop_assert_eq!(read(&path, limit, threads, &store), (rows.len() as u64, 0));
        let expected: Vec<Vec<Option<String>>> =
            rows.iter().map(|row| row.iter().enumerate().map(|(at, field)| kept(at == 2, field)).collect()).collect();
        prop_assert_eq!(stored(&store), expected);
        prop_assert_eq!(counted(&store), rows.len() as i64);
    }
}
