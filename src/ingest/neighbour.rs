//! Outcome files of neighbouring tools as an audit log: Data Loader's success and error files, the results of Bulk API 2.0,
//! the target files of SFDMU.

use std::io::{self, Read, Write};

use super::pipe::Pipe;
use super::reject::{Told, wrong_count};
use crate::schema::normalise;

/// Which tool wrote the file, and about which of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Bulk API 2.0: records that succeeded or failed (`sf__Id`, `sf__Created`, `sf__Error`).
    Bulk,
    /// Bulk API 2.0: records that it did not come to.
    BulkUnprocessed,
    /// Data Loader's success file.
    LoaderSuccess,
    /// Data Loader's error file.
    LoaderError,
    /// SFDMU's target file (`Id`, `Old Id`, the fields, `Errors`), of what it did to the records.
    Sfdmu(Operation),
}

/// What SFDMU did to the records of a target file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It inserted them, or the name does not tell.
    Insert,
    /// It updated them.
    Update,
    /// It deleted them, for which there is no status code.
    Delete,
}

/// A neighbour's file.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Who wrote it.
    pub tool: Tool,
    /// The object that its name tells.
    pub object: Option<String>,
    delimiter: u8,
}

/// How SFDMU writes that there is no value.
const NOTHING: &[u8] = b"#N/A";

/// Headers that hold the id of the source record, normalised; else the first one that speaks of an external id.
const SOURCE_IDS: [&str; 5] = ["oldid", "sourceid", "sourcerecordid", "legacyid", "externalid"];

impl Neighbour {
    /// What the name and the first line of a file tell; `None` where it is no neighbour's.
    pub fn of(name: &str, head: &[u8]) -> Option<Self> {
        let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
        let line = String::from_utf8_lossy(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)).into_owned();
        let delimiter = [b',', b'\t', b';', b'|', b'^', b'`']
            .into_iter()
            .rev()
            .max_by_key(|delimiter| line.bytes().filter(|byte| byte == delimiter).count())?;
        let headers: Vec<String> =
            line.split(char::from(delimiter)).map(|header| header.trim().trim_matches('"').to_string()).collect();
        let has = |wanted: &str| headers.iter().any(|header| header.eq_ignore_ascii_case(wanted));
        let last = headers.last().map(String::as_str);
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
        let numbered = |word: &str| file.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let tool = if has("sf__Id") || has("sf__Error") {
            Tool::Bulk
        } else if file.contains("unprocessed-records") {
            Tool::BulkUnprocessed
        } else if last == Some("STATUS") && numbered("success") {
            Tool::LoaderSuccess
        } else if last == Some("ERROR") && numbered("error") {
            Tool::LoaderError
        } else if let (true, Some((object, operation))) = (has("Errors"), target(name)) {
            return Some(Self { tool: Tool::Sfdmu(operation), object: Some(object), delimiter });
        } else {
            return None;
        };
        Some(Self { tool, object: None, delimiter })
    }

    /// What is assumed of it.
    pub fn assumption(&self) -> String {
        let file = match self.tool {
            Tool::Bulk => "a result file of Bulk API 2.0",
            Tool::BulkUnprocessed => "a file of unprocessed records of Bulk API 2.0",
            Tool::LoaderSuccess => "a success file of Data Loader",
            Tool::LoaderError => "an error file of Data Loader",
            Tool::Sfdmu(_) => "a target file of SFDMU",
        };
        format!("it is {file}: status codes follow from what became of the records")
    }

    /// The file as an audit log, each row with its place; what is no row is a line of its text and place.
    pub fn text(self, reader: impl Read + Send + 'static) -> impl Read + Send {
        Pipe::new(move |out| {
            let mut rows = csv::ReaderBuilder::new().delimiter(self.delimiter).flexible(true).from_reader(reader);
            let headers = rows.headers().map_err(io::Error::other)?.clone();
            let keys: Vec<String> = headers.iter().map(|header| normalise(header).key).collect();
            let raw = |wanted: &str| headers.iter().position(|header| header.eq_ignore_ascii_case(wanted));
            let source = SOURCE_IDS.iter().find_map(|wanted| keys.iter().position(|key| key == wanted));
            let source = source.or_else(|| keys.iter().position(|key| key.contains("externalid")));
            let columns = Columns {
                source: source.or_else(|| raw("Id").filter(|_| matches!(self.tool, Tool::LoaderError | Tool::BulkUnprocessed))),
                destination: match self.tool {
                    Tool::Bulk => raw("sf__Id"),
                    _ => raw("Id"),
                },
                error: raw("sf__Error").or_else(|| raw("ERROR")).or_else(|| raw("Errors")),
                created: raw("sf__Created").or_else(|| raw("STATUS")),
            };
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut *out);
            let header = ["Name", "SObjectType", "StatusCode", "HasError", "ErrorMessage", "Destination_Record_ID", Told::HEADER];
            writer.write_record(header)?;
            let mut row = csv::ByteRecord::new();
            while rows.read_byte_record(&mut row).map_err(io::Error::other)? {
                let told = row.position().map_or(Told::default(), |place| Told::at(place.line(), place.byte()));
                let fault = if row.len() != headers.len() {
                    wrong_count(row.len(), headers.len())
                } else if row == *headers.as_byte_record() {
                    "the header again".to_string()
                } else {
                    writer.write_record(self.audited(&columns, &row).into_iter().chain([told.written().into_bytes()]))?;
                    continue;
                };
                let text = row.iter().collect::<Vec<_>>().join(&self.delimiter);
                writer.write_record([text, told.faulty(fault).written().into_bytes()])?;
            }
            writer.flush()?;
            drop(writer);
            out.flush()
        })
    }

    /// The row as one of the audit log.
    fn audited(&self, columns: &Columns, row: &csv::ByteRecord) -> [Vec<u8>; 6] {
        let field = |place: Option<usize>| place.and_then(|place| row.get(place)).filter(|field| *field != NOTHING);
        let field = |place: Option<usize>| field(place).unwrap_or_default().to_vec();
        let (destination, error, created) = (field(columns.destination), field(columns.error), field(columns.created));
        let failed = !error.is_empty();
        let status: &[u8] = match (self.tool, failed) {
            (Tool::BulkUnprocessed, _) => b"9",
            (Tool::Sfdmu(Operation::Delete), _) => b"",
            (Tool::Sfdmu(Operation::Update), true) => b"3",
            (Tool::Sfdmu(Operation::Update), false) => b"2",
            (Tool::Sfdmu(Operation::Insert), true) => b"1",
            // A record that had an id before was to be updated.
            (_, true) if destination.is_empty() => b"1",
            (_, true) => b"3",
            (Tool::Bulk, _) if created.eq_ignore_ascii_case(b"false") => b"2",
            (Tool::LoaderSuccess, _) if created.to_ascii_lowercase().ends_with(b"updated") => b"2",
            _ => b"7",
        };
        let has_error: &[u8] = if failed { b"true" } else { b"false" };
        let object = self.object.clone().unwrap_or_default().into_bytes();
        [field(columns.source), object, status.to_vec(), has_error.to_vec(), error, destination]
    }
}

