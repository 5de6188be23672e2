//! What to retry of a job: every failed record in one file, in the order in which the files are used.

use std::path::Path;

use serde::Deserialize;

use super::file::{self, List};
use super::folder::{Folder, MANIFEST, Manifest, README};
use super::guide::{self, Guide};
use super::job::Job;
use super::{Listed, Options, Written, name};
use crate::diagnosis::Finding;
use crate::engine::{Parameters, Session, literal, typed_rows};
use crate::error::{Error, Result};
use crate::report::markdown::{code, plain};
use crate::report::model::FindingKind;
use crate::report::words::{count, counted};

const DECIDE: &str = include_str!("retry.sql");
pub(super) const SHOWN: &str = include_str!("shown.sql");

/// Causes with files of their own. Each can have files for the consequences of many objects, so that more would make hundreds of files.
const MOST_CAUSES: u32 = 20;

const FILES: &str = "
    select file_number, class, step, r.object, records, file_cause, coalesce(c.code, '') as code, coalesce(c.words, '') as words
    from retry_file r left join cause c on c.cause_id = r.file_cause order by file_number";

const SUMS: &str = "
    select (select count(*) from newest where delivered) as delivered, (select count(distinct job_id) from newest where delivered) as delivering_jobs,
        (select coalesce(sum(failures - 1), 0)::bigint from newest) as repeated,
        (select count(*) from newest where not failed and status_code = 5) as gone,
        (select count(*) from newest where source_id is null) as without_id,
        (select count(*) from failed_here where moment is null) as without_time,
        (select count(*) from placed p where root_record is not null and not exists (select 1 from newest n where n.object is not distinct from p.root_object and n.record = p.root_record)) as root_elsewhere,
        (select count(*) from newest n join cascade c using (export_id, row_number) where n.failed and c.known_by <> 'exact_id') as possible";

/// One file as the SQL decided it.
#[derive(Deserialize)]
struct Step {
    class: String,
    step: u64,
    object: Option<String>,
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
    let job = Job::load(session, job_id, options.retention_days)?;
    let unfinished = Folder::begin(folder)?;
    let guard = options.format == super::Format::Csv;
    session.run(&format!("set variable most_causes = {MOST_CAUSES}; set variable guard = {guard}"))?;
    session.run(SHOWN)?;
    session.run(DECIDE)?;
    let steps: Vec<Step> = typed_rows(&session.query(FILES, &Parameters::new())?)?;
    let sums: Vec<Sums> = typed_rows(&session.query(SUMS, &Parameters::new())?)?;
    let sums = sums.into_iter().next().ok_or_else(|| Error::new("the plan has no sums"))?;
    let lists = lists(&steps);
    let files = file::write(session, &records(options), &lists, &unfinished, options)?;
    let counts = counts(&steps, &sums);
    let accounted: u64 = counts.iter().map(|(_, rows)| rows).sum();
    if accounted != job.failed {
        return Err(Error::new(format!("the plan accounts for {accounted} of {} failed rows", job.failed))
            .hint("please report this as a bug of synclens"));
    }
    unfinished.write(README, &readme(&job, &steps, &lists, &files, &sums, findings, options))?;
    unfinished.finish(&Manifest {
        tool: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        plan: "retry",
        job_id: &job.job_id,
        as_of: job.as_of.as_deref(),
        files: &files,
        counts: &counts,
        rows: job.failed,
    })?;
    let says = counts
        .iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(what, rows)| format!("{}: {}", what.replace('_', " "), counted(*rows, "row")));
    Ok(Written { files, sums: says.collect() })
}

/// The failed rows of the job by what became of them here.
fn counts(steps: &[Step], sums: &Sums) -> Vec<(String, u64)> {
    let of = |class: &str| steps.iter().filter(|step| step.class == class).map(|step| step.records).sum();
    let mut counts: Vec<(String, u64)> =
        ["now", "after_fix", "unknown", "never"].map(|class| (class.to_string(), of(class))).into();
    counts.push(("delivered_since".into(), sums.delivered));
    counts.push(("older_row_of_a_listed_record".into(), sums.repeated));
    counts
}

fn lists(steps: &[Step]) -> Vec<List> {
    let digits = steps.len().to_string().len().max(2);
    let list = |(index, step): (usize, &Step)| {
        let object = step.object.as_deref().unwrap_or("");
        let mut stem = format!("{:0digits$}_{}_{}", index + 1, step.class.replace('_', "-"), name::part(object, '_'));
        match step.file_cause.as_deref() {
            Some("") => stem += "_further-causes",
            Some(_) => {
                stem = format!("{stem}_{}", name::cause(Some(step.code.as_str()).filter(|code| !code.is_empty()), &step.words))
            }
            None => {}
        }
        match step.step {
            0 => {}
            1 => stem += "_consequences",
            deeper => stem = format!("{stem}_consequences-{deeper}"),
        }
        List { stem, class: step.class.clone(), object: object.to_string(), rows: step.records }
    };
    steps.iter().enumerate().map(list).collect()
}

