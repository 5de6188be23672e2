//! What a fix would recover: the failed rows as cells (job, object, family), and which cells fail because of which.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Finding;
use crate::engine::{Parameters, Session, Value, typed_rows};
use crate::error::{Place, Result};

/// Failed rows that no check and no cascade tells apart: those of one job, object and family.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Cell {
    job_id: Option<String>,
    object: Option<String>,
    family_id: Option<String>,
}

/// Rows by cell.
pub(super) type Rows = BTreeMap<usize, u64>;

/// Consequences by the cell of their roots: the cell of the rows that follow, and how many they are.
type Followers = BTreeMap<usize, Vec<(usize, u64)>>;

/// The failed rows, and how they depend on each other. A store may hold a hundred thousand families, each with a finding: nothing here
/// looks at all cells for one family.
#[derive(Debug, Default)]
pub(super) struct Effects {
    cells: Vec<Cell>,
    /// Failed rows of each cell.
    records: Vec<u64>,
    /// The cells of each family by job, and those of all under no family: a store may hold thousands of jobs, each with findings.
    of_family: BTreeMap<Option<String>, BTreeMap<Option<String>, Vec<usize>>>,
    /// The cells whose rows made rows of a cell fail, as the data shows it.
    causes: BTreeMap<usize, BTreeSet<usize>>,
    /// Rows that failed because rows of another cell did, as the data shows it.
    certain: Followers,
    /// The same where it is only possible.
    possible: Followers,
}

/// What the fixes so far leave.
#[derive(Debug, Clone)]
pub(super) struct Left {
    /// Rows of each cell that failed by themselves and that no fix recovers yet.
    own: Vec<u64>,
    /// Cells whose consequences are recovered already.
    fixed: BTreeSet<usize>,
}

#[derive(Serialize, Deserialize)]
struct Counted {
    #[serde(flatten)]
    cell: Cell,
    records: u64,
}

#[derive(Deserialize)]
struct Edge {
    #[serde(flatten)]
    cell: Cell,
    root_object: Option<String>,
    root_family_id: Option<String>,
    known_by: String,
    records: u64,
}

const CELLS: &str = "select job_id, object, family_id, sum(records) as records from failed_outcome group by all having sum(records) > 0 order by all";
const EDGES: &str =
    "select job_id, object, family_id, root_object, root_family_id, known_by, records from cascade_count order by all";
const EXPLAINED: &str = "
    insert into explained
    select row.job_id, row.object, row.family_id, row.records
    from (select unnest(from_json($rows, '[{\"job_id\": \"VARCHAR\", \"object\": \"VARCHAR\", \"family_id\": \"VARCHAR\", \"records\": \"BIGINT\"}]')) as row)";

impl Effects {
    /// Reads them from the store.
    pub(super) fn of(session: &Session) -> Result<Effects> {
        let mut effects = Effects::default();
        for counted in typed_rows::<Counted>(&session.query(CELLS, &Parameters::new())?)? {
            let Cell { job_id, family_id, .. } = &counted.cell;
            for family in std::iter::once(None).chain(family_id.clone().map(Some)) {
                effects.of_family.entry(family).or_default().entry(job_id.clone()).or_default().push(effects.cells.len());
            }
            effects.cells.push(counted.cell);
            effects.records.push(counted.records);
        }
        let index: BTreeMap<Cell, usize> = effects.cells.iter().cloned().zip(0..).collect();
        for edge in typed_rows::<Edge>(&session.query(EDGES, &Parameters::new())?)? {
            let root = Cell { job_id: edge.cell.job_id.clone(), object: edge.root_object, family_id: edge.root_family_id };
            if let (Some(child), Some(root)) = (index.get(&edge.cell), index.get(&root)) {
                let is_certain = edge.known_by == "exact_id";
                let followers = if is_certain { &mut effects.certain } else { &mut effects.possible };
                followers.entry(*root).or_default().push((*child, edge.records));
                if is_certain {
                    effects.causes.entry(*child).or_default().insert(*root);
                }
            }
        }
        Ok(effects)
    }

    /// Failed rows that are consequences of others, as the data shows it.
    pub(super) fn cascaded(&self) -> u64 {
        self.certain.values().flatten().map(|(_, records)| records).sum()
    }

    /// All failed rows.
    pub(super) fn failed(&self) -> u64 {
        self.records.iter().sum()
    }

