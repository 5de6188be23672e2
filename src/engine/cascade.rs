//! Which failed rows are consequences of other failed rows, followed to their roots.
//!
//! SQL finds the links (a message names a record that failed in the same job); following chains of any length through
//! cycles is what SQL says badly, so it is done here.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use duckdb::Connection;

use super::rows::Rows;
use super::session::{Parameters, append, query, run};
use crate::error::{Place, Result};

/// What it reads.
pub(super) const READS: &str = "failed_row";

/// The failed rows whose messages name records. A message about a lock or a duplicate names some too, but not because they failed.
const NAMING: &str = "
    create or replace temp table naming as
    select a.export_id, a.row_number, a.job_id, a.source_id, r.referenced_id
    from stored.error_reference r
    join failed_row a on a.export_id = r.export_id and a.row_number = r.row_number
    join message_group g on g.group_id = a.group_id and g.root_category not in ('locking', 'duplicate')";

/// A failed row and the failed row that its message names. Only rows at either end of a link are numbered through.
const LINKS: &str = "
    create or replace temp table numbered as
    select row_number() over (order by job_id, sequence, insert_order, export_id, row_number) - 1 as number,
        export_id, row_number, job_id, object, depth, source_id, destination_id, group_id
    from failed_row
    where source_id in (select referenced_id from naming) or destination_id in (select referenced_id from naming)
        or (export_id, row_number) in (select (export_id, row_number) from naming);
    create or replace temp table link as
    select f.number as child, min(p.number) as parent
    from naming n
    join numbered f on f.export_id = n.export_id and f.row_number = n.row_number
    join (
        select number, job_id, source_id, source_id as named_id from numbered
        union all select number, job_id, source_id, destination_id from numbered where destination_id is not null
    ) p on p.job_id = n.job_id and p.named_id = n.referenced_id and p.source_id is distinct from n.source_id
    group by f.number;";

struct Link {
    child: usize,
    parent: usize,
}

fn links(rows: &Rows) -> Vec<Link> {
    let mut links = Vec::with_capacity(rows.count());
    for batch in &rows.batches {
        let [children, parents] = [0, 1].map(|column| batch.column(column).as_primitive::<Int64Type>());
        let pairs = children.values().iter().zip(parents.values());
        links.extend(pairs.map(|(child, parent)| Link { child: *child as usize, parent: *parent as usize }));
    }
    links
}

/// Fills the table `exact_cascade` from `failed_row`. Stopped on its way, it can begin again.
pub(super) fn compute(connection: &Connection) -> Result<()> {
    run(connection, NAMING)?;
    let any: bool = connection
        .query_row("select count(*) > 0 from naming", [], |row| row.get(0))
        .place(|| "cannot look into the store".into())?;
    if !any {
        return run(connection, "drop table naming");
    }
    run(connection, LINKS)?;
    let roots = follow(&links(&query(connection, "select child, parent from link order by child", &Parameters::new())?));
    run(connection, "create or replace temp table root (child bigint, root bigint, distance integer)")?;
    append(connection, "root", roots.into_iter().map(|(child, root, distance)| [child as i64, root as i64, distance.into()]))?;
    run(
        connection,
        "insert into exact_cascade
         select c.export_id, c.row_number, c.job_id, c.object, c.depth, c.group_id, own.family_id,
             p.export_id, p.row_number, p.object, g.family_id, r.distance
         from root r join numbered c on c.number = r.child join numbered p on p.number = r.root
         left join message_group own on own.group_id = c.group_id
         left join message_group g on g.group_id = p.group_id;
         drop table root; drop table link; drop table numbered; drop table naming;",
    )
}

/// For each child its root and the number of steps to it, in linear time. In a cycle the row that comes first in
/// processing order is the root.
fn follow(links: &[Link]) -> Vec<(usize, usize, u32)> {
    let position = |child: usize| links.binary_search_by_key(&child, |link| link.child).ok();
    // None: not looked at; Some((root, distance)): known. A root by itself has distance 0.
    let mut known: Vec<Option<(usize, u32)>> = vec![None; links.len()];
    let mut on_path = vec![false; links.len()];
    for start in 0..links.len() {
        let mut path = Vec::new();
        let mut at = start;
        let (root, mut distance) = loop {
            if let Some(found) = known[at] {
                break found;
            }
            if on_path[at] {
                let cycle_from = path.iter().position(|step| *step == at).unwrap_or(0);
                let cycle = path.split_off(cycle_from);
                break close_cycle(links, &cycle, &mut known, at);
            }
            on_path[at] = true;
            path.push(at);
            match position(links[at].parent) {
                Some(next) => at = next,
                None => break (links[at].parent, 0),
            }
        };
        for step in path.iter().rev() {
            distance += 1;
            known[*step] = Some((root, distance));
        }
    }
    links
        .iter()
        .zip(known)
        .filter_map(|(link, found)| {
            found.filter(|(_, distance)| *distance > 0).map(|(root, distance)| (link.child, root, distance))
        })
        .collect()
}

/// Makes the smallest row of a cycle its root, and gives what is known of the row through which the cycle was entered.
fn close_cycle(links: &[Link], cycle: &[usize], known: &mut [Option<(usize, u32)>], entered: usize) -> (usize, u32) {
    let first = cycle.iter().enumerate().min_by_key(|(_, step)| links[**step].child).map_or(0, |(index, _)| index);
    let root = links[cycle[first]].child;
    for offset in 0..cycle.len() {
        // Steps forward from `first` come back to it after the rest of the cycle.
        let step = cycle[(first + offset) % cycle.len()];
        known[step] = Some((root, ((cycle.len() - offset) % cycle.len()) as u32));
    }
    known[entered].unwrap_or((root, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(links: &[(usize, usize)]) -> Vec<(usize, usize, u32)> {
        follow(&links.iter().map(|(child, parent)| Link { child: *child, parent: *parent }).collect::<Vec<_>>())
    }

    #[test]
    fn chains_end_at_their_root() {
        assert_eq!(followed(&[(1, 0), (2, 1), (3, 2), (4, 2)]), [(1, 0, 1), (2, 0, 2), (3, 0, 3), (4, 0, 3)]);
    }

    #[test]
    fn a_chain_may_run_against_the_order() {
        assert_eq!(followed(&[(1, 2), (2, 3), (3, 9)]), [(1, 9, 3), (2, 9, 2), (3, 9, 1)]);
    }

    #[test]
    fn a_cycle_has_its_first_row_as_root() {
        assert_eq!(followed(&[(1, 2), (2, 1), (5, 2)]), [(2, 1, 1), (5, 1, 2)]);
        assert_eq!(followed(&[(1, 5), (3, 1), (5, 3)]), [(3, 1, 1), (5, 1, 2)]);
    }
}
