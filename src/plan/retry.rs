//! What to retry of a job: every failed record in one file, in the order in which the files are used.

use std::path::Path;

use serde::Deserialize;

use super::draft::Draft;
use super::file::List;
use super::folder::MANIFEST;
use super::guide::{self, Guide};
use super::job::Job;
use super::{Listed, Options, Written, link, name};
use crate::diagnosis::Finding;
use crate::engine::Session;
use crate::error::Result;
use crate::report::markdown::{code, plain};
use crate::report::model::FindingKind;
use crate::report::words::{count, counted};

const DECIDE: &str = include_str!("retry.sql");

/// Causes with files of their own. Each can have files for the consequences of many objects, so that more would make hundreds of files.
const MOST_CAUSES: u32 = 20;

const FILES: &str = "
    select class, follows, r.object, file_org as org, records, file_cause, coalesce(c.code, '') as code, coalesce(c.words, '') as words
    from retry_file r left join cause c on c.cause_id = r.file_cause order by file_number";

const SUMS: &str = "
    select (select count(*) from newest where delivered) as delivered, (select count(distinct job_id) from newest where delivered) as delivering_jobs,
        (select coalesce(sum(failures - 1), 0)::bigint from newest) as repeated,
        (select count(*) from newest where not failed and status_code = 5) as gone,
        (select count(*) from newest where source_id is null) as without_id,
        (select count(*) from failed_here where moment is null) as without_time,
        (select count(*) from rooted where root_number is null) as root_elsewhere,
        (select count(*) from newest n join cascade c using (export_id, row_number) where n.failed and c.known_by <> 'exact_id') as possible";

/// What a class of records is, for the guide: its name, and what it means.
const CLASSES: [(&str, &str); 4] = [
    ("now", "Locks, time-outs and limits, which may not come back, and records that nothing hinders any more."),
    ("after_fix", "They fail again until their cause is fixed."),
    ("unknown", "The message does not tell whether a retry can help."),
    ("never", "A retry cannot help: the record is gone or cannot be reached."),
];

/// One file as the SQL decided it.
#[derive(Deserialize)]
struct Step {
    class: String,
    /// Whether its records failed because others did.
    follows: bool,
    object: Option<String>,
    /// The org, where the job has several.
    org: Option<String>,
    records: u64,
    file_cause: Option<String>,
    code: String,
    words: String,
}

#[derive(Deserialize)]
struct Sums {
    delivered: u64,
    delivering_jobs: u64,
    repeated: u64,
    gone: u64,
    without_id: u64,
    without_time: u64,
    root_elsewhere: u64,
    possible: u64,
}

/// Writes the files of what to retry of the job into `folder`. `findings` say what to fix; they are of the whole store.
///
/// # Errors
/// The job has no results, the folder is not ours to replace, or it cannot be written.
pub fn write(session: &Session, job_id: &str, findings: &[Finding], folder: &Path, options: &Options) -> Result<Written> {
    session.run(&format!("set variable most_causes = {MOST_CAUSES}"))?;
    let draft = Draft::begin(session, job_id, folder, options, DECIDE)?;
    let steps: Vec<Step> = draft.session.rows(FILES)?;
    let sums: Sums = draft.row(SUMS)?;
    let lists = lists(&steps);
    let files = draft.write(&records(options), &lists)?;
    let readme = readme(&draft, &steps, &lists, &files, &sums, findings);
    let (rows, counts) = (draft.job.failed, counts(&steps, &sums));
    draft.finish("retry", rows, &counts, files, &readme)
}

/// The failed rows of the job by what became of them here.
fn counts(steps: &[Step], sums: &Sums) -> Vec<(String, u64)> {
    let of = |class: &str| steps.iter().filter(|step| step.class == class).map(|step| step.records).sum();
    let mut counts: Vec<(String, u64)> = CLASSES.map(|(class, _)| (class.to_string(), of(class))).into();
    counts.push(("delivered_since".into(), sums.delivered));
    counts.push(("older_row_of_a_listed_record".into(), sums.repeated));
    counts
}

