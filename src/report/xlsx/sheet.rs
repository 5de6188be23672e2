//! A sheet of the workbook: a frozen header with filters, and rows of typed cells that go to the disk as they come.

use rust_xlsxwriter::{Color, ExcelDateTime, Format, Workbook, Worksheet};

use crate::error::{Place, Result};
use crate::report::model::Severity;
use crate::report::words::{clip, visible};

/// Characters of a cell: Excel takes 32,767 UTF-16 units, and a character is at most two; what is made visible may
/// take eight.
const TEXT: usize = 4_000;

/// What an error of a library is about.
pub fn place() -> String {
    "cannot write the workbook".to_owned()
}

/// The header of a column, its width in characters, and what it holds.
pub struct Column<'a>(pub &'a str, pub u32, pub Kind);

/// What a column holds.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Texts.
    Text,
    /// Counts.
    Number,
    /// Shares, shown as percentages.
    Share,
    /// Ratios.
    Ratio,
    /// Times in UTC.
    Time,
}

impl Kind {
    fn format(self) -> Format {
        let format = Format::new();
        match self {
            Kind::Text => format,
            Kind::Number => format.set_num_format("#,##0"),
            Kind::Share => format.set_num_format("0.0%"),
            Kind::Ratio => format.set_num_format("0.0"),
            Kind::Time => format.set_num_format("yyyy-mm-dd hh:mm:ss"),
        }
    }
}

/// The value of a cell.
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text; never a formula or a link.
    Text(String),
    /// A number of rows.
    Count(u64),
    /// 0 to 1.
    Share(Option<f64>),
    /// A ratio.
    Ratio(f64),
    /// ISO 8601 in UTC.
    Time(Option<String>),
    /// The word, in its colour.
    Severity(Severity),
}

impl Cell {
    /// A text of an export: nothing in it acts.
    pub fn text(text: &str) -> Self {
        Cell::Text(visible(&clip(text, TEXT)).into_owned())
    }

    /// A text that may be missing.
    pub fn optional(text: Option<&str>) -> Self {
        text.map_or(Cell::Empty, Cell::text)
    }

    /// Writes the value with the format of its kind.
    pub fn write(&self, sheet: &mut Worksheet, formats: &Formats, row: u32, column: u16) -> Result<()> {
        let written = match self {
            Cell::Empty | Cell::Share(None) | Cell::Time(None) => return Ok(()),
            Cell::Text(text) if text.is_empty() => return Ok(()),
            Cell::Text(text) => sheet.write_string(row, column, text),
            Cell::Count(number) => sheet.write_number_with_format(row, column, *number as f64, &formats.number),
            Cell::Share(Some(share)) => sheet.write_number_with_format(row, column, *share, &formats.share),
            Cell::Ratio(ratio) => sheet.write_number_with_format(row, column, *ratio, &formats.ratio),
            Cell::Time(Some(iso)) => match ExcelDateTime::parse_from_str(iso.trim_end_matches('Z')) {
                Ok(time) => sheet.write_datetime_with_format(row, column, &time, &formats.time),
                Err(_) => sheet.write_string(row, column, visible(iso)),
            },
            Cell::Severity(severity) => sheet.write_string_with_format(row, column, severity.word(), formats.of(*severity)),
        };
        written.place(place)?;
        Ok(())
    }
}

/// The formats of cells, made once: a sheet has up to twelve million.
pub struct Formats {
    number: Format,
    share: Format,
    ratio: Format,
    time: Format,
    severities: [Format; 4],
}

impl Formats {
    /// All formats.
    pub fn new() -> Self {
        let colored = |color| Format::new().set_font_color(Color::RGB(color)).set_bold();
        Self {
            number: Kind::Number.format(),
            share: Kind::Share.format(),
            ratio: Kind::Ratio.format(),
            time: Kind::Time.format(),
            severities: [0x002B_5F94, 0x008A_5A00, 0x00C5_3030, 0x009B_1C1C].map(colored),
        }
    }

    fn of(&self, severity: Severity) -> &Format {
        &self.severities[severity as usize]
    }
}

/// A sheet that is being written, row after row.
pub struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    formats: Formats,
    columns: u16,
    rows: u32,
}

impl<'a> Sheet<'a> {
    /// A new sheet with its header.
    pub fn new(workbook: &'a mut Workbook, name: &str, columns: &[Column<'_>]) -> Result<Self> {
        let sheet = workbook.add_worksheet_with_constant_memory();
        let sheet = sheet.place(place)?.set_name(name).place(place)?;
        sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0).place(place)?;
        sheet.set_freeze_panes(1, 0).place(place)?;
        let header = Format::new().set_bold().set_background_color(Color::RGB(0x00E6_E9EF));
        for (index, column) in (0..).zip(columns) {
            sheet.set_column_width(index, column.1).place(place)?;
            sheet.set_column_format(index, &column.2.format()).place(place)?;
            sheet.write_string_with_format(0, index, visible(&clip(column.0, TEXT)), &header).place(place)?;
        }
        Ok(Self { sheet, formats: Formats::new(), columns: columns.len() as u16, rows: 0 })
    }

    /// Adds a row.
    pub fn push(&mut self, cells: &[Cell]) -> Result<()> {
        self.rows += 1;
        (0..).zip(cells).try_for_each(|(column, cell)| cell.write(self.sheet, &self.formats, self.rows, column))
    }

    /// Sets the filters; gives the number of rows.
    pub fn finish(self) -> Result<usize> {
        self.sheet.autofilter(0, 0, self.rows, self.columns - 1).place(place)?;
        Ok(self.rows as usize)
    }
}

/// A whole sheet.
pub fn table<R: AsRef<[Cell]>>(
    workbook: &mut Workbook,
    name: &str,
    columns: &[Column<'_>],
    rows: impl Iterator<Item = R>,
) -> Result<()> {
    let mut sheet = Sheet::new(workbook, name, columns)?;
    for row in rows {
        sheet.push(row.as_ref())?;
    }
    sheet.finish()?;
    Ok(())
}
