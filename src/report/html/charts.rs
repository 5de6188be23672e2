//! The charts of the page: each an SVG, with its numbers as a table beside it and the SQL that gives them.

use plotters::style::RGBColor;
use serde::Serialize;

use super::canvas::{BAD, Canvas, GOOD, GRID, Hold, INK, MUTED, WIDTH, draw};
use super::{series, stacked};
use crate::error::Result;
use crate::report::model::{Report, rate};
use crate::report::outline;
use crate::report::words::{clip, count, percent};

/// Bars of one chart: more cannot be compared by eye.
const BARS: usize = 12;

/// A chart, its text alternative and its numbers.
#[derive(Debug, Serialize)]
pub struct Chart {
    /// Unique in the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What there is to see, in a sentence.
    pub description: String,
    /// The drawing; it holds no text that is not escaped.
    pub svg: String,
    /// The colours and what they stand for.
    pub legend: Vec<(String, String)>,
    /// The headers of the numbers.
    pub columns: Vec<&'static str>,
    /// The numbers.
    pub rows: Vec<Vec<String>>,
    /// The SQL that gives them.
    pub sql: Option<String>,
}

/// All charts that the report has numbers for.
pub fn charts(report: &Report) -> Result<Vec<Chart>> {
    let mut charts = Vec::new();
    charts.extend(pareto(report)?);
    charts.extend(stacked::objects(report)?);
    charts.extend(series::trend(report)?);
    charts.extend(hierarchy(report)?);
    charts.extend(series::activity(report)?);
    charts.extend(series::order(report)?);
    Ok(charts)
}

/// A colour as the page writes it.
pub fn hex(color: RGBColor) -> String {
    format!("#{:02X}{:02X}{:02X}", color.0, color.1, color.2)
}

/// The groups by weight, with the share of the failures that the first ones hold together.
fn pareto(report: &Report) -> Result<Option<Chart>> {
    let failed = report.totals.failed;
    if report.groups.is_empty() || failed == 0 {
        return Ok(None);
    }
    let mut running = 0;
    let bars: Vec<_> = report
        .groups
        .iter()
        .take(BARS)
        .map(|group| {
            running += group.records;
            let share = group.records as f64 / failed as f64;
            (outline::group_name(group), group.records, share, running as f64 / failed as f64)
        })
        .collect();
    const ROW: i32 = 36;
    const LEFT: i32 = 4;
    let span = f64::from(WIDTH - 2 * LEFT);
    let x = |share: f64| LEFT + (share.min(1.0) * span) as i32;
    let svg = draw(ROW * bars.len() as i32 + 6, |canvas| {
        for (index, (name, records, share, total)) in bars.iter().enumerate() {
            let top = ROW * index as i32;
            canvas.label(&clip(name, 62), (LEFT, top + 11), Hold::Left, INK)?;
            canvas.label(&count(*records), (WIDTH - LEFT, top + 11), Hold::Right, INK)?;
            canvas.fill((LEFT, top + 21), (x(1.0), top + 31), GRID)?;
            canvas.fill((LEFT, top + 21), (x(*share).max(LEFT + 1), top + 31), BAD)?;
            canvas.line(vec![(x(*total) - 1, top + 18), (x(*total) - 1, top + 34)], GOOD, 3)?;
        }
        Ok(())
    })?;
    let last = bars.last().map(|bar| bar.3);
    Ok(Some(Chart {
        id: "chart-groups".to_owned(),
        title: "Failure groups, the largest first".to_owned(),
        description: format!(
            "The {} largest of {} failure groups hold {} of {} failures.",
            bars.len(),
            count(report.groups.len() as u64),
            percent(last),
            count(failed)
        ),
        svg,
        legend: vec![(hex(BAD), "share of the failures".to_owned()), (hex(GOOD), "running total".to_owned())],
        columns: vec!["Group", "Records", "Share", "Running total"],
        rows: bars
            .iter()
            .map(|(name, records, share, total)| {
                vec![name.clone(), count(*records), percent(Some(*share)), percent(Some(*total))]
            })
            .collect(),
        sql: report.sql.get("groups").cloned(),
    }))
}

/// The failure rate at each level of self-referencing objects.
fn hierarchy(report: &Report) -> Result<Option<Chart>> {
    let mut levels: Vec<(i64, u64, u64)> = Vec::new();
    for level in &report.hierarchy {
        match levels.iter_mut().find(|(depth, ..)| *depth == level.depth) {
            Some((_, records, failed)) => {
                *records += level.records;
                *failed += level.failed;
            }
            None => levels.push((level.depth, level.records, level.failed)),
        }
    }
    levels.sort_unstable();
    if levels.len() < 2 {
        return Ok(None);
    }
    let shown = &levels[..levels.len().min(2 * BARS)];
    let shares: Vec<f64> = shown.iter().map(|(_, records, failed)| rate(*failed, *records).unwrap_or(0.0)).collect();
    let svg = rate_bars(
        &shown.iter().map(|(depth, ..)| format!("level {depth}")).collect::<Vec<_>>(),
        &shares,
        &shown
            .iter()
            .map(|(_, records, failed)| format!("{} of {}", percent(rate(*failed, *records)), count(*records)))
            .collect::<Vec<_>>(),
    )?;
    let worst = shares.iter().copied().enumerate().fold((0, 0.0), |worst, here| if here.1 > worst.1 { here } else { worst });
    Ok(Some(Chart {
        id: "chart-hierarchy".to_owned(),
        title: "Failure rate by level of the hierarchy".to_owned(),
        description: format!(
            "{} levels; the highest failure rate, {}, is at level {}.",
            levels.len(),
            percent(Some(worst.1)),
            shown[worst.0].0
        ),
        svg,
        legend: vec![(hex(BAD), "failed of all records at the level".to_owned())],
        columns: vec!["Object", "Level", "Records", "Failed", "Failure rate"],
        rows: report
            .hierarchy
            .iter()
            .map(|level| {
                let share = percent(rate(level.failed, level.records));
                vec![level.object.clone(), level.depth.to_string(), count(level.records), count(level.failed), share]
            })
            .collect(),
        sql: report.sql.get("hierarchy").cloned(),
    }))
}

/// A bar a row, scaled to the largest share, with its name on the left and its number on the right.
fn rate_bars(names: &[String], shares: &[f64], numbers: &[String]) -> Result<String> {
    const ROW: i32 = 24;
    const FROM: i32 = 70;
    const TO: i32 = WIDTH - 150;
    let largest = shares.iter().copied().fold(0.0, f64::max);
    let bar = |canvas: &Canvas<'_, '_>, index: usize| -> Result<()> {
        let middle = ROW * index as i32 + ROW / 2;
        canvas.label(&names[index], (4, middle), Hold::Left, INK)?;
        canvas.fill((FROM, middle - 6), (TO, middle + 6), GRID)?;
        if shares[index] > 0.0 {
            let end = FROM + (shares[index] / largest * f64::from(TO - FROM)) as i32;
            canvas.fill((FROM, middle - 6), (end.max(FROM + 1), middle + 6), BAD)?;
        }
        canvas.label(&numbers[index], (TO + 10, middle), Hold::Left, MUTED)
    };
    draw(ROW * names.len() as i32, |canvas| (0..names.len()).try_for_each(|index| bar(canvas, index)))
}
