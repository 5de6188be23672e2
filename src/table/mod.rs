//! Writes a result, batch by batch, in the format and to the place that its reader wants.

mod cells;
mod delimited;
mod file;
mod json;
mod markdown;
mod neutral;
mod parquet;
mod screen;
mod shape;
mod xlsx;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use clap::ValueEnum;

pub use file::deliver;
pub use neutral::neutral;
pub use screen::{Look, Wide};
pub use shape::link;

use crate::error::{Error, Place, Result};

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for the eye: fitted to the screen, long texts cut with a mark.
    Table,
    /// Comma-separated values; lists as JSON text.
    Csv,
    /// Tab-separated values; lists as JSON text.
    Tsv,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table.
    Markdown,
    /// Apache Parquet, compressed with zstd.
    Parquet,
    /// An Excel workbook.
    Xlsx,
}

impl Format {
    /// The format that the ending of a file name stands for.
    pub fn of_file(path: &Path) -> Result<Format> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        Ok(match ending.as_str() {
            "txt" => Format::Table,
            "csv" => Format::Csv,
            "tsv" | "tab" => Format::Tsv,
            "json" => Format::Json,
            "ndjson" | "jsonl" => Format::Ndjson,
            "md" | "markdown" => Format::Markdown,
            "parquet" => Format::Parquet,
            "xlsx" => Format::Xlsx,
            _ => {
                return Err(Error::new(format!("the ending of '{}' stands for no format", path.display()))
                    .hint("use .csv, .tsv, .json, .ndjson, .md, .txt, .parquet or .xlsx, or say the format"));
            }
        })
    }

    /// Whether a person can read it as it is.
    pub fn is_text(self) -> bool {
        !matches!(self, Format::Parquet | Format::Xlsx)
    }
}

/// The format and the place of a result.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The format.
    pub format: Format,
    /// The file; standard output where there is none.
    pub file: Option<PathBuf>,
}

impl Destination {
    /// The format is that of the file's ending where none is given, and a table on the screen.
    pub fn new(format: Option<Format>, file: Option<PathBuf>) -> Result<Destination> {
        let format = match (format, &file) {
            (Some(format), _) => format,
            (None, Some(file)) => Format::of_file(file)?,
            (None, None) => Format::Table,
        };
        if file.is_none() && !format.is_text() && std::io::stdout().is_terminal() {
            return Err(Error::new("the result is binary, which a screen cannot show").hint("name a file to write"));
        }
        Ok(Destination { format, file })
    }

    /// Opens it for one result.
    pub fn open(&self) -> Result<Writer<'static>> {
        match &self.file {
            Some(path) => Writer::to_file(self.format, path, Look::default()),
            None => Ok(Writer::new(self.format, std::io::stdout(), Look::of_stdout())),
        }
    }
}

/// One way to write batches; all of them have the columns of the first.
trait Sink {
    fn batch(&mut self, batch: &RecordBatch) -> Result<()>;
    fn finish(self: Box<Self>) -> Result<()>;
}

type Out<'a> = Box<dyn Write + Send + 'a>;

/// Writes one result. Memory does not grow with the number of rows.
pub struct Writer<'a> {
    format: Format,
    look: Look,
    /// Where to, until the first batch has told the columns.
    out: Option<Out<'a>>,
    sink: Option<Box<dyn Sink + 'a>>,
    schema: Option<SchemaRef>,
    /// The reader has gone away.
    closed: Arc<AtomicBool>,
    file: Option<file::Unfinished>,
    rows: usize,
}

impl<'a> Writer<'a> {
    /// Writes to a stream.
    pub fn new(format: Format, out: impl Write + Send + 'a, look: Look) -> Writer<'a> {
        let closed = Arc::new(AtomicBool::new(false));
        let out = Box::new(file::Watched::new(out, closed.clone()));
        Writer { format, look, out: Some(out), sink: None, schema: None, closed, file: None, rows: 0 }
    }

    /// Writes to a file, which is there only when it is complete.
    pub fn to_file(format: Format, path: &Path, look: Look) -> Result<Writer<'a>> {
        let (file, out) = file::Unfinished::create(path)?;
        Ok(Writer { file: Some(file), ..Writer::new(format, out, look) })
    }

