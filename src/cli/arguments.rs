//! Arguments that several commands share.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use clap::{Args, ValueEnum};

use crate::error::{Error, Place, Result};
use crate::store::Store;
use crate::{engine, ingest, table};

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Everywhere {
    /// Say nothing but errors on standard error
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// When to show progress on standard error
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub progress: When,
    /// Configuration file [default: synclens.toml in the working folder, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Threads to use [default: as many as the machine has cores]
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
    /// Most memory that queries may use, such as 2GB
    #[arg(long, global = true, value_name = "SIZE")]
    pub memory: Option<String>,
    /// The store that the command reads, once it has found it.
    #[arg(skip)]
    pub(super) store: OnceLock<Store>,
}

/// When to show something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If standard error is a terminal
    Auto,
    /// Never
    Never,
}

impl Everywhere {
    pub(super) fn set_threads(&self) -> Result<()> {
        match self.threads {
            Some(threads) => rayon::ThreadPoolBuilder::new()
                .num_threads(threads.get())
                .build_global()
                .place(|| "cannot start the threads".into()),
            None => Ok(()),
        }
    }

    pub(super) fn engine_memory(&self) -> engine::Memory {
        engine::Memory { threads: self.threads.map(std::num::NonZeroUsize::get), limit: self.memory.clone() }
    }
}

/// How exports are read, where the user says so.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "Reading exports")]
pub struct Reading {
    /// The sync job of rows that name none
    #[arg(long, value_name = "ID")]
    pub job_id: Option<String>,
    /// The table that the exports fill, instead of finding it by the header
    #[arg(long, value_name = "TABLE")]
    pub table: Option<String>,
    /// Read a column from a header that is not recognised; may be repeated
    #[arg(long, value_name = "FIELD=HEADER", value_parser = pair)]
    pub map: Vec<(String, String)>,
    /// The character between fields, instead of finding it
    #[arg(long, value_name = "C", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// The encoding, such as windows-1252, instead of finding it
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Stop at the first row that cannot be read, instead of keeping it aside
    #[arg(long)]
    pub strict: bool,
}

impl Reading {
    pub(super) fn options(&self, everywhere: &Everywhere) -> ingest::Options {
        ingest::Options {
            job_id: self.job_id.clone(),
            table: self.table.clone(),
            map: self.map.clone(),
            delimiter: self.delimiter,
            encoding: self.encoding.clone(),
            bad_rows: if self.strict { ingest::BadRows::Fatal } else { ingest::BadRows::Rejected },
            threads: everywhere.threads,
        }
    }
}

/// What part of a store is looked at.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Filters")]
pub struct Selection {
    /// Only this sync job, by id or name; may be repeated
    #[arg(long, value_name = "JOB")]
    pub job: Vec<String>,
    /// Only this object, by API name; may be repeated
    #[arg(long, value_name = "OBJECT")]
    pub object: Vec<String>,
    /// Only rows from this moment on, such as 2026-01-05 or 2026-01-05T08:00:00Z (UTC)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub since: Option<String>,
    /// Only rows before this moment (UTC)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub until: Option<String>,
    /// The moment that counts as now [default: the newest time in the data]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub as_of: Option<String>,
}

impl Selection {
    pub(super) fn filter(&self) -> engine::Filter {
        engine::Filter {
            jobs: self.job.clone(),
            objects: self.object.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            as_of: self.as_of.clone(),
        }
    }
}

/// Which store is read.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "Store")]
pub struct Stored {
    /// The store: a folder, or a file that ends in .duckdb
    #[arg(long, value_name = "PATH", env = "SYNCLENS_STORE", default_value = "synclens-store")]
    pub store: PathBuf,
    /// Read this export on the fly instead of a store; may be repeated
    #[arg(long, value_name = "EXPORT")]
    pub from: Vec<PathBuf>,
}

/// Whether standard output takes colours: a terminal does, unless its user wants none.
pub(super) fn is_coloured() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// The format that the ending of a file name stands for.
pub(super) fn format_of<F: Copy>(file: &Path, endings: &[(&str, F)]) -> Result<F> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    endings.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format).ok_or_else(|| {
        let known: Vec<String> = endings.iter().map(|(known, _)| format!(".{known}")).collect();
        Error::new(format!("the ending of '{}' stands for no format", file.display()))
            .hint(format!("use one of {}, or say the format", known.join(", ")))
    })
}

pub(super) fn pair(text: &str) -> std::result::Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.trim().to_string(), value.trim().to_string()))
        .ok_or_else(|| "expected NAME=VALUE".into())
}

fn delimiter(text: &str) -> std::result::Result<u8, String> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        b"\\t" | b"tab" => Ok(b'\t'),
        _ => Err("expected one character, or 'tab'".into()),
    }
}

/// A day or a moment, as ISO 8601 in UTC with a `Z`.
pub(super) fn moment(text: &str) -> std::result::Result<String, String> {
    use chrono::{DateTime, NaiveDate, NaiveDateTime};
    let utc = DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.naive_utc())
        .or_else(|_| NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S"))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S"))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M"))
        .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(chrono::NaiveTime::MIN)));
    utc.map(|moment| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        .map_err(|_| "expected a day or a moment such as 2026-01-05T08:00:00Z".into())
}

/// How a result of rows is written.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "Output")]
pub struct Tabular {
    /// The format [default: table, or what the ending of the file says]
    #[arg(long, value_name = "FORMAT")]
    format: Option<table::Format>,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Tabular {
    /// Where the rows go, in which format.
    pub(super) fn destination(&self) -> Result<table::Destination> {
        table::Destination::new(self.format, self.output.clone())
    }

    /// Writes the rows that `rows` streams; it gives their columns, for a result without a row.
    pub(super) fn write(
        &self,
        rows: impl FnOnce(&mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<SchemaRef>,
    ) -> Result<usize> {
        let mut writer = self.destination()?.open()?;
        let schema = rows(&mut |batch| writer.batch(&batch))?;
        writer.finish(&schema)
    }
}
