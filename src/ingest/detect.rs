//! Finds out from its head what an export is: delimiter, header, table, order of dates.

use super::Options;
use super::column::Reader;
use super::decode::View;
use super::group;
use super::index::{Index, Record};
use super::moment::{DateOrder, ToldOrder, told_order};
use super::neighbour::Neighbour;
use super::object::Object;
use super::plan::{Input, Plan};
use super::reject::Told;
use super::value::{Dot, has_thousands};
use crate::error::{Error, Result};
use crate::schema::{self, Header, Kind, Source, Table, normalise};

/// Bytes of the head that are looked at.
pub const HEAD_BYTES: usize = 1 << 20;

/// The delimiters of the export routes, the most common first.
pub const DELIMITERS: [u8; 6] = [b',', b'\t', b';', b'|', b'^', b'`'];

/// Most lines that a report has before its header: its name, when it was made, its filters.
const LINES_BEFORE: usize = 24;

/// How the delimited text of the file `name` with this head is to be read. `records` is what its records say they are, where they do.
pub fn plan(name: &str, head: &[u8], records: Option<&str>, options: &Options) -> Result<Plan> {
    let object = Object::of(name, records);
    let mut start = if head.starts_with(BOM) { BOM.len() } else { 0 };
    if NO_ROWS.iter().any(|sentence| head[start..].trim_ascii().eq_ignore_ascii_case(sentence.as_bytes())) {
        return no_rows(name, head, options);
    }
    let mut before = Vec::new();
    let (end, mut plan) = loop {
        start += head[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let end = start + line_end(&head[start..]);
        let line = &head[start..end];
        if let Some(neighbour) = Neighbour::of(name, line, &head[end..]).filter(|_| before.is_empty() && options.table.is_none())
        {
            break (end, neighbour.plan());
        }
        match read_header(line, object, options) {
            Some((delimiter, headers, header)) if is_header(&header, headers.len(), &before) => {
                let sample = Sample::of(&head[end..], delimiter);
                let order = date_order(&sample, &header);
                let mut plan = Plan::new(&header, headers, order.map_or_else(DateOrder::default, |told| told.order));
                plan.delimiter = delimiter;
                read_dots(&mut plan, &sample);
                plan.assumptions.extend(order.map(|told| told.assumption().to_string()));
                let groups = group::fields(&plan, sample.rows());
                if !groups.is_empty() {
                    plan.group(groups);
                }
                break (end, plan);
            }
            _ if end < head.len() && before.len() < LINES_BEFORE => before.push(line),
            _ => return Err(no_header(before.iter().copied().chain([line]), object, options)),
        }
        start = end;
    };
    if let (Object::Errors(object), true, false) = (object, plan.is_audit_log(), plan.has("object"))
        && !object.is_empty()
    {
        plan.set_constant("object", object);
        plan.assumptions.push(format!("all rows are of {object}, as the file's name says"));
    }
    let behind = &head[end..];
    let rows_at = end + behind.iter().take(2).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    plan.rows_at = rows_at;
    if plan.delimiter != b',' && plan.outcomes.is_none() {
        plan.assumptions.insert(0, format!("the delimiter is {}", delimiter_name(plan.delimiter)));
    }
    if let Some(first) = before.first() {
        let first = super::value::text(first).0;
        plan.assumptions.push(match before.len() {
            1 => format!("the line before the header is no row: '{first}'"),
            lines => {
                let first = first.trim_end_matches(char::from(plan.delimiter));
                format!("{lines} lines before the header are no rows, the first is '{first}'")
            }
        });
    }
    Ok(plan)
}

/// What tools write in the place of a result without rows.
const NO_ROWS: [&str; 4] = [
    "Records not found for this query",
    "\"Records not found for this query\"",
    "Your query returned no results.",
    "This query returned no results.",
];

/// The plan for a result without rows, which says nothing of its columns: all that could be asked for were there.
pub fn no_rows(name: &str, head: &[u8], options: &Options) -> Result<Plan> {
    let table = match (&options.table, Object::of(name, None)) {
        (Some(name), _) => table(name)?,
        (None, Object::Ours(table) | Object::Untold(Some(table))) => table,
        _ => schema::audit_log(),
    };
    let headers: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let mut plan = Plan::new(&Header::of_table(table, &headers), headers, DateOrder::default());
    plan.rows_at = head.len();
    plan.assumptions.push("it is a result without rows".to_string());
    Ok(plan)
}

/// The table that the user names.
fn table(name: &str) -> Result<&'static Table> {
    schema::table(name).ok_or_else(|| {
        let names: Vec<&str> = schema::tables().iter().map(|table| table.name.as_str()).collect();
        Error::new(format!("there is no table '{name}'")).hint(format!("the tables are {}", names.join(", ")))
    })
}

