//! The job of rows that name none: given by the user, else one for all files of a call with the same header.

use std::collections::BTreeMap;

use super::Options;
use super::export::Planned;
use super::object::{file_name, stem};
use super::open::Source;
use super::outcome::Tool;
use super::plan::Plan;

/// Gives exports of the audit log that lack the job lookup a job.
pub fn assign<'a>(planned: &mut [(usize, Planned<'a>)], options: &Options) {
    let lacks_job = |plan: &Plan| plan.is_audit_log() && !plan.has("job_id");
    let mut alike: BTreeMap<(Vec<String>, Option<&'a str>), Vec<&'a str>> = BTreeMap::new();
    // Of one job, another tool writes files with several headers.
    let kind = |plan: &Plan| if plan.outcomes.is_some() { Vec::new() } else { plan.headers.clone() };
    for (_, Planned { source, plan, .. }) in planned.iter().filter(|(_, planned)| lacks_job(&planned.plan)) {
        alike.entry((kind(plan), run_of(source, plan))).or_default().push(&source.name);
    }
    let name = |folder: Option<&str>, names: Vec<&str>| folder.map_or_else(|| name_of(names.into_iter()), str::to_string);
    let jobs: BTreeMap<_, String> = alike.into_iter().map(|(kind, names)| (kind.clone(), name(kind.1, names))).collect();
    for (_, Planned { source, plan, .. }) in planned.iter_mut().filter(|(_, planned)| lacks_job(&planned.plan)) {
        let (job, assumption) = match &options.job_id {
            Some(job) => (job, format!("the rows belong to job '{job}', as --job-id says")),
            None => {
                let folder = run_of(source, plan);
                let job = &jobs[&(kind(plan), folder)];
                let files =
                    if folder.is_some() { "of this run of SFDMU, as its folder says," } else { "of files with this header" };
                (job, format!("no column names the job, so all rows {files} are taken as one job, '{job}'"))
            }
        };
        plan.set_constant("job_id", job);
        plan.assumptions.push(assumption);
    }
}

/// What tells a run of another tool from others whose files have the same names.
fn run_of<'a>(source: &'a Source, plan: &Plan) -> Option<&'a str> {
    let is_sfdmu = plan.outcomes.as_ref().is_some_and(|outcomes| matches!(outcomes.tool, Tool::Sfdmu(_)));
    if is_sfdmu { run_folder(&source.name) } else { None }
}

/// The folder of a run of SFDMU, which writes files of the same names each time: `march` of `march/target/Account_insert_target.csv`.
fn run_folder(name: &str) -> Option<&str> {
    let mut folders = name.split(['/', '\\']).rev().skip(1).skip_while(|folder| folder.starts_with("object-set-"));
    folders.next().filter(|folder| *folder == "target")?;
    folders.find(|folder| !folder.starts_with("object-set-")).filter(|folder| !matches!(*folder, "" | "." | ".."))
}

/// A name for what these files hold together, that files of another time do not have: what their names have in common where they
/// are numbered parts or that holds a date or an id, else the first of them and how many more there are.
fn name_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut stems: Vec<&str> = names.map(|name| stem(name).unwrap_or(file_name(name))).collect();
    stems.sort_unstable();
    stems.dedup();
    let (first, others) = stems.split_first().expect("a job has a file");
    if others.is_empty() {
        return (*first).to_string();
    }
    // Sorted, the first and the last have the least in common.
    let same = first.char_indices().zip(stems[stems.len() - 1].chars());
    let end = same.take_while(|((_, a), b)| a == b).last().map_or(0, |((at, c), _)| at + c.len_utf8());
    let common = whole_words(first, end);
    let are_parts = stems.iter().all(|stem| is_part(common, &stem[common.len()..]));
    let is_telling = common.bytes().filter(u8::is_ascii_digit).count() >= TELLING_DIGITS;
    let common = common.trim_end_matches(SEPARATORS);
    let common = if are_parts { common.strip_suffix("part").unwrap_or(common).trim_end_matches(SEPARATORS) } else { common };
    if !common.is_empty() && (are_parts || is_telling) {
        return common.to_string();
    }
    format!("{first} and {} more", others.len())
}

