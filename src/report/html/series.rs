//! The charts along a line: the trend over jobs, the failures along the time and along the insert order.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::canvas::{BAD, Canvas, GOOD, GRID, Hold, INK, MUTED, WIDTH, draw};
use super::charts::{Chart, hex};
use crate::error::Result;
use crate::report::model::{Axis, Change, Job, Report, rate};
use crate::report::outline;
use crate::report::words::{clip, count, counted, line, percent};

/// Jobs of the trend, the newest; columns of a chart; charts of a kind.
const JOBS: usize = 60;
const COLUMNS: f64 = 60.0;
const CHARTS: usize = 3;

/// A stretch of the axis with its records and failures.
struct Column {
    from: f64,
    to: f64,
    records: u64,
    failed: u64,
}

/// What a chart shows along its axis.
struct Series {
    columns: Vec<Column>,
    /// Where the failure rate changed.
    marks: Vec<f64>,
    /// The texts below the axis: at its beginning, in its middle, at its end.
    labels: [String; 3],
}

/// The failure rate of each job that processed something.
pub fn trend(report: &Report) -> Result<Option<Chart>> {
    let jobs: Vec<_> = outline::processed_jobs(report).collect();
    let jobs = &jobs[jobs.len().saturating_sub(JOBS)..];
    let [first, .., last] = jobs else { return Ok(None) };
    let name = |job: &Job| job.name.clone().unwrap_or_else(|| job.job_id.clone());
    let share = |job: &Job| percent(rate(job.failed, job.records));
    let column = |(index, job): (usize, &&Job)| Column {
        from: index as f64,
        to: (index + 1) as f64,
        records: job.records,
        failed: job.failed,
    };
    let series = Series {
        columns: jobs.iter().enumerate().map(column).collect(),
        marks: Vec::new(),
        labels: [name(first), String::new(), name(last)],
    };
    Ok(Some(Chart {
        id: "chart-trend".to_owned(),
        title: "Failure rate from job to job".to_owned(),
        description: format!("{}, oldest first: from {} to {}.", counted(jobs.len() as u64, "job"), share(first), share(last)),
        svg: series.picture()?,
        legend: legend(),
        columns: vec!["Job", "Records", "Failed", "Failure rate"],
        rows: jobs.iter().map(|job| vec![name(job), count(job.records), count(job.failed), share(job)]).collect(),
        sql: report.sql.get("jobs").cloned(),
    }))
}

/// The failures along the time, for the jobs that failed most.
pub fn activity(report: &Report) -> Result<Vec<Chart>> {
    let mut by_job: BTreeMap<&str, Vec<Column>> = BTreeMap::new();
    for point in &report.activity {
        let Some(from) = seconds(&point.at) else { continue };
        let column = Column { from, to: from + point.seconds as f64, records: point.records, failed: point.failed };
        by_job.entry(&point.job_id).or_default().push(column);
    }
    let chart = |(index, (job, columns)): (usize, (&str, Vec<Column>))| {
        let of = |change: &&Change| change.along == Axis::Time && change.job_id == job;
        let marks = report.changes.iter().filter(of).filter_map(|change| seconds(&change.at)).collect();
        let scope = format!("job {}", line(outline::job_name(report, job)));
        along("time", index, &scope, columns, marks, report.sql.get("activity").cloned())
    };
    worst(by_job).into_iter().enumerate().map(chart).collect()
}

/// The failures along the insert order, for the objects of jobs that failed most.
pub fn order(report: &Report) -> Result<Vec<Chart>> {
    let mut by_object: BTreeMap<(&str, &str), Vec<Column>> = BTreeMap::new();
    for position in &report.order {
        let column = Column {
            from: position.from as f64,
            to: (position.to + 1) as f64,
            records: position.records,
            failed: position.failed,
        };
        by_object.entry((&position.job_id, &position.object)).or_default().push(column);
    }
    let chart = |(index, ((job, object), columns)): (usize, ((&str, &str), Vec<Column>))| {
        let of = |change: &&Change| {
            change.along == Axis::Order
                && change.job_id == job
                && change.object.as_deref().is_none_or(|changed| changed == object)
        };
        let marks = report.changes.iter().filter(of).filter_map(|change| change.at.parse().ok()).collect();
        let scope = format!("{} in job {}", line(object), line(outline::job_name(report, job)));
        along("order", index, &scope, columns, marks, report.sql.get("order").cloned())
    };
    worst(by_object).into_iter().enumerate().map(chart).collect()
}

