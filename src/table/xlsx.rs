//! An Excel workbook: a header that stays in sight, filters, numbers and times as such, texts always as texts.

use std::any::Any;
use std::io::{self, Seek, Write};
use std::panic::{self, AssertUnwindSafe};

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, SchemaRef, TimeUnit, TimestampMicrosecondType};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use super::cells::{Cells, is_number};
use super::shape::is_link;
use super::{Out, Sink};
use crate::error::{Error, Place, Result};

/// Rows of a sheet below its header; further ones go to a further sheet.
const SHEET_ROWS: u32 = 1_048_575;
/// The longest text of a cell, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;
/// Digits of a number that a cell keeps.
const DIGITS: usize = 15;
/// The widest column, in characters: a message of several KB would fill the screen alone.
const WIDEST: usize = 60;
/// Days from Excel's day 0 to 1970-01-01.
const EPOCH: f64 = 25_569.0;
/// Excel takes 1900 for a leap year, so only from March of it on do its days agree with the calendar.
const FIRST_TRUE_DAY: f64 = 61.0;
const MICROSECONDS_A_DAY: f64 = 86_400_000_000.0;

/// One workbook, made up in a temporary file, since a workbook cannot be streamed.
pub(super) struct Xlsx<'a> {
    out: Out<'a>,
    workbook: Workbook,
    schema: SchemaRef,
    widths: Vec<usize>,
    sheets: usize,
    /// Rows of the last sheet, without its header.
    rows: u32,
    bold: Format,
    time: Format,
}

impl<'a> Xlsx<'a> {
    pub(super) fn open(out: Out<'a>, schema: &SchemaRef) -> Result<Xlsx<'a>> {
        let mut workbook = Workbook::new();
        let epoch = ExcelDateTime::from_timestamp(0).place(place)?;
        // The same rows give the same bytes, so no clock.
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
        let mut xlsx = Xlsx {
            out,
            workbook,
            schema: schema.clone(),
            widths: schema.fields().iter().map(|field| field.name().chars().count() + 3).collect(),
            sheets: 0,
            rows: 0,
            bold: Format::new().set_bold(),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        };
        guarded(|| xlsx.add_sheet().place(place))?;
        Ok(xlsx)
    }

    fn add_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        self.rows = 0;
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(if self.sheets == 1 { "result".into() } else { format!("result {}", self.sheets) })?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, field) in (0u16..).zip(self.schema.fields()) {
            sheet.write_string_with_format(0, column, field.name(), &self.bold)?;
        }
        Ok(())
    }

    fn close_sheet(&mut self) -> Result<(), XlsxError> {
        let columns = self.widths.len() as u16;
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        for (column, width) in (0u16..).zip(&self.widths) {
            sheet.set_column_width(column, (*width).min(WIDEST) as f64)?;
        }
        if columns > 0 {
            sheet.autofilter(0, 0, self.rows, columns - 1)?;
        }
        Ok(())
    }

    /// Adds a row: its values as texts, and for the columns that hold times the day of each value.
    fn row(&mut self, values: &[Option<&str>], days: &[Option<f64>]) -> Result<(), XlsxError> {
        if self.rows == SHEET_ROWS {
            self.close_sheet()?;
            self.add_sheet()?;
        }
        self.rows += 1;
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        for (column, value) in values.iter().enumerate() {
            let Some(text) = value else { continue };
            self.widths[column] = self.widths[column].max(text.chars().take(WIDEST).count() + 1);
            let (row, kind) = (self.rows, self.schema.field(column).data_type());
            let cell = column as u16;
            match days[column] {
                Some(day) => sheet.write_number_with_format(row, cell, day, &self.time)?,
                None if is_link(self.schema.field(column)) => write_link(sheet, row, cell, text)?,
                None if kind == &DataType::Boolean => sheet.write_boolean(row, cell, *text == "true")?,
                None => match number(text, kind) {
                    Some(number) => sheet.write_number(row, cell, number)?,
                    None => write_text(sheet, row, cell, text)?,
                },
            };
        }
        Ok(())
    }
}

