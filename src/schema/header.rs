//! Which header of an export is which column, and which table it makes.

use super::{Table, tables};

/// A header as it is compared: without prefix, suffix, punctuation and case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    /// What is compared; the steps of a relationship stay apart: `datasyncjob.name`.
    pub key: String,
    /// The namespace prefix that was dropped, without its underscores.
    pub prefix: Option<String>,
}

/// Where the value of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The field with this position holds the value.
    Field(usize),
    /// The field with this position holds the name of the record whose id the column wants.
    Name(usize),
}

impl Source {
    /// The position of the field in a row.
    pub fn position(self) -> usize {
        match self {
            Source::Field(position) | Source::Name(position) => position,
        }
    }
}

/// How the header of one export is read.
#[derive(Debug)]
pub struct Header {
    /// The table that the export fills.
    pub table: &'static Table,
    /// For each column of the table where its value comes from.
    pub columns: Vec<Option<Source>>,
    /// For each column the position of the field that names the record, where another one has its id: exports may leave the id blank.
    pub names: Vec<Option<usize>>,
    /// Positions of the fields that no column takes.
    pub unknown: Vec<usize>,
    /// The namespace prefix of the fields, without its underscores.
    pub prefix: Option<String>,
    /// Whether it is marked as a header of the table.
    pub is_marked: bool,
    /// How many of its columns few other objects have.
    pub telling_columns: usize,
}

/// The most characters that a namespace prefix may have (a rule of the Salesforce platform).
const PREFIX_CHARACTERS: usize = 15;

/// Drops what varies between exports of one field: namespace prefix, `__c`/`__r`, `_`, spaces, other punctuation, case, a final `.Id`.
pub fn normalise(header: &str) -> Normalised {
    let mut prefix = None;
    let steps: Vec<String> = header
        .trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\u{feff}')
        .split('.')
        .map(|step| {
            let step = step.trim();
            let lower = step.to_lowercase();
            let lower = ["__c", "__r", "__pc"].iter().find_map(|suffix| lower.strip_suffix(suffix)).unwrap_or(&lower);
            let name = match lower.split_once("__") {
                Some((first, rest)) if is_prefix(first) && !rest.is_empty() => {
                    prefix.get_or_insert_with(|| step[..first.len()].to_string());
                    rest
                }
                _ => lower,
            };
            name.chars().filter(|c| c.is_alphanumeric()).collect()
        })
        .collect();
    // The relationship itself is no field: some tools give it a column that says `[DataSyncJob__c]` beside those of its fields.
    if let [relationship] = steps.as_slice()
        && header.trim_end_matches('"').to_lowercase().ends_with("__r")
    {
        return Normalised { key: format!("{relationship}."), prefix };
    }
    let steps = match steps.as_slice() {
        [rest @ .., last] if !rest.is_empty() && last == "id" => rest,
        all => all,
    };
    Normalised { key: steps.join("."), prefix }
}

