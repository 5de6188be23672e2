//! Outcome files of neighbouring tools as an audit log: Data Loader's success and error files, the results of the Bulk API, the target
//! files of SFDMU, what Salesforce Inspector and Workbench give back of an import.

use super::detect::{DELIMITERS, line_end, most_frequent, split};
use super::moment::DateOrder;
use super::object::{Object, file_name};
use super::outcome::{Columns, Operation, Outcome, Outcomes, Tool};
use super::plan::{Identity, Input, Plan};
use crate::schema::{self, Header, normalise};

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

/// The columns that Salesforce Inspector adds to those of an import.
const INSPECTOR: [&str; 4] = ["__Status", "__Id", "__Action", "__Errors"];

/// The columns that Workbench puts before those of an import.
const WORKBENCH: [&str; 3] = ["Salesforce Id", "Result", "Status"];

/// The columns of a result of Bulk API 1.0.
const BULK_1: [&str; 4] = ["Id", "Success", "Created", "Error"];

impl Neighbour {
    /// What the name, the header line and the lines behind it tell; `None` where it is no neighbour's.
    pub fn of(name: &str, line: &[u8], behind: &[u8]) -> Option<Self> {
        let delimiter = most_frequent(line, &DELIMITERS);
        let headers = split(line, delimiter);
        let has = |wanted: &str| headers.iter().any(|header| header.eq_ignore_ascii_case(wanted));
        let begins = |wanted: &[&str]| {
            headers.len() >= wanted.len() && headers.iter().zip(wanted).all(|(header, wanted)| header == wanted)
        };
        let last = headers.last().map(String::as_str);
        let file = file_name(name).to_ascii_lowercase();
        let numbered = |word: &str| file.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let told = Object::of(name, None);
        let (tool, object) = if has("sf__Id") || has("sf__Error") {
            (Tool::Bulk, None)
        } else if headers.len() == BULK_1.len() && begins(&BULK_1) {
            (Tool::Bulk1, None)
        } else if file.contains("unprocessed-records") {
            (Tool::BulkUnprocessed, None)
        } else if INSPECTOR.iter().all(|header| has(header)) {
            (Tool::Inspector, None)
        } else if begins(&WORKBENCH) {
            (Tool::Workbench, None)
        } else if last == Some("STATUS") && (numbered("success") || is_loaded(behind, delimiter)) {
            (Tool::LoaderSuccess, None)
        } else if last == Some("ERROR") && (numbered("error") || (!matches!(told, Object::Errors(_)) && is_bare(&headers))) {
            (Tool::LoaderError, None)
        } else if let (true, Some((object, operation))) = (has("Errors"), target(name)) {
            (Tool::Sfdmu(operation), Some(object))
        } else {
            return None;
        };
        let named = if let Object::Named(object) = told { Some(object.to_string()) } else { None };
        Some(Self { tool, object: object.or(named), delimiter, headers })
    }

    /// What is assumed of it.
    fn assumption(&self) -> String {
        let file = match self.tool {
            Tool::Bulk => "a result file of Bulk API 2.0",
            Tool::Bulk1 => "a result file of Bulk API 1.0",
            Tool::BulkUnprocessed => "a file of unprocessed records of Bulk API 2.0",
            Tool::LoaderSuccess => "a success file of Data Loader",
            Tool::LoaderError => "an error file of Data Loader",
            Tool::Sfdmu(_) => "a target file of SFDMU",
            Tool::Inspector => "the result of an import of Salesforce Inspector",
            Tool::Workbench => "a result file of Workbench",
        };
        format!("it is {file}: status codes follow from what became of the records")
    }

    /// Where it has what an audit row needs.
    fn columns(&self) -> Columns {
        let keys: Vec<String> = self.headers.iter().map(|header| normalise(header).key).collect();
        let raw = |wanted: &str| self.headers.iter().position(|header| header.eq_ignore_ascii_case(wanted));
        let source = SOURCE_IDS.iter().find_map(|wanted| keys.iter().position(|key| key == wanted));
        let source = source.or_else(|| keys.iter().position(|key| key.contains("externalid")));
        let mut columns = Columns { source, before: raw("Id"), ..Columns::default() };
        match self.tool {
            Tool::Bulk => {
                columns = Columns { destination: raw("sf__Id"), error: raw("sf__Error"), action: raw("sf__Created"), ..columns };
                columns.before = columns.destination;
            }
            Tool::Bulk1 => {
                columns = Columns { destination: columns.before, error: raw("Error"), action: raw("Created"), ..columns };
            }
            Tool::LoaderSuccess => {
                columns = Columns { destination: columns.before, action: raw("STATUS"), ..columns };
            }
            Tool::LoaderError | Tool::BulkUnprocessed => {
                columns.source = columns.source.or(columns.before);
                columns = Columns { destination: columns.before, error: raw("ERROR"), ..columns };
            }
            Tool::Sfdmu(_) => columns = Columns { destination: columns.before, error: raw("Errors"), ..columns },
            Tool::Inspector => {
                // A column that the user left out of the import has a line before its name; the id is that of the source then.
                columns.source = columns.source.or_else(|| raw("_Id"));
                let (status, action) = (raw("__Status"), raw("__Action"));
                columns = Columns { destination: raw("__Id"), error: raw("__Errors"), status, action, ..columns };
                columns.object = raw("_");
            }
            Tool::Workbench => {
                columns = Columns { destination: Some(0), error: Some(1), action: Some(2), status: Some(1), ..columns };
            }
        }
        columns
    }