/// Where a neighbour's file has what an audit row needs.
struct Columns {
    source: Option<usize>,
    destination: Option<usize>,
    error: Option<usize>,
    created: Option<usize>,
}

/// The object and the operation that a name like `Account_insert_target.csv` or `Account_update_person_target.csv` tells.
fn target(name: &str) -> Option<(String, Operation)> {
    let file = name.rsplit(['/', '\\']).next()?;
    let stem = file.split('.').next()?.strip_suffix("_target")?;
    let stem = stem.strip_suffix("_person").unwrap_or(stem);
    let (object, operation) = match stem.rsplit_once('_') {
        Some((object, "insert" | "upsert")) => (object, Operation::Insert),
        Some((object, "update")) => (object, Operation::Update),
        Some((object, operation)) if operation.contains("delete") => (object, Operation::Delete),
        _ => (stem, Operation::Insert),
    };
    Some((object.to_string(), operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audited(name: &str, text: &'static str) -> Option<String> {
        let mut out = String::new();
        let neighbour = Neighbour::of(name, text.as_bytes())?;
        neighbour.text(text.as_bytes()).read_to_string(&mut out).expect("it is read");
        Some(out)
    }

    #[test]
    fn outcomes_become_status_codes() {
        let cases = [
            (
                "750-success-records.csv",
                "sf__Id,sf__Created,Legacy_Id__c\n0015,true,A1\n0016,false,A2\n",
                "A1,,7,false,,0015,2:32:\nA2,,2,false,,0016,3:45:\n",
            ),
            (
                "750-failed-records.csv",
                "sf__Id,sf__Error,Legacy_Id__c\n,WRONG:bad:A --,A1\n0016,WRONG:bad:B --,A2\n",
                "A1,,1,true,WRONG:bad:A --,,2:30:\nA2,,3,true,WRONG:bad:B --,0016,3:49:\n",
            ),
            (
                "success0601.csv",
                "\"ID\",\"OLD_ID__C\",\"STATUS\"\n\"0015\",\"A1\",\"Item Created\"\n",
                "A1,,7,false,,0015,2:26:\n",
            ),
            ("error0601.csv", "\"NAME\",\"OLD_ID__C\",\"ERROR\"\n\"x\",\"A1\",\"WRONG:bad\"\n", "A1,,1,true,WRONG:bad,,2:27:\n"),
            (
                "Invoice__c_insert_target.csv",
                "Id,Old Id,Errors\n,A1,it failed\n0015,A2,#N/A\n1,2\n",
                "A1,Invoice__c,1,true,it failed,,2:17:\nA2,Invoice__c,7,false,,0015,3:31:\n\"1,2\",4:44:2 fields where the header has 3\n",
            ),
            ("Account_update_person_target.csv", "Id,Old Id,Errors\n0015,A2,\n", "A2,Account,2,false,,0015,2:17:\n"),
        ];
        for (name, text, expected) in cases {
            let out = audited(name, text).expect("it is a neighbour's");
            assert_eq!(out.split_once('\n').map(|(_, rows)| rows), Some(expected), "{name}");
        }
        assert_eq!(audited("errors_Account_20260105.csv", "Name,Error\nx,y\n"), None);
    }
}
