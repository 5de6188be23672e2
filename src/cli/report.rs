//! `synclens report`: the answers.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::{Everywhere, Reading, Selection, Stored, format_of, is_coloured, pair};
use super::{Done, opened};
use crate::engine::Session;
use crate::error::{Error, Place, Result};
use crate::query::{Catalogue, Severity};
use crate::report::assemble::{assemble, failed_rows, names};
use crate::report::redact::{Key, Redactor};
use crate::report::{self, budget, model};
use crate::table::deliver;

/// Say what failed, why, and what to fix first
///
/// Reads exports on the fly (the audit log, and any other export that helps: jobs, templates, settings, logs), or a store.
#[derive(Debug, Args)]
pub struct Report {
    /// Files, folders, or - for standard input; without any, the store is read
    #[arg(value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    /// The format; may be repeated with -o FOLDER [default: terminal, or what the ending of the file says]
    #[arg(long, value_name = "FORMAT")]
    format: Vec<Format>,
    /// The file to write; with several formats a folder, into which report.<ending> files are written
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Show all there is, with evidence and samples
    #[arg(long, short)]
    verbose: bool,
    /// How many findings, steps and groups to show
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// End with exit code 1 if there is a finding of at least this severity
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// An earlier report (JSON) to compare with
    #[arg(long, value_name = "REPORT.json")]
    baseline: Option<PathBuf>,
    /// Replace ids, names, addresses and quoted values by tokens that only the holder of the key can turn back
    #[arg(long)]
    redact: bool,
    /// The key of --redact and the values that its tokens stand for; made where there is none, to be kept by you
    #[arg(long, value_name = "FILE", default_value = "synclens-key.json")]
    redact_key: PathBuf,
    /// A value of a parameter of the checks; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    param: Vec<(String, String)>,
    /// A folder with checks and queries of one's own
    #[arg(long, value_name = "FOLDER")]
    queries: Option<PathBuf>,
    #[command(flatten)]
    stored: Stored,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Format {
    Terminal,
    Html,
    Markdown,
    Json,
    Xlsx,
    Csv,
    Junit,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    Info,
    Warning,
    Error,
    Critical,
}

/// The formats by the endings of their files.
const ENDINGS: [(&str, Format); 7] = [
    ("txt", Format::Terminal),
    ("html", Format::Html),
    ("md", Format::Markdown),
    ("json", Format::Json),
    ("xlsx", Format::Xlsx),
    ("csv", Format::Csv),
    ("xml", Format::Junit),
];

/// Columns of a terminal that does not tell its width, and of a file.
const WIDTH: usize = 100;

impl Report {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Done> {
        let formats = self.formats()?;
        let catalogue = Catalogue::load(self.queries.as_deref())?;
        let mut opened = opened::open(everywhere, &self.stored, &self.exports, &self.reading, &self.selection)?;
        let config = std::mem::take(&mut opened.config);
        let given = config.given(&self.param);
        catalogue.accepts(&given)?;
        let session = opened.engine.session()?;
        opened.engine.share_threads()?;
        opened.engine.lock(&opened.store)?;
        let mut report = assemble(&session, &catalogue, &given, &self.selection.filter())?;
        if let Some(path) = &self.baseline {
            let file = File::open(path).place(|| format!("cannot read '{}'", path.display()))?;
            let earlier = report::json::read(&path.display().to_string(), BufReader::new(file))?;
            report.baseline = Some(budget::compare(&report, &earlier));
        }
        let mut key = if self.redact { Some(Key::open_or_new(&self.redact_key)?) } else { None };
        let names = if self.redact { names(&session)? } else { Vec::new() };
        let mut redactor = key.as_mut().map(|key| Redactor::new(key, &report, names));
        if let Some(redactor) = &mut redactor {
            report = redactor.report(&report);
        }
        // A workbook shows rows as well; else what was read is given back while the report is written.
        let mut rows = Some((session, opened));
        std::thread::scope(|scope| {
            if !formats.contains(&Format::Xlsx) {
                let rows = rows.take();
                scope.spawn(move || drop(rows));
            }
            self.write(&report, &formats, rows.as_ref().map(|(session, _)| session), &mut redactor)
        })?;
        if let Some(key) = &key {
            key.save(&self.redact_key)?;
        }
        let reasons = config.budget.unwrap_or_default().reasons(&report, self.fail_on.map(severity))?;
        Ok(if reasons.is_empty() { Done::Well } else { Done::Objected(reasons.join("\n")) })
    }

    fn formats(&self) -> Result<Vec<Format>> {
        let mut formats = match &self.output {
            Some(file) if self.format.is_empty() && !file.is_dir() => vec![format_of(file, &ENDINGS)?],
            _ if self.format.is_empty() => vec![Format::Terminal],
            _ => self.format.clone(),
        };
        formats.sort();
        formats.dedup();
        if self.output.is_none() && formats.len() > 1 {
            return Err(Error::new("several formats do not fit on standard output").hint("name a folder with -o FOLDER"));
        }
        Ok(formats)
    }

    fn write(
        &self,
        report: &model::Report,
        formats: &[Format],
        session: Option<&Session>,
        redactor: &mut Option<Redactor<'_>>,
    ) -> Result<()> {
        match (&self.output, formats) {
            (Some(folder), formats) if formats.len() > 1 || folder.is_dir() => {
                std::fs::create_dir_all(folder).place(|| format!("cannot make the folder '{}'", folder.display()))?;
                formats.iter().try_for_each(|format| {
                    let file = folder.join(format!("report.{}", ending(*format)));
                    deliver(Some(&file), |out| self.render(report, *format, session, redactor, out, false))
                })
            }
            (file, formats) => formats.iter().try_for_each(|format| {
                let color = file.is_none() && is_coloured();
                deliver(file.as_deref(), |out| self.render(report, *format, session, redactor, out, color))
            }),
        }
    }

    fn render(
        &self,
        report: &model::Report,
        format: Format,
        session: Option<&Session>,
        redactor: &mut Option<Redactor<'_>>,
        out: &mut dyn Write,
        color: bool,
    ) -> Result<()> {
        match format {
            Format::Terminal => {
                let width = terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0));
                let options = report::terminal::Options { width, color, verbose: self.verbose, top: self.top };
                report::terminal::render(report, &options, out)
            }
            Format::Xlsx => failed_rows(session.expect("it is kept for a workbook"), &mut |rows| {
                let mut shared = rows.map(|row| {
                    row.map(|row| match redactor {
                        Some(redactor) => redactor.row(row),
                        None => row,
                    })
                });
                report::xlsx::render(report, &mut shared, out)
            }),
            Format::Html => report::html::render(report, out),
            Format::Markdown => report::markdown::render(report, self.top, out),
            Format::Json => report::json::render(report, out),
            Format::Csv => report::csv::render(report, out),
            Format::Junit => report::junit::render(report, self.fail_on.map_or(Severity::Error, severity), out),
        }
    }
}

fn ending(format: Format) -> &'static str {
    ENDINGS.iter().find(|(_, known)| *known == format).map_or("txt", |(ending, _)| ending)
}

fn severity(level: FailOn) -> Severity {
    match level {
        FailOn::Info => Severity::Info,
        FailOn::Warning => Severity::Warning,
        FailOn::Error => Severity::Error,
        FailOn::Critical => Severity::Critical,
    }
}
