//! What a fix would recover: the failed rows as cells (job, object, family), and which cells fail because of which.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Finding;
use crate::engine::{Parameters, Session, typed_rows};
use crate::error::Result;

/// Failed rows that no check and no cascade tells apart: those of one job, object and family.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Cell {
    job_id: Option<String>,
    object: Option<String>,
    family_id: Option<String>,
}

/// The failed rows, and how they depend on each other.
#[derive(Debug, Default)]
pub(super) struct Effects {
    cells: Vec<Cell>,
    /// Failed rows of each cell.
    records: Vec<u64>,
    /// Rows of a cell that failed because rows of another cell did, as the data shows it: (child, root) to rows.
    certain: BTreeMap<(usize, usize), u64>,
    /// The same where it is only possible.
    possible: BTreeMap<(usize, usize), u64>,
}

#[derive(Deserialize)]
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

impl Effects {
    /// Reads them from the store.
    pub(super) fn of(session: &Session) -> Result<Effects> {
        let mut effects = Effects::default();
        for counted in typed_rows::<Counted>(&session.query(CELLS, &Parameters::new())?)? {
            effects.cells.push(counted.cell);
            effects.records.push(counted.records);
        }
        let index: BTreeMap<Cell, usize> = effects.cells.iter().cloned().zip(0..).collect();
        for edge in typed_rows::<Edge>(&session.query(EDGES, &Parameters::new())?)? {
            let root = Cell { job_id: edge.cell.job_id.clone(), object: edge.root_object, family_id: edge.root_family_id };
            if let (Some(child), Some(root)) = (index.get(&edge.cell), index.get(&root)) {
                let edges = if edge.known_by == "exact_id" { &mut effects.certain } else { &mut effects.possible };
                *edges.entry((*child, *root)).or_default() += edge.records;
            }
        }
        Ok(effects)
    }

    /// Failed rows that are consequences of others, as the data shows it.
    pub(super) fn cascaded(&self) -> u64 {
        self.certain.values().sum()
    }

    /// All failed rows.
    pub(super) fn failed(&self) -> u64 {
        self.records.iter().sum()
    }

    /// Failed rows of a cell.
    pub(super) fn records(&self, cell: usize) -> u64 {
        self.records[cell]
    }

    /// The cells that a finding is about.
    pub(super) fn cells_of(&self, finding: &Finding) -> BTreeSet<usize> {
        let within = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        (0..self.cells.len())
            .filter(|index| {
                let cell = &self.cells[*index];
                let family = finding.families.is_empty()
                    || cell.family_id.as_ref().is_some_and(|family| finding.families.contains(family));
                family && within(&finding.job_id, &cell.job_id) && within(&finding.object, &cell.object)
            })
            .collect()
    }

    /// Rows of `cells` that failed by themselves, and rows anywhere that failed because of them: certain, and possible.
    ///
    /// `done` are cells that are recovered already: they add nothing.
    pub(super) fn recovered_by(&self, cells: &BTreeSet<usize>, done: &BTreeSet<usize>) -> (u64, u64) {
        let caused = |edges: &BTreeMap<(usize, usize), u64>, counts: &dyn Fn(usize, usize) -> bool| -> u64 {
            edges.iter().filter(|((child, root), _)| counts(*child, *root)).map(|(_, records)| records).sum()
        };
        let new = |cell: usize| cells.contains(&cell) && !done.contains(&cell);
        let own: u64 = cells.difference(done).map(|cell| self.records[*cell]).sum();
        let consequences_among_them = caused(&self.certain, &|child, _| new(child));
        let certain = caused(&self.certain, &|_, root| new(root));
        let possible = caused(&self.possible, &|child, root| new(root) && !cells.contains(&child) && !done.contains(&child));
        ((own + certain).saturating_sub(consequences_among_them), possible)
    }

    /// The cells whose rows made rows of `cells` fail.
    pub(super) fn causes_of(&self, cells: &BTreeSet<usize>) -> BTreeSet<usize> {
        self.certain
            .keys()
            .filter(|(child, root)| cells.contains(child) && !cells.contains(root))
            .map(|(_, root)| *root)
            .collect()
    }
}
