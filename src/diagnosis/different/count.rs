//! Counts the rows of failure families by each value and each pair of values: what DuckDB would group fifty-six times over.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::DateTime;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{DIMENSIONS, MAIN_SHARE, SUPPORT};
use crate::diagnosis::finding::JobNames;
use crate::engine::{Parameters, Session};
use crate::error::Result;
use crate::schema::last_order;
use crate::text::count;

/// No value.
const NULL: i64 = i64::MIN;

/// The processed rows of the cube by family, with what they are compared by in the order of [`DIMENSIONS`]; hours in microseconds since 1970.
const CELLS: &str = "
    select o.object, case when is_failed(o.has_error, o.status_code) then g.family_id end as family_id, sum(o.records)::bigint,
        o.job_id, o.depth::bigint, o.is_parent::bigint, o.update_required::bigint, o.destination_org_id, epoch_us(o.hour), o.position
    from outcome o left join message_group g using (group_id)
    where o.status_code is not null and o.status_code <> 9 and o.object is not null
    group by all";

/// The rows of one family of an object with one value, beside those that were processed.
pub(super) struct Count {
    pub family_id: String,
    pub dimension: String,
    pub value: String,
    pub scope: String,
    /// Failed rows of the family with the value.
    pub failed: u64,
    /// Failed rows of the family.
    pub of_family: u64,
    /// Processed rows of the object with the value.
    pub processed: u64,
    /// Processed rows of the object.
    pub of_object: u64,
}

impl Count {
    /// What tells it from the others.
    fn key(&self) -> [&str; 4] {
        [&self.family_id, &self.dimension, &self.value, &self.scope]
    }
}

/// The values that enough rows of a family have.
pub(super) struct Counted {
    pub counts: Vec<Count>,
    /// Values of all families that were looked at.
    pub comparisons: usize,
}

/// Rows of one object that are alike. Texts are codes; [`NULL`] is no value.
struct Cell {
    family: i64,
    records: i64,
    values: [i64; DIMENSIONS.len()],
}

/// Texts by their codes.
#[derive(Default)]
struct Texts {
    codes: FxHashMap<String, i64>,
    texts: Vec<String>,
}

impl Texts {
    fn code(&mut self, text: &str) -> i64 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = self.texts.len() as i64;
        self.codes.insert(text.to_string(), code);
        self.texts.push(text.to_string());
        code
    }

    fn text(&self, code: i64) -> &str {
        usize::try_from(code).ok().and_then(|code| self.texts.get(code)).map_or("", String::as_str)
    }
}

/// The cells by object.
fn cells(session: &Session, texts: &mut Texts) -> Result<BTreeMap<i64, Vec<Cell>>> {
    let mut objects: BTreeMap<i64, Vec<Cell>> = BTreeMap::new();
    for batch in session.query(CELLS, &Parameters::new())?.batches {
        for row in 0..batch.num_rows() {
            let number = |column: usize| number_at(&batch, column, row).unwrap_or(NULL);
            let mut text = |column: usize| text_at(&batch, column, row).map_or(NULL, |text| texts.code(text));
            let values = [text(3), number(4), number(5), number(6), text(7), number(8), number(9)];
            let cell = Cell { family: text(1), records: number(2), values };
            objects.entry(text(0)).or_default().push(cell);
        }
    }
    Ok(objects)
}

fn text_at(batch: &RecordBatch, column: usize, row: usize) -> Option<&str> {
    let column = batch.column(column).as_string::<i32>();
    column.is_valid(row).then(|| column.value(row))
}

fn number_at(batch: &RecordBatch, column: usize, row: usize) -> Option<i64> {
    let column = batch.column(column).as_primitive::<Int64Type>();
    column.is_valid(row).then(|| column.value(row))
}

/// Each dimension by itself, and each pair.
fn sets() -> impl Iterator<Item = (usize, Option<usize>)> {
    let pairs = |first| (first + 1..DIMENSIONS.len()).map(move |second| (first, Some(second)));
    (0..DIMENSIONS.len()).flat_map(move |first| std::iter::once((first, None)).chain(pairs(first)))
}

