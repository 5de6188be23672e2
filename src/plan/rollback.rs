//! What to roll back of a job: what to delete in the target and in which order, what can be restored, and what cannot.

use std::path::Path;

use serde::Deserialize;

use super::file::{self, List};
use super::folder::{Folder, MANIFEST, Manifest, README};
use super::guide::{self, Guide};
use super::job::Job;
use super::{Address, Listed, Options, Written, name, retry};
use crate::engine::{Parameters, Session, literal, typed_rows};
use crate::error::{Error, Result};
use crate::report::markdown::{code, plain};
use crate::report::status;
use crate::report::words::{count, counted};

const DECIDE: &str = include_str!("rollback.sql");

const FILES: &str = "select class, org, object, status_code, level, has_levels, records from rollback_file order by file_number";

const SUMS: &str = "
    select (select count(*) > 0 from export where \"table\" = 'data_version') as has_versions,
        (select max(lower(value)) from setting where name = 'EnableVersion') as enable_version,
        (select count(*) from fate where is_unsure) as unsure, (select count(*) from fate where class = 'delete' and sequence is null) as without_sequence,
        (select count(*) from fate where class = 'delete' and org is null) as without_org";

const UNCHANGED: &str = "
    select coalesce(status_code::varchar, 'blank') as status_code, sum(records)::bigint as records from outcome
    where job_id = $job and coalesce(status_code, 0) not in (2, 7) group by outcome.status_code having sum(records) > 0 order by outcome.status_code nulls last";

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

#[derive(Deserialize)]
struct Sums {
    has_versions: bool,
    enable_version: Option<String>,
    unsure: u64,
    without_sequence: u64,
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
    let job = Job::load(session, job_id, options.retention_days)?;
    let unfinished = Folder::begin(folder)?;
    session.run(&format!("set variable guard = {}", options.format == super::Format::Csv))?;
    session.run(retry::SHOWN)?;
    session.run(DECIDE)?;
    let steps: Vec<Step> = typed_rows(&session.query(FILES, &Parameters::new())?)?;
    let sums: Vec<Sums> = typed_rows(&session.query(SUMS, &Parameters::new())?)?;
    let sums = sums.into_iter().next().ok_or_else(|| Error::new("the plan has no sums"))?;
    let of_job = Parameters::from([("job".into(), crate::engine::Value::Text(job.job_id.clone()))]);
    let unchanged: Vec<Unchanged> = typed_rows(&session.query(UNCHANGED, &of_job)?)?;
    let lists = lists(&steps);
    let files = file::write(session, &records(&sums, options), &lists, &unfinished, options)?;
    let counts = counts(&steps, &unchanged);
    let accounted: u64 = counts.iter().map(|(_, rows)| rows).sum();
    if accounted != job.records {
        return Err(Error::new(format!("the plan accounts for {accounted} of {} rows", job.records))
            .hint("please report this as a bug of synclens"));
    }
    unfinished.write(README, &readme(&job, &steps, &lists, &files, &sums, &unchanged, options))?;
    unfinished.finish(&Manifest {
        tool: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        plan: "rollback",
        job_id: &job.job_id,
        as_of: job.as_of.as_deref(),
        files: &files,
        counts: &counts,
        rows: job.records,
    })?;
    let says = counts
        .iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(what, rows)| format!("{}: {}", what.replace('_', " "), counted(*rows, "row")));
    Ok(Written { files, sums: says.collect() })
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
        List { stem, class: step.class.clone(), object: object.to_string(), rows: step.records }
    };
    steps.iter().enumerate().map(list).collect()
}

/// The rows of all files, in the order of the files; of what is deleted, the reverse of the order of insertion in each.
fn records(sums: &Sums, options: &Options) -> String {
    let link = |url: &Option<Address>, id: &str, column: &str| {
        url.as_ref().map(|url| format!(", address({}, {id}) as \"{column}\"", literal(url.as_str()))).unwrap_or_default()
    };
    let no_version = match sums.has_versions {
        true => "updated, and DataVersion__c has no row of it",
        false => "updated, and no export of DataVersion__c was given",
    };
    format!(
        "select r.file_number, shown(f.destination_id) as \"Id\", shown(f.object) as \"Object\", shown(f.source_id) as \"SourceId\", shown(f.org) as \"TargetOrg\",
            f.depth as \"Depth\", f.sequence as \"Sequence\", f.insert_order as \"Order\", f.status_code as \"StatusCode\", shown(f.by_job) as \"TouchedBy\",
            case f.class
                when 'delete' then 'inserted by this job'
                when 'restorable' then 'updated, and a version is there'
                when 'not_restorable' then {}
                when 'lost' then 'inserted, without an id of the target'
                when 'repeated' then 'the target record stands in an earlier row'
                when 'touched_again' then case when f.is_unsure then 'another job changed it, before or after this one' else 'another job changed it afterwards' end
            end as \"Reason\"{}{}
        from ordered f
        join rollback_file r on r.class = f.class and r.org is not distinct from f.org and r.object is not distinct from f.object and r.status_code = f.status_code
            and r.rank is not distinct from f.rank and r.level is not distinct from f.level
        order by r.file_number, f.depth desc nulls last, f.insert_order desc nulls last, f.destination_id, f.source_id, f.export_id, f.row_number",
        literal(no_version),
        link(&options.source_url, "f.source_id", "SourceUrl"),
        link(&options.target_url, "f.destination_id", "TargetUrl"),
    )
}

fn readme(
    job: &Job,
    steps: &[Step],
    lists: &[List],
    files: &[Listed],
    sums: &Sums,
    unchanged: &[Unchanged],
    options: &Options,
) -> String {
    let mut guide = Guide::new(&format!("What to roll back of job {}", job.title()), job, options);
    guide.purge(job);
    if job.status.as_deref().is_some_and(|status| status.to_lowercase().starts_with("rollback")) {
        guide.line("**This job has been rolled back, or its rollback has begun:** some of these records may be gone from the target already.");
    }
    let classes = CLASSES.iter().filter(|(class, _)| steps.iter().any(|step| step.class == *class));
    for (class, means) in classes {
        guide.heading(&class.replace('_', " "));
        guide.line(means);
        let of_class = steps.iter().zip(lists).filter(|(step, _)| step.class == *class);
        let rows: Vec<Vec<String>> = of_class
            .map(|(step, list)| {
                let parts = files.iter().filter(|file| file.file.starts_with(&list.stem)).map(|file| format!("`{}`", file.file));
                vec![
                    parts.collect::<Vec<_>>().join("<br>"),
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
    guide.heading("Order");
    guide.line("Delete in the order of the files: the reverse of the order in which the job inserted, so children go before their parents and the deepest level of a hierarchy goes first. No file holds two levels of an object, so a file can be loaded in parallel.");
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
