//! Builds the CSV texts of audit logs.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};

/// One audit row; `None` and empty texts are empty cells.
#[derive(Clone)]
pub struct Row {
    pub job: String,
    pub object: String,
    pub source: String,
    pub code: Option<i32>,
    pub message: String,
    pub has_error: bool,
    pub destination: String,
    pub sequence: usize,
    pub depth: usize,
    pub order: usize,
    pub update_required: bool,
    pub created: DateTime<Utc>,
    pub modified: DateTime<Utc>,
}

/// An audit log under construction: jobs, in them objects in processing order, in them rows.
pub struct Log {
    pub rows: Vec<Row>,
    /// Time from one row to the next.
    pub step: Duration,
    /// Number of the first record that the current job brings; left alone, every job brings records of its own.
    first_record: usize,
    job: String,
    clock: DateTime<Utc>,
    scanned: DateTime<Utc>,
    sequence: usize,
}

/// The header spellings that exports of one and the same log show.
#[derive(Clone, Copy, PartialEq)]
pub enum Header {
    /// `DSYNC__StatusCode__c`
    Namespaced,
    /// `NS__STATUSCODE__C`, all values quoted
    DataLoader,
    /// `StatusCode__c`
    Bare,
    /// `Status Code`
    Labels,
}

const COLUMNS: [[&str; 2]; 16] = [
    ["Id", "Record ID"],
    ["Name", "Source Record ID"],
    ["DataSyncJob__c", "Job"],
    ["SObjectType__c", "SObject Type"],
    ["StatusCode__c", "Status Code"],
    ["StatusText__c", "Status Text"],
    ["ErrorMessage__c", "Error Message"],
    ["HasError__c", "Has Error"],
    ["Destination_Record_ID__c", "Destination Record ID"],
    ["Destination_Org_ID__c", "Destination Org ID"],
    ["Sequence__c", "Sequence"],
    ["SubSequence__c", "SubSequence"],
    ["IsParent__c", "Is Parent"],
    ["Order__c", "Order"],
    ["CreatedDate", "Created Date"],
    ["LastModifiedDate", "Last Modified Date"],
];
const UPDATE_REQUIRED: [&str; 2] = ["UpdateRequired__c", "Update Required"];

impl Header {
    fn spell(self, [api, label]: [&str; 2]) -> String {
        let custom = api.ends_with("__c");
        match self {
            Self::Labels => label.to_owned(),
            Self::Namespaced if custom => format!("DSYNC__{api}"),
            Self::DataLoader if custom => format!("NS__{api}").to_uppercase(),
            Self::DataLoader => api.to_uppercase(),
            Self::Namespaced | Self::Bare => api.to_owned(),
        }
    }
}

/// The moment that `text` (`2026-01-12T08:00:00`) names in UTC.
pub fn moment(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").expect("scenario times are written in full").and_utc()
}

/// A record id of 18 characters with the check characters that belong to it.
pub fn id(prefix: &str, number: usize) -> String {
    const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const CHECK: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut digits = [b'0'; 9];
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[rest % 62];
        rest /= 62;
    }
    let mut id = format!("{prefix}3m0{}", String::from_utf8_lossy(&digits));
    let check: Vec<u8> = id
        .as_bytes()
        .chunks(5)
        .map(|third| CHECK[third.iter().rev().fold(0, |bits, byte| bits << 1 | usize::from(byte.is_ascii_uppercase()))])
        .collect();
    id.push_str(&String::from_utf8_lossy(&check));
    id
}

/// The id of the `number`th source record of an object.
pub fn source(object: &str, number: usize) -> String {
    id(prefix(object), number * 3 + 1000)
}

/// The id in the target org of the `number`th record of an object.
pub fn target(object: &str, number: usize) -> String {
    id(prefix(object), number * 5 + 90_000_000)
}

/// The ids of the `number`th job, the `number`th template and the target org.
pub fn job(number: usize) -> String {
    id("a1J", number + 700)
}
pub fn template(number: usize) -> String {
    id("a1T", number + 70)
}
pub fn org() -> String {
    id("00D", 4711)
}