    /// The plan that reads it as an audit log.
    pub fn plan(self) -> Plan {
        let columns = self.columns();
        let table = schema::audit_log();
        let nothing = Header::of_table::<&str>(table, &[]);
        let mut plan = Plan::new(&nothing, self.headers.clone(), DateOrder::default());
        let mut set = |column: &str, input: Input| {
            if let Some(index) = table.column(column) {
                plan.inputs[index] = input;
            }
        };
        let fields = [
            ("source_id", columns.source, Outcome::Source),
            ("destination_id", columns.destination, Outcome::Destination),
            ("error_message", columns.error, Outcome::Message),
            ("object", columns.object, Outcome::Object),
        ];
        if let Some(object) = &self.object {
            set("object", Input::Constant(object.clone()));
        }
        for (column, field, outcome) in fields {
            if let Some(field) = field {
                set(column, Input::Outcome(outcome, Some(field)));
            }
        }
        set("status_code", Input::Outcome(Outcome::Status, None));
        set("has_error", Input::Outcome(Outcome::HasError, None));
        plan.identity = (0..self.headers.len()).map(|field| (field, Identity::Text)).collect();
        plan.delimiter = self.delimiter;
        plan.assumptions.push(self.assumption());
        plan.outcomes = Some(Outcomes { tool: self.tool, columns });
        plan
    }
}

/// Whether the first of these rows ends with what only Data Loader says of a record: `Item Created`.
fn is_loaded(rows: &[u8], delimiter: u8) -> bool {
    let rows = rows.trim_ascii_start();
    split(&rows[..line_end(rows)], delimiter).last().is_some_and(|status| status.starts_with("Item "))
}

/// Whether a header has nothing of an audit log but its errors, and a status, which many objects have.
fn is_bare(headers: &[String]) -> bool {
    let header = Header::of_table(schema::audit_log(), headers);
    header.telling_columns <= 1 + usize::from(header.has("status_text"))
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
        let plan = Neighbour::of(name, header.as_bytes(), rows.as_bytes())?.plan();
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
        let cases: [(&str, &str, &[&str]); 11] = [
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
                "accounts_load_3.csv",
                "ID,SUCCESS,STATUS\n0015g0000000001,true,Item Created\n0015g0000000002,true,Item Updated\n",
                &[",,7,false,,0015g0000000001AAA", ",,2,false,,0015g0000000002AAA"],
            ),
            (
                "Contact (2).csv",
                "ID,OLD_ID__C,STATUS,ERROR\n,A1,New,WRONG:bad\n0035g0000000001,A2,New,WRONG:bad\n",
                &["A1,Contact,1,true,WRONG:bad,", "A2,Contact,3,true,WRONG:bad,0035g0000000001AAA"],
            ),
            (
                "batch result.csv",
                "\"Id\",\"Success\",\"Created\",\"Error\"\n0015g0000000001,true,true,\n0015g0000000002,true,false,\n,false,false,WRONG:bad:A --\n",
                &[",,7,false,,0015g0000000001AAA", ",,2,false,,0015g0000000002AAA", ",,1,true,WRONG:bad:A --,"],
            ),
            (
                "pasted.csv",
                "\"_\",\"_Id\",\"Name\",\"__Status\",\"__Id\",\"__Action\",\"__Errors\"\n\
                 [Lead],00Q5g0000000001,a,Succeeded,00Q5g0000000101,Inserted,\n\
                 [Lead],00Q5g0000000002,b,Failed,,,WRONG: bad [Phone]\n[Lead],00Q5g0000000003,c,Queued,,,\n",
                &[
                    "00Q5g0000000001EAA,Lead,7,false,,00Q5g0000000101EAA",
                    "00Q5g0000000002EAA,Lead,1,true,WRONG: bad [Phone],",
                    "00Q5g0000000003EAA,Lead,9,false,,",
                ],
            ),
            (
                "insert_results.csv",
                "\"Salesforce Id\",\"Result\",\"Status\",\"Id\",\"Legacy_Id__c\"\n\
                 0015g0000000001,Success,Created,,A1\n,Required Fields Are Missing: [Phone],REQUIRED_FIELD_MISSING,0015g0000000002,A2\n",
                &["A1,,7,false,,0015g0000000001AAA", "A2,,3,true,REQUIRED_FIELD_MISSING: Required Fields Are Missing: [Phone],"],
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
        for (name, text) in [
            ("errors_Account_20260105.csv", "Name,Error\nx,y\n"),
            ("errors_Account_20260105.csv", "NAME,ERROR\nx,y\n"),
            ("accounts.csv", "ID,NAME,STATUS\n1,2,Active\n"),
            ("audit.csv", "ID,NAME,SOBJECTTYPE__C,ERROR\n1,2,Account,x\n"),
        ] {
            assert_eq!(audited(name, text), None, "{text}");
        }
    }
}