/// A time as seconds.
fn seconds(iso: &str) -> Option<f64> {
    DateTime::parse_from_rfc3339(iso).ok().map(|time| time.timestamp() as f64)
}

/// Seconds as a time: `2026-03-03 19:30 UTC`, or without the day where that is clear.
fn moment(seconds: f64, format: &str) -> String {
    DateTime::from_timestamp(seconds as i64, 0).map(|time| time.format(format).to_string()).unwrap_or_default()
}

/// Those of several columns with the most failures, and with any.
fn worst<K: Ord>(all: BTreeMap<K, Vec<Column>>) -> Vec<(K, Vec<Column>)> {
    let failed = |columns: &[Column]| columns.iter().map(|column| column.failed).sum::<u64>();
    let mut all: Vec<_> = all.into_iter().filter(|(_, columns)| columns.len() > 1 && failed(columns) > 0).collect();
    all.sort_by_cached_key(|(_, columns)| std::cmp::Reverse(failed(columns)));
    all.truncate(CHARTS);
    all
}

/// Adds up neighbours until no column is too narrow to be seen; what a gap parts stays apart.
fn merged(columns: Vec<Column>) -> Vec<Column> {
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return columns };
    let narrow = (last.to - first.from) / COLUMNS;
    let mut merged: Vec<Column> = Vec::new();
    for column in columns {
        match merged.last_mut().filter(|last| last.to == column.from && last.to - last.from < narrow) {
            Some(last) => {
                last.to = column.to;
                last.records += column.records;
                last.failed += column.failed;
            }
            None => merged.push(column),
        }
    }
    merged
}

fn along(axis: &str, index: usize, scope: &str, columns: Vec<Column>, marks: Vec<f64>, sql: Option<String>) -> Result<Chart> {
    let columns = merged(columns);
    let (begin, end) = (columns.first().map_or(0.0, |first| first.from), columns.last().map_or(0.0, |last| last.to));
    let is_time = axis == "time";
    let name = |column: &Column| match (is_time, column.from as u64, column.to as u64 - 1) {
        (true, ..) => moment(column.from, "%Y-%m-%d %H:%M UTC"),
        (_, from, to) if from == to => count(from),
        (_, from, to) => format!("{}–{}", count(from), count(to)),
    };
    let short = if moment(begin, "%F") == moment(end, "%F") { "%H:%M" } else { "%m-%d %H:%M" };
    let middle = f64::midpoint(begin, end);
    let labels = match is_time {
        true => [moment(begin, "%Y-%m-%d %H:%M UTC"), moment(middle, short), moment(end, short)],
        false => [begin, middle, end - 1.0].map(|order| count(order as u64)),
    };
    let failed: u64 = columns.iter().map(|column| column.failed).sum();
    let worst = columns.iter().max_by_key(|column| column.failed);
    let peak = worst.map(|column| format!("; most at {}, {} of {}", name(column), count(column.failed), count(column.records)));
    let changes = if marks.is_empty() { String::new() } else { format!("; dashes: the rate changes {}", times(marks.len())) };
    let title = if is_time { "Failures along the time" } else { "Failures along the insert order" };
    let row = |column: &Column| {
        vec![name(column), count(column.records), count(column.failed), percent(rate(column.failed, column.records))]
    };
    let rows = columns.iter().map(row).collect();
    Ok(Chart {
        id: format!("chart-{axis}-{index}"),
        title: format!("{title}: {}", clip(scope, 60)),
        description: format!("{} failed{}{changes}.", count(failed), peak.unwrap_or_default()),
        svg: Series { columns, marks, labels }.picture()?,
        legend: legend(),
        columns: vec![if is_time { "From" } else { "Order" }, "Records", "Failed", "Failure rate"],
        rows,
        sql,
    })
}

