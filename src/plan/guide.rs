//! The README of a plan, in Markdown.

use super::file::List;
use super::job::Job;
use super::{Listed, Options};
use crate::report::markdown::plain;
use crate::report::words::{count, counted, time};

/// A text that grows by paragraphs, lists and tables.
pub struct Guide {
    text: String,
}

impl Guide {
    /// Begins with the title and where the numbers come from.
    pub fn new(title: &str, job: &Job, options: &Options) -> Guide {
        let mut guide = Guide { text: format!("# {}\n\n", plain(title)) };
        let status = job.status.as_deref().map(|status| format!(", status {}", plain(status))).unwrap_or_default();
        let as_of = job.as_of.as_deref().map(|at| format!(", as of {}", time(at))).unwrap_or_default();
        guide.line(&format!("Job {}{status}, {}{as_of}.", plain(&job.job_id), counted(job.records, "audit row")));
        if let Some(most) = options.rows_per_file {
            guide.line(&format!("A file has at most {}.", counted(most.get(), "row")));
        }
        guide
    }

    /// How long the org still has the rows that a retry and a rollback read.
    pub fn purge(&mut self, job: &Job) {
        let says = match (job.days_left, job.purge_from.as_deref()) {
            (Some(days), Some(day)) if days > 0 => {
                format!(
                    "**{} left:** the org purges the first of these audit rows on {day}, and without them it can neither retry nor roll back.",
                    counted(days.unsigned_abs(), "day")
                )
            }
            (Some(_), Some(day)) => {
                format!(
                    "**Too late for some:** the org has purged these audit rows since {day}. What it no longer has, it can neither retry nor roll back; these files remain."
                )
            }
            _ => "The rows have no time, so it is not known when the org purges them.".to_string(),
        };
        self.line(&says);
    }

    /// A paragraph, which is Markdown already.
    pub fn line(&mut self, markdown: &str) {
        self.text += markdown;
        self.text += "\n\n";
    }

    /// A heading.
    pub fn heading(&mut self, title: &str) {
        self.line(&format!("## {title}"));
    }

    /// A heading below a heading.
    pub fn subheading(&mut self, title: &str) {
        self.line(&format!("### {title}"));
    }

    /// A list of points.
    pub fn list(&mut self, points: &[String]) {
        for point in points {
            self.text += &format!("- {point}\n");
        }
        self.text.push('\n');
    }

    /// A numbered list of foreign texts.
    pub fn steps(&mut self, steps: &[String]) {
        for (index, step) in steps.iter().enumerate() {
            self.text += &format!("{}. {}\n", index + 1, plain(step));
        }
        self.text.push('\n');
    }

    /// A table; the cells are Markdown already.
    pub fn table(&mut self, columns: &[&str], rows: &[Vec<String>]) {
        self.text += &format!("| {} |\n|{}\n", columns.join(" | "), " --- |".repeat(columns.len()));
        for row in rows {
            self.text += &format!("| {} |\n", row.join(" | "));
        }
        self.text.push('\n');
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.text.trim_end().to_string() + "\n"
    }
}

/// The name of a class of records as a heading.
pub fn title(class: &str) -> String {
    let words = class.replace('_', " ");
    words[..1].to_uppercase() + &words[1..]
}

/// The files of a list, as a cell of a table.
pub fn parts(list: &List, files: &[Listed]) -> String {
    let parts = files.iter().filter(|file| file.file.starts_with(&list.stem)).map(|file| format!("`{}`", file.file));
    parts.collect::<Vec<_>>().join("<br>")
}

/// `1 record stands`, `2 records stand`.
pub fn stand(number: u64, noun: &str) -> String {
    format!("{} {}", counted(number, noun), if number == 1 { "stands" } else { "stand" })
}

/// The number with the words for one, or for several.
pub fn have(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}