/// The rows of all files, in the order of the files and parents first in each.
fn records(options: &Options) -> String {
    let link = |url: &Option<super::Address>, id: &str, column: &str| {
        url.as_ref().map(|url| format!(", address({}, {id}) as \"{column}\"", literal(url.as_str()))).unwrap_or_default()
    };
    format!(
        "select r.file_number, shown(n.source_id) as \"Id\", shown(n.object) as \"Object\", shown(n.destination_id) as \"DestinationId\", n.depth as \"Depth\",
            n.insert_order as \"Order\", f.step as \"Step\", f.class as \"Retry\",
            shown(case when c.words = '' then '(no message)' when starts_with(c.words, c.code) then left(c.words, 200) else left(c.code || ': ' || c.words, 200) end) as \"Cause\",
            f.cause_id as \"CauseId\", shown(g.code) as \"ErrorCode\", shown(array_to_string(g.fields, ' ')) as \"Fields\", shown(f.root_object) as \"RootObject\",
            shown(f.root_record) as \"RootId\", n.attempts as \"Attempts\", shown(n.job_id) as \"LastJob\", n.status_code as \"StatusCode\",
            shown(a.error_message) as \"ErrorMessage\"{}{}
        from placed f
        join retry_file r on r.class = f.class and r.file_cause is not distinct from f.file_cause and r.step = f.step and r.object is not distinct from f.object
        join newest n on n.object is not distinct from f.object and n.record = f.record
        join audit_log a on a.export_id = n.export_id and a.row_number = n.row_number
        left join message_group g on g.group_id = n.group_id
        left join cause c on c.cause_id is not distinct from f.cause_id
        order by r.file_number, n.depth nulls first, n.insert_order, n.record",
        link(&options.source_url, "n.source_id", "SourceUrl"),
        link(&options.target_url, "n.destination_id", "TargetUrl"),
    )
}

fn readme(
    job: &Job,
    steps: &[Step],
    lists: &[List],
    files: &[Listed],
    sums: &Sums,
    findings: &[Finding],
    options: &Options,
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
        guide.table(&["File", "Records", "Object", "When"], &rows(steps, lists, files));
        guide.line("`now`: locks, time-outs and limits, which may not come back. `after-fix`: fails again until its cause is fixed. `unknown`: the message does not tell. `never`: a retry cannot help, since the record is gone or cannot be reached.");
        fixes(&mut guide, job, steps, lists, findings);
    }
    guide.heading("How to use the files");
    guide.line("`Id` is the id of the record in the source org. iSyncSF's own Retry takes up all failed records of the job; take the files to see what it will meet, to correct the source records by `Id` with Data Loader or `sf data update bulk` (keep `Id` and add the corrected fields), or to limit a new template to these records.");
    guide.heading("Sums");
    let counts: Vec<Vec<String>> = counts(steps, sums).iter().map(|(what, rows)| vec![code(what), count(*rows)]).collect();
    guide.table(&["Failed rows", "Count"], &[counts, vec![vec!["all".into(), count(job.failed)]]].concat());
    guide.line(&format!("{MANIFEST} holds the same for programs."));
    unknowns(&mut guide, job, sums);
    guide.finish()
}

fn rows(steps: &[Step], lists: &[List], files: &[Listed]) -> Vec<Vec<String>> {
    let when = |step: &Step| match (step.class.as_str(), step.step) {
        ("now", 0) => "now".to_string(),
        (class, 0) => class.replace('_', " "),
        (_, _) => "after the files before it have arrived".to_string(),
    };
    let row = |(step, list): (&Step, &List)| {
        let parts = files.iter().filter(|file| file.file.starts_with(&list.stem)).map(|file| format!("`{}`", file.file));
        vec![parts.collect::<Vec<_>>().join("<br>"), count(step.records), plain(&list.object), when(step)]
    };
    steps.iter().zip(lists).map(row).collect()
}

/// For each cause what to fix, in the words of the check that found it.
fn fixes(guide: &mut Guide, job: &Job, steps: &[Step], lists: &[List], findings: &[Finding]) {
    let mut done: Vec<&str> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let Some(cause) = step.file_cause.as_deref().filter(|cause| !done.contains(cause)) else { continue };
        done.push(cause);
        if done.len() == 1 {
            guide.heading("What to fix first");
        }
        let same: Vec<usize> = (index..steps.len()).filter(|other| steps[*other].file_cause.as_deref() == Some(cause)).collect();
        let records: u64 = same.iter().map(|other| steps[*other].records).sum();
        let numbers: Vec<&str> = same.iter().filter_map(|other| lists[*other].stem.split('_').next()).collect();
        let title = match (cause, step.words.as_str()) {
            ("", _) => "Further causes, told apart by the column `Cause`".to_string(),
            (_, "") => "Failures without a message".to_string(),
            (_, words) => plain(words),
        };
        let ends = if numbers.len() > 1 {
            format!("Files {} to {}", numbers[0], numbers[numbers.len() - 1])
        } else {
            format!("File {}", numbers[0])
        };
        guide.subheading(&format!("{ends}: {title}"));
        guide.line(&format!("{}.", counted(records, "record")));
        let explains =
            |finding: &&Finding| finding.kind == FindingKind::Diagnosis && finding.families.iter().any(|family| family == cause);
        let here = |finding: &&Finding| finding.job_id.as_deref().is_none_or(|id| id == job.job_id);
        match findings.iter().filter(explains).find(here) {
            Some(finding) => {
                guide.line(&format!("{}{}", if finding.certain { "" } else { "Possible cause: " }, plain(&finding.title)));
                guide.steps(&finding.actions);
            }
            None => {
                guide.line("No check explains it: read `ErrorMessage` in the file, and ask the administrator of the target org.")
            }
        }
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
