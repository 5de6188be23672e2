//! The charts along a line: the trend over jobs, the failures along the time and along the insert order.

use std::collections::BTreeMap;

use super::canvas::{BAD, Canvas, GOOD, GRID, Hold, INK, MUTED, WIDTH, draw};
use super::charts::{Chart, hex};
use crate::error::Result;
use crate::report::model::{Axis, Change, Report, rate};
use crate::report::outline;
use crate::report::words::{clip, count, counted, line, percent, time};

/// Jobs of the trend, the newest; points of a line; charts of a kind.
const JOBS: usize = 60;
const POINTS: usize = 60;
const CHARTS: usize = 3;

/// One column of a chart: its name, its records and its failures.
struct Column {
    name: String,
    records: u64,
    failed: u64,
}

/// The failure rate of each job.
pub fn trend(report: &Report) -> Result<Option<Chart>> {
    let jobs = &report.jobs[report.jobs.len().saturating_sub(JOBS)..];
    if jobs.len() < 2 {
        return Ok(None);
    }
    let columns: Vec<_> = jobs
        .iter()
        .map(|job| Column {
            name: job.name.clone().unwrap_or_else(|| job.job_id.clone()),
            records: job.records,
            failed: job.failed,
        })
        .collect();
    let share = |column: Option<&Column>| column.and_then(|column| rate(column.failed, column.records));
    Ok(Some(Chart {
        id: "chart-trend".to_owned(),
        title: "Failure rate from job to job".to_owned(),
        description: format!(
            "{}, oldest first: from {} to {}.",
            counted(jobs.len() as u64, "job"),
            percent(share(columns.first())),
            percent(share(columns.last()))
        ),
        svg: picture(&columns, &[])?,
        legend: legend(),
        columns: vec!["Job", "Records", "Failed", "Failure rate"],
        rows: rows(&columns),
        sql: report.sql.get("trend").cloned(),
    }))
}

/// The failures along the time, for the jobs that failed most.
pub fn activity(report: &Report) -> Result<Vec<Chart>> {
    let mut by_job: BTreeMap<&str, Vec<Column>> = BTreeMap::new();
    for point in &report.activity {
        let column = Column { name: point.at.clone(), records: point.records, failed: point.failed };
        by_job.entry(&point.job_id).or_default().push(column);
    }
    let worst = worst(by_job.into_iter().filter(|(_, columns)| columns.len() > 1).collect());
    let chart = |(index, (job, columns)): (usize, (&str, Vec<Column>))| -> Result<Chart> {
        let marks = marks(report, &columns, |change| change.along == Axis::Time && change.job_id == job);
        let mut columns = merged(columns);
        for column in &mut columns {
            column.name = time(&column.name);
        }
        along(
            "time",
            index,
            &format!("job {}", line(outline::job_name(report, job))),
            columns,
            &marks,
            report.sql.get("activity").cloned(),
        )
    };
    worst.into_iter().enumerate().map(chart).collect()
}

/// The failures along the insert order, for the objects of jobs that failed most.
pub fn order(report: &Report) -> Result<Vec<Chart>> {
    let mut by_object: BTreeMap<(&str, &str), Vec<Column>> = BTreeMap::new();
    for position in &report.order {
        let name =
            if position.from == position.to { position.from.to_string() } else { format!("{}–{}", position.from, position.to) };
        let column = Column { name, records: position.records, failed: position.failed };
        by_object.entry((&position.job_id, &position.object)).or_default().push(column);
    }
    let worst = worst(by_object.into_iter().filter(|(_, columns)| columns.len() > 1).collect());
    let chart = |(index, ((job, object), columns)): (usize, ((&str, &str), Vec<Column>))| -> Result<Chart> {
        let of = |change: &Change| {
            change.along == Axis::Order
                && change.job_id == job
                && change.object.as_deref().is_none_or(|changed| changed == object)
        };
        let marks = marks(report, &columns, of);
        let scope = format!("{} in job {}", line(object), line(outline::job_name(report, job)));
        along("order", index, &scope, merged(columns), &marks, report.sql.get("order").cloned())
    };
    worst.into_iter().enumerate().map(chart).collect()
}

/// Those with the most failures, and with any.
fn worst<K: Ord>(mut all: Vec<(K, Vec<Column>)>) -> Vec<(K, Vec<Column>)> {
    let failed = |columns: &[Column]| columns.iter().map(|column| column.failed).sum::<u64>();
    all.retain(|(_, columns)| failed(columns) > 0);
    all.sort_by_cached_key(|(_, columns)| std::cmp::Reverse(failed(columns)));
    all.truncate(CHARTS);
    all
}

/// At most [`POINTS`] columns: neighbours are added up.
fn merged(columns: Vec<Column>) -> Vec<Column> {
    let step = columns.len().div_ceil(POINTS).max(1);
    let mut merged: Vec<Column> = Vec::with_capacity(POINTS);
    for (index, column) in columns.into_iter().enumerate() {
        match merged.last_mut() {
            Some(last) if index % step > 0 => {
                last.records += column.records;
                last.failed += column.failed;
            }
            _ => merged.push(column),
        }
    }
    merged
}

