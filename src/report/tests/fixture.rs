//! Reports for tests: a rich one, an empty one, a hostile one, and ones of any size.

use serde_json::json;

use crate::report::model::*;
use crate::report::outline;
use crate::report::words::count;

fn text(value: &str) -> String {
    value.to_owned()
}

fn some(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// A report without any export.
pub fn empty() -> Report {
    let mut report = Report {
        version: VERSION,
        tool: Tool { name: text("synclens"), version: text("0.1.0") },
        as_of: None,
        verdict: String::new(),
        filters: Filters::default(),
        notes: Vec::new(),
        books: Vec::new(),
        totals: Totals::default(),
        jobs: Vec::new(),
        objects: Vec::new(),
        groups: Vec::new(),
        hierarchy: Vec::new(),
        trend: Vec::new(),
        group_trend: Vec::new(),
        failures: Vec::new(),
        order: Vec::new(),
        activity: Vec::new(),
        changes: Vec::new(),
        different: Vec::new(),
        verdicts: Vec::new(),
        findings: Vec::new(),
        fix_plan: Vec::new(),
        coverage: Coverage::default(),
        baseline: None,
        sql: Default::default(),
    };
    report.verdict = outline::verdict(&report);
    report
}

/// A finding with everything that a reader wants to see.
pub fn finding(id: &str, check: &str, severity: Severity, title: &str, object: Option<&str>, records: u64) -> Finding {
    Finding {
        id: text(id),
        check: text(check),
        kind: FindingKind::Diagnosis,
        severity,
        title: text(title),
        certain: true,
        job_id: None,
        job_name: None,
        object: object.map(text),
        records,
        families: Vec::new(),
        summary: format!("{} records.", count(records)),
        actions: Vec::new(),
        evidence: serde_json::Map::new(),
        guide: None,
        sql: some("select count(*) as records\nfrom failure\nwhere check = 'it'"),
        means: None,
        ignore: None,
        beneath: None,
        told_by: Vec::new(),
        consequence_of: Vec::new(),
        samples: Vec::new(),
    }
}

fn group(family: &str, code: Option<&str>, category: &str, pattern: &str, objects: &[&str], records: u64) -> Group {
    Group {
        family_id: text(family),
        group_ids: vec![text(family)],
        code: code.map(text),
        root_code: None,
        category: text(category),
        retry: text(if category == "locking" { "now" } else { "after_fix" }),
        pattern: text(pattern),
        fields: Vec::new(),
        entity: None,
        objects: objects.iter().map(|object| text(object)).collect(),
        jobs: vec![text(JOBS[2])],
        records,
        sample: pattern.replace("<id>", "a0B5e000001AbcdEAC").replace("<value>", "Acme GmbH"),
    }
}

const JOBS: [&str; 3] = ["a0J5e000001JobAEAU", "a0J5e000001JobBEAU", "a0J5e000001JobCEAU"];

/// A migration of three jobs, the last of which goes badly.
pub fn rich() -> Report {
    let mut report = empty();
    report.as_of = some("2026-01-20T00:00:00Z");
    report.notes = vec![text("Read NS__Data_Sync_Job__c of audit-3.csv as job_id.")];
    report.books = (1..=3)
        .map(|part| Book {
            export_id: format!("{part:016x}"),
            file: format!("audit-{part}.csv"),
            table: text("audit_log"),
            bytes: 41_234_567 * part,
            rows_read: 100_010,
            rows_stored: 100_000,
            rows_rejected: 10,
            rows_superseded: if part == 1 { 2_000 } else { 0 },
        })
        .collect();
    report.totals = Totals { records: 298_000, failed: 21_480, jobs: 3, objects: 4, roots: 14_480, cascaded: 7_000 };
    let codes = |list: &[(&str, u64)]| list.iter().map(|(code, rows)| (text(code), *rows)).collect();
    report.jobs = vec![
        job(0, "Synced", 98_000, 980, codes(&[("7", 90_000), ("2", 7_020), ("1", 900), ("3", 80)])),
        job(1, "Synced", 100_000, 1_500, codes(&[("7", 80_000), ("2", 18_500), ("1", 1_500)])),
        job(2, "Aborted", 100_000, 19_000, codes(&[("7", 60_000), ("4", 9_000), ("9", 12_000), ("1", 17_000), ("3", 2_000)])),
    ];
    report.objects = vec![
        object("Contact", 120_000, 15_000, codes(&[("7", 93_000), ("9", 12_000), ("1", 14_000), ("3", 1_000)])),
        object("Account", 100_000, 5_000, codes(&[("7", 86_000), ("4", 9_000), ("1", 4_000), ("3", 1_000)])),
        object("Invoice__c", 48_000, 1_400, codes(&[("7", 46_600), ("1", 1_400)])),
        object("Attachment", 30_000, 80, codes(&[("2", 25_520), ("7", 4_400), ("3", 80)])),
    ];
    report.groups = vec![
        group(
            "00000000000000a1",
            Some("FIELD_CUSTOM_VALIDATION_EXCEPTION"),
            "validation",
            "FIELD_CUSTOM_VALIDATION_EXCEPTION: Please enter a phone number for <value>",
            &["Contact"],
            8_000,
        ),
        group(
            "00000000000000a2",
            Some("INVALID_CROSS_REFERENCE_KEY"),
            "reference",
            "INVALID_CROSS_REFERENCE_KEY: no record <id> in the target",
            &["Contact", "Invoice__c"],
            7_000,
        ),
        group(
            "00000000000000a3",
            Some("REQUIRED_FIELD_MISSING"),
            "required_field",
            "REQUIRED_FIELD_MISSING: Required fields are missing: [BillingCountry]",
            &["Account"],
            4_000,
        ),
        group(
            "00000000000000a4",
            Some("UNABLE_TO_LOCK_ROW"),
            "locking",
            "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record",
            &["Contact", "Account"],
            2_400,
        ),
        group("00000000000000a5", None, "other", "", &["Attachment"], 80),
    ];
    report.groups[2].fields = vec![text("BillingCountry")];
    report.failures = failures();
    report.hierarchy = (0..6)
        .map(|depth| Level {
            object: text("Account"),
            depth,
            records: 50_000 >> depth,
            failed: (50_000 >> depth) * (depth as u64 + 1) / 20,
        })
        .collect();
    report.trend = trend(&report.jobs);
    report.order = (0..40)
        .map(|bucket| Position {
            job_id: text(JOBS[2]),
            object: text("Contact"),
            from: bucket * 1000 + 1,
            to: (bucket + 1) * 1000,
            records: 1000,
            failed: if bucket < 22 { 20 + bucket as u64 } else { 780 },
        })
        .collect();
    report.activity = (0..48)
        .map(|bucket| Activity {
            job_id: text(JOBS[2]),
            at: format!("2026-01-19T{:02}:{:02}:00Z", 8 + bucket / 6, bucket % 6 * 10),
            seconds: 600,
            records: 1_500 + 40 * (bucket % 7),
            failed: if bucket < 30 { 20 } else { 900 },
        })
        .collect();
    report.group_trend = vec![
        moved("grown", "Contact", "00000000000000a1", [7_500, 60_000, 500, 59_000]),
        GroupTrend { last_seen: some(JOBS[0]), ..moved("returned", "Account", "00000000000000a3", [3_400, 40_000, 0, 38_500]) },
    ];
    report.changes = vec![Change {
        job_id: text(JOBS[2]),
        object: some("Contact"),
        along: Axis::Order,
        at: text("22001"),
        rate_before: Some(0.031),
        rate_after: Some(0.78),
        records: 18_000,
        ..Change::default()
    }];
    report.different = vec![Difference {
        job_id: some(JOBS[2]),
        family_id: some("00000000000000a1"),
        dimension: text("update_required"),
        value: text("true"),
        failed: 7_800,
        processed: 9_100,
        ratio: 21.4,
        ci_low: 19.8,
        ci_high: 23.1,
        support: 0.975,
        scope: text("Contact in the last job"),
    }];
    report.findings = findings();
    report.fix_plan = vec![
        fix("validation-rule-a1", "Validation rule rejects the record", 8_000, 1_200, 0.372_439, 0.372_439),
        fix("parent-after-child-c", "Children processed before their parents", 7_000, 0, 0.325_885, 0.698_324),
        fix("required-field-missing-a3", "Required field is missing", 4_000, 0, 0.186_22, 0.884_544),
        fix("row-locking-a4", "Records were locked by others", 2_400, 0, 0.111_732, 0.996_276),
    ];
    report.coverage = Coverage { failed: 21_480, explained: 21_400, share: Some(0.996_276) };
    report.verdicts = verdicts();
    for key in
        ["books", "groups", "objects", "jobs", "hierarchy", "trend", "group_trend", "order", "activity", "changes", "different"]
    {
        report.sql.insert(text(key), format!("select *\nfrom {key}"));
    }
    report.verdict = outline::verdict(&report);
    report
}

fn moved(
    change: &str,
    object: &str,
    family: &str,
    [records, processed, records_before, processed_before]: [u64; 4],
) -> GroupTrend {
    GroupTrend {
        change: text(change),
        job_id: text(JOBS[2]),
        object: text(object),
        family_id: text(family),
        records,
        processed,
        failure_rate: rate(records, processed),
        job_before: text(JOBS[1]),
        jobs_before: 1,
        records_before,
        processed_before,
        rate_before: rate(records_before, processed_before),
        last_seen: None,
    }
}

fn job(index: usize, status: &str, records: u64, failed: u64, status_codes: std::collections::BTreeMap<String, u64>) -> Job {
    Job {
        job_id: text(JOBS[index]),
        name: Some(format!("Wave {}", index + 1)),
        status: some(status),
        started_at: Some(format!("2026-01-{:02}T08:00:00Z", 5 + 7 * index)),
        ended_at: Some(format!("2026-01-{:02}T16:00:00Z", 5 + 7 * index)),
        records,
        failed,
        status_codes,
        counters: None,
    }
}

fn object(object: &str, records: u64, failed: u64, status_codes: std::collections::BTreeMap<String, u64>) -> Object {
    Object { object: text(object), records, failed, failure_rate: rate(failed, records), status_codes }
}

fn failures() -> Vec<Failures> {
    let rows = [
        (2, "Contact", "a1", 7_500),
        (2, "Contact", "a2", 5_600),
        (2, "Account", "a3", 3_400),
        (2, "Contact", "a4", 1_400),
        (2, "Invoice__c", "a2", 1_100),
        (1, "Contact", "a1", 500),
        (1, "Account", "a4", 1_000),
        (0, "Account", "a3", 600),
        (0, "Invoice__c", "a2", 300),
        (0, "Attachment", "a5", 80),
    ];
    rows.iter()
        .map(|(job, object, family, records)| Failures {
            job_id: text(JOBS[*job]),
            object: text(object),
            family_id: format!("00000000000000{family}"),
            records: *records,
        })
        .collect()
}

fn trend(jobs: &[Job]) -> Vec<TrendPoint> {
    let points = |job: &Job| {
        let job = job.clone();
        job.status_codes.clone().into_iter().map(move |(status_code, records)| TrendPoint {
            job_id: job.job_id.clone(),
            started_at: job.started_at.clone(),
            object: text("Contact"),
            status_code,
            records,
        })
    };
    jobs.iter().flat_map(points).collect()
}

fn fix(finding: &str, title: &str, recovers: u64, possibly_recovers: u64, share: f64, cumulative: f64) -> Fix {
    let (share, cumulative_share) = (Some(share), Some(cumulative));
    Fix { finding: text(finding), title: text(title), recovers, possibly_recovers, share, cumulative_share }
}

fn sample(object: &str, row: u64, family: &str, message: &str) -> AuditRow {
    AuditRow {
        job_id: some(JOBS[2]),
        object: some(object),
        source_id: Some(format!("0035e00000{row:05}AAC")),
        destination_id: None,
        status_code: some("1"),
        error_message: some(message),
        family_id: Some(format!("00000000000000{family}")),
        file: some("audit-3.csv"),
        row_number: Some(row),
    }
}

fn findings() -> Vec<Finding> {
    let mut stuck = finding("scan-stuck-b", "scan-stuck", Severity::Critical, "A scan is stuck", None, 0);
    stuck.job_id = some(JOBS[1]);
    stuck.summary = text("The job is Scan In Progress, and no batch Apex job was running for it at the end of the data.");
    stuck.actions = vec![text("Set the job to Aborted."), text("Start a fresh scan.")];
    stuck.guide = some("Scan or Preview Not Starting");
    let mut rule = finding(
        "validation-rule-a1",
        "validation-rule",
        Severity::Error,
        "Validation rule rejects the record",
        Some("Contact"),
        8_000,
    );
    rule.families = vec![text("00000000000000a1")];
    rule.summary = text("8,000 Contact records are rejected by the rule that says \"Please enter a phone number\".");
    rule.actions = vec![
        text("Find the rule in the target: Setup > Object Manager > Contact > Validation Rules."),
        text("Let Automation Control switch it off for the sync, or fill the field in the source."),
        text("Use Retry to reprocess only the failed records."),
    ];
    rule.means = some(
        "The target org has a rule that the source's data does not meet. Each record that breaks it fails, and will fail again on every retry.",
    );
    rule.evidence.insert(text("rule_text"), json!("Please enter a phone number"));
    rule.evidence.insert(text("first_seen"), json!("2026-01-12T09:10:00Z"));
    rule.evidence.insert(text("attempts"), json!(2));
    rule.samples = (1..=4)
        .map(|row| {
            sample(
                "Contact",
                row * 311,
                "a1",
                "FIELD_CUSTOM_VALIDATION_EXCEPTION: Please enter a phone number for Erika Muster: [Phone]",
            )
        })
        .collect();
    let mut order = finding(
        "parent-after-child-c",
        "parent-after-child",
        Severity::Error,
        "Children processed before their parents",
        Some("Contact"),
        7_000,
    );
    order.job_id = some(JOBS[2]);
    order.certain = false;
    order.families = vec![text("00000000000000a2")];
    order.summary =
        text("7,000 Contact records point to Account records that the job processes later (Sequence 3, theirs is 2).");
    order.actions = vec![text("Give Account a lower Sequence than Contact in the template lines, then re-scan.")];
    order.samples = vec![sample("Contact", 77, "a2", "INVALID_CROSS_REFERENCE_KEY: no record a0B5e000001AbcdEAC in the target")];
    let mut field = finding(
        "required-field-missing-a3",
        "required-field-missing",
        Severity::Error,
        "Required field is missing",
        Some("Account"),
        4_000,
    );
    field.families = vec![text("00000000000000a3")];
    field.summary = text("4,000 Account records lack BillingCountry, which the target requires.");
    field.actions = vec![text("Map the field with a default Expression in the Object Field Mapping.")];
    let mut lock = finding("row-locking-a4", "row-locking", Severity::Error, "Records were locked by others", None, 2_400);
    lock.families = vec![text("00000000000000a4")];
    lock.consequence_of = vec![text("parent-after-child-c")];
    lock.summary = text("2,400 records failed since another transaction held the row.");
    lock.actions = vec![text("Retry."), text("Use smaller batches.")];
    let mut size =
        finding("preview-batch-too-large-t", "preview-batch-too-large", Severity::Warning, "Preview batch is too large", None, 0);
    size.summary = text("PreviewBatchSize is 200; 50 or lower is advised.");
    let skipped = finding(
        "existing-skipped-account",
        "existing-skipped",
        Severity::Info,
        "Existing records were skipped",
        Some("Account"),
        9_000,
    );
    let mut summary = finding("failed-records", "failed-records", Severity::Info, "All failures", None, 21_480);
    summary.kind = FindingKind::Summary;
    vec![stuck, rule, order, field, lock, size, skipped, summary]
}

fn verdicts() -> Vec<Verdict> {
    let verdict = |check: &str, verdict: Answer, tables: &[&str]| Verdict {
        check: text(check),
        title: format!("Title of {check}"),
        verdict,
        looked_at: vec![text("audit_log")],
        missing: tables.iter().map(|table| missing(table)).collect(),
    };
    vec![
        verdict("scan-stuck", Answer::Fired, &[]),
        verdict("validation-rule", Answer::Fired, &[]),
        verdict("duplicate-rule", Answer::Clear, &[]),
        verdict("lookup-filter", Answer::Clear, &[]),
        verdict("token-expired", Answer::Undecidable, &["org_master"]),
        verdict("rollback-token", Answer::Undecidable, &["org_master"]),
        verdict("application-errors", Answer::Undecidable, &["application_log"]),
    ]
}

fn missing(table: &str) -> Missing {
    Missing {
        table: text(table),
        soql: format!("SELECT Id FROM {table}__c"),
        command: format!(
            "sf data export bulk --query \"SELECT Id FROM {table}__c\" --output-file {table}.csv --result-format csv --wait 10"
        ),
        finds_fields: false,
    }
}

/// A report in which every text tries to act.
pub fn hostile() -> Report {
    let attacks = [
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m",
        "right\u{202e}gpj.exe\u{2066} \u{200f}to left",
        "=cmd|' /C calc'!A0",
        "</script><!-- --><svg onload=alert(3)> {{ 7*7 }} {% raw %} ]]> `code` | cell | @everyone [x](javascript:alert(4))",
    ];
    let attack = |index: usize| attacks[index % attacks.len()].to_owned();
    let mut report = rich();
    report.verdict = attacks.join(" ");
    report.notes = attacks.iter().map(|attack| text(attack)).collect();
    for (index, book) in report.books.iter_mut().enumerate() {
        book.file = attack(index);
    }
    for (index, job) in report.jobs.iter_mut().enumerate() {
        job.name = Some(attack(index));
        job.status = Some(attack(index + 1));
    }
    for (index, object) in report.objects.iter_mut().enumerate() {
        object.object = attack(index);
        object.status_codes.insert(attack(index), 3);
    }
    for (index, group) in report.groups.iter_mut().enumerate() {
        group.pattern = attack(index) + &"x".repeat(5_000);
        group.code = Some(attack(index + 1));
        group.category = attack(index + 2);
        group.sample = attack(index + 3);
        group.objects = vec![attack(index)];
    }
    for (index, finding) in report.findings.iter_mut().enumerate() {
        finding.title = attack(index);
        finding.summary = attack(index + 1) + &"word".repeat(2_000);
        finding.object = Some(attack(index + 2));
        finding.actions = vec![attack(index + 3)];
        finding.evidence.insert(attack(index), json!(attack(index + 1)));
        finding.sql = Some(attack(index + 4));
        for sample in &mut finding.samples {
            sample.error_message = Some(attack(index));
            sample.source_id = Some(attack(index + 1));
        }
    }
    for (index, fix) in report.fix_plan.iter_mut().enumerate() {
        fix.title = attack(index);
    }
    for verdict in &mut report.verdicts {
        verdict.title = attack(0);
        for missing in &mut verdict.missing {
            missing.command = attack(4);
        }
    }
    report
}

/// A report with many groups, findings and jobs.
pub fn large(groups: u64, jobs: u64) -> Report {
    let mut report = rich();
    let job = report.jobs[0].clone();
    report.jobs = (0..jobs)
        .map(|number| Job { job_id: format!("a0J{number:012}"), name: None, failed: number % 100, ..job.clone() })
        .collect();
    let group = report.groups[0].clone();
    report.groups = (0..groups)
        .map(|number| Group {
            family_id: format!("{number:016x}"),
            group_ids: vec![format!("{number:016x}")],
            pattern: format!("Pattern number {number} {}", "long ".repeat(60)),
            records: groups - number,
            ..group.clone()
        })
        .collect();
    let finding = report.findings[1].clone();
    report.findings = (0..groups.min(20_000))
        .map(|number| Finding {
            id: format!("validation-rule-{number:016x}"),
            families: vec![format!("{number:016x}")],
            ..finding.clone()
        })
        .collect();
    report.failures = (0..groups)
        .map(|number| Failures {
            job_id: format!("a0J{:012}", number % jobs),
            object: text("Contact"),
            family_id: format!("{number:016x}"),
            records: groups - number,
        })
        .collect();
    report.totals.failed = report.groups.iter().map(|group| group.records).sum();
    report
}
