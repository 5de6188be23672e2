//! What became of the records of another tool's file, row by row.

use std::borrow::Cow;

use super::word;

/// Which tool wrote the file, and about which of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Bulk API 2.0: records that succeeded or failed (`sf__Id`, `sf__Created`, `sf__Error`).
    Bulk,
    /// Bulk API 1.0: all records of a batch (`Id`, `Success`, `Created`, `Error`).
    Bulk1,
    /// Bulk API 2.0: records that it did not come to.
    BulkUnprocessed,
    /// Data Loader's success file.
    LoaderSuccess,
    /// Data Loader's error file.
    LoaderError,
    /// SFDMU's target file (`Id`, `Old Id`, the fields, `Errors`), of what it did to the records.
    Sfdmu(Operation),
    /// Salesforce Inspector's table of an import (`__Status`, `__Id`, `__Action`, `__Errors`).
    Inspector,
    /// Workbench's full results (`Salesforce Id`, `Result`, `Status`, then the fields): `Success` and `Created`, else error text and code.
    Workbench,
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

/// Where a neighbour's file has what an audit row needs.
#[derive(Debug, Default)]
pub struct Columns {
    /// The id of the source record.
    pub source: Option<usize>,
    /// The id of the record in the target org.
    pub destination: Option<usize>,
    /// The id that the record had before, where it was to be updated.
    pub before: Option<usize>,
    /// The error text.
    pub error: Option<usize>,
    /// Whether it succeeded, in words.
    pub status: Option<usize>,
    /// What was done, in words.
    pub action: Option<usize>,
    /// The object, in brackets.
    pub object: Option<usize>,
}

/// What a row's outcome is read from.
#[derive(Debug)]
pub struct Outcomes {
    /// Who wrote it.
    pub tool: Tool,
    /// Where.
    pub columns: Columns,
}

/// What a row's outcome tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The id of the source record.
    Source,
    /// The id of the record in the target org.
    Destination,
    /// The object.
    Object,
    /// The error text.
    Message,
    /// The status code.
    Status,
    /// Whether the row has an error.
    HasError,
}

impl Outcomes {
    /// The value of a row whose fields `field` gives.
    pub fn value<'a>(&self, outcome: Outcome, field: impl Fn(usize) -> &'a [u8]) -> Cow<'a, [u8]> {
        let columns = &self.columns;
        let field = |place: Option<usize>| place.map(&field).filter(|field| !word::is_blank(field)).unwrap_or_default();
        let text = field(columns.error);
        let status = field(columns.status);
        let failed = match self.tool {
            Tool::Workbench => !text.is_empty() && text != b"Success",
            Tool::Inspector => status == b"Failed",
            _ => !text.is_empty(),
        };
        let value = match outcome {
            Outcome::Source => field(columns.source),
            Outcome::Destination if self.tool == Tool::Inspector && failed => field(columns.before),
            Outcome::Destination => field(columns.destination),
            Outcome::Object => field(columns.object).strip_prefix(b"[").and_then(|it| it.strip_suffix(b"]")).unwrap_or_default(),
            // As Salesforce words errors elsewhere: the code, then the text.
            Outcome::Message if self.tool == Tool::Workbench && failed => {
                return Cow::Owned([field(columns.action), b": ", text].concat());
            }
            Outcome::Message if failed => text,
            Outcome::Message => b"",
            Outcome::HasError if failed => b"true",
            Outcome::HasError => b"false",
            Outcome::Status => self.code(failed, status, !field(columns.before).is_empty(), field(columns.action)),
        };
        Cow::Borrowed(value)
    }

    fn code(&self, failed: bool, status: &[u8], was_there: bool, action: &[u8]) -> &'static [u8] {
        match (self.tool, failed) {
            (Tool::BulkUnprocessed, _) => b"9",
            (Tool::Inspector, false) if status != b"Succeeded" => b"9",
            (Tool::Sfdmu(Operation::Delete), _) => b"",
            (Tool::Sfdmu(Operation::Update), true) => b"3",
            (Tool::Sfdmu(Operation::Update), false) => b"2",
            (Tool::Sfdmu(Operation::Insert), true) => b"1",
            // A record that had an id before was to be updated.
            (_, true) if was_there => b"3",
            (_, true) => b"1",
            (Tool::Bulk | Tool::Bulk1, _) if action.eq_ignore_ascii_case(b"false") => b"2",
            (Tool::LoaderSuccess | Tool::Inspector | Tool::Workbench, _) => done(action),
            _ => b"7",
        }
    }
}

/// The status code of a record to which this was done, such as `Item Created` or `Inserted`; none for deletions and queries.
fn done(action: &[u8]) -> &'static [u8] {
    let last = action.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    match last.to_ascii_lowercase().as_slice() {
        b"created" | b"inserted" => b"7",
        b"updated" => b"2",
        _ => b"",
    }
}
