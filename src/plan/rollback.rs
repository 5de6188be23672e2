//! What to roll back of a job: what to delete in the target and in which order, what can be restored, and what cannot.

use std::path::Path;

use serde::Deserialize;

use super::draft::Draft;
use super::file::List;
use super::folder::MANIFEST;
use super::guide::{self, Guide};
use super::{Listed, Options, Written, link, name};
use crate::engine::{Session, literal};
use crate::error::Result;
use crate::report::markdown::{code, plain};
use crate::report::status;
use crate::report::words::{count, counted};

const DECIDE: &str = include_str!("rollback.sql");

const FILES: &str = "select class, org, object, status_code, level, has_levels, records from rollback_file order by file_number";

const SUMS: &str = "
    select (select count(*) > 0 from export where \"table\" = 'data_version') as has_versions,
        (select max(lower(value)) from setting where name = 'EnableVersion') as enable_version,
        (select coalesce(sum(unsure), 0)::bigint from rollback_file) as unsure,
        (select coalesce(sum(records), 0)::bigint from rollback_file where class = 'delete' and rank is null) as without_sequence,
        (select coalesce(sum(without_level), 0)::bigint from rollback_file where class = 'delete') as without_level,
        (select coalesce(sum(records), 0)::bigint from rollback_file where class = 'delete' and org is null) as without_org";

const UNCHANGED: &str = "
    select coalesce(status_code::varchar, 'blank') as status_code, sum(records)::bigint as records from outcome
    where job_id = getvariable('job') and coalesce(status_code, 0) not in (2, 7) group by outcome.status_code having sum(records) > 0 order by outcome.status_code nulls last";

/// One file as the SQL decided it.
#[derive(Deserialize)]
struct Step {
    class: String,
    org: Option<String>,
    object: Option<String>,
    status_code: i64,
    level: Option<i64>,
    has_levels: bool,
    records: u64,
}

impl Step {
    /// Whether Salesforce deletes no record of the object.
    fn is_undeletable(&self) -> bool {
        self.object.as_deref() == Some("User")
    }
}

#[derive(Deserialize)]
struct Sums {
    has_versions: bool,
    enable_version: Option<String>,
    unsure: u64,
    without_sequence: u64,
    without_level: u64,
    without_org: u64,
}

#[derive(Deserialize)]
struct Unchanged {
    status_code: String,
    records: u64,
}

/// What a class of records is, for the guide: its name, and what it means.
const CLASSES: [(&str, &str); 6] = [
    ("delete", "The job inserted them: delete them by `Id` in the target, in the order of the files."),
    ("restorable", "The job updated them, and a version with the values before it exists: iSyncSF's rollback restores them."),
    (
        "touched_again",
        "Another job inserted or updated them afterwards (`TouchedBy`): decide record by record. Deleting or restoring them undoes its work too.",
    ),
    ("not_restorable", "The job updated them, and no version is known: the values before it are gone, unless a backup has them."),
    (
        "lost",
        "The job inserted them, but the audit row has no id of the target: find them by `SourceId` through an external id, or by hand.",
    ),
    ("repeated", "A further row of a record that an earlier file or row names already: nothing to do."),
];

/// Writes the files of what to roll back of the job into `folder`.
///
/// # Errors
/// The job has no results, the folder is not ours to replace, or it cannot be written.
pub fn write(session: &Session, job_id: &str, folder: &Path, options: &Options) -> Result<Written> {
    let draft = Draft::begin(session, job_id, folder, options, DECIDE)?;
    let steps: Vec<Step> = draft.session.rows(FILES)?;
    let sums: Sums = draft.row(SUMS)?;
    let unchanged: Vec<Unchanged> = draft.session.rows(UNCHANGED)?;
    let lists = lists(&steps);
    let files = draft.write(&records(&sums, options), &lists)?;
    let readme = readme(&draft, &steps, &lists, &files, &sums, &unchanged);
    let (rows, counts) = (draft.job.records, counts(&steps, &unchanged));
    draft.finish("rollback", rows, &counts, files, &readme)
}

/// All rows of the job by what a rollback would do to them.
fn counts(steps: &[Step], unchanged: &[Unchanged]) -> Vec<(String, u64)> {
    let of = |class: &str| steps.iter().filter(|step| step.class == class).map(|step| step.records).sum();
    let mut counts: Vec<(String, u64)> = CLASSES.iter().map(|(class, _)| ((*class).to_string(), of(class))).collect();
    counts.extend(unchanged.iter().map(|row| (format!("status_{}", row.status_code), row.records)));
    counts
}

fn lists(steps: &[Step]) -> Vec<List> {
    let digits = steps.len().to_string().len().max(2);
    let list = |(index, step): (usize, &Step)| {
        let object = step.object.as_deref().unwrap_or("");
        let org = step.org.as_deref().map_or("unknown-org".to_string(), |org| name::part(org, '-'));
        let mut stem = format!("{:0digits$}_{}_{org}_{}", index + 1, step.class.replace('_', "-"), name::part(object, '_'));
        match (step.class.as_str(), step.status_code) {
            ("touched_again" | "repeated", 7) => stem += "_inserted",
            ("touched_again" | "repeated", _) => stem += "_updated",
            _ => {}
        }
        if let Some(level) = step.level.filter(|_| step.has_levels) {
            stem = format!("{stem}_level-{level}");
        }
        List {
            stem,
            class: step.class.clone(),
            object: object.to_string(),
            rows: step.records,
            is_loaded: step.class == "delete" && !step.is_undeletable(),
        }
    };
    steps.iter().enumerate().map(list).collect()
}

/// The rows of all files, in the order of the files; of what is deleted, the reverse of the order of insertion in each.
fn records(sums: &Sums, options: &Options) -> String {
    let no_version = match sums.has_versions {
        true => "updated, and DataVersion__c has no row of it",
        false => "updated, and no export of DataVersion__c was given",
    };
    format!(
        "select r.file_number, f.destination_id as \"Id\", f.object as \"Object\", f.source_id as \"SourceId\", f.org as \"TargetOrg\",
            f.depth as \"Depth\", f.sequence as \"Sequence\", f.insert_order as \"Order\", f.status_code as \"StatusCode\", f.by_job as \"TouchedBy\",
            case f.class
                when 'delete' then 'inserted by this job'
                when 'restorable' then 'updated, and a version is there'
                when 'not_restorable' then {}
                when 'lost' then 'inserted, without an id of the target'
                when 'repeated' then 'the target record stands in an earlier row'
                when 'touched_again' then case when f.is_unsure then 'another job changed it, before or after this one' else 'another job changed it afterwards' end
            end as \"Reason\"{}{}
        from fate f
        join rollback_file r on r.class = f.class and r.org is not distinct from f.org and r.object is not distinct from f.object and r.status_code = f.status_code
            and r.rank is not distinct from f.rank and r.level is not distinct from f.level
        order by r.file_number, f.depth desc nulls last, f.insert_order desc nulls last, f.destination_id, f.source_id, f.export_id, f.row_number",
        literal(no_version),
        link(&options.source_url, "f.source_id", "SourceUrl"),
        link(&options.target_url, "f.destination_id", "TargetUrl"),
    )
}

fn readme(
    Draft { job, options, .. }: &Draft,
    steps: &[Step],
    lists: &[List],
    files: &[Listed],
    sums: &Sums,
    unchanged: &[Unchanged],
) -> String {
    let mut guide = Guide::new(&format!("What to roll back of job {}", job.title()), job, options);
    guide.purge(job);
    if job.status.as_deref().is_some_and(|status| status.to_lowercase().starts_with("rollback")) {
        guide.line("**This job has been rolled back, or its rollback has begun:** some of these records may be gone from the target already.");
    }
    let classes = CLASSES.iter().filter(|(class, _)| steps.iter().any(|step| step.class == *class));
    for (class, means) in classes {
        guide.heading(&guide::title(class));
        guide.line(means);
        let of_class = steps.iter().zip(lists).filter(|(step, _)| step.class == *class);
        let rows: Vec<Vec<String>> = of_class
            .map(|(step, list)| {
                vec![
                    guide::parts(list, files),
                    count(step.records),
                    plain(&list.object),
                    step.level.map_or("–".into(), |level| level.to_string()),
                    plain(step.org.as_deref().unwrap_or("not known")),
                ]
            })
            .collect();
        guide.table(&["File", "Records", "Object", "Level", "Target org"], &rows);
    }
    if steps.is_empty() {
        guide.line("The job inserted and updated nothing: there is nothing to roll back.");
    }
    if steps.iter().any(|step| step.class == "delete") {
        how_to_delete(&mut guide, steps);
    }
    guide.heading("Sums");
    let mut rows: Vec<Vec<String>> = counts(steps, &[]).iter().map(|(what, rows)| vec![code(what), count(*rows)]).collect();
    rows.extend(
        unchanged
            .iter()
            .map(|row| vec![format!("nothing to undo: {}", plain(&status::name(&row.status_code))), count(row.records)]),
    );
    rows.push(vec!["all".into(), count(job.records)]);
    guide.table(&["Audit rows", "Count"], &rows);
    guide.line(&format!("{MANIFEST} holds the same for programs."));
    unknowns(&mut guide, sums, unchanged);
    guide.finish()
}

fn how_to_delete(guide: &mut Guide, steps: &[Step]) {
    guide.heading("How to delete");
    guide.line("Delete in the order of the files: the reverse of the order in which the job inserted, so children go before their parents and the deepest level of a hierarchy goes first. Begin a file when the one before it is done, and look at what could not be deleted.");
    let mut says = vec![
        "Data Loader: Delete, with the object of the file, and map `Id` alone.".to_string(),
        "Salesforce CLI: `sf data delete bulk --sobject OBJECT --file ids/FILE --target-org ORG --wait 60`. It takes no column but `Id`, so `ids` has the same files with that column alone.".to_string(),
        "First decide about what was touched again: a parent whose child stays may be refused, or take the child with it.".to_string(),
        "Activated orders and contracts, and records that approvals lock, are refused until they are set back.".to_string(),
    ];
    if steps.iter().any(|step| step.class == "delete" && step.is_undeletable()) {
        says.push("Users cannot be deleted: deactivate them instead (`IsActive` to false). They have no file in `ids`.".into());
    }
    guide.list(&says);
}

fn unknowns(guide: &mut Guide, sums: &Sums, unchanged: &[Unchanged]) {
    guide.heading("What is not known");
    let mut says = vec![
        "What was created below these records afterwards, by people or by later jobs: deleting a parent can take its children with it, or be refused because of them.".to_string(),
        "Whether people changed a record since: only jobs leave audit rows.".to_string(),
    ];
    match (sums.has_versions, sums.enable_version.as_deref()) {
        (true, _) => {}
        (false, Some("true")) => {
            says.push("Which updates can be restored: EnableVersion is on, but no export of DataVersion__c was given.".into())
        }
        (false, Some(_)) => says.push("EnableVersion is not on, so updates of this job most likely have no version.".into()),
        (false, None) => {
            says.push("Which updates can be restored: neither DataVersion__c nor the setting EnableVersion was given.".into())
        }
    }
    if sums.unsure > 0 {
        says.push(format!(
            "{} changed by another job as well, and without times it is not known by which last.",
            guide::have(sums.unsure, "record was", "records were")
        ));
    }
    if sums.without_sequence > 0 {
        says.push(format!(
            "{} no Sequence, so their place among the files is not known: they come last.",
            guide::have(sums.without_sequence, "record has", "records have")
        ));
    }
    if sums.without_level > 0 {
        says.push(format!(
            "{} no level (SubSequence): where records of one object hang on each other, load their file serially, in its order.",
            guide::have(sums.without_level, "record has", "records have")
        ));
    }
    if sums.without_org > 0 {
        says.push(format!(
            "{} no id of the target org: make sure that you are logged in to the right one.",
            guide::have(sums.without_org, "record has", "records have")
        ));
    }
    if let Some(files) = unchanged.iter().find(|row| row.status_code == "11") {
        says.push(format!(
            "{} went to the file relay; whether the target has them is not in the audit log.",
            counted(files.records, "file")
        ));
    }
    guide.list(&says);
}