    /// The failed rows within the scope of a finding.
    pub(super) fn within(&self, finding: &Finding) -> Rows {
        let is_within = |at: &&usize| finding.object.is_none() || finding.object == self.cells[**at].object;
        let families = match finding.families.as_slice() {
            [] => vec![None],
            families => families.iter().cloned().map(Some).collect(),
        };
        let jobs = families.iter().filter_map(|family| self.of_family.get(family));
        let cells = jobs.flat_map(|jobs| match &finding.job_id {
            Some(_) => jobs.get(&finding.job_id).into_iter().collect::<Vec<_>>(),
            None => jobs.values().collect(),
        });
        cells.flatten().filter(is_within).map(|at| (*at, self.records[*at])).collect()
    }

    /// The failed rows that a finding is about. Where it is about some of those in its scope, which ones is not known: they
    /// are counted from the first cell on.
    pub(super) fn rows_of(&self, finding: &Finding) -> Rows {
        let mut left = finding.records;
        let mut rows = self.within(finding);
        rows.retain(|_, records| {
            *records = left.min(*records);
            left -= *records;
            *records > 0
        });
        rows
    }

    /// Adds the rows of a finding to `sum`, where it leaves room: they are others than those that are counted there.
    pub(super) fn add_beyond(&self, finding: &Finding, sum: &mut Rows) {
        let mut left = finding.records;
        for (cell, records) in self.within(finding) {
            let counted = sum.entry(cell).or_default();
            let new = left.min(records - *counted);
            *counted += new;
            left -= new;
        }
    }

    /// Whether `rows` are all failed rows of a cell.
    pub(super) fn is_whole(&self, cell: usize, rows: u64) -> bool {
        rows >= self.records[cell]
    }

    /// Adds rows of each cell to `sum`, and never more than it has.
    pub(super) fn add(&self, rows: &Rows, sum: &mut Rows) {
        for (cell, rows) in rows {
            let counted = sum.entry(*cell).or_default();
            *counted = (*counted + rows).min(self.records[*cell]);
        }
    }

    /// What is to be fixed before anything is.
    pub(super) fn all_left(&self) -> Left {
        let mut own = self.records.clone();
        for (child, records) in self.certain.values().flatten() {
            own[*child] = own[*child].saturating_sub(*records);
        }
        Left { own, fixed: BTreeSet::new() }
    }

    /// Rows of `rows` that failed by themselves with those that failed because of them, and rows that possibly did.
    pub(super) fn recovered_by(&self, rows: &Rows, left: &Left) -> (u64, u64) {
        let new = || rows.iter().filter(|(cell, _)| !left.fixed.contains(*cell));
        let followers = |of: &Followers, cell: usize| -> u64 {
            let others =
                of.get(&cell).into_iter().flatten().filter(|(child, _)| !rows.contains_key(child) && left.own[*child] > 0);
            others.map(|(_, records)| records).sum()
        };
        let own: u64 = rows.iter().map(|(cell, rows)| left.own[*cell].min(*rows)).sum();
        let caused = |cell: usize| -> u64 { self.certain.get(&cell).into_iter().flatten().map(|(_, records)| records).sum() };
        // Where a fix is about some rows of a cell, the consequences may be those of the other rows.
        let certain: u64 = new().filter(|(cell, rows)| self.is_whole(**cell, **rows)).map(|(cell, _)| caused(*cell)).sum();
        let uncertain: u64 = new().filter(|(cell, rows)| !self.is_whole(**cell, **rows)).map(|(cell, _)| caused(*cell)).sum();
        let possible: u64 = new().map(|(cell, _)| followers(&self.possible, *cell)).sum();
        (own + certain, possible + uncertain)
    }

    /// Takes what a fix of `rows` recovers from what is left.
    pub(super) fn fix(&self, rows: &Rows, left: &mut Left) {
        for (cell, rows) in rows {
            left.own[*cell] = left.own[*cell].saturating_sub(*rows);
            if self.is_whole(*cell, *rows) {
                left.fixed.insert(*cell);
            }
        }
    }

    /// The cells whose rows made rows of these cells fail.
    pub(super) fn causes_of(&self, rows: &Rows) -> BTreeSet<usize> {
        let causes = rows.keys().filter_map(|cell| self.causes.get(cell)).flatten();
        causes.filter(|root| !rows.contains_key(root)).copied().collect()
    }

    /// Writes what findings explain into the table `explained`, for the checks that tell the rest.
    pub(super) fn keep_explained(&self, session: &Session, explained: &Rows) -> Result<()> {
        let rows: Vec<Counted> =
            explained.iter().map(|(cell, records)| Counted { cell: self.cells[*cell].clone(), records: *records }).collect();
        let rows = serde_json::to_string(&rows).place(|| "cannot keep what the findings explain".into())?;
        session.run("delete from explained")?;
        session.query(EXPLAINED, &Parameters::from([("rows".into(), Value::Text(rows))]))?;
        Ok(())
    }
}
