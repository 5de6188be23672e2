//! Outcome files of neighbouring tools as an audit log: Data Loader's success and error files, the results of Bulk API 2.0,
//! the target files of SFDMU.

use super::detect::{DELIMITERS, most_frequent, split};
use super::moment::DateOrder;
use super::object::file_name;
use super::plan::{Identity, Input, Plan};
use super::word;
use crate::schema::{self, Header, normalise};

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
    tool: Tool,
    /// The object that its name tells.
    object: Option<String>,
    delimiter: u8,
    headers: Vec<String>,
}

/// Headers that hold the id of the source record, normalised; else the first one that speaks of an external id.
const SOURCE_IDS: [&str; 5] = ["oldid", "sourceid", "sourcerecordid", "legacyid", "externalid"];

impl Neighbour {
    /// What the name and the header line of a file tell; `None` where it is no neighbour's.
    pub fn of(name: &str, line: &[u8]) -> Option<Self> {
        let delimiter = most_frequent(line, &DELIMITERS);
        let headers = split(line, delimiter);
        let has = |wanted: &str| headers.iter().any(|header| header.eq_ignore_ascii_case(wanted));
        let last = headers.last().map(String::as_str);
        let file = file_name(name).to_ascii_lowercase();
        let numbered = |word: &str| file.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let (tool, object) = if has("sf__Id") || has("sf__Error") {
            (Tool::Bulk, None)
        } else if file.contains("unprocessed-records") {
            (Tool::BulkUnprocessed, None)
        } else if last == Some("STATUS") && numbered("success") {
            (Tool::LoaderSuccess, None)
        } else if last == Some("ERROR") && numbered("error") {
            (Tool::LoaderError, None)
        } else if let (true, Some((object, operation))) = (has("Errors"), target(name)) {
            (Tool::Sfdmu(operation), Some(object))
        } else {
            return None;
        };
        Some(Self { tool, object, delimiter, headers })
    }

    /// What is assumed of it.
    fn assumption(&self) -> String {
        let file = match self.tool {
            Tool::Bulk => "a result file of Bulk API 2.0",
            Tool::BulkUnprocessed => "a file of unprocessed records of Bulk API 2.0",
            Tool::LoaderSuccess => "a success file of Data Loader",
            Tool::LoaderError => "an error file of Data Loader",
            Tool::Sfdmu(_) => "a target file of SFDMU",
        };
        format!("it is {file}: status codes follow from what became of the records")
    }

    /// The plan that reads it as an audit log.
    pub fn plan(self) -> Plan {
        let keys: Vec<String> = self.headers.iter().map(|header| normalise(header).key).collect();
        let raw = |wanted: &str| self.headers.iter().position(|header| header.eq_ignore_ascii_case(wanted));
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
        let table = schema::audit_log();
        let nothing = Header::of_table::<&str>(table, &[]);
        let mut plan = Plan::new(&nothing, self.headers.clone(), DateOrder::default());
        let mut set = |column: &str, input: Input| {
            if let Some(index) = table.column(column) {
                plan.inputs[index] = input;
            }
        };
        let fields = [("source_id", columns.source), ("destination_id", columns.destination), ("error_message", columns.error)];
        for (column, field) in fields {
            if let Some(field) = field {
                set(column, Input::Outcome(Outcome::Field(field)));
            }
        }
        set("status_code", Input::Outcome(Outcome::Status));
        set("has_error", Input::Outcome(Outcome::HasError));
        if let Some(object) = &self.object {
            set("object", Input::Constant(object.clone()));
        }
        plan.identity = (0..self.headers.len()).map(|field| (field, Identity::Text)).collect();
        plan.delimiter = self.delimiter;
        plan.assumptions.push(self.assumption());
        plan.outcomes = Some(Outcomes { tool: self.tool, columns });
        plan
    }
}

/// What a row's outcome is read from.
#[derive(Debug)]
pub struct Outcomes {
    tool: Tool,
    columns: Columns,
}

/// What a row's outcome tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The field at this position, where it has a value.
    Field(usize),
    /// The status code.
    Status,
    /// Whether the row has an error.
    HasError,
}

impl Outcomes {
    /// The value of a row whose fields `field` gives.
    pub fn value<'a>(&self, outcome: Outcome, field: impl Fn(usize) -> &'a [u8]) -> &'a [u8] {
        let field = |place: Option<usize>| place.map(&field).filter(|field| !word::is_blank(field)).unwrap_or_default();
        let failed = !field(self.columns.error).is_empty();
        match outcome {
            Outcome::Field(place) => field(Some(place)),
            Outcome::HasError if failed => b"true",
            Outcome::HasError => b"false",
            Outcome::Status => self.status(failed, field(self.columns.destination), field(self.columns.created)),
        }
    }

    fn status(&self, failed: bool, destination: &[u8], created: &[u8]) -> &'static [u8] {
        match (self.tool, failed) {
            (Tool::BulkUnprocessed, _) => b"9",
            (Tool::Sfdmu(Operation::Delete), _) => b"",
            (Tool::Sfdmu(Operation::Update), true) => b"3",
            (Tool::Sfdmu(Operation::Update), false) => b"2",
            (Tool::Sfdmu(Operation::Insert), true) => b"1",
            // A record that had an id before was to be updated.
            (_, true) if destination.is_empty() => b"1",
            (_, true) => b"3",
            (Tool::Bulk, _) if created.eq_ignore_ascii_case(b"false") => b"2",
            (Tool::LoaderSuccess, _) => loaded(created),
            _ => b"7",
        }
    }
}

