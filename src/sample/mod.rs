//! A synthetic audit-log export of any size, the same for the same wishes, to try the tool and to measure it.

mod fate;
mod job;
mod random;
mod record;
mod row;
mod story;
mod text;

use std::io::Write;

use crate::error::{Error, Result};
use fate::{Fates, Wave};
use job::Job;
use row::Rows;
use story::Story;

/// What a sample is to be.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Rows besides the header.
    pub rows: u64,
    /// Jobs among which the rows are divided: loads, the retries of what failed in them, and delta runs, in turn. A retry
    /// without anything to retry is left out.
    pub jobs: u64,
    /// Another seed gives other records with other fates.
    pub seed: u64,
    /// Which values are quoted.
    pub quote: Quote,
}

/// Which values of a sample are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// All, as Data Loader does.
    All,
    /// Those that need it, as `sf data query` does.
    Minimal,
}

/// The share of a load's rows that its retry may have; what the retry does not need goes to the last job.
const RETRY_PER_LOAD: f64 = 0.04;
/// Rows of a delta run for one row of a load.
const DELTA_PER_LOAD: f64 = 0.3;

/// Writes the export that `spec` asks for, header first.
///
/// # Errors
/// More jobs than rows, or `out` cannot be written to.
pub fn write(spec: &Spec, out: &mut dyn Write) -> Result<()> {
    if spec.jobs == 0 || (spec.rows > 0 && spec.jobs > spec.rows) {
        return Err(Error::new(format!("cannot divide {} rows among {} jobs", spec.rows, spec.jobs))
            .hint("ask for at least one job, and no more jobs than rows"));
    }
    let story = Story::read()?;
    let fates = Fates { story: &story };
    let mut rows = Rows::new(spec.quote, out);
    rows.header()?;
    let weights: f64 = (0..spec.jobs).map(|number| weight(number, spec.jobs)).sum();
    let mut wave = Wave::new(&story, spec.seed, 0, 0);
    let mut waves = 0;
    let mut free_from = 0;
    for number in 0..spec.jobs {
        let last = number + 1 == spec.jobs;
        let share = (spec.rows as f64 * weight(number, spec.jobs) / weights) as u64;
        // Every later job keeps one row, so that none of them is empty.
        let left = spec.rows - rows.written;
        let quota = if last { left } else { share.clamp(1, left - (spec.jobs - number - 1)) };
        let kind = kind(number, spec.jobs);
        if kind == Kind::Load {
            wave = Wave::new(&story, spec.seed, waves, quota);
            waves += 1;
        }
        let mut job = Job::new(&fates, &wave, waves - 1, number, spec, free_from);
        match kind {
            Kind::Load => job.load(&mut rows)?,
            Kind::Retry => job.retry(quota, &mut rows)?,
            Kind::Delta => job.delta(quota, &mut rows)?,
        }
        free_from = job.ended_at();
    }
    rows.finish()
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Load,
    Retry,
    Delta,
}

/// The last job takes what rows are left, which a retry could not promise.
fn kind(number: u64, jobs: u64) -> Kind {
    match number % 3 {
        0 => Kind::Load,
        1 if number + 1 < jobs => Kind::Retry,
        _ => Kind::Delta,
    }
}

fn weight(number: u64, jobs: u64) -> f64 {
    match kind(number, jobs) {
        Kind::Load => 1.0,
        Kind::Retry => RETRY_PER_LOAD,
        Kind::Delta => DELTA_PER_LOAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(rows: u64, jobs: u64, seed: u64, quote: Quote) -> Vec<u8> {
        let mut out = Vec::new();
        write(&Spec { rows, jobs, seed, quote }, &mut out).expect("a vector can be written to");
        out
    }

    fn parsed(bytes: &[u8]) -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(bytes).records().map(|row| row.expect("every row has the header's columns")).collect()
    }

    #[test]
    fn it_has_the_rows_and_jobs_that_were_asked_for() {
        for (rows, jobs) in [(0, 1), (1, 1), (50, 2), (1000, 3), (5000, 6), (20_000, 30)] {
            let rows_read = parsed(&sample(rows, jobs, 1, Quote::All));
            assert_eq!(rows_read.len() as u64, rows);
            let mut seen: Vec<_> = rows_read.iter().map(|row| row[2].to_owned()).collect();
            seen.dedup();
            assert_eq!(seen.len() as u64, jobs.min(rows), "{rows} rows, {jobs} jobs");
        }
        assert!(write(&Spec { rows: 3, jobs: 4, seed: 1, quote: Quote::All }, &mut Vec::new()).is_err());
    }

    #[test]
    fn quoting_changes_no_value_and_the_seed_does() {
        let all = sample(4000, 3, 9, Quote::All);
        assert_eq!(all, sample(4000, 3, 9, Quote::All));
        assert_eq!(parsed(&all), parsed(&sample(4000, 3, 9, Quote::Minimal)));
        assert_ne!(parsed(&all), parsed(&sample(4000, 3, 10, Quote::All)));
    }

    #[test]
    fn children_that_name_a_parent_name_one_that_failed_before_them() {
        let rows = parsed(&sample(60_000, 3, 1, Quote::All));
        let mut failed = std::collections::HashSet::new();
        let mut named = 0;
        for row in &rows {
            let cascade = row[6].split_once("invalid cross reference id: ");
            if let Some((_, id)) = cascade.filter(|(_, id)| id.is_char_boundary(15) && id.starts_with('0')) {
                named += 1;
                assert!(failed.contains(&id[..15]), "{id} did not fail before");
            }
            if &row[7] == "true" {
                failed.insert(row[1][..15].to_owned());
            }
        }
        assert!(named > 100, "{named}");
    }

    #[test]
    fn it_fails_as_often_and_in_as_many_ways_as_a_real_migration() {
        let rows = parsed(&sample(200_000, 6, 1, Quote::All));
        let failed = rows.iter().filter(|row| &row[7] == "true").count();
        assert!((6_000..12_000).contains(&failed), "{failed}");
        for code in ["1", "2", "3", "4", "5", "6", "7", "9", "11"] {
            assert!(rows.iter().any(|row| &row[4] == code), "no row has code {code}");
        }
        assert!(rows.iter().all(|row| (&row[7] == "true") == (matches!(&row[4], "1" | "3"))));
        assert!(rows.iter().all(|row| row[16] >= row[15]), "a row was changed before it was created");
    }
}
