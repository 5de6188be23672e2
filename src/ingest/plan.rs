//! How one export is read: settled from its head, before its rows.

use super::column::Reader;
use super::moment::DateOrder;
use super::outcome::{Outcome, Outcomes};
use crate::schema::{Header, Kind, Source, Table};

/// Where the values of a column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The field at this position.
    Field(usize),
    /// One value for every row.
    Constant(String),
    /// The field at the first position, where it has a value, else the one at the second.
    Either(usize, usize),
    /// What the row's outcome tells, in a file of another tool, and the field that tells it, where one does.
    Outcome(Outcome, Option<usize>),
    /// The field of the group at this level, where the row begins one, else what the row before has.
    Group(usize),
    /// True where the row has a message, and no words for a status that tells otherwise.
    Failure {
        /// The field with the message.
        message: usize,
        /// The field with the status in words.
        status: Option<usize>,
    },
    /// Nowhere.
    Absent,
}

/// How the places of rows in the file are known, where the text that is read may be made from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// Lines and offsets of the text are those of the file.
    Counted,
    /// Lines are, offsets are not: the file has another encoding.
    LinesCounted,
    /// The last field of each row tells them.
    Told,
    /// The file has no lines.
    None,
}

/// How one export is read.
#[derive(Debug)]
pub struct Plan {
    /// The table that it fills.
    pub table: &'static Table,
    /// Its header as it stands.
    pub headers: Vec<String>,
    /// Where the rows begin in the decompressed text.
    pub rows_at: usize,
    /// The byte between fields.
    pub delimiter: u8,
    /// For each column of the table where its values come from.
    pub inputs: Vec<Input>,
    /// For each column of the table how they are read.
    pub readers: Vec<Reader>,
    /// Fields of which a row needs one, and whether that must be an id: what makes it a row of the table.
    pub identity: Vec<(usize, Identity)>,
    /// The fields by which the rows of a report are grouped, from the outermost: they have a value in the first row of a group alone.
    pub groups: Vec<usize>,
    /// Namespace prefix of the header, without underscores.
    pub prefix: Option<String>,
    /// Positions of the fields that no column takes.
    pub unknown: Vec<usize>,
    /// What the outcomes of its rows are read from, where another tool wrote it.
    pub outcomes: Option<Outcomes>,
    /// How the places of its rows in the file are known.
    pub places: Places,
    /// What was assumed, worded for the user.
    pub assumptions: Vec<String>,
}

/// What a field must be to make its row one of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Anything.
    Text,
    /// As long as an id: the lines that reports put between their rows are not.
    Id,
}

/// Columns of the audit log that make a row one: something was processed, or something came of it.
const AUDIT_IDENTITY: [&str; 6] = ["audit_id", "source_id", "object", "status_code", "error_message", "destination_id"];

/// Columns that name a record and keep what is no id as it stands, since a name is better than nothing.
const KEYS: [&str; 3] = ["source_id", "job_id", "template_id"];