/// What stands between the words of a file's name.
const SEPARATORS: [char; 4] = ['_', '-', ' ', '('];
/// A name with as many digits tells a day or an id.
const TELLING_DIGITS: usize = 8;
/// Digits of a part's number; the time of a day has six.
const PART_DIGITS: usize = 4;

/// The text up to `end` without the digits, or the word with digits, that it would cut in two.
fn whole_words(text: &str, end: usize) -> &str {
    let word = text[..end].trim_end_matches(|c: char| !SEPARATORS.contains(&c));
    let digits = text[..end].trim_end_matches(|c: char| c.is_ascii_digit());
    let is_plain = digits[word.len()..].bytes().all(|byte| byte.is_ascii_alphabetic());
    if text[end..].starts_with(SEPARATORS) || end == text.len() {
        &text[..end]
    } else if is_plain && text[digits.len()..].starts_with(|c: char| c.is_ascii_digit()) {
        digits
    } else {
        word
    }
}

/// Whether what follows what the names have in common is the number of a part, and not of a day.
fn is_part(common: &str, rest: &str) -> bool {
    let number =
        rest.trim_start_matches(SEPARATORS).trim_start_matches("part").trim_start_matches(SEPARATORS).trim_end_matches(')');
    let before = common.trim_end_matches(SEPARATORS).rsplit(SEPARATORS).next().unwrap_or_default();
    let is_in_date = before.len() <= 4 && !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit());
    number.len() <= PART_DIGITS && number.bytes().all(|byte| byte.is_ascii_digit()) && !is_in_date
}

#[cfg(test)]
mod tests {
    use super::{name_of, run_folder};

    #[test]
    fn a_run_of_sfdmu_has_the_name_of_its_folder() {
        for (name, folder) in [
            ("march/target/Account_insert_target.csv", Some("march")),
            ("runs.zip/march/target/object-set-2/Account_insert_target.csv", Some("march")),
            ("march/object-set-2/target/Account_insert_target.csv", Some("march")),
            ("march/Account_insert_target.csv", None),
            ("target/Account_insert_target.csv", None),
            ("../target/Account_insert_target.csv", None),
            ("Account_insert_target.csv", None),
        ] {
            assert_eq!(run_folder(name), folder, "{name}");
        }
    }

    #[test]
    fn parts_have_one_name_and_days_have_their_own() {
        let cases: [(&[&str], &str); 15] = [
            (&["errors_Invoice__c_20260105T123456.csv"], "errors_Invoice__c_20260105T123456"),
            (&["a/audit_1.csv", "b/audit_2.csv"], "audit"),
            (&["audit_9.csv", "audit_10.csv", "audit_11.csv"], "audit"),
            (&["audit-part1.csv", "audit-part2.csv.gz"], "audit"),
            (&["audit.csv", "audit (1).csv"], "audit"),
            (&["a/audit.csv", "b/audit.csv"], "audit"),
            (&["audit_2026-03-01_1.csv", "audit_2026-03-01_2.csv"], "audit_2026-03-01"),
            (&["2026-03-01.csv"], "2026-03-01"),
            (&["week one.csv"], "week one"),
            (&["1.csv", "2.csv"], "1 and 1 more"),
            (&["2026-03-01.csv", "2026-03-02.csv"], "2026-03-01 and 1 more"),
            (&["2026-03-01_accounts.csv", "2026-03-02_accounts.csv"], "2026-03-01_accounts and 1 more"),
            (&["7505g00000ABCDEAA4-success-records.csv", "7505g00000ABCDEAA4-failed-records.csv"], "7505g00000ABCDEAA4"),
            (&["Account_insert_target.csv", "Contact_insert_target.csv"], "Account_insert_target and 1 more"),
            (&["errors_A_20260305T101010.csv", "errors_B_20260305T101010.csv"], "errors_A_20260305T101010 and 1 more"),
        ];
        for (names, name) in cases {
            assert_eq!(name_of(names.iter().copied()), name, "{names:?}");
        }
    }
}