/// The values that a main part of the rows of a family has.
pub(super) fn counted(session: &Session, job_names: &JobNames) -> Result<Counted> {
    let mut texts = Texts::default();
    let objects = cells(session, &mut texts)?;
    let named = Named { texts, job_names };
    let mut counted = Counted { counts: Vec::new(), comparisons: 0 };
    for (object, cells) in &objects {
        named.count(*object, cells, &mut counted);
    }
    counted.counts.sort_by(|a, b| a.key().cmp(&b.key()));
    Ok(counted)
}

/// How values are shown.
struct Named<'a> {
    texts: Texts,
    job_names: &'a JobNames,
}

impl Named<'_> {
    fn shown(&self, dimension: usize, value: i64) -> String {
        let text = self.texts.text(value);
        match DIMENSIONS[dimension].0 {
            "job" => self.job_names.get(text).map_or(text, String::as_str).to_string(),
            "destination_org" => text.to_string(),
            "is_parent" | "update_required" => (value == 1).to_string(),
            "hour" => {
                DateTime::from_timestamp_micros(value).map_or_else(String::new, |at| at.format("%Y-%m-%dT%H:00:00Z").to_string())
            }
            "position" => format!("{} to {}", count(value.unsigned_abs()), count(last_order(value).unsigned_abs())),
            _ => value.to_string(),
        }
    }

    /// Adds what is counted in the rows of one object.
    fn count(&self, object: i64, cells: &[Cell], counted: &mut Counted) {
        let mut large: FxHashMap<i64, i64> = FxHashMap::default();
        for cell in cells.iter().filter(|cell| cell.family != NULL) {
            *large.entry(cell.family).or_default() += cell.records;
        }
        large.retain(|_, failed| failed.unsigned_abs() >= SUPPORT);
        if large.is_empty() {
            return;
        }
        let of_object: i64 = cells.iter().map(|cell| cell.records).sum();
        for (first, second) in sets() {
            let value = |cell: &Cell| (cell.values[first], second.map_or(0, |second| cell.values[second]));
            let mut of_families: FxHashMap<(i64, (i64, i64)), i64> = FxHashMap::default();
            for cell in cells.iter().filter(|cell| large.contains_key(&cell.family)) {
                *of_families.entry((cell.family, value(cell))).or_default() += cell.records;
            }
            counted.comparisons += of_families.len();
            // What is not known is no value.
            let is_known = |(first, second): (i64, i64)| first != NULL && second != NULL;
            of_families.retain(|(family, value), failed| is_known(*value) && *failed as f64 >= MAIN_SHARE * large[family] as f64);
            let sought: FxHashSet<(i64, i64)> = of_families.keys().map(|(_, value)| *value).collect();
            let mut processed: FxHashMap<(i64, i64), i64> = FxHashMap::default();
            for cell in cells.iter().filter(|cell| sought.contains(&value(cell))) {
                *processed.entry(value(cell)).or_default() += cell.records;
            }
            let both = |name: &dyn Fn(usize, i64) -> String, value: (i64, i64)| {
                let names = std::iter::once(name(first, value.0)).chain(second.map(|second| name(second, value.1)));
                names.collect::<Vec<_>>().join(" and ")
            };
            counted.counts.extend(of_families.into_iter().map(|((family, value), failed)| Count {
                family_id: self.texts.text(family).to_string(),
                dimension: both(&|dimension, _| DIMENSIONS[dimension].0.to_string(), value),
                value: both(&|dimension, value| self.shown(dimension, value), value),
                scope: format!("processed {} records", self.texts.text(object)),
                failed: failed.unsigned_abs(),
                of_family: large[&family].unsigned_abs(),
                processed: processed[&value].unsigned_abs(),
                of_object: of_object.unsigned_abs(),
            }));
        }
    }
}