/// The mark of UTF-8 at the head of a file.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether what was read as a header is one. Behind other lines it must look more like one than the first line, since documents have
/// tables too; only behind Excel's `sep=;` the header is always next.
fn is_header(header: &Header, fields: usize, before: &[&[u8]]) -> bool {
    let named = header.named_columns();
    let is_separator = |line: &[u8]| line.trim_ascii().to_ascii_lowercase().trim_ascii_start().starts_with(b"sep=");
    match before {
        [] => true,
        [line] if is_separator(line.strip_prefix(b"\"").unwrap_or(line)) => true,
        _ => named >= 3 && (header.is_marked || named * 2 >= fields),
    }
}

/// A line as a header, with the delimiter that names most columns.
fn read_header(line: &[u8], object: Object, options: &Options) -> Option<(u8, Vec<String>, Header)> {
    let delimiters = delimiters(options);
    let read = delimiters.iter().filter_map(|delimiter| {
        let headers = split(line, *delimiter);
        let header = header(&headers, object, options).ok()??;
        Some((*delimiter, headers, header))
    });
    read.rev().max_by_key(|(_, _, header)| header.named_columns())
}

fn delimiters(options: &Options) -> &[u8] {
    options.delimiter.as_ref().map_or(&DELIMITERS[..], std::slice::from_ref)
}

/// Why a text that begins with these lines is no export.
fn no_header<'a>(lines: impl Iterator<Item = &'a [u8]> + Clone, object: Object, options: &Options) -> Error {
    let line = lines.clone().next().unwrap_or_default();
    if line.is_empty() {
        return Error::new("it is empty").hint("export it again: even an export without rows has a header");
    }
    if line.trim_ascii_start().starts_with(b"<") {
        return Error::new("it is a web page or XML").hint("export it as CSV: what Salesforce calls Excel format is a web page");
    }
    let delimiters = delimiters(options);
    // The first delimiter's own fault, where an option caused it.
    if let Err(error) = header(&split(line, delimiters[0]), object, options) {
        return error;
    }
    if let (None, Err(error)) = (&options.table, object.is_possible()) {
        return error;
    }
    // The line that is most like a header, of equals the first.
    let likeness = |line: &&[u8]| {
        let headers = split(line, most_frequent(line, delimiters));
        schema::tables().iter().map(|table| Header::of_table(table, &headers).named_columns()).max()
    };
    let lines: Vec<&[u8]> = lines.collect();
    let line = lines.iter().rev().copied().max_by_key(likeness).unwrap_or_default();
    unknown_header(&split(line, most_frequent(line, delimiters)))
}

fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "a tab".to_string(),
        other => format!("'{}'", char::from(other)),
    }
}

/// Reads headers as the options say, else as the records say, else as what they look like.
fn header(headers: &[String], object: Object, options: &Options) -> Result<Option<Header>> {
    let object = match &options.table {
        Some(name) => Object::Ours(table(name)?),
        None => object,
    };
    // A mapped header counts as the column's own name when the table is looked for.
    let mut named = headers.to_vec();
    let mut mapped = Vec::new();
    for (column, wanted) in &options.map {
        let place = headers.iter().position(|header| normalise(header).key == normalise(wanted).key);
        if let Some(place) = place {
            named[place].clone_from(column);
            mapped.push((column, place));
        }
    }
    let Some(mut header) = object.header(&named) else { return Ok(None) };
    for (column, place) in mapped {
        let table = header.table;
        let Some(index) = table.column(column) else {
            let likeness = |name: &str| strsim::jaro_winkler(name, column);
            let nearest = table.columns.iter().max_by(|a, b| likeness(&a.name).total_cmp(&likeness(&b.name)));
            let nearest = nearest.expect("a table has columns");
            let error = Error::new(format!("{} has no column '{column}'", table.name));
            return Err(error.hint(format!("did you mean '{}'?", nearest.name)));
        };
        header.columns[index] = Some(Source::Field(place));
        header.unknown.retain(|unknown| *unknown != place);
    }
    Ok(Some(header).filter(|header| header.named_columns() > 0))
}