    /// Writes rows. All batches must have the columns of the first.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let written = self.write(batch);
        self.unless_closed(written)
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let schema = self.schema.get_or_insert_with(|| shape::schema(&batch.schema())).clone();
        let batch = shape::batch(batch, &schema).place(|| "cannot write the result".into())?;
        self.rows += batch.num_rows();
        self.sink(&schema)?.batch(&batch)
    }

    /// Completes the result, whose columns are those of `schema` where it has no row; gives the number of its rows.
    pub fn finish(mut self, schema: &SchemaRef) -> Result<usize> {
        let schema = self.schema.clone().unwrap_or_else(|| shape::schema(schema));
        let finished = self.sink(&schema).map(drop).and_then(|()| self.sink.take().map_or(Ok(()), Sink::finish));
        self.unless_closed(finished)?;
        self.file.take().map_or(Ok(()), file::Unfinished::complete)?;
        Ok(self.rows)
    }

    fn sink(&mut self, schema: &SchemaRef) -> Result<&mut Box<dyn Sink + 'a>> {
        let look = self.look;
        if let Some(out) = self.out.take() {
            self.sink = Some(match self.format {
                Format::Table => Box::new(screen::Screen::new(out, schema, look)),
                Format::Csv => Box::new(delimited::Delimited::open(out, schema, b',')?),
                Format::Tsv => Box::new(delimited::Delimited::open(out, schema, b'\t')?),
                Format::Json => Box::new(json::Json::<json::Array>::new(out)),
                Format::Ndjson => Box::new(json::Json::<json::Lines>::new(out)),
                Format::Markdown => Box::new(markdown::Markdown::open(out, schema)?),
                Format::Parquet => Box::new(parquet::Parquet::open(out, schema)?),
                Format::Xlsx => Box::new(xlsx::Xlsx::open(out, schema)?),
            });
        }
        self.sink.as_mut().ok_or_else(|| Error::new("the result was cut short by an earlier error"))
    }

    fn unless_closed(&self, result: Result<()>) -> Result<()> {
        match result {
            Err(_) if self.closed.load(Ordering::Relaxed) => Err(Error::closed_pipe()),
            result => result,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
    use arrow::array::{ArrayRef, Float64Array, Int64Array, ListBuilder, StringArray, StringBuilder, TimestampMicrosecondArray};
    use calamine::{Data, Reader, Xlsx};

    use super::*;

    const HOSTILE: &str = "=cmd|'/C calc'!A0 \u{1b}[31m \u{202e}x, \"q\"\n<b>";

    fn batch() -> RecordBatch {
        let mut lists = ListBuilder::new(StringBuilder::new());
        lists.append_value([Some("a,b"), Some("c")]);
        lists.append_null();
        let times = TimestampMicrosecondArray::from(vec![Some(1_767_616_496_000_000), Some(1_767_616_496_250_000)]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("text", Arc::new(StringArray::from(vec![Some(HOSTILE), Some("")]))),
            ("number", Arc::new(Int64Array::from(vec![Some(12), None]))),
            ("number", Arc::new(Float64Array::from(vec![Some(0.5), Some(f64::NAN)]))),
            ("at", Arc::new(times.with_timezone("Europe/Berlin"))),
            ("list", Arc::new(lists.finish())),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
            .expect("columns of one length")
    }

    fn written(format: Format, batches: &[RecordBatch]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = Writer::new(format, &mut out, Look::default());
        for batch in batches {
            writer.batch(batch).expect("memory takes it");
        }
        writer.finish(&batch().schema()).expect("memory takes it");
        out
    }

    fn text(format: Format, batches: &[RecordBatch]) -> String {
        String::from_utf8(written(format, batches)).expect("texts are UTF-8")
    }

    #[test]
    fn csv_gives_every_value_back() {
        let text = text(Format::Csv, &[batch()]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().expect("a header"), vec!["text", "number", "number_1", "at", "list"]);
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("well-formed");
        assert_eq!(rows[0], vec![HOSTILE, "12", "0.5", "2026-01-05T12:34:56Z", r#"["a,b","c"]"#]);
        assert_eq!(rows[1], vec!["", "", "NaN", "2026-01-05T12:34:56.250Z", ""]);
        assert!(text.ends_with("\"\",,NaN,2026-01-05T12:34:56.250Z,\n"), "an empty text is not a null: {text}");
    }

    #[test]
    fn json_gives_every_value_back() {
        let array: Vec<serde_json::Value> = serde_json::from_str(&text(Format::Json, &[batch(), batch()])).expect("valid JSON");
        assert_eq!(array.len(), 4);
        let first = serde_json::json!({"text": HOSTILE, "number": 12, "number_1": 0.5, "at": "2026-01-05T12:34:56Z", "list": ["a,b", "c"]});
        assert_eq!(array[0], first);
        assert_eq!(array[1]["number"], serde_json::Value::Null);
        assert_eq!(text(Format::Ndjson, &[batch()]).lines().count(), 2);
    }

    #[test]
    fn a_table_shows_hostile_texts_spelled_out() {
        let table = text(Format::Table, &[batch()]);
        assert!(!table.contains('\u{1b}') && !table.contains('\u{202e}'), "{table}");
        assert_eq!(table.lines().count(), 4, "a header, a rule and two rows: {table}");
        assert!(table.lines().all(|line| line.trim_end() == line), "nothing trails a line: {table}");
    }

    #[test]
    fn a_workbook_holds_texts_as_texts() {
        let mut book: Xlsx<_> = Xlsx::new(io::Cursor::new(written(Format::Xlsx, &[batch()]))).expect("a workbook");
        let sheet = book.worksheet_range("result").expect("the sheet");
        assert_eq!(sheet.get_value((0, 2)), Some(&Data::String("number_1".into())));
        assert_eq!(sheet.get_value((1, 1)), Some(&Data::Float(12.0)));
        let Some(Data::String(text)) = sheet.get_value((1, 0)) else { panic!("the text is no text") };
        assert!(text.starts_with("=cmd|"), "{text}");
        let Some(Data::DateTime(time)) = sheet.get_value((1, 3)) else { panic!("the time is no time") };
        assert_eq!(time.to_ymd_hms_milli(), (2026, 1, 5, 12, 34, 56, 0));
    }

    #[test]
    fn parquet_keeps_the_types() {
        let bytes = parquet_bytes(&[batch()]);
        let read: Vec<RecordBatch> =
            ParquetRecordBatchReader::try_new(bytes, 100).expect("Parquet").collect::<Result<_, _>>().expect("Parquet");
        assert_eq!(read, [shape::batch(&batch(), &shape::schema(&batch().schema())).expect("the shape")]);
    }

    fn parquet_bytes(batches: &[RecordBatch]) -> std::fs::File {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(&written(Format::Parquet, batches)).expect("a temporary file");
        file
    }

    #[test]
    fn a_result_without_rows_is_valid_in_every_format() {
        assert_eq!(text(Format::Csv, &[]), "text,number,number_1,at,list\n");
        assert_eq!(text(Format::Tsv, &[]), "text\tnumber\tnumber_1\tat\tlist\n");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text(Format::Json, &[])).expect("valid JSON"),
            serde_json::json!([])
        );
        assert_eq!(text(Format::Ndjson, &[]), "");
        assert_eq!(text(Format::Markdown, &[]).lines().count(), 2);
        assert!(text(Format::Table, &[]).starts_with("text │ number"));
        assert_eq!(ParquetRecordBatchReader::try_new(parquet_bytes(&[]), 100).expect("Parquet").count(), 0);
        let mut book: Xlsx<_> = Xlsx::new(io::Cursor::new(written(Format::Xlsx, &[]))).expect("a workbook");
        assert_eq!(book.worksheet_range("result").expect("the sheet").height(), 1);
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        for format in Format::value_variants() {
            assert_eq!(written(*format, &[batch()]), written(*format, &[batch()]), "{format:?}");
        }
    }

    #[test]
    fn a_file_is_there_only_when_it_is_complete() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rows.csv");
        let entries = || std::fs::read_dir(folder.path()).expect("the folder").count();
        let mut writer = Writer::to_file(Format::Csv, &path, Look::default()).expect("a file");
        writer.batch(&batch()).expect("the disk takes it");
        drop(writer);
        assert_eq!(entries(), 0);
        let mut writer = Writer::to_file(Format::Csv, &path, Look::default()).expect("a file");
        writer.batch(&batch()).expect("the disk takes it");
        assert_eq!(writer.finish(&batch().schema()).expect("the disk takes it"), 2);
        assert_eq!(entries(), 1);
        assert!(std::fs::read_to_string(&path).expect("the file").starts_with("text,"));
    }

    #[test]
    fn a_reader_that_goes_away_is_told_apart() {
        struct Gone;
        impl io::Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for format in Format::value_variants() {
            let mut writer = Writer::new(*format, Gone, Look::default());
            let result = writer.batch(&batch()).and_then(|()| writer.finish(&batch().schema()).map(drop));
            assert!(result.is_err_and(|error| error.is_closed_pipe()), "{format:?}");
        }
    }
}
