//! Jobs of many shapes, and what both plans promise of each: the truth is worked out here from the rows alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use calamine::{Data, Reader, Xlsx};

use super::{list, lists, manifest};
use crate::harness::Workdir;

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn percent(&mut self, share: u64) -> bool {
        self.next() % 100 < share
    }
}

/// Which columns an export has, and what is special about its jobs.
struct Shape {
    jobs: usize,
    orgs: usize,
    has_id: bool,
    has_job: bool,
    has_org: bool,
    has_sequence: bool,
    has_depth: bool,
    has_order: bool,
    has_time: bool,
    /// Rows of one record in one job, now and then.
    repeats: bool,
    /// Pairs of records that name each other, records that name themselves, parents that come after their children.
    knots: bool,
}

impl Shape {
    fn of(seed: u64) -> Shape {
        let mut draw = Draw(seed);
        let mut mostly = |share| draw.percent(share);
        let has_job = mostly(85);
        Shape {
            has_job,
            has_id: mostly(75),
            has_org: mostly(80),
            has_sequence: mostly(80),
            has_depth: mostly(75),
            has_order: mostly(75),
            has_time: mostly(85),
            repeats: mostly(40),
            knots: mostly(60),
            jobs: if has_job { 1 + draw.below(4) } else { 1 },
            orgs: if draw.percent(35) { 2 } else { 1 },
        }
    }
}

const OBJECTS: [(&str, &str); 5] =
    [("Account", "001"), ("Contact", "003"), ("Opportunity", "006"), ("Invoice__c", "a01"), ("Invoice_Line__c", "a02")];
const JOB: &str = "a015g000000000";
const MESSAGES: [&str; 6] = [
    "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record",
    "REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION: The close date, \"=A1\", is over\nask the owner",
    "ENTITY_IS_DELETED: entity is deleted",
    "=cmd|'/C calc'!A0",
    "",
];

/// A record of the source.
struct Source {
    object: usize,
    id: String,
    parent: Option<usize>,
    depth: i64,
}

/// One audit row, with what the export leaves out.
#[derive(Clone)]
struct Row {
    job: usize,
    source: usize,
    org: String,
    status: String,
    failed: bool,
    message: String,
    destination: String,
    order: i64,
    minute: i64,
}

/// An id of 18 characters; the only capital that these ids can have is that of an org's.
fn id(prefix: &str, number: usize) -> String {
    let suffix = if prefix == "00D" { "EAA" } else { "AAA" };
    format!("{prefix}5g{number:010}{suffix}")
}

fn sources(draw: &mut Draw, shape: &Shape) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for (object, (_, prefix)) in OBJECTS.iter().enumerate() {
        let first = sources.len();
        for number in 0..4 + draw.below(12) {
            // Half of the parents are of the same object, where there is one before.
            let from = if sources.len() > first && draw.percent(50) { first } else { 0 };
            let parent = (sources.len() > from && draw.percent(75)).then(|| from + draw.below(sources.len() - from));
            let above = parent.filter(|parent| sources[*parent].object == object).map_or(-1, |parent| sources[parent].depth);
            sources.push(Source { object, id: id(prefix, number), parent, depth: above + 1 });
        }
    }
    if shape.knots {
        let last = sources.len() - 1;
        sources[0].parent = Some(last);
        sources[last].parent = Some(0);
        sources[1].parent = Some(1);
        let middle = last / 2;
        sources[middle].parent = Some(middle + 1);
    }
    sources
}

/// What a job says of one record: its status, whether it failed, its message.
fn result(draw: &mut Draw, source: &Source, sources: &[Source], failed: &BTreeSet<usize>, knots: bool) -> (String, bool, String) {
    let names = source.parent.filter(|parent| failed.contains(parent) || (knots && draw.percent(50)));
    if let Some(parent) = names.filter(|_| draw.percent(80)) {
        let named = &sources[parent].id[..if draw.percent(50) { 15 } else { 18 }];
        return ("1".into(), true, format!("INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: {named}"));
    }
    if draw.percent(30) {
        let status = ["1", "1", "3", "7", ""][draw.below(5)];
        return (status.into(), true, MESSAGES[draw.below(MESSAGES.len())].into());
    }
    (["7", "7", "7", "2", "2", "4", "5", "6", "8", "9", "11", ""][draw.below(12)].into(), false, String::new())
}