/// Where the failure rate changed, 0 to 1 along the columns.
fn marks(report: &Report, columns: &[Column], of: impl Fn(&Change) -> bool) -> Vec<f64> {
    let place = |change: &Change| {
        let before = |column: &&Column| match change.along {
            Axis::Time => column.name.as_str() < change.at.as_str(),
            Axis::Order => first_order(&column.name) < change.at.parse().unwrap_or(i64::MAX),
        };
        columns.iter().filter(before).count() as f64 / columns.len() as f64
    };
    report.changes.iter().filter(|change| of(change)).map(place).collect()
}

/// The first number of `1200–1299`.
fn first_order(name: &str) -> i64 {
    name.split('–').next().and_then(|first| first.parse().ok()).unwrap_or(i64::MIN)
}

fn along(axis: &str, index: usize, scope: &str, columns: Vec<Column>, marks: &[f64], sql: Option<String>) -> Result<Chart> {
    let failed: u64 = columns.iter().map(|column| column.failed).sum();
    let worst = columns.iter().max_by_key(|column| column.failed);
    let peak = worst.map(|column| format!("; most at {}, {} of {}", column.name, count(column.failed), count(column.records)));
    let changes = if marks.is_empty() { String::new() } else { format!("; dashes: the rate changes {} times", marks.len()) };
    let title = if axis == "time" { "Failures along the time" } else { "Failures along the insert order" };
    Ok(Chart {
        id: format!("chart-{axis}-{index}"),
        title: format!("{title}: {}", clip(scope, 60)),
        description: format!("{} failed{}{changes}.", count(failed), peak.unwrap_or_default()),
        svg: picture(&columns, marks)?,
        legend: legend(),
        columns: vec![if axis == "time" { "From" } else { "Order" }, "Records", "Failed", "Failure rate"],
        rows: rows(&columns),
        sql,
    })
}

fn legend() -> Vec<(String, String)> {
    vec![(hex(GOOD), "records".to_owned()), (hex(BAD), "failed".to_owned())]
}

fn rows(columns: &[Column]) -> Vec<Vec<String>> {
    let row = |column: &Column| {
        let share = percent(rate(column.failed, column.records));
        vec![column.name.clone(), count(column.records), count(column.failed), share]
    };
    columns.iter().map(row).collect()
}

/// Above the failure rate as a line, below the records as columns with their failures.
fn picture(columns: &[Column], marks: &[f64]) -> Result<String> {
    const LEFT: i32 = 52;
    const RIGHT: i32 = WIDTH - 6;
    const RATE: (i32, i32) = (16, 106);
    const ROWS: (i32, i32) = (130, 200);
    let rates: Vec<f64> = columns.iter().map(|column| rate(column.failed, column.records).unwrap_or(0.0)).collect();
    let highest = rates.iter().copied().fold(0.0, f64::max);
    let largest = columns.iter().map(|column| column.records).max().unwrap_or(0);
    let span = f64::from(RIGHT - LEFT);
    let edge = |index: usize| LEFT + (index as f64 / columns.len() as f64 * span) as i32;
    let scaled = |share: f64, (top, bottom): (i32, i32)| bottom - (share * f64::from(bottom - top)) as i32;
    let of = |value: f64, whole: f64| if whole > 0.0 { value / whole } else { 0.0 };
    draw(228, |canvas: &Canvas<'_, '_>| {
        for (band, largest) in [(RATE, percent(Some(highest))), (ROWS, count(largest))] {
            canvas.line(vec![(LEFT, band.0), (RIGHT, band.0)], GRID, 1)?;
            canvas.line(vec![(LEFT, band.1), (RIGHT, band.1)], GRID, 1)?;
            canvas.label(&largest, (LEFT - 6, band.0), Hold::Right, MUTED)?;
            canvas.label("0", (LEFT - 6, band.1), Hold::Right, MUTED)?;
        }
        for (index, column) in columns.iter().enumerate() {
            let gap = i32::from(edge(index + 1) - edge(index) > 4);
            let top = |rows: u64| scaled(of(rows as f64, largest as f64), ROWS);
            canvas.fill((edge(index), top(column.records)), (edge(index + 1) - gap, ROWS.1), GOOD)?;
            if column.failed > 0 {
                canvas.fill((edge(index), top(column.failed).min(ROWS.1 - 1)), (edge(index + 1) - gap, ROWS.1), BAD)?;
            }
        }
        for mark in marks {
            let x = LEFT + (mark * span) as i32;
            for dash in (RATE.0..ROWS.1).step_by(8) {
                canvas.line(vec![(x, dash), (x, dash + 4)], INK, 1)?;
            }
        }
        let middle = |index: usize| (edge(index) + edge(index + 1)) / 2;
        let points: Vec<_> = (0..columns.len()).map(|index| (middle(index), scaled(of(rates[index], highest), RATE))).collect();
        if points.len() <= POINTS / 3 {
            points.iter().try_for_each(|point| canvas.dot(*point, BAD))?;
        }
        canvas.line(points, BAD, 2)?;
        canvas.label("failure rate", (RIGHT, 8), Hold::Right, MUTED)?;
        canvas.label("records", (RIGHT, 122), Hold::Right, MUTED)?;
        if let (Some(first), Some(last)) = (columns.first(), columns.last()) {
            canvas.label(&clip(&first.name, 32), (LEFT, 216), Hold::Left, MUTED)?;
            canvas.label(&clip(&last.name, 32), (RIGHT, 216), Hold::Right, MUTED)?;
        }
        Ok(())
    })
}