fn lists(steps: &[Step]) -> Vec<List> {
    let digits = steps.len().to_string().len().max(2);
    let list = |(index, step): (usize, &Step)| {
        let object = step.object.as_deref().unwrap_or("");
        let mut stem = format!("{:0digits$}_{}_{}", index + 1, step.class.replace('_', "-"), name::part(object, '_'));
        if let Some(org) = &step.org {
            stem = format!("{stem}_{}", name::part(org, '-'));
        }
        match step.file_cause.as_deref() {
            Some("") => stem += "_further-causes",
            Some(_) => {
                stem = format!("{stem}_{}", name::cause(Some(step.code.as_str()).filter(|code| !code.is_empty()), &step.words))
            }
            None => {}
        }
        if step.follows {
            stem += "_consequences";
        }
        List { stem, class: step.class.clone(), object: object.to_string(), rows: step.records, is_loaded: step.class != "never" }
    };
    steps.iter().enumerate().map(list).collect()
}

/// The rows of all files, in the order of the files and parents first in each.
fn records(options: &Options) -> String {
    format!(
        "select r.file_number, n.source_id as \"Id\", n.object as \"Object\", n.destination_id as \"DestinationId\", n.org as \"TargetOrg\", n.depth as \"Depth\",
            n.insert_order as \"Order\", f.step as \"Step\", f.class as \"Retry\",
            case when c.words = '' then '(no message)' when starts_with(c.words, c.code) then left(c.words, 200) else left(c.code || ': ' || c.words, 200) end as \"Cause\",
            f.cause_id as \"CauseId\", g.code as \"ErrorCode\", array_to_string(g.fields, ' ') as \"Fields\", f.root_object as \"RootObject\",
            f.root_record as \"RootId\", n.attempts as \"Attempts\", n.job_id as \"LastJob\", n.status_code as \"StatusCode\",
            a.error_message as \"ErrorMessage\"{}{}
        from placed f
        join retry_file r on r.class = f.class and r.file_cause is not distinct from f.file_cause and r.follows = (f.step > 0) and r.object is not distinct from f.object
            and r.file_org is not distinct from f.file_org
        join newest n on n.number = f.number
        left join (select export_id, row_number, error_message from audit_log where error_message is not null) a using (export_id, row_number)
        left join message_group g on g.group_id = n.group_id
        left join cause c on c.cause_id is not distinct from f.cause_id
        order by r.file_number, n.depth nulls first, f.step, n.insert_order, n.record",
        link(&options.source_url, "n.source_id", "SourceUrl"),
        link(&options.target_url, "n.destination_id", "TargetUrl"),
    )
}

fn readme(
    Draft { job, options, .. }: &Draft,
    steps: &[Step],
    lists: &[List],
    files: &[Listed],
    sums: &Sums,
    findings: &[Finding],
) -> String {
    let mut guide = Guide::new(&format!("What to retry of job {}", job.title()), job, options);
    let listed: u64 = steps.iter().map(|step| step.records).sum();
    guide.line(&format!(
        "{} of the job failed. {} in the files below; {}.",
        counted(job.failed, "row"),
        guide::stand(listed, "record"),
        match sums.delivered {
            0 => "a later job delivered none of them".to_string(),
            delivered => format!("{} left out", guide::have(delivered, "has arrived since and is", "have arrived since and are")),
        }
    ));
    guide.purge(job);
    if steps.is_empty() {
        guide.line("There is nothing to retry.");
    } else {
        guide.heading("Order");
        guide.line("Use the files in the order of their numbers. A file with `consequences` in its name holds records that failed only because a record of an earlier file did: they need no fix of their own, but that record must have arrived first. In a file, parents stand before their children.");
    }
    let mut from = 0;
    for part in steps.chunk_by(|one, next| one.class == next.class && one.file_cause == next.file_cause) {
        let first = &part[0];
        if from == 0 || steps[from - 1].class != first.class {
            let means = CLASSES.iter().find(|(class, _)| *class == first.class).map_or("", |(_, means)| *means);
            guide.heading(&guide::title(&first.class));
            guide.line(means);
        }
        if let Some(cause) = &first.file_cause {
            let words =
                if cause.is_empty() { "Further causes, told apart by the column `Cause`".into() } else { plain(&first.words) };
            guide.subheading(if words.is_empty() { "Failures without a message" } else { &words });
            fix(&mut guide, cause, job, findings);
        }
        guide.table(&["File", "Records", "Object"], &rows(part, &lists[from..], files));
        from += part.len();
    }
    guide.heading("How to use the files");
    guide.line("`Id` is the id of the record in the source org. iSyncSF's own Retry takes up all failed records of the job: the files tell what it will meet. To correct the records in the source, or to mark them for a template of their own, give Data Loader a file and map `Id` and the fields that you add. The Salesforce CLI takes every column for a field: begin with the file of the same name in `ids`, which has `Id` alone, add the fields, and run `sf data update bulk --sobject OBJECT --file FILE`. Of what no retry can help there is none in `ids`.");
    guide.heading("Sums");
    let counts: Vec<Vec<String>> = counts(steps, sums).iter().map(|(what, rows)| vec![code(what), count(*rows)]).collect();
    guide.table(&["Failed rows", "Count"], &[counts, vec![vec!["all".into(), count(job.failed)]]].concat());
    guide.line(&format!("{MANIFEST} holds the same for programs."));
    unknowns(&mut guide, job, sums);
    guide.finish()
}