fn rows(draw: &mut Draw, shape: &Shape, sources: &[Source]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for job in 0..shape.jobs {
        let mut failed = BTreeSet::new();
        let mut order = 0;
        for (number, source) in sources.iter().enumerate() {
            let known = job == 0 || draw.percent(60);
            for _ in 0..usize::from(known) + usize::from(known && shape.repeats && draw.percent(15)) {
                let (status, has_failed, message) = result(draw, source, sources, &failed, shape.knots);
                if has_failed {
                    failed.insert(number);
                }
                let org = if shape.has_org && draw.percent(90) { id("00D", draw.below(shape.orgs)) } else { String::new() };
                let arrived = matches!(status.as_str(), "7" | "2") && draw.percent(90);
                let destination = if arrived {
                    id(OBJECTS[source.object].1, 5000 + number + 100 * usize::from(org == id("00D", 1)))
                } else {
                    String::new()
                };
                order += 1;
                let minute = (job * 1000) as i64 + order;
                rows.push(Row { job, source: number, org, status, failed: has_failed, message, destination, order, minute });
            }
        }
    }
    rows
}

fn export(shape: &Shape, sources: &[Source], rows: &[Row]) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    let columns = [
        (shape.has_id, "Id"),
        (shape.has_job, "DataSyncJob__c"),
        (true, "Name"),
        (true, "SObjectType__c"),
        (true, "StatusCode__c"),
        (true, "HasError__c"),
        (true, "ErrorMessage__c"),
        (true, "Destination_Record_ID__c"),
        (shape.has_org, "Destination_Org_ID__c"),
        (shape.has_sequence, "Sequence__c"),
        (shape.has_depth, "SubSequence__c"),
        (shape.has_order, "Order__c"),
        (shape.has_time, "LastModifiedDate"),
    ];
    out.write_record(columns.iter().filter(|(there, _)| *there).map(|(_, name)| name)).expect("a header");
    for (number, row) in rows.iter().enumerate() {
        let source = &sources[row.source];
        let time = format!("2026-01-{:02}T{:02}:{:02}:00Z", 5 + row.minute / 1000, row.minute % 1000 / 60, row.minute % 60);
        let values = [
            id("a09", number),
            job_id(row.job),
            source.id.clone(),
            OBJECTS[source.object].0.into(),
            row.status.clone(),
            row.failed.to_string(),
            row.message.clone(),
            row.destination.clone(),
            row.org.clone(),
            (source.object + 1).to_string(),
            source.depth.to_string(),
            row.order.to_string(),
            time,
        ];
        out.write_record(columns.iter().zip(values).filter(|((there, _), _)| *there).map(|(_, value)| value)).expect("a row");
    }
    String::from_utf8(out.into_inner().expect("memory")).expect("UTF-8")
}

fn job_id(job: usize) -> String {
    format!("{JOB}{job}AAA")
}

/// A record as the retry knows it: object, id, org.
type Key = (String, String, String);

/// What stands in the retry files of a job, and how many records a later job delivered.
fn expected_retry(shape: &Shape, sources: &[Source], rows: &[Row], job: usize) -> (BTreeSet<Key>, u64) {
    let mut known: BTreeMap<(usize, String), i64> = BTreeMap::new();
    let failed = |row: &&Row| row.job == job && row.failed;
    for row in rows.iter().filter(failed) {
        let others = rows.iter().filter(failed).filter(|other| other.source == row.source);
        let org =
            if row.org.is_empty() { others.map(|other| other.org.clone()).max().unwrap_or_default() } else { row.org.clone() };
        let since = known.entry((row.source, org)).or_insert(row.minute);
        *since = row.minute.min(*since);
    }
    let mut listed = BTreeSet::new();
    let mut delivered = 0;
    for ((source, org), since) in known {
        let here = |row: &&Row| {
            row.source == source
                && (row.org.is_empty() || org.is_empty() || row.org == org)
                && (row.job == job || (shape.has_time && row.minute > since))
                && (row.failed || !matches!(row.status.as_str(), "" | "9"))
        };
        let newest = rows.iter().rfind(here).expect("it failed");
        if newest.failed || !matches!(newest.status.as_str(), "2" | "4" | "6" | "7" | "11") {
            let of = &sources[source];
            listed.insert((OBJECTS[of.object].0.to_string(), of.id.clone(), org));
        } else {
            delivered += 1;
        }
    }
    (listed, delivered)
}

