//! What is different about the failures: values that the rows of a failure family have more often than the other
//! processed rows of the same object.

mod count;

use std::collections::BTreeMap;

use super::Difference;
use super::finding::{JobNames, NARROWED};
use crate::engine::{Session, literal};
use crate::error::Result;
use count::{Count, Counted};

/// What rows are compared by: name, SQL over the cube, and how a person knows a value: jobs by their names, positions as the orders that they hold.
const DIMENSIONS: [(&str, &str, &str); 7] = [
    ("job", "job_id", "(select coalesce(min(j.name), f.job) from job j where j.job_id = f.job)"),
    ("depth", "depth", "f.depth"),
    ("is_parent", "is_parent", "f.is_parent"),
    ("update_required", "update_required", "f.update_required"),
    ("destination_org", "destination_org_id", "f.destination_org"),
    ("hour", "strftime(hour, '%Y-%m-%dT%H:00:00Z')", "f.hour"),
    ("position", "position", "format('{:,} to {:,}', f.position::bigint, last_order(f.position::bigint))"),
];

/// Fewest failed rows of a family in an object that are compared: below, chance alone makes large ratios.
const SUPPORT: u64 = 20;
/// A value is told only where the lower end of its ratio's interval is above this.
const CLEAR_RATIO: f64 = 1.5;
/// A value is told only where it holds at least this share of the family's rows.
const MAIN_SHARE: f64 = 0.5;
/// Values that most rows have tell little: the family must have a value at least this many times as often as the processed
/// rows have it.
const LIFT: f64 = 2.0;
/// The chance that any of the intervals misses the true ratio.
const MISSED: f64 = 0.05;
/// The value of rows that have none.
const UNKNOWN: &str = "none";
/// Values that are told of one family in one object.
const MOST: usize = 3;

/// The counts of each dimension and each pair of dimensions, as a reader of the report can run them; [`count`] gives the same in a tenth of the time.
fn counts() -> String {
    let names: Vec<&str> = DIMENSIONS.iter().map(|(name, ..)| *name).collect();
    let each = |make: &dyn Fn(&str) -> String| names.iter().map(|name| make(name)).collect::<Vec<_>>();
    let single = names.iter().map(|name| name.to_string());
    let pairs =
        names.iter().enumerate().flat_map(|(at, first)| names[at + 1..].iter().map(move |second| format!("{first}, {second}")));
    let sets: Vec<String> = single.chain(pairs).collect();
    let sets_of = |rows: &str| sets.iter().map(|set| format!("({rows}, {set})")).collect::<Vec<_>>().join(", ");
    format!(
        "with cell as materialized (
            select object, job_id, depth, is_parent, update_required, destination_org_id, hour, position, family_id, sum(records) as records
            from (
                select o.*, case when is_failed(has_error, status_code) then g.family_id end as family_id
                from outcome o left join message_group g using (group_id) where status_code is not null and status_code <> 9 and object is not null
            ) group by all
        ),
        large as (
            select object, family_id, sum(records) as failed from cell where family_id is not null group by all having sum(records) >= {SUPPORT}
        ),
        named as materialized (select object, family_id, records, {values} from cell semi join large using (object)),
        of_family as materialized (
            select object, family_id, any_value(failed) as failed, {columns}, grouping({columns}) as kind, sum(records) as records
            from named join large using (object, family_id)
            group by grouping sets ({family_sets})
        ),
        of_all as (
            select object, {columns}, grouping({columns}) as kind, sum(records) as with_value from named group by grouping sets ({all_sets})
        ),
        total as (select object, sum(records) as processed from named group by object)
        select f.family_id, concat_ws(' and ', {dimensions}) as dimension, concat_ws(' and ', {shown}) as value,
            'processed ' || object || ' records' as scope, f.records::bigint as failed, f.failed::bigint as of_family,
            a.with_value::bigint as processed, total.processed::bigint as of_object
        from of_family f join of_all a using (object, kind) join total using (object)
        -- what is not known is no value
        where f.records >= {MAIN_SHARE} * f.failed and {same} and {known}
        order by all",
        values = DIMENSIONS.map(|(name, sql, _)| format!("coalesce(({sql})::varchar, '{UNKNOWN}') as {name}")).join(", "),
        columns = names.join(", "),
        family_sets = sets_of("object, family_id"),
        all_sets = sets_of("object"),
        dimensions = each(&|name| format!("case when f.{name} is not null then '{name}' end")).join(", "),
        shown = DIMENSIONS.map(|(name, _, shown)| format!("case when f.{name} is not null then {shown} end")).join(", "),
        known = each(&|name| format!("f.{name} is distinct from '{UNKNOWN}'")).join(" and "),
        same = each(&|name| format!("f.{name} is not distinct from a.{name}")).join(" and "),
    )
}

/// Compares the rows of each family with the processed rows of its object, value by value.
pub(super) fn differences(session: &Session, job_names: &JobNames) -> Result<Vec<Difference>> {
    let Counted { counts, comparisons } = count::counted(session, job_names)?;
    let width = width(comparisons);
    let mut families: BTreeMap<(&str, &str), Vec<Difference>> = BTreeMap::new();
    for count in &counts {
        families.entry((&count.scope, &count.family_id)).or_default().extend(compare(count, width));
    }
    let mut told = Vec::new();
    for mut found in families.into_values() {
        prune(&mut found);
        found.truncate(MOST);
        told.extend(found);
    }
    Ok(told)
}