impl Plan {
    /// The plan for an export with this header.
    pub fn new(header: &Header, headers: Vec<String>, order: DateOrder) -> Self {
        let table = header.table;
        let inputs = header.columns.iter().zip(&header.names).map(|(source, name)| match (source, name) {
            (None, _) => Input::Absent,
            (Some(source), None) => Input::Field(source.position()),
            (Some(source), Some(name)) => Input::Either(source.position(), *name),
        });
        let inputs: Vec<Input> = inputs.collect();
        let is_key = |index: usize| {
            let named = matches!(header.columns[index], Some(Source::Name(_))) || header.names[index].is_some();
            let keeps = KEYS.contains(&table.columns[index].name.as_str());
            named || keeps || (index == 0 && table.name != "audit_log")
        };
        let readers = table.columns.iter().enumerate().map(|(index, column)| match column.kind {
            Kind::Id if is_key(index) => Reader::Key,
            Kind::Text if column.name == "job_id" => Reader::Key,
            Kind::Text if column.name.ends_with("message") => Reader::Message,
            Kind::Integer if column.name == "status_code" => Reader::Status,
            kind => Reader::of(kind, order),
        });
        let readers: Vec<Reader> = readers.collect();
        let identity = table.columns.iter().zip(&header.columns).zip(&readers).filter_map(|((column, source), reader)| {
            let names = table.name != "audit_log" || AUDIT_IDENTITY.contains(&column.name.as_str());
            let identity = if *reader == Reader::Id { Identity::Id } else { Identity::Text };
            source.filter(|_| names).map(|source| (source.position(), identity))
        });
        let identity = identity.collect();
        let mut plan = Self {
            table,
            headers,
            rows_at: 0,
            delimiter: b',',
            inputs,
            readers,
            identity,
            groups: Vec::new(),
            prefix: header.prefix.clone(),
            unknown: header.unknown.clone(),
            outcomes: None,
            places: Places::Counted,
            assumptions: Vec::new(),
        };
        if plan.is_audit_log() {
            plan.find_outcome();
        }
        plan
    }

    /// Finds what tells the outcome of audit rows where the export has no status code: the status in words, or that there is a message.
    fn find_outcome(&mut self) {
        let place = |name: &str| self.table.column(name).expect("the audit log has this column");
        let (code, has_error) = (place("status_code"), place("has_error"));
        if self.inputs[code] != Input::Absent {
            return;
        }
        let field = |name: &str| match self.inputs[place(name)] {
            Input::Field(field) => Some(field),
            _ => None,
        };
        let (words, message) = (field("status_text"), field("error_message"));
        if let Some(words) = words {
            self.inputs[code] = Input::Field(words);
        }
        if let (Some(message), Input::Absent) = (message, &self.inputs[has_error]) {
            self.inputs[has_error] = Input::Failure { message, status: words };
            self.assumptions.push(match words {
                Some(_) => "rows with a message and an unknown status have failed".to_string(),
                None => "no column tells what failed, so all rows with a message have".to_string(),
            });
        }
    }

    /// Whether the export is an audit log.
    pub fn is_audit_log(&self) -> bool {
        self.table.name == "audit_log"
    }

    /// Takes the values of these fields for all rows of a group.
    pub fn group(&mut self, groups: Vec<usize>) {
        for input in &mut self.inputs {
            if let Input::Field(field) = input
                && let Some(level) = groups.iter().position(|group| group == field)
            {
                *input = Input::Group(level);
            }
        }
        let names: Vec<&str> = groups.iter().map(|field| self.headers[*field].trim_end_matches([' ', '?', '↑', '↓'])).collect();
        let names = names.join(", ");
        self.assumptions.push(format!("the report is grouped by {names}: the first row of a group tells it for all of its rows"));
        self.groups = groups;
    }

    /// Takes over how places are known; the field that tells them is none of the export's own.
    pub fn set_places(&mut self, places: Places) {
        self.places = places;
        if places == Places::Told {
            self.unknown.pop();
        }
    }

    /// Reads a column that the export lacks as this value.
    pub fn set_constant(&mut self, column: &str, value: &str) {
        if let Some(index) = self.table.column(column) {
            self.inputs[index] = Input::Constant(value.to_string());
        }
    }

    /// Whether the export itself has a column.
    pub fn has(&self, column: &str) -> bool {
        self.table.column(column).is_some_and(|index| self.header(index).is_some())
    }

    /// The header that gives the column at this place of the table, where the export has it.
    pub fn header(&self, index: usize) -> Option<&str> {
        match &self.inputs[index] {
            Input::Field(field) | Input::Either(field, _) | Input::Outcome(_, Some(field)) => Some(&self.headers[*field]),
            Input::Outcome(_, None) => Some(&self.table.columns[index].name),
            Input::Group(level) => Some(&self.headers[self.groups[*level]]),
            Input::Constant(_) | Input::Failure { .. } | Input::Absent => None,
        }
    }
}