fn is_prefix(text: &str) -> bool {
    (1..=PREFIX_CHARACTERS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl Header {
    /// Reads `headers` as a header of `table`, whatever it names.
    pub fn of_table<S: AsRef<str>>(table: &'static Table, headers: &[S]) -> Header {
        let normalised: Vec<Normalised> = headers.iter().map(|header| normalise(header.as_ref())).collect();
        // The first of two equal headers counts.
        let find = |spelling: &String| normalised.iter().position(|header| header.key == *spelling);
        let columns: Vec<Option<Source>> = table
            .columns
            .iter()
            .map(|column| {
                let by_id = column.headers.iter().find_map(find).map(Source::Field);
                by_id.or_else(|| column.names.iter().find_map(find).map(Source::Name))
            })
            .collect();
        let names = table.columns.iter().zip(&columns).map(|(column, source)| match source {
            Some(Source::Field(_)) => column.names.iter().find_map(find),
            Some(Source::Name(_)) | None => None,
        });
        let names: Vec<Option<usize>> = names.collect();
        let taken = columns.iter().flatten().map(|source| source.position());
        let taken: Vec<usize> = taken.chain(names.iter().flatten().copied()).collect();
        let unknown = (0..headers.len()).filter(|position| !taken.contains(position)).collect();
        let prefix = normalised.iter().find_map(|header| header.prefix.clone());
        let mut header = Header { table, columns, names, unknown, prefix, is_marked: false, telling_columns: 0 };
        header.is_marked = header.has_mark(headers);
        header.telling_columns = header.count_telling();
        // What stands in for a column is no mark of the table.
        for (index, column) in table.columns.iter().enumerate() {
            if let (None, Some(other)) = (header.columns[index], &column.otherwise) {
                header.columns[index] = match table.column(other) {
                    Some(other) => header.columns[other],
                    None => find(&normalise(other).key).map(Source::Field),
                };
                let field = header.columns[index].map(Source::position);
                header.unknown.retain(|unknown| Some(*unknown) != field);
            }
        }
        header
    }

    /// Finds the table whose header this is: of those that it marks, the one with most columns of its own, then of all columns, named.
    pub fn recognise<S: AsRef<str>>(headers: &[S]) -> Option<Header> {
        tables()
            .iter()
            .map(|table| Header::of_table(table, headers))
            .filter(|header| header.is_marked)
            // `max_by_key` takes the last of equals, the order of the tables wants the first.
            .rev()
            .max_by_key(|header| (header.telling_columns, header.named_columns()))
    }

    /// Whether the export has this column.
    pub fn has(&self, column: &str) -> bool {
        self.table.column(column).is_some_and(|index| self.columns[index].is_some())
    }

    /// How many columns the export has.
    pub fn named_columns(&self) -> usize {
        self.columns.iter().flatten().count()
    }

    fn count_telling(&self) -> usize {
        let columns = self.table.columns.iter().enumerate();
        columns.filter(|(index, column)| column.is_telling() && self.own_field(*index).is_some()).count()
    }

    /// The field that gives this column and no other one.
    fn own_field(&self, index: usize) -> Option<usize> {
        let field = self.columns[index]?.position();
        let columns = self.columns.iter().flatten().filter(|source| source.position() == field);
        (columns.count() == 1).then_some(field)
    }

    fn has_mark<S: AsRef<str>>(&self, headers: &[S]) -> bool {
        let is_custom = |field: usize| headers[field].as_ref().trim_matches('"').to_ascii_lowercase().ends_with("__c");
        let names = |column: &String| {
            let wanted = column.strip_suffix("__c");
            let index = self.table.column(wanted.unwrap_or(column));
            let field = index.and_then(|index| self.own_field(index));
            field.is_some_and(|field| wanted.is_none() || is_custom(field))
        };
        let has = |marks: &[Vec<String>]| marks.iter().any(|mark| mark.iter().all(names));
        has(&self.table.marks) || (has(&self.table.alone) && !self.unknown.iter().any(|field| is_custom(*field)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_under_all_its_spellings() {
        let spellings = [
            "StatusCode__c",
            "NS__StatusCode__c",
            "STATUSCODE__C",
            "NS__STATUSCODE__C",
            "StatusCode",
            "Status Code",
            "\"Status_Code\"",
        ];
        for spelling in spellings {
            assert_eq!(normalise(spelling).key, "statuscode", "{spelling}");
        }
        assert_eq!(normalise("NS__DataSyncJob__r.Name").key, "datasyncjob.name");
        assert_eq!(normalise("NS__DataSyncJob__r.Id").key, "datasyncjob");
        assert_eq!(normalise("NS__StatusCode__c").prefix.as_deref(), Some("NS"));
        assert_eq!(normalise("Destination_Record_ID__c").prefix, None);
    }

    #[test]
    fn every_column_is_found_under_its_own_name() {
        for table in tables() {
            let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            let header = Header::of_table(table, &names);
            assert_eq!(header.named_columns(), names.len(), "{}", table.name);
            assert!(header.is_marked, "{}", table.name);
        }
    }

    #[test]
    fn every_mark_names_columns() {
        for table in tables() {
            for column in table.marks.iter().chain(&table.alone).flatten().chain(&table.apart) {
                let name = column.strip_suffix("__c").unwrap_or(column);
                assert!(table.column(name).is_some(), "{}: no column {column}", table.name);
            }
        }
    }

    #[test]
    fn tables_are_told_apart_by_their_headers() {
        let cases: [(&[&str], &str); 11] = [
            (&["Id", "Name", "NS__SObjectType__c", "NS__StatusCode__c", "NS__Sequence__c"], "audit_log"),
            (&["ID", "NAME", "STATUS__C", "CREATEDDATE"], "sync_job"),
            (&["Id", "Name", "Status", "FailedCount", "Owner"], "sync_job"),
            (
                &["Id", "Name", "CreatedDate", "DataSyncTemplate__c", "SObjectType__c", "Sequence__c", "Status__c"],
                "template_line",
            ),
            (&["Id", "DataSyncJob__c", "SObjectType__c", "Status__c"], "child_job"),
            (&["Id", "JobType", "Status", "ApexClass.Name", "CreatedDate"], "apex_job"),
            (&["Id", "CronJobDetail.Name", "State", "NextFireTime"], "scheduled_job"),
            (&["Id", "Level__c", "Message__c", "CreatedDate"], "application_log"),
            (&["Name", "Value__c"], "system_property"),
            (&["Id", "DataSyncTemplate__c", "ObjectName__c", "Sequence__c", "WhereClause__c"], "template_line"),
            (&["Id", "Name", "OAuthStatus__c"], "org_master"),
        ];
        for (headers, expected) in cases {
            let found = Header::recognise(headers).map(|header| header.table.name.as_str());
            assert_eq!(found, Some(expected), "{headers:?}");
        }
        let others: [&[&str]; 6] = [
            &["first", "second"],
            &["Id", "CaseNumber", "Status", "CreatedDate"],
            &["Id", "Name", "Status", "StartDate", "EndDate", "CreatedDate"],
            &["Id", "Name", "Status__c", "AccessToken__c"],
            &["ID", "NAME", "STATUS"],
            &["Record Id", "Error Message"],
        ];
        for headers in others {
            let found = Header::recognise(headers).map(|header| header.table.name.as_str());
            assert_eq!(found, None, "{headers:?}");
        }
    }
}