impl Sink for Xlsx<'_> {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns: Vec<Vec<Option<f64>>> = batch.columns().iter().map(days).collect();
        let cells = Cells::of(batch)?;
        let mut row = 0;
        guarded(|| {
            cells.rows(|values| {
                let days: Vec<Option<f64>> = columns.iter().map(|days| days.get(row).copied().flatten()).collect();
                row += 1;
                self.row(values, &days).place(place)
            })
        })
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let mut file = tempfile::tempfile().place(place)?;
        guarded(|| {
            self.close_sheet().place(place)?;
            self.workbook.save_to_writer(&mut file).place(place)
        })?;
        file.rewind().place(place)?;
        io::copy(&mut file, &mut self.out).place(place)?;
        self.out.flush().place(place)
    }
}

fn place() -> String {
    "cannot write the workbook".into()
}

/// Runs what writes to the library's temporary files: it panics where the disk is full, which is no fault of the program.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let loud = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(loud);
    done.unwrap_or_else(|reason| Err(unwritten(reason.as_ref())))
}

/// What made the library panic; it shows an error of the system as Rust does, with the text for people in it.
fn unwritten(reason: &(dyn Any + Send)) -> Error {
    let text = reason.downcast_ref::<String>().map_or("its temporary file cannot be written", String::as_str);
    let text = text.split_once("message: \"").and_then(|(_, rest)| rest.split_once('"')).map_or(text, |(text, _)| text);
    let folder = std::env::temp_dir();
    Error::new(format!("{}: {text}", place()))
        .hint(format!("a workbook is made up in '{}' first: is there room? TMPDIR names another folder", folder.display()))
}

/// The times of a column as Excel's days, none for one that Excel does not have; nothing for a column of another type.
fn days(column: &ArrayRef) -> Vec<Option<f64>> {
    if !matches!(column.data_type(), DataType::Timestamp(..) | DataType::Date32 | DataType::Date64) {
        return Vec::new();
    }
    let Ok(times) = cast(column, &DataType::Timestamp(TimeUnit::Microsecond, None)) else { return Vec::new() };
    let days = times.as_primitive::<TimestampMicrosecondType>().iter();
    days.map(|time| time.map(|time| time as f64 / MICROSECONDS_A_DAY + EPOCH).filter(|day| *day >= FIRST_TRUE_DAY)).collect()
}

/// The number that a text of a numeric column stands for, if a cell keeps all of its digits.
fn number(text: &str, kind: &DataType) -> Option<f64> {
    let fits = kind.is_floating() || (is_number(kind) && text.bytes().filter(u8::is_ascii_digit).count() <= DIGITS);
    text.parse().ok().filter(|number: &f64| fits && number.is_finite())
}

/// Writes an address as a link. It is a formula, since a sheet takes 65,530 links of the other kind; a text in it holds 255 characters.
fn write_link<'s>(sheet: &'s mut Worksheet, row: u32, column: u16, text: &str) -> Result<&'s mut Worksheet, XlsxError> {
    let plain = text.len() <= 255 && text.starts_with("http") && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    if !plain {
        return write_text(sheet, row, column, text);
    }
    sheet.write_formula(row, column, Formula::new(format!("HYPERLINK(\"{text}\")")).set_result(text))
}

/// Writes a text as a text, whatever it looks like; a longer one than a cell holds is cut with a mark.
fn write_text<'s>(sheet: &'s mut Worksheet, row: u32, column: u16, text: &str) -> Result<&'s mut Worksheet, XlsxError> {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return sheet.write_string(row, column, text);
    }
    let mut units = 0;
    let kept = text.chars().take_while(|character| {
        units += character.len_utf16();
        units < LONGEST_TEXT
    });
    sheet.write_string(row, column, kept.chain(['…']).collect::<String>())
}