fn prefix(object: &str) -> &'static str {
    match object {
        "User" => "005",
        "Account" => "001",
        "Contact" => "003",
        "Opportunity" => "006",
        "Case" => "500",
        "Lead" => "00Q",
        "Asset" => "02i",
        "Task" => "00T",
        "Product2" => "01t",
        "Order" => "801",
        "ContentVersion" => "068",
        "Campaign" => "701",
        "Contract" => "800",
        "Quote" => "0Q0",
        "WorkOrder" => "0WO",
        "Entitlement" => "550",
        "Invoice__c" => "a0B",
        "Policy__c" => "a0D",
        "Claim__c" => "a0E",
        "Gift__c" => "a0F",
        "Member__c" => "a0H",
        "Machine__c" => "a0K",
        _ => "a0C",
    }
}

impl Log {
    pub fn new() -> Self {
        let start = moment("2026-01-12T20:00:00");
        Self {
            rows: Vec::new(),
            step: Duration::milliseconds(200),
            first_record: 0,
            job: String::new(),
            clock: start,
            scanned: start,
            sequence: 0,
        }
    }

    /// Begins the `number`th job at `start`; the sync follows its scan by ten minutes.
    pub fn job(&mut self, number: usize, start: &str) -> &mut Self {
        if !self.rows.is_empty() {
            self.first_record += 100_000;
        }
        self.job = job(number);
        self.scanned = moment(start);
        self.clock = self.scanned + Duration::minutes(10);
        self.sequence = 0;
        self
    }

    /// Lets the current job meet the records of the first one again.
    pub fn same_records(&mut self) -> &mut Self {
        self.first_record = 0;
        self
    }

    /// Adds an object with `count` inserted records, after the objects before it.
    pub fn add(&mut self, object: &str, count: usize) -> &mut Self {
        self.sequence += 1;
        for order in 1..=count {
            let record = self.first_record + order - 1;
            self.scanned += Duration::milliseconds(5);
            self.clock += self.step;
            self.rows.push(Row {
                job: self.job.clone(),
                object: object.to_owned(),
                source: source(object, record),
                code: Some(7),
                message: String::new(),
                has_error: false,
                destination: target(object, record),
                sequence: self.sequence,
                depth: 0,
                order,
                update_required: false,
                created: self.scanned,
                modified: self.clock,
            });
        }
        self
    }

    /// Lets every row from the `from`th on come `minutes` later.
    pub fn delay(&mut self, from: usize, minutes: i64) -> &mut Self {
        for row in &mut self.rows[from..] {
            row.modified += Duration::minutes(minutes);
        }
        self
    }

    /// `count` inserted rows of an object in the current job, spread over all of them.
    fn spread(&self, object: &str, count: usize) -> Vec<usize> {
        let free = |row: &Row| row.job == self.job && row.object == object && row.code == Some(7);
        let rows: Vec<usize> = (0..self.rows.len()).filter(|&at| free(&self.rows[at])).collect();
        assert!(rows.len() >= count, "{object} has {} rows left, not {count}", rows.len());
        // Unequal steps: equal ones would look like batches.
        let step = rows.len() / count.max(1);
        (0..count).map(|k| rows[k * step + k * k * 7 % step]).collect()
    }

    /// Makes `count` inserts of an object fail; `text` tells the message of the k-th.
    pub fn fail(&mut self, object: &str, count: usize, text: impl Fn(usize) -> String) -> &mut Self {
        for (k, at) in self.spread(object, count).into_iter().enumerate() {
            self.rows[at].break_with(1, text(k));
        }
        self
    }

    /// Makes `count` updates of an object fail.
    pub fn fail_update(&mut self, object: &str, count: usize, text: impl Fn(usize) -> String) -> &mut Self {
        for (k, at) in self.spread(object, count).into_iter().enumerate() {
            self.rows[at].break_with(3, text(k));
            self.rows[at].update_required = true;
        }
        self
    }

    /// Gives `count` rows of an object another status code; only updated rows keep their destination.
    pub fn recode(&mut self, object: &str, count: usize, code: i32) -> &mut Self {
        for at in self.spread(object, count) {
            let row = &mut self.rows[at];
            row.code = Some(code);
            row.update_required = matches!(code, 2 | 4);
            if code != 2 {
                row.destination.clear();
            }
        }
        self
    }

