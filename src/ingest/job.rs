//! The job of rows that name none: given by the user, else one for all files of a call with the same header.

use std::collections::BTreeMap;

use super::Options;
use super::export::Planned;
use super::plan::Plan;

/// Gives exports of the audit log that lack the job lookup a job.
pub fn assign(planned: &mut [(usize, Planned)], options: &Options) {
    let lacks_job = |plan: &Plan| plan.is_audit_log() && !plan.has("job_id");
    let mut alike: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
    // Of one job, another tool writes files with several headers.
    let kind = |plan: &Plan| if plan.outcomes.is_some() { Vec::new() } else { plan.headers.clone() };
    for (_, Planned { source, plan, .. }) in planned.iter().filter(|(_, planned)| lacks_job(&planned.plan)) {
        alike.entry(kind(plan)).or_default().push(&source.name);
    }
    let jobs: BTreeMap<Vec<String>, String> =
        alike.into_iter().map(|(kind, names)| (kind, common_stem(names.into_iter()))).collect();
    for (_, Planned { plan, .. }) in planned.iter_mut().filter(|(_, planned)| lacks_job(&planned.plan)) {
        let (job, assumption) = match &options.job_id {
            Some(job) => (job, format!("the rows belong to job '{job}', as --job-id says")),
            None => {
                let job = &jobs[&kind(plan)];
                (job, format!("no column names the job, so all rows of files with this header are taken as one job, '{job}'"))
            }
        };
        plan.set_constant("job_id", job);
        plan.assumptions.push(assumption);
    }
}

/// What the file names have in common, without folders, extensions and part numbers.
fn common_stem<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let stems = names.map(|name| {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        file.split('.').next().unwrap_or(file).to_string()
    });
    let common = stems.reduce(|common, stem| {
        let same = common.char_indices().zip(stem.chars()).take_while(|((_, a), b)| a == b).last();
        same.map_or(String::new(), |((at, c), _)| common[..at + c.len_utf8()].to_string())
    });
    let common = common.unwrap_or_default();
    let counter = |c: char| c.is_ascii_digit() || matches!(c, '_' | '-' | ' ' | '(');
    let trimmed = common.trim_end_matches(counter);
    // What is left of a date and time, `20260105T123456`.
    let trimmed = match trimmed.strip_suffix('T') {
        Some(date) if date.ends_with(|c: char| c.is_ascii_digit()) => date.trim_end_matches(counter),
        _ => trimmed,
    };
    let trimmed = trimmed.strip_suffix("part").unwrap_or(trimmed).trim_end_matches(['_', '-', ' ']);
    if trimmed.is_empty() { "job".to_string() } else { trimmed.to_string() }
}

#[cfg(test)]
mod tests {
    use super::common_stem;

    #[test]
    fn part_numbers_are_not_part_of_the_name() {
        let cases: [(&[&str], &str); 5] = [
            (&["errors_Invoice__c_20260105T123456.csv"], "errors_Invoice__c"),
            (&["a/audit_1.csv", "b/audit_2.csv"], "audit"),
            (&["audit-part1.csv", "audit-part2.csv.gz"], "audit"),
            (&["week one.csv"], "week one"),
            (&["1.csv", "2.csv"], "job"),
        ];
        for (names, stem) in cases {
            assert_eq!(common_stem(names.iter().copied()), stem, "{names:?}");
        }
    }
}
