//! Opens a store for queries: its tables, the views over them, and what is computed in Rust.

use std::sync::{Arc, OnceLock};

use arrow::array::{Array as _, AsArray as _, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use minijinja::context;
use serde::Deserialize;
use tempfile::TempDir;

use super::deferred::Deferred;
use super::derived::Derived;
use super::filter::Filter;
use super::script::{self, Step};
use super::session::{Parameters, Session, append};
use super::stored::{self, StoredTables};
use super::{SCRIPTS, Started, literal};
use crate::error::{Error, Place, Result};
use crate::message::family::Family;
use crate::message::{GroupId, Rule, family};
use crate::schema::{self, Table};
use crate::store::counting::LARGE;
use crate::store::{Durability, Store};

/// Audit rows from which on one query is worth several threads.
const MANY: i64 = 3_000_000;

/// A store opened for queries.
pub struct Engine {
    session: Session,
    audit_rows: i64,
    /// Where DuckDB puts what does not fit into memory; removed with the engine.
    _spill: TempDir,
}

impl Engine {
    /// Opens `store`: creates the tables and views that queries read. `rules` are the user's own for failure families.
    ///
    /// What takes long to compute from all of a large store is kept beside it where `durability` says that the store outlives the command.
    pub fn open(started: Started, store: &Store, filter: &Filter, rules: &[Rule], durability: Durability) -> Result<Engine> {
        let Started { mut session, spill } = started;
        let stored = StoredTables::of(&session, store)?;
        let is_there = |table: &str| stored.there.contains(table);
        let evidence: Vec<(&str, String)> =
            schema::tables().iter().skip(1).map(|table| (table.name.as_str(), evidence(table, is_there(&table.name)))).collect();
        let (asked, contains) = (Contains::asked(is_there), OnceLock::new());
        let ask = |session: &Session| {
            let found: Vec<Contains> = session.rows(&asked)?;
            found.into_iter().for_each(|found| drop(contains.set(found)));
            Ok(())
        };
        let evidence = evidence.iter().map(|(makes, reads)| Step { makes, reads, made_in_rust: None });
        let ask = Step { makes: "what_it_contains", reads: &asked, made_in_rust: Some(&ask) };
        script::run_side_by_side(&session, &stored.steps().chain([ask]).chain(evidence).collect::<Vec<_>>())?;
        let contains = contains.into_inner().ok_or_else(|| Error::new("cannot look into the store"))?;
        let [cube, views] = scripts(&contains, &filter.resolved(&session)?)?;
        let families = |session: &Session| families(session, rules, contains.several_exports);
        let families = Step { makes: "family", reads: "", made_in_rust: Some(&families) };
        let steps: Vec<Step<'_>> = std::iter::once(families).chain(Step::of(&cube)).chain(Step::of(&views)).collect();
        script::run_side_by_side(&session, &steps)?;
        if contains.a_large_cube {
            // The texts of nearly as many groups as rows fill the memory: they are held once, and compressed.
            session.run(&stored.release)?;
            session.run("checkpoint")?;
        }
        let derived = match (store, &stored.contents) {
            (Store::Dataset(path), Some(contents)) if durability == Durability::Flushed && filter.takes_all() => {
                Derived::of(path, contents, rules)?
            }
            _ => None,
        };
        session.deferred = Arc::new(Deferred::of(&views, derived));
        Ok(Engine { session, audit_rows: contains.audit_rows, _spill: spill })
    }

    /// A connection to the store's tables for a user, who may read other files as well.
    pub fn session(&self) -> Result<Session> {
        self.session.another()
    }

    /// Lets queries run side by side: few rows are not worth sharing out among threads, which cost a third of the time looking for work, and
    /// of many rows one query has half of the threads, since others run beside it.
    pub fn share_threads(&self) -> Result<()> {
        let threads = if self.audit_rows < MANY { 1 } else { rayon::current_num_threads().div_ceil(2) };
        self.session.run(&format!("set threads = {threads}"))
    }

    /// From here on no statement of any session reaches files or the network but the store's, or changes a setting.
    pub fn lock(&self, store: &Store) -> Result<()> {
        let folder = match store {
            Store::Dataset(path) | Store::Database(path) => path.display().to_string(),
        };
        self.session.run(&format!(
            "set allowed_directories = [{}]; set enable_external_access = false; set lock_configuration = true",
            literal(&folder)
        ))
    }
}

/// An evidence table: of rows with one key, the one that was exported last. A name that stands in for an id is put under the id that
/// another export tells. Rows without a key are told apart by what they hold, and all that the last export has alike are kept.
fn evidence(table: &Table, is_there: bool) -> String {
    let name = &table.name;
    if !is_there {
        return format!("create table \"{name}\" ({})", stored::columns(table).collect::<Vec<_>>().join(", "));
    }
    let quoted =
        |columns: &mut dyn Iterator<Item = &str>| columns.map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    let all = || table.columns.iter().map(|column| column.name.as_str());
    let key = quoted(&mut all().take(1));
    let columns = quoted(&mut all());
    let apart = if table.apart.is_empty() { columns.clone() } else { quoted(&mut table.apart.iter().map(String::as_str)) };
    let last = "order by ingest_number desc, export_id";
    let source = if table.is_keyed_by_name() {
        format!(
            "(select t.* replace (coalesce(n.id, t.{key}) as {key}) from stored.\"{name}\" t left join \
             (select name, min({key}) as id from stored.\"{name}\" where {key} <> name group by name having count(distinct {key}) = 1) n \
             on n.name = t.name and t.{key} = t.name)"
        )
    } else {
        format!("stored.\"{name}\"")
    };
    let rows =
        format!("select {columns} from {source} join (select export_id, ingest_number from stored.export) using (export_id)");
    format!(
        "create table \"{name}\" as {rows} where {key} is not null qualify row_number() over (partition by {key} {last}) = 1; \
         insert into \"{name}\" {rows} where {key} is null qualify dense_rank() over (partition by {apart} {last}) = 1"
    )
}

/// What decides which statements a store is opened with.
#[derive(Debug, Deserialize)]
struct Contains {
    /// Rows that a later export holds anew.
    superseded: bool,
    /// Rows that name their job by a name that another export tells the id of.
    job_names: bool,
    /// Several exports of the audit log, which may hold the same failure groups.
    several_exports: bool,
    /// Counts that were corrected: cells that take others back.
    corrections: bool,
    /// A cube so large that even one export may hold several rows for one key.
    a_large_cube: bool,
    /// Audit rows, the superseded ones among them.
    audit_rows: i64,
}

impl Contains {
    /// What tells it, of a store that has some of the tables.
    fn asked(is_there: impl Fn(&str) -> bool) -> String {
        let of = |table: &str, condition: &'static str| if is_there(table) { condition } else { "false" };
        let superseded = of("superseded", "(select count(*) > 0 from stored.superseded)");
        let job_names =
            "(select count(*) > 0 from stored.outcome o join stored.sync_job j on j.name = o.job_id and j.job_id <> j.name)";
        let job_names = of("sync_job", job_names);
        format!(
            "select {superseded} as superseded, {job_names} as job_names,
                (select count(*) > 1 from stored.export where \"table\" = 'audit_log') as several_exports,
                (select count(*) > 0 from stored.outcome where records < 0) as corrections,
                (select count(*) from stored.outcome) >= {LARGE} or (select count(*) from stored.activity) >= {LARGE} as a_large_cube,
                (select coalesce(sum(rows_stored), 0)::bigint from stored.export where \"table\" = 'audit_log') as audit_rows"
        )
    }

    /// Whether a cell of the cube may have several rows.
    fn several(&self) -> bool {
        self.superseded || self.job_names || self.several_exports || self.corrections || self.a_large_cube
    }
}

/// The failure groups of a batch, with their audit rows.
fn groups(batch: &RecordBatch) -> impl Iterator<Item = family::Group<'_>> {
    let [ids, codes, root_codes, entities, patterns] = [0, 1, 2, 3, 4].map(|column| batch.column(column).as_string::<i32>());
    let records = batch.column(5).as_primitive::<Int64Type>();
    fn text(column: &StringArray, row: usize) -> Option<&str> {
        column.is_valid(row).then(|| column.value(row))
    }
    (0..batch.num_rows()).map(move |row| family::Group {
        group_id: ids.value(row).parse().unwrap_or(GroupId(0)),
        code: text(codes, row),
        root_code: text(root_codes, row),
        entity: text(entities, row),
        pattern: text(patterns, row).unwrap_or_default(),
        records: records.value(row).max(0).unsigned_abs(),
    })
}

/// The table `family`: what mining and the user's rules make of the failure groups, of those that are no family by themselves.
fn families(session: &Session, rules: &[Rule], several_exports: bool) -> Result<()> {
    session.run("create table family (group_id varchar, family_id varchar, name varchar, category varchar, retry varchar)")?;
    let groups_once = if several_exports {
        "(select group_id, any_value(code) as code, any_value(root_code) as root_code, any_value(entity) as entity, \
         any_value(pattern) as pattern from stored.message_group group by group_id)"
    } else {
        "stored.message_group"
    };
    let sql = format!(
        "select m.group_id, m.code, m.root_code, m.entity, m.pattern, coalesce(o.records, 0)::bigint as records from {groups_once} m \
         left join (select group_id, sum(records) as records from stored.outcome where group_id is not null group by group_id) o using (group_id)"
    );
    // There may be as many as audit rows, so they are borrowed from the batches.
    let mut batches = Vec::new();
    session.stream(&sql, &Parameters::new(), &mut |batch| {
        batches.push(batch);
        Ok(())
    })?;
    let groups: Vec<family::Group<'_>> = batches.iter().flat_map(groups).collect();
    let assigned = groups.iter().zip(family::families(&groups, rules));
    let assigned = assigned.filter(|(group, assigned)| *assigned != Family::of_itself(group.group_id));
    let assigned = assigned.map(|(group, assigned)| {
        let category = assigned.category.map(|category| category.as_str().to_string());
        let retry = assigned.retry.map(|retry| retry.as_str().to_string());
        [Some(group.group_id.to_string()), Some(assigned.family_id.to_string()), assigned.name, category, retry]
    });
    append(&session.connection, "family", assigned)
}

/// The scripts for what a store holds and a filter takes.
fn scripts(contains: &Contains, filter: &Filter) -> Result<[String; 2]> {
    let Contains { superseded, job_names, several_exports, .. } = *contains;
    let in_list = |column: &str, values: &[String]| match values {
        [] => String::new(),
        values => format!(" and {column} in ({})", values.iter().map(|value| literal(value)).collect::<Vec<_>>().join(", ")),
    };
    let moment = |text: &Option<String>| text.as_deref().map(|text| format!("timestamp {}", literal(text.trim_end_matches('Z'))));
    let job = |table: &str| if job_names { format!("coalesce(n.job_id, {table}.job_id)") } else { format!("{table}.job_id") };
    let mut filter_facts = in_list(&job("a"), &filter.jobs) + &in_list("a.object", &filter.objects);
    for (comparison, text) in [(">=", &filter.since), ("<", &filter.until)] {
        if let Some(moment) = moment(text) {
            filter_facts += &format!(" and coalesce(a.modified_at, a.created_at) {comparison} {moment}");
        }
    }
    let flags = context! {
        superseded, job_names, several => contains.several(), several_exports, filter_facts, position => schema::POSITION, last_order => schema::LAST_ORDER,
        filter_cube => in_list(&job("o"), &filter.jobs) + &in_list("o.object", &filter.objects),
        filtered => filter.since.is_some() || filter.until.is_some(),
        filtered_jobs => !filter.jobs.is_empty(),
        as_of => moment(&filter.as_of).unwrap_or_else(|| "null::timestamp".into()),
    };
    let rendered = |script: &str| {
        // Comments are for people; the parser takes a third of its time for them.
        let bare: String =
            script.lines().filter(|line| !line.trim_start().starts_with("--")).flat_map(|line| [line, "\n"]).collect();
        minijinja::Environment::new().render_str(&bare, &flags).place(|| "cannot make the views".into())
    };
    Ok([rendered(SCRIPTS[0])?, rendered(SCRIPTS[1])?])
}