/// `once`, `3 times`.
fn times(number: usize) -> String {
    if number == 1 { "once".to_owned() } else { format!("{} times", count(number as u64)) }
}

fn legend() -> Vec<(String, String)> {
    vec![(hex(GOOD), "records".to_owned()), (hex(BAD), "failed".to_owned())]
}

impl Series {
    /// Above the failure rate as a line, below the records as columns with their failures. A column is as wide as its stretch of the
    /// axis and as large as its records, so that stretches of several widths compare.
    fn picture(&self) -> Result<String> {
        const LEFT: i32 = 52;
        const RIGHT: i32 = WIDTH - 6;
        const RATE: (i32, i32) = (16, 106);
        const ROWS: (i32, i32) = (130, 200);
        let Self { columns, marks, labels } = self;
        let (begin, end) = (columns.first().map_or(0.0, |first| first.from), columns.last().map_or(1.0, |last| last.to));
        let x = |at: f64| LEFT + ((at - begin) / (end - begin) * f64::from(RIGHT - LEFT)) as i32;
        let share = |column: &Column| rate(column.failed, column.records);
        let density = |column: &Column, records: u64| records as f64 / (column.to - column.from);
        let highest = columns.iter().filter_map(share).fold(0.0, f64::max);
        let densest = columns.iter().map(|column| density(column, column.records)).fold(0.0, f64::max);
        let width = columns.first().map_or(0.0, |first| first.to - first.from);
        let is_even = columns.iter().all(|column| column.to - column.from == width);
        let largest = if is_even { count(columns.iter().map(|column| column.records).max().unwrap_or(0)) } else { String::new() };
        let y = |part: f64, whole: f64, (top, bottom): (i32, i32)| {
            bottom - if whole > 0.0 { (part / whole * f64::from(bottom - top)) as i32 } else { 0 }
        };
        draw(228, |canvas: &Canvas<'_, '_>| {
            for (band, largest) in [(RATE, percent(Some(highest))), (ROWS, largest)] {
                canvas.line(vec![(LEFT, band.0), (RIGHT, band.0)], GRID, 1)?;
                canvas.line(vec![(LEFT, band.1), (RIGHT, band.1)], GRID, 1)?;
                canvas.label(&largest, (LEFT - 6, band.0), Hold::Right, MUTED)?;
                canvas.label("0", (LEFT - 6, band.1), Hold::Right, MUTED)?;
            }
            for column in columns {
                let (from, to) = (x(column.from), x(column.to));
                let to = (to - i32::from(to - from > 4)).max(from + 1);
                let top = |records: u64| y(density(column, records), densest, ROWS);
                canvas.fill((from, top(column.records)), (to, ROWS.1), GOOD)?;
                if column.failed > 0 {
                    canvas.fill((from, top(column.failed).min(ROWS.1 - 1)), (to, ROWS.1), BAD)?;
                }
            }
            for mark in marks {
                for dash in (RATE.0..ROWS.1).step_by(8) {
                    canvas.line(vec![(x(*mark), dash), (x(*mark), dash + 4)], INK, 1)?;
                }
            }
            for run in columns.chunk_by(|one, next| one.to == next.from) {
                let middle = |column: &Column| x(f64::midpoint(column.from, column.to));
                let points: Vec<_> =
                    run.iter().filter_map(|column| Some((middle(column), y(share(column)?, highest, RATE)))).collect();
                if columns.len() <= DOTTED || points.len() == 1 {
                    points.iter().try_for_each(|point| canvas.dot(*point, BAD))?;
                }
                canvas.line(points, BAD, 2)?;
            }
            canvas.label("failure rate", (RIGHT, 8), Hold::Right, MUTED)?;
            canvas.label("records", (RIGHT, 122), Hold::Right, MUTED)?;
            let [first, middle, last] = labels;
            canvas.label(&clip(first, 32), (LEFT, 216), Hold::Left, MUTED)?;
            canvas.label(middle, (x(f64::midpoint(begin, end)), 216), Hold::Middle, MUTED)?;
            canvas.label(&clip(last, 32), (RIGHT, 216), Hold::Right, MUTED)
        })
    }
}

/// Columns up to which each has a dot.
const DOTTED: usize = 20;
