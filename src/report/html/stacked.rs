//! The chart of objects by status: one bar an object, a colour a status.

use plotters::style::RGBColor;

use super::canvas::{Hold, INK, MUTED, WIDTH, draw};
use super::charts::{Chart, hex};
use crate::error::Result;
use crate::report::model::{Object, Report};
use crate::report::status::{self, Tone};
use crate::report::words::{clip, count, percent};

/// Objects in the chart.
const BARS: usize = 12;

/// The colours of a tone, lighter with each status that has it; the same in both themes.
fn shades(tone: Tone) -> &'static [RGBColor] {
    const DONE: [RGBColor; 2] = [RGBColor(0x2b, 0x6c, 0xb0), RGBColor(0x63, 0xa1, 0xdb)];
    const LEFT: [RGBColor; 2] = [RGBColor(0x8a, 0x94, 0xa3), RGBColor(0xb8, 0xc0, 0xcc)];
    const OPEN: [RGBColor; 4] =
        [RGBColor(0xb7, 0x79, 0x1f), RGBColor(0xd6, 0x9e, 0x2e), RGBColor(0xe3, 0xb9, 0x50), RGBColor(0xef, 0xd4, 0x8a)];
    const FAILED: [RGBColor; 2] = [RGBColor(0xc5, 0x30, 0x30), RGBColor(0xe5, 0x73, 0x73)];
    match tone {
        Tone::Done => &DONE,
        Tone::Left => &LEFT,
        Tone::Open => &OPEN,
        Tone::Failed => &FAILED,
    }
}

/// The colour of a status; undocumented ones share one of their own.
fn color(code: &str) -> RGBColor {
    let tone = status::tone(code);
    let place = status::documented().filter(|known| status::tone(known) == tone).position(|known| known == code);
    place.and_then(|place| shades(tone).get(place)).copied().unwrap_or(RGBColor(0x80, 0x5a, 0xd5))
}

/// The statuses of an object, in the order in which they are stacked.
fn parts(object: &Object) -> Vec<(&str, u64)> {
    let known = status::documented().filter_map(|code| Some((code, *object.status_codes.get(code)?)));
    let others = object.status_codes.iter().filter(|(code, _)| !status::documented().any(|known| known == code.as_str()));
    known.chain(others.map(|(code, records)| (code.as_str(), *records))).filter(|(_, records)| *records > 0).collect()
}

/// Objects by status.
pub fn objects(report: &Report) -> Result<Option<Chart>> {
    const ROW: i32 = 36;
    const LEFT: i32 = 4;
    let shown = &report.objects[..report.objects.len().min(BARS)];
    if shown.is_empty() {
        return Ok(None);
    }
    let svg = draw(ROW * shown.len() as i32, |canvas| {
        for (index, object) in shown.iter().enumerate() {
            let top = ROW * index as i32;
            let number = format!("{} of {} failed", count(object.failed), count(object.records));
            canvas.label(&clip(&object.object, 40), (LEFT, top + 11), Hold::Left, INK)?;
            canvas.label(&number, (WIDTH - LEFT, top + 11), Hold::Right, MUTED)?;
            let whole = parts(object).iter().map(|(_, records)| records).sum::<u64>().max(1);
            let x = |rows: u64| LEFT + (rows as f64 / whole as f64 * f64::from(WIDTH - 2 * LEFT)) as i32;
            let mut before = 0;
            for (code, records) in parts(object) {
                canvas.fill((x(before), top + 20), (x(before + records).max(x(before) + 1), top + 32), color(code))?;
                before += records;
            }
        }
        Ok(())
    })?;
    let mut codes: Vec<&str> = status::documented().collect();
    codes.retain(|code| shown.iter().any(|object| object.status_codes.contains_key(*code)));
    let mut legend: Vec<_> = codes.iter().map(|code| (hex(color(code)), status::name(code))).collect();
    if shown.iter().any(|object| object.status_codes.keys().any(|code| !status::documented().any(|known| known == code))) {
        legend.push((hex(color("undocumented")), "Undocumented".to_owned()));
    }
    let worst = &shown[0];
    let rows = shown.iter().flat_map(|object| {
        parts(object).into_iter().map(|(code, records)| vec![object.object.clone(), status::name(code), count(records)])
    });
    Ok(Some(Chart {
        id: "chart-objects".to_owned(),
        title: "Objects by status".to_owned(),
        description: format!(
            "{} has the most failures: {} of {} ({}).",
            worst.object,
            count(worst.failed),
            count(worst.records),
            percent(worst.failure_rate)
        ),
        svg,
        legend,
        columns: vec!["Object", "Status", "Records"],
        rows: rows.collect(),
        sql: report.sql.get("objects").cloned(),
    }))
}
