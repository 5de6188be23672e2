//! The comparison as a page for people.

use super::{Comparison, Records, Side};
use crate::plan::page::{Page, Section, Table};
use crate::report::status;
use crate::report::words::{clip, count, percent, time};

impl Comparison {
    /// The comparison as a page for people; `top` limits the rows of a table.
    pub fn page(&self, top: usize) -> Page {
        let [a, b] = &self.jobs;
        let title = |side: &Side| side.name.clone().unwrap_or_else(|| side.job_id.clone());
        let mut page = Page::new(format!("{} against {}", title(b), title(a)));
        let sum = |pick: fn(&Records) -> u64| self.records.iter().map(pick).sum::<u64>();
        page.lead(format!(
            "{} of {} failed in {} ({}), {} of {} in {} before ({}).",
            count(b.failed),
            count(b.records),
            title(b),
            percent(b.failure_rate),
            count(a.failed),
            count(a.records),
            title(a),
            percent(a.failure_rate)
        ));
        page.lead(format!(
            "Of the records that both held or one of them: {} fixed, {} still failing, {} newly failing, {} gone.",
            count(sum(|of| of.fixed)),
            count(sum(|of| of.still_failing)),
            count(sum(|of| of.newly_failing)),
            count(sum(|of| of.gone))
        ));
        for side in self.jobs.iter().filter(|side| side.unprocessed == side.records) {
            page.lead(format!("{} was only scanned: none of its rows has a result.", title(side)));
        }
        if self.rows_without_id > 0 {
            page.lead(format!(
                "{} rows have no source id, so that their records cannot be followed.",
                count(self.rows_without_id)
            ));
        }
        page.section(Section::new("Jobs", sides(&self.jobs)));
        page.section(Section::new("Failure families", self.families_table()).top(top));
        page.section(Section::new("Records", self.records_table()).top(top));
        page.section(Section::new("Objects", self.objects_table()).top(top));
        page.section(Section::new("Status codes", self.statuses_table()));
        page.section(Section::new("Settings that differ", self.settings_table()).top(top));
        page
    }

    fn families_table(&self) -> Table {
        let mut table = Table::new(&["change", "before", "now", "difference", "in the last jobs", "retry", "message"]);
        for family in &self.families {
            table.row([
                family.change.clone(),
                count(family.records[0]),
                count(family.records[1]),
                signed(family.records),
                format!("{} of {}", count(family.jobs_with), count(self.last_jobs)),
                family.retry.as_deref().unwrap_or("unknown").replace('_', " "),
                if family.pattern.is_empty() { "(no message)".into() } else { clip(&family.pattern, 200).into_owned() },
            ]);
        }
        table
    }

    fn records_table(&self) -> Table {
        let mut table = Table::new(&["object", "fixed", "still failing", "newly failing", "gone", "added", "such as"]);
        for of in self.records.iter().filter(|of| of.fixed + of.still_failing + of.newly_failing + of.gone + of.added > 0) {
            let samples: Vec<&str> =
                of.newly_failing_samples.iter().chain(&of.still_failing_samples).take(2).map(String::as_str).collect();
            table.row([
                of.object.clone().unwrap_or_default(),
                count(of.fixed),
                count(of.still_failing),
                count(of.newly_failing),
                count(of.gone),
                count(of.added),
                samples.join(" "),
            ]);
        }
        table
    }

    fn objects_table(&self) -> Table {
        let mut table =
            Table::new(&["object", "before", "now", "failed before", "failed now", "difference", "rate before", "rate now"]);
        for object in &self.objects {
            table.row([
                object.object.clone().unwrap_or_default(),
                count(object.records[0]),
                count(object.records[1]),
                count(object.failed[0]),
                count(object.failed[1]),
                signed(object.failed),
                percent(object.failure_rate[0]),
                percent(object.failure_rate[1]),
            ]);
        }
        table
    }

    fn statuses_table(&self) -> Table {
        let mut table = Table::new(&["status", "before", "now", "difference"]);
        for row in &self.statuses {
            table.row([status::name(&row.status_code), count(row.records[0]), count(row.records[1]), signed(row.records)]);
        }
        table
    }

    fn settings_table(&self) -> Table {
        let mut table = Table::new(&["of", "setting", "value before", "value now"]);
        for setting in &self.settings {
            let value = |side: usize| setting.values[side].clone().unwrap_or_else(|| "–".into());
            table.row([setting.of.clone(), setting.name.clone(), value(0), value(1)]);
        }
        table
    }
}

fn sides(jobs: &[Side; 2]) -> Table {
    let mut table = Table::new(&["", "job", "status", "started", "ended", "rows", "failed", "rate", "unprocessed"]);
    for (label, side) in ["before", "now"].into_iter().zip(jobs) {
        let moment = |at: &Option<String>| at.as_deref().map_or("–".into(), time);
        table.row([
            label.into(),
            side.name.clone().unwrap_or_else(|| side.job_id.clone()),
            side.status.clone().unwrap_or_else(|| "–".into()),
            moment(&side.started_at),
            moment(&side.ended_at),
            count(side.records),
            count(side.failed),
            percent(side.failure_rate),
            count(side.unprocessed),
        ]);
    }
    table
}

fn signed([a, b]: [u64; 2]) -> String {
    match b.cmp(&a) {
        std::cmp::Ordering::Greater => format!("+{}", count(b - a)),
        std::cmp::Ordering::Less => format!("-{}", count(a - b)),
        std::cmp::Ordering::Equal => "0".into(),
    }
}