fn sum(folder: &Path) -> u64 {
    manifest(folder)["counts"].as_array().expect("counts").iter().map(|count| count[1].as_u64().expect("a count")).sum()
}

fn count(folder: &Path, what: &str) -> u64 {
    let manifest = manifest(folder);
    let counts = manifest["counts"].as_array().expect("counts");
    counts.iter().find(|count| count[0] == what).and_then(|count| count[1].as_u64()).expect("the count")
}

/// The file with the ids alone holds the ids of the list, in its order.
fn loaders_get_the_same(folder: &Path) {
    for file in manifest(folder)["files"].as_array().expect("files") {
        let all = list(&folder.join(file["file"].as_str().expect("a name")));
        assert_eq!(file["rows"], all.len(), "{file}");
        if let Some(ids) = file["ids"].as_str() {
            let alone = list(&folder.join(ids));
            assert!(alone.iter().all(|row| row.len() == 1), "{ids} has more than ids");
            let of = |rows: &[BTreeMap<String, String>]| {
                rows.iter().map(|row| row["Id"].clone()).filter(|id| !id.is_empty()).collect::<Vec<_>>()
            };
            assert_eq!(of(&alone), of(&all), "{ids}");
        }
    }
}

fn check_retry(shape: &Shape, sources: &[Source], rows: &[Row], job: usize, folder: &Path) {
    let (expected, delivered) = expected_retry(shape, sources, rows, job);
    let mut found = BTreeSet::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let lists = lists(folder);
    for (place, (name, list)) in lists.iter().enumerate() {
        let mut before = i64::MIN;
        for row in list {
            let record = (row["Object"].clone(), row["Id"].clone());
            assert!(name.contains(&row["Object"]), "{name} holds a record of {}", row["Object"]);
            assert!(found.insert((record.0.clone(), record.1.clone(), row["TargetOrg"].clone())), "{record:?} is in two files");
            places.entry(record).and_modify(|first| *first = place.min(*first)).or_insert(place);
            let depth = row["Depth"].parse().unwrap_or(i64::MIN);
            assert!(depth >= before, "{name}: a child stands before its parents");
            before = depth;
        }
    }
    assert_eq!(found, expected);
    for (place, (name, list)) in lists.iter().enumerate() {
        for row in list.iter().filter(|row| row["Step"] != "0") {
            let root = places.get(&(row["RootObject"].clone(), row["RootId"].clone()));
            assert!(root.is_none_or(|root| *root < place), "{name}: {} stands before its root", row["Id"]);
        }
    }
    assert_eq!(count(folder, "delivered_since"), delivered);
    assert_eq!(sum(folder), rows.iter().filter(|row| row.job == job && row.failed).count() as u64);
    loaders_get_the_same(folder);
}

fn check_rollback(shape: &Shape, sources: &[Source], rows: &[Row], job: usize, folder: &Path) {
    let own: Vec<&Row> = rows.iter().filter(|row| row.job == job).collect();
    let mut inserted: Vec<String> =
        own.iter().filter(|row| row.status == "7" && !row.destination.is_empty()).map(|row| row.destination.clone()).collect();
    let mut found = Vec::new();
    let mut deleted: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (name, list) in lists(folder) {
        for row in list {
            if row["StatusCode"] == "7" && !row["Id"].is_empty() {
                found.push(row["Id"].clone());
            }
            if name.contains("_delete_") {
                let (place, id) = (deleted.len(), row["Id"].clone());
                assert_eq!(row["StatusCode"], "7", "{name}: {id} was not inserted by the job");
                let others = rows.iter().filter(|other| other.job != job && other.destination == id);
                let mut touched =
                    others.filter(|other| other.org.is_empty() || row["TargetOrg"].is_empty() || other.org == row["TargetOrg"]);
                assert!(touched.all(|other| shape.has_time && other.job < job), "{name}: {id} was touched again");
                assert!(deleted.insert((row["TargetOrg"].clone(), id), place).is_none(), "{name}: an id is deleted twice");
            }
        }
    }
    inserted.sort();
    found.sort();
    assert_eq!(found, inserted);
    let place = |source: usize, org: &str| {
        let row =
            own.iter().find(|row| row.source == source && row.org == org && row.status == "7" && !row.destination.is_empty())?;
        deleted.get(&(org.to_string(), row.destination.clone()))
    };
    for (number, source) in sources.iter().enumerate() {
        let Some(parent) = source.parent.filter(|parent| *parent < number) else { continue };
        let is_told = if sources[parent].object == source.object { shape.has_depth } else { shape.has_sequence };
        for org in [id("00D", 0), id("00D", 1), String::new()] {
            if let (true, Some(child), Some(parent)) = (is_told, place(number, &org), place(parent, &org)) {
                assert!(child < parent, "{} is deleted after its parent", source.id);
            }
        }
    }
    assert_eq!(sum(folder), own.len() as u64);
    loaders_get_the_same(folder);
}

