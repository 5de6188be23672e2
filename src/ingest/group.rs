//! Formatted reports with groups: what a group has in common stands in its first row alone, and totals stand between the rows.

use std::io;

use super::block::{Block, Blocks, Next};
use super::decode::View;
use super::index::{Index, Record};
use super::plan::{Input, Plan};
use super::value;
use super::word;

/// How reports say in front of a total what it is, in the languages in which they say so.
const TOTALS: [&str; 28] = [
    "subtotal",
    "total",
    "grand total",
    "count",
    "record count",
    "sum",
    "average",
    "max",
    "min",
    "zwischensumme",
    "gesamt",
    "gesamtsumme",
    "anzahl",
    "summe",
    "sous-total",
    "total général",
    "nombre",
    "somme",
    "recuento",
    "suma",
    "subtotale",
    "totale",
    "conteggio",
    "subtotaal",
    "totaal",
    "contagem",
    "小計",
    "合計",
];

/// Columns that stand for whole groups where nothing but the arrow in its header tells that a report is grouped by a column.
const GROUPED: [&str; 2] = ["job_id", "object"];

/// The first fields, those by which the rows of a report are grouped, from the outermost; `rows` are fields of its first rows. Reports put an
/// arrow behind the headers of columns that they sort by; a total stands in the column of the group that it is of.
pub fn fields<'a>(plan: &Plan, rows: impl Iterator<Item = Vec<&'a [u8]>>) -> Vec<usize> {
    let first = plan.headers.iter().take_while(|header| header.is_empty()).count();
    let takes = |columns: &[&str], field: usize| {
        let inputs = plan.table.columns.iter().zip(&plan.inputs);
        inputs.filter(|(column, _)| columns.contains(&column.name.as_str())).any(|(_, input)| *input == Input::Field(field))
    };
    let of_rows = [plan.table.columns[0].name.as_str(), "source_id", "error_message", "message"];
    let end = (first..plan.headers.len()).take_while(|field| !takes(&of_rows, *field)).last().map_or(first, |last| last + 1);
    let (mut with_total, mut with_blank) = (first, vec![false; end]);
    for row in rows {
        let named = (first..end.min(row.len())).find(|field| !word::is_blank(row[*field]));
        match named {
            Some(field) if is_name_of_total(row[field]) => with_total = with_total.max(field + 1),
            _ => with_blank.iter_mut().zip(&row).for_each(|(is_blank, field)| *is_blank |= word::is_blank(field)),
        }
    }
    let is_sorted = |field: &usize| {
        let header = &plan.headers[*field];
        header.ends_with(['↑', '↓']) || header.ends_with("  ?")
    };
    let sorted =
        (first..end).take_while(is_sorted).take_while(|field| takes(&GROUPED, *field)).last().map_or(first, |last| last + 1);
    let fields: Vec<usize> = (first..with_total.max(sorted)).collect();
    if fields.iter().any(|field| with_blank[*field]) { fields } else { Vec::new() }
}

fn is_name_of_total(field: &[u8]) -> bool {
    let name = value::text(field).0.trim().to_lowercase();
    TOTALS.iter().any(|total| name.strip_prefix(total).is_some_and(|rest| rest.is_empty() || rest.starts_with(" (")))
}

/// Whether a record is a total between the rows of a report with these groups: it says so in the column of a group, or just behind them.
pub fn is_total(view: View, record: &Record, groups: &[usize]) -> bool {
    let end = groups.last().map_or(0, |last| *last as u32 + 2).min(record.fields);
    let mut fields = (0..end).map(|field| view.any(record, field)).filter(|field| !word::is_blank(field));
    fields.next().is_some_and(is_name_of_total)
}

/// The values of a group's field, row by row; `last` is that of the row before.
pub fn filled<'a>(view: View<'a>, records: &[Record], groups: &[usize], level: usize, last: &'a [u8]) -> Vec<&'a [u8]> {
    let mut last = last;
    let values = records.iter().map(|record| {
        // Where a group around it begins anew, what is blank is blank.
        let begins = groups[..=level].iter().any(|field| !word::is_blank(view.any(record, *field as u32)));
        if begins {
            last = view.any(record, groups[level] as u32);
        }
        last
    });
    values.collect()
}

/// Blocks that know what their first rows have in common with the rows before them.
pub struct Grouped<'a, B> {
    blocks: B,
    plan: &'a Plan,
    last: Vec<Vec<u8>>,
}

impl<'a, B: Blocks> Grouped<'a, B> {
    /// Nothing is before the first block.
    pub fn new(blocks: B, plan: &'a Plan) -> Self {
        Self { blocks, plan, last: vec![Vec::new(); plan.groups.len()] }
    }
}

impl<B: Blocks> Blocks for Grouped<'_, B> {
    fn next(&mut self, block: &mut Block) -> io::Result<Next> {
        let next = self.blocks.next(block)?;
        if let Next::Block = next {
            let mut built = Index::default();
            let index = match &block.index {
                Some(index) => index,
                None => {
                    if let Err(odd) = built.build(&block.bytes, self.plan.delimiter) {
                        return Ok(Next::Odd(odd));
                    }
                    &built
                }
            };
            let view = View { bytes: &block.bytes, ends: &index.ends };
            let is_row = |record: &&Record| view.is_short(record, self.plan) || view.fault(record, self.plan).is_none();
            let rows: Vec<Record> = index.records.iter().filter(is_row).copied().collect();
            let groups = &self.plan.groups;
            let last = self.last.iter().enumerate().map(|(level, last)| {
                filled(view, &rows, groups, level, last).last().map_or_else(|| last.clone(), |last| last.to_vec())
            });
            let last: Vec<Vec<u8>> = last.collect();
            block.before = std::mem::replace(&mut self.last, last);
        }
        Ok(next)
    }

    fn footer(&self) -> &[String] {
        self.blocks.footer()
    }
}