/// Where a neighbour's file has what an audit row needs.
#[derive(Debug)]
struct Columns {
    source: Option<usize>,
    destination: Option<usize>,
    error: Option<usize>,
    created: Option<usize>,
}

/// The status code of a record of which Data Loader says `Item Created` or the like; none for deletions and queries.
fn loaded(status: &[u8]) -> &'static [u8] {
    match status.to_ascii_lowercase().as_slice() {
        status if status.ends_with(b"created") => b"7",
        status if status.ends_with(b"updated") => b"2",
        _ => b"",
    }
}

/// The object and the operation that a name like `Account_insert_target.csv` or `Account_update_person_target.csv` tells.
fn target(name: &str) -> Option<(String, Operation)> {
    let file = file_name(name);
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
    use super::super::block::Block;
    use super::super::decode::{Decoded, Decoder};
    use super::*;

    fn audited(name: &str, text: &str) -> Option<Vec<String>> {
        let (header, rows) = text.split_once('\n')?;
        let plan = Neighbour::of(name, header.as_bytes())?.plan();
        let mut block = Block { bytes: rows.as_bytes().to_vec(), ..Block::default() };
        let mut decoded = Decoded::new(&plan);
        Decoder::new(&plan).decode(&mut block, &mut decoded).expect("it is plain CSV");
        let column = |name: &str| &decoded.columns[plan.table.column(name).expect("a column")];
        let text = |name: &str, row: usize| column(name).text(row).unwrap_or_default().to_string();
        let rows = (0..column("source_id").len()).map(|row| {
            let status = column("status_code").number(row).map_or(String::new(), |status| status.to_string());
            let has_error = column("has_error").flag(row).expect("it is told");
            let [source, object, error, destination] =
                ["source_id", "object", "error_message", "destination_id"].map(|name| text(name, row));
            format!("{source},{object},{status},{has_error},{error},{destination}")
        });
        Some(rows.chain(decoded.rejects.iter().map(|reject| reject.reason.clone())).collect())
    }

    #[test]
    fn outcomes_become_status_codes() {
        let cases: [(&str, &str, &[&str]); 6] = [
            (
                "750-success-records.csv",
                "sf__Id,sf__Created,Legacy_Id__c\n0015g0000000001,true,A1\n0015g0000000002,false,A2\n",
                &["A1,,7,false,,0015g0000000001AAA", "A2,,2,false,,0015g0000000002AAA"],
            ),
            (
                "750-failed-records.csv",
                "sf__Id,sf__Error,Legacy_Id__c\n,WRONG:bad:A --,A1\n0015g0000000002,\"WRONG:bad:B \"\"x\"\" --\",A2\n",
                &["A1,,1,true,WRONG:bad:A --,", "A2,,3,true,WRONG:bad:B \"x\" --,0015g0000000002AAA"],
            ),
            (
                "success0601.csv",
                "\"ID\",\"OLD_ID__C\",\"STATUS\"\n\"0015g0000000001\",\"A1\",\"Item Created\"\n\"0015g0000000002\",\"A2\",\"Item Updated\"\n\"0015g0000000003\",\"A3\",\"Item Deleted\"\n",
                &["A1,,7,false,,0015g0000000001AAA", "A2,,2,false,,0015g0000000002AAA", "A3,,,false,,0015g0000000003AAA"],
            ),
            ("error0601.csv", "\"NAME\",\"OLD_ID__C\",\"ERROR\"\n\"x\",\"A1\",\"WRONG:bad\"\n", &["A1,,1,true,WRONG:bad,"]),
            (
                "Invoice__c_insert_target.csv",
                "Id,Old Id,Errors\n,A1,it failed\n0015g0000000001,A2,#N/A\n1,2\nId,Old Id,Errors\n",
                &[
                    "A1,Invoice__c,1,true,it failed,",
                    "A2,Invoice__c,7,false,,0015g0000000001AAA",
                    "2 fields where the header has 3",
                    "the header again",
                ],
            ),
            (
                "Account_update_person_target.csv",
                "Id,Old Id,Errors\n0015g0000000001,A2,\n",
                &["A2,Account,2,false,,0015g0000000001AAA"],
            ),
        ];
        for (name, text, expected) in cases {
            assert_eq!(audited(name, text).expect("it is a neighbour's"), expected, "{name}");
        }
        assert_eq!(audited("errors_Account_20260105.csv", "Name,Error\nx,y\n"), None);
    }
}