fn unknown_header(headers: &[String]) -> Error {
    let mut own = headers.iter().map(String::as_str).filter(|header| *header != Told::HEADER);
    let shown: Vec<&str> = own.by_ref().take(8).collect();
    let more = if own.next().is_some() { ", ..." } else { "" };
    Error::new(format!("its header is of no known table: {}{more}", shown.join(", ")))
        .hint("name the table with --table, or columns with --map FIELD=HEADER")
}

/// The delimiter that stands most often in a line; of equals the first.
pub fn most_frequent(line: &[u8], delimiters: &[u8]) -> u8 {
    let count = |delimiter: &&u8| memchr::memchr_iter(**delimiter, line).count();
    *delimiters.iter().rev().max_by_key(count).expect("there is a delimiter")
}

/// Where the first line outside quotes ends.
pub fn line_end(text: &[u8]) -> usize {
    let mut inside = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'"' => inside = !inside,
            b'\n' | b'\r' if !inside => return at,
            _ => {}
        }
    }
    text.len()
}

/// The fields of one line.
pub fn split(line: &[u8], delimiter: u8) -> Vec<String> {
    let mut fields = vec![Vec::new()];
    let mut inside = false;
    for byte in line {
        match *byte {
            b'"' => inside = !inside,
            byte if byte == delimiter && !inside => fields.push(Vec::new()),
            byte => fields.last_mut().expect("there is a first field").push(byte),
        }
    }
    fields.iter().map(|field| super::value::text(field).0.trim().to_string()).collect()
}

/// The rows of the head that are whole.
struct Sample<'a> {
    bytes: &'a [u8],
    index: Index,
}

impl<'a> Sample<'a> {
    fn of(rows: &'a [u8], delimiter: u8) -> Self {
        let bytes = &rows[..memchr::memrchr(b'\n', rows).map_or(0, |last| last + 1)];
        let mut index = Index::default();
        // Odd or not, what was found is enough to look at.
        let _ = index.build(bytes, delimiter);
        Self { bytes, index }
    }

    /// The fields of each row.
    fn rows(&self) -> impl Iterator<Item = Vec<&[u8]>> {
        let view = View { bytes: self.bytes, ends: &self.index.ends };
        self.index.records.iter().map(move |record| (0..record.fields).map(|field| view.any(record, field)).collect())
    }

    /// The values of these fields, row by row.
    fn values(&self, fields: &[usize]) -> impl Iterator<Item = &[u8]> {
        let view = View { bytes: self.bytes, ends: &self.index.ends };
        let there = move |record: &Record, field: usize| field < record.fields as usize;
        self.index.records.iter().flat_map(move |record| {
            fields.iter().filter(move |field| there(record, **field)).map(move |field| view.any(record, *field as u32))
        })
    }
}

/// The order of the numbers of locale dates in the head; `None` where there is no such date.
fn date_order(sample: &Sample, header: &Header) -> Option<ToldOrder> {
    let fields = header.columns.iter().zip(&header.table.columns);
    let fields: Vec<usize> = fields
        .filter(|(_, column)| column.kind == Kind::Timestamp)
        .filter_map(|(source, _)| Some(source.as_ref()?.position()))
        .collect();
    let mut likely = None;
    for value in sample.values(&fields) {
        match told_order(&String::from_utf8_lossy(value)) {
            Some(told) if told.is_sure => return Some(told),
            told => likely = likely.or(told),
        }
    }
    likely
}

/// Reads columns whose numbers have dots between their thousands, going by the head, as such.
fn read_dots(plan: &mut Plan, sample: &Sample) {
    for (reader, input) in plan.readers.iter_mut().zip(&plan.inputs) {
        let (Reader::Integer(dot) | Reader::Bigint(dot), Input::Field(field)) = (reader, input) else { continue };
        if sample.values(&[*field]).any(|value| has_thousands(value.trim_ascii())) {
            *dot = Dot::Thousands;
            plan.assumptions.push(format!("the dots in {} stand between thousands", plan.headers[*field]));
        }
    }
}