/// The first columns of all lists in order, whatever the format.
fn ids_in_workbooks(folder: &Path) -> Vec<String> {
    let mut ids = Vec::new();
    for file in manifest(folder)["files"].as_array().expect("files") {
        let bytes = std::fs::read(folder.join(file["file"].as_str().expect("a name"))).expect("a workbook");
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
        let sheet = book.worksheet_range("result").expect("the sheet");
        ids.extend((1..sheet.height() as u32).map(|row| match sheet.get_value((row, 0)) {
            Some(Data::String(id)) => id.clone(),
            _ => String::new(),
        }));
    }
    ids
}

fn keeps_its_promises(seed: u64) {
    let mut draw = Draw(seed ^ 0x5eed);
    let shape = Shape::of(seed);
    let sources = sources(&mut draw, &shape);
    let rows = rows(&mut draw, &shape, &sources);
    let work = Workdir::new();
    let file = work.write("audit_log.csv", export(&shape, &sources, &rows)).display().to_string();
    let assigned = job_id(0);
    let job_given: &[&str] = if shape.has_job { &[] } else { &["--job-id", &assigned] };
    work.run(&[&["ingest", &file, "--store", "store", "--quiet"], job_given].concat()).exits(0);
    let report = work.run(&["report", "--store", "store", "--format", "json", "--quiet"]).exits(0).json();
    let plan = |command: &str, job: &str, folder: &str, more: &[&str]| {
        work.run(&[&[command, "--store", "store", "--job", job, "-o", folder, "--quiet"], more].concat()).exits(0);
        work.path(folder)
    };
    for job in 0..shape.jobs {
        let name = job_id(job);
        let of_report = report["jobs"].as_array().expect("jobs").iter().find(|of| of["job_id"] == *name).expect("the job");
        if rows.iter().filter(|row| row.job == job).all(|row| matches!(row.status.as_str(), "" | "9")) {
            continue;
        }
        let retry = plan("retry", &name, &format!("retry-{job}"), &[]);
        check_retry(&shape, &sources, &rows, job, &retry);
        assert_eq!(of_report["failed"], sum(&retry));
        let rollback = plan("rollback", &name, &format!("rollback-{job}"), &[]);
        check_rollback(&shape, &sources, &rows, job, &rollback);
        assert_eq!(of_report["records"], sum(&rollback));
        if job > 0 {
            continue;
        }
        for (command, whole) in [("retry", &retry), ("rollback", &rollback)] {
            let ids: Vec<String> = lists(whole).into_iter().flat_map(|(_, list)| list).map(|row| row["Id"].clone()).collect();
            let parts = plan(command, &name, &format!("{command}-parts"), &["--rows-per-file", "3"]);
            loaders_get_the_same(&parts);
            let parts = lists(&parts);
            assert!(parts.iter().all(|(_, list)| list.len() <= 3));
            assert_eq!(ids, parts.into_iter().flat_map(|(_, list)| list).map(|row| row["Id"].clone()).collect::<Vec<_>>());
            assert_eq!(ids, ids_in_workbooks(&plan(command, &name, &format!("{command}-xlsx"), &["--format", "xlsx"])));
        }
    }
}

/// `SYNCLENS_SEEDS` tries so many more shapes than these.
#[test]
fn plans_of_jobs_of_many_shapes_keep_their_promises() {
    let seeds = std::env::var("SYNCLENS_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(4);
    for seed in 1..=seeds {
        let named = std::thread::Builder::new().name(format!("jobs of seed {seed}"));
        named.spawn(move || keeps_its_promises(seed)).expect("a thread").join().expect("the promises are kept");
    }
}