fn rows(steps: &[Step], lists: &[List], files: &[Listed]) -> Vec<Vec<String>> {
    let row = |(step, list): (&Step, &List)| vec![guide::parts(list, files), count(step.records), plain(&list.object)];
    steps.iter().zip(lists).map(row).collect()
}

/// What to fix, in the words of the check that found the cause.
fn fix(guide: &mut Guide, cause: &str, job: &Job, findings: &[Finding]) {
    let explains =
        |finding: &&Finding| finding.kind == FindingKind::Diagnosis && finding.families.iter().any(|family| family == cause);
    let here = |finding: &&Finding| finding.job_id.as_deref().is_none_or(|id| id == job.job_id);
    match findings.iter().filter(explains).find(here) {
        Some(finding) => {
            guide.line(&format!("{}{}", if finding.certain { "" } else { "Possible cause: " }, plain(&finding.title)));
            guide.steps(&finding.actions);
        }
        None => guide.line("No check explains it: read `ErrorMessage` in the file, and ask the administrator of the target org."),
    }
}

fn unknowns(guide: &mut Guide, job: &Job, sums: &Sums) {
    guide.heading("What is not known");
    let mut says = vec![
        "Whether a cause has been fixed meanwhile: the files tell the state of the exports that were read.".to_string(),
        "Whether a record fails again for another reason, which shows only when the first is gone.".to_string(),
    ];
    if sums.delivered > 0 {
        says.push(format!(
            "Left out: {} by {} afterwards.",
            counted(sums.delivered, "record") + " delivered",
            counted(sums.delivering_jobs, "job")
        ));
    }
    if sums.gone > 0 {
        says.push(format!(
            "{} no longer in the source, or not accessible, when a later job came to them.",
            guide::have(sums.gone, "was", "were")
        ));
    }
    if sums.possible > 0 {
        says.push(format!("{} may be consequences of records that failed before them, but their messages name none: try them once more after the files of their parents.", counted(sums.possible, "record")));
    }
    if sums.root_elsewhere > 0 {
        says.push(format!(
            "{} wait for a record (`RootId`) that did not fail in this job, so that it is in none of the files.",
            counted(sums.root_elsewhere, "record")
        ));
    }
    if sums.without_id > 0 {
        says.push(format!(
            "{} no id of a record, so that a later job cannot be known to have delivered them.",
            guide::have(sums.without_id, "row has", "rows have")
        ));
    }
    if sums.without_time > 0 {
        says.push(format!(
            "{} no time, so that what came later is not known: nothing of them was left out for a later job.",
            guide::have(sums.without_time, "record has", "records have")
        ));
    }
    if job.unprocessed > 0 {
        says.push(format!(
            "{} of the job were never processed and are in no file, since they did not fail: a Retry takes them up.",
            counted(job.unprocessed, "row")
        ));
    }
    guide.list(&says);
}