/// The SQL that gives the counts of what is told.
pub(super) fn sql(told: &[Difference]) -> String {
    let row = |one: &Difference| {
        let texts = [one.family_id.as_deref().unwrap_or_default(), &one.dimension, &one.value, &one.scope];
        format!("({})", texts.map(literal).join(", "))
    };
    let rows: Vec<String> = told.iter().map(row).collect();
    format!("select * from (\n{}{NARROWED}(family_id, dimension, value, scope) in (\n    {})", counts(), rows.join(",\n    "))
}

/// Standard errors to either side of so many rates at once (Bonferroni, and Chernoff's bound of a normal tail, which is a little
/// wider than the tail itself).
fn width(comparisons: usize) -> f64 {
    // Two rates each, two ends each.
    (2.0 * (4.0 * comparisons.max(1) as f64 / MISSED).ln()).sqrt()
}

/// Wilson's interval of a rate.
fn interval(part: f64, whole: f64, width: f64) -> (f64, f64) {
    let (rate, square) = (part / whole, width * width);
    let middle = (rate + square / (2.0 * whole)) / (1.0 + square / whole);
    let half = width / (1.0 + square / whole) * (rate * (1.0 - rate) / whole + square / (4.0 * whole * whole)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The ratio of the failure rates with and without the value, if it is clear enough to be told.
fn compare(count: &Count, width: f64) -> Option<Difference> {
    let (failed_with, failed_without) = (count.failed as f64, count.of_family.saturating_sub(count.failed) as f64);
    let (with, without) = (count.processed as f64, count.of_object.saturating_sub(count.processed) as f64);
    let support = failed_with / count.of_family as f64;
    if without == 0.0 || support < LIFT * with / count.of_object as f64 {
        return None;
    }
    let (with_low, with_high) = interval(failed_with, with, width);
    let (without_low, without_high) = interval(failed_without, without, width);
    // Where none of the others failed, half a row counts as failed, so that the ratio and its upper end stay finite.
    let least = 0.5 / without;
    let rounded = |number: f64| (number * 100.0).round() / 100.0;
    (with_low / without_high >= CLEAR_RATIO).then(|| Difference {
        job_id: None,
        family_id: Some(count.family_id.clone()),
        dimension: count.dimension.clone(),
        value: count.value.clone(),
        failed: count.failed,
        processed: count.processed,
        ratio: rounded(failed_with / with / (failed_without / without).max(least)),
        ci_low: rounded(with_low / without_high),
        ci_high: rounded(with_high / without_low.max(least)),
        support: (support * 1e6).round() / 1e6,
        scope: count.scope.clone(),
    })
}

/// Leaves out what is implied: a pair that says no more than one of its parts, a value that holds for the same rows as
/// another. What is left comes with the clearest ratio first.
fn prune(found: &mut Vec<Difference>) {
    let parts = |dimension: &str| dimension.split(" and ").count();
    // Of values that hold for the same rows, that of the dimension which is named first says most.
    let rank = |dimension: &str| DIMENSIONS.iter().position(|(name, ..)| dimension.starts_with(name));
    found.sort_by(|a, b| {
        parts(&a.dimension)
            .cmp(&parts(&b.dimension))
            .then(b.ci_low.total_cmp(&a.ci_low))
            .then(rank(&a.dimension).cmp(&rank(&b.dimension)))
    });
    let mut kept: Vec<Difference> = Vec::new();
    for candidate in found.drain(..) {
        let implied = kept.iter().any(|other| {
            let same_rows = other.failed == candidate.failed && other.processed == candidate.processed;
            let part_of = candidate.dimension.split(" and ").any(|part| part == other.dimension);
            same_rows || (part_of && candidate.ci_low <= other.ci_high)
        });
        if !implied {
            kept.push(candidate);
        }
    }
    kept.sort_by(|a, b| b.ci_low.total_cmp(&a.ci_low).then(a.dimension.cmp(&b.dimension)).then(a.value.cmp(&b.value)));
    *found = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(failed: u64, processed: u64, of_family: u64, of_object: u64) -> Count {
        let [scope, family_id, dimension, value] = ["processed Account records", "f", "depth", "3"].map(String::from);
        Count { scope, family_id, dimension, value, failed, of_family, processed, of_object }
    }

    #[test]
    fn a_value_that_most_failures_share_is_told() {
        let told = compare(&count(95, 200, 100, 10_000), width(1_000)).expect("a clear difference");
        assert!(told.ratio > 100.0 && told.ci_low > CLEAR_RATIO, "{told:?}");
    }

    #[test]
    fn a_value_that_all_rows_share_alike_is_not() {
        assert!(compare(&count(52, 5_000, 100, 10_000), width(1_000)).is_none());
    }

    #[test]
    fn few_rows_are_not_enough() {
        assert!(compare(&count(2, 4, 3, 40), width(1_000)).is_none());
    }

    #[test]
    fn what_most_rows_have_is_no_difference() {
        assert!(compare(&count(100, 7_000, 100, 10_000), width(1)).is_none());
    }

    #[test]
    fn intervals_hold_the_rate_and_stay_between_0_and_1() {
        for (part, whole) in [(0.0, 20.0), (1.0, 20.0), (10.0, 20.0), (20.0, 20.0)] {
            let (low, high) = interval(part, whole, 1.96);
            assert!(
                (0.0..=part / whole).contains(&low) && (part / whole..=1.0).contains(&high),
                "{part} of {whole}: {low} {high}"
            );
        }
        // Wilson's interval of 1 in 20 at 95 %, as tables print it.
        let (low, high) = interval(1.0, 20.0, 1.96);
        assert!((low - 0.0089).abs() < 0.0005 && (high - 0.2361).abs() < 0.0005, "{low} {high}");
    }
}
