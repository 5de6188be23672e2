//! Finds out from its head what an export is: delimiter, header, table, order of dates.

use super::Options;
use super::index::{Index, Record};
use super::plan::Plan;
use super::value::{DateOrder, told_order};
use crate::error::{Error, Result};
use crate::schema::{self, Header, Kind, Source, normalise};

/// Bytes of the head that are looked at.
pub const HEAD_BYTES: usize = 1 << 20;

/// The delimiters of the export routes, the most common first.
const DELIMITERS: [u8; 6] = [b',', b'\t', b';', b'|', b'^', b'`'];

/// How a delimited text with this head is to be read. `object` is what its records say they are, where they do.
pub fn plan(head: &[u8], object: Option<&str>, options: &Options) -> Result<Plan> {
    let start = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let start = start + head[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let text = &head[start..];
    if text.is_empty() {
        return Err(Error::new("it is empty").hint("export it again: even an export without rows has a header"));
    }
    let end = line_end(text);
    let line = &text[..end];
    let fixed = options.delimiter.map(|delimiter| [delimiter]);
    let delimiters = fixed.as_ref().map_or(&DELIMITERS[..], |one| &one[..]);
    let best = delimiters
        .iter()
        .filter_map(|delimiter| {
            let headers = split(line, *delimiter);
            let header = header(&headers, object, options).ok()??;
            Some((*delimiter, headers, header))
        })
        .rev()
        .max_by_key(|(_, _, header)| header.named_columns());
    let Some((delimiter, headers, found)) = best else {
        // The first delimiter's own fault, where an option caused it.
        header(&split(line, delimiters[0]), object, options)?;
        return Err(unknown_header(&split(line, most_frequent(line, delimiters))));
    };
    let behind = &text[end..];
    let rows_at = start + end + behind.iter().take(2).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let order = date_order(&head[rows_at.min(head.len())..], delimiter, &found);
    let mut plan = Plan::new(&found, headers, order.unwrap_or_default());
    plan.header_line = line.to_vec();
    plan.rows_at = rows_at;
    plan.delimiter = delimiter;
    if delimiter != b',' {
        plan.assumptions.push(format!("the delimiter is {}", delimiter_name(delimiter)));
    }
    match order {
        Some(DateOrder::DayFirst) => plan.assumptions.push("dates are written day first".to_string()),
        Some(DateOrder::MonthFirst) => plan.assumptions.push("dates are written month first".to_string()),
        None => {}
    }
    Ok(plan)
}

fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "a tab".to_string(),
        other => format!("'{}'", char::from(other)),
    }
}

/// Reads headers as the options say, else as the records say, else as what they look like.
fn header(headers: &[String], object: Option<&str>, options: &Options) -> Result<Option<Header>> {
    let table = match &options.table {
        Some(name) => Some(schema::table(name).ok_or_else(|| {
            let names: Vec<&str> = schema::tables().iter().map(|table| table.name.as_str()).collect();
            Error::new(format!("there is no table '{name}'")).hint(format!("the tables are {}", names.join(", ")))
        })?),
        None => object.and_then(schema::table_of_object),
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
    let header = match table {
        Some(table) => Some(Header::of_table(table, &named)),
        None => Header::recognise(&named),
    };
    let Some(mut header) = header else { return Ok(None) };
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
    Ok(Some(header))
}

/// The object whose rows a file of the error viewer holds: `errors_{object}_{timestamp}.csv`; the object may hold underscores.
pub fn object_of_error_export(name: &str) -> Option<&str> {
    let file = name.rsplit(['/', '\\']).next()?;
    let stem = file.split('.').next()?.strip_prefix("errors_")?;
    let is_time =
        |part: &str| part.len() >= 4 && part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z' | b'-'));
    let mut object = stem;
    while let Some((before, last)) = object.rsplit_once('_').filter(|(_, last)| is_time(last)) {
        object = before;
        if last.len() >= 8 {
            break;
        }
    }
    Some(object).filter(|object| !object.is_empty())
}

fn unknown_header(headers: &[String]) -> Error {
    let shown: Vec<&str> = headers.iter().take(8).map(String::as_str).collect();
    let more = if headers.len() > shown.len() { ", ..." } else { "" };
    Error::new(format!("its header is of no known table: {}{more}", shown.join(", ")))
        .hint("name the table with --table, or columns with --map FIELD=HEADER")
}

fn most_frequent(line: &[u8], delimiters: &[u8]) -> u8 {
    let count = |delimiter: &&u8| memchr::memchr_iter(**delimiter, line).count();
    *delimiters.iter().rev().max_by_key(count).expect("there is a delimiter")
}

/// Where the first line outside quotes ends.
fn line_end(text: &[u8]) -> usize {
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
fn split(line: &[u8], delimiter: u8) -> Vec<String> {
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

/// The order of the numbers of locale dates in the head: what a date above 12 tells; `None` where there is no such date.
fn date_order(rows: &[u8], delimiter: u8, header: &Header) -> Option<DateOrder> {
    let end = memchr::memrchr(b'\n', rows)? + 1;
    let mut index = Index::default();
    // Odd or not, what was found is enough to look at.
    let _ = index.build(&rows[..end], delimiter);
    let fields = header.columns.iter().zip(&header.table.columns);
    let fields: Vec<usize> = fields
        .filter(|(_, column)| column.kind == Kind::Timestamp)
        .filter_map(|(source, _)| Some(source.as_ref()?.position()))
        .collect();
    let mut ambiguous = None;
    for record in &index.records {
        for field in fields.iter().filter(|field| **field < record.fields as usize) {
            let text = String::from_utf8_lossy(field_of(rows, &index, record, *field));
            let text = text.trim_matches('"');
            if let Some(order) = told_order(text) {
                return Some(order);
            }
            if text.get(..11).is_some_and(|date| date.contains('/')) {
                ambiguous = Some(DateOrder::MonthFirst);
            }
        }
    }
    ambiguous
}

fn field_of<'a>(bytes: &'a [u8], index: &Index, record: &Record, field: usize) -> &'a [u8] {
    let at = record.first as usize + field;
    let start = if field == 0 { record.start as usize } else { index.ends[at - 1] as usize + 1 };
    &bytes[start..index.ends[at] as usize]
}