    /// Leaves all rows from the `from`th on unprocessed, with code 9 or none.
    pub fn unprocessed(&mut self, from: usize, code: Option<i32>) -> &mut Self {
        for row in &mut self.rows[from..] {
            row.code = code;
            row.message.clear();
            row.has_error = false;
            row.destination.clear();
            row.modified = row.created;
        }
        self
    }

    /// Fails every row from the `from`th on.
    pub fn fail_from(&mut self, from: usize, text: impl Fn(usize) -> String) -> &mut Self {
        for (k, row) in self.rows[from..].iter_mut().enumerate() {
            row.break_with(1, text(k));
        }
        self
    }

    /// The source ids of the failed rows of an object in the current job.
    pub fn failed_ids(&self, object: &str) -> Vec<String> {
        let failed = self.rows.iter().filter(|row| row.job == self.job && row.object == object && row.has_error);
        failed.map(|row| row.source.clone()).collect()
    }

    /// The log as a CSV file with all its columns.
    pub fn file(&self, header: Header) -> (String, String) {
        self.file_without(header, &[])
    }

    /// The log as a CSV file without the columns whose API names begin with one of `missing`.
    pub fn file_without(&self, header: Header, missing: &[&str]) -> (String, String) {
        let columns = COLUMNS.iter().take(14).chain([&UPDATE_REQUIRED]).chain(&COLUMNS[14..]);
        let kept: Vec<bool> = columns.clone().map(|[api, _]| !missing.iter().any(|name| api.starts_with(name))).collect();
        let spelled: Vec<String> = columns.map(|&names| header.spell(names)).collect();
        let mut out = line(spelled.iter().map(String::as_str), &kept, header);
        for (number, row) in self.rows.iter().enumerate() {
            let time = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
            let cells = [
                id("a1A", 50_000 + number),
                row.source.clone(),
                row.job.clone(),
                row.object.clone(),
                row.code.map(|code| code.to_string()).unwrap_or_default(),
                status_text(row.code).to_owned(),
                row.message.clone(),
                row.has_error.to_string(),
                row.destination.clone(),
                org(),
                row.sequence.to_string(),
                row.depth.to_string(),
                matches!(row.object.as_str(), "Account" | "Contact").to_string(),
                row.order.to_string(),
                row.update_required.to_string(),
                time(row.created),
                time(row.modified),
            ];
            out.push_str(&line(cells.iter().map(String::as_str), &kept, header));
        }
        ("audit_log.csv".into(), out)
    }
}

/// The file with other column names: each `from` of the header line becomes its `to`.
pub fn respelled((name, text): (String, String), names: &[(&str, &str)]) -> (String, String) {
    let (head, rows) = text.split_once('\n').expect("a header line");
    let cells = head.split(',').map(|cell| names.iter().find(|(from, _)| *from == cell).map_or(cell, |(_, to)| to));
    let head: Vec<&str> = cells.collect();
    (name, format!("{}\n{rows}", head.join(",")))
}

impl Row {
    /// Turns the row into a failed one.
    pub fn break_with(&mut self, code: i32, message: String) {
        self.code = Some(code);
        self.message = message;
        self.has_error = true;
        self.destination.clear();
    }
}

fn status_text(code: Option<i32>) -> &'static str {
    match code {
        Some(1) => "Insert Error",
        Some(2) => "Updated",
        Some(3) => "Update Error",
        Some(4) => "Existing (Skipped)",
        Some(5) => "Source N/A",
        Some(6) => "Default",
        Some(7) => "Inserted",
        Some(9) => "Pre-processing",
        Some(11) => "Sent to File Migration Service",
        _ => "",
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, kept: &[bool], header: Header) -> String {
    let kept = cells.zip(kept).filter(|(_, kept)| **kept);
    let cells: Vec<String> = kept.map(|(cell, _)| quoted(cell, header == Header::DataLoader)).collect();
    cells.join(",") + "\n"
}

pub fn quoted(cell: &str, always: bool) -> String {
    if always || cell.contains(['"', ',', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
