//! Builds the CSV texts of the exports beside the audit log: jobs, templates, settings, logs.

use super::export::{id, job, org, quoted, template};

/// An evidence table as a CSV file; `columns` is the header line, each row has its cells.
pub fn table(name: &str, columns: &str, rows: &[&[&str]]) -> (String, String) {
    let lines = rows.iter().map(|row| {
        assert_eq!(row.len(), columns.split(',').count(), "{name}: {row:?}");
        row.iter().map(|cell| quoted(cell, false)).collect::<Vec<_>>().join(",") + "\n"
    });
    (format!("{name}.csv"), format!("{columns}\n") + &lines.collect::<String>())
}

/// The `sync_job` export of jobs told as number, status, start and end (empty while it runs).
pub fn sync_jobs(jobs: &[(usize, &str, &str, &str)]) -> (String, String) {
    let columns = "Id,Name,DSYNC__Status__c,DSYNC__DataSyncTemplate__c,DSYNC__OrgMaster__c,DSYNC__StartTime__c,DSYNC__EndTime__c,CreatedDate,LastModifiedDate";
    let mut out = format!("{columns}\n");
    for &(number, status, start, end) in jobs {
        let changed = if end.is_empty() { start } else { end };
        let time = |at: &str| if at.is_empty() { String::new() } else { format!("{at}.000Z") };
        let cells = [
            job(number),
            format!("JOB-{number:04}"),
            status.to_owned(),
            template(1),
            id("a1M", 12),
            time(start),
            time(end),
            time(start),
            time(changed),
        ];
        out.push_str(&(cells.join(",") + "\n"));
    }
    ("sync_job.csv".into(), out)
}

/// The `apex_job` export of batch jobs told as status and creation time.
pub fn batches(jobs: &[(&str, &str)]) -> (String, String) {
    let mut out = "Id,JobType,Status,ApexClass.Name,NumberOfErrors,TotalJobItems,JobItemsProcessed,ExtendedStatus,CreatedDate,CompletedDate\n".to_owned();
    for (number, (status, at)) in jobs.iter().enumerate() {
        let ended = if matches!(*status, "Completed" | "Failed" | "Aborted") { format!("{at}.000Z") } else { String::new() };
        let errors = u8::from(*status == "Failed");
        out.push_str(&format!("{},BatchApex,{status},TransferBatch,{errors},8,3,,{at}.000Z,{ended}\n", id("707", 30 + number)));
    }
    ("apex_job.csv".into(), out)
}

/// The `application_log` export of entries told as level, time and message.
pub fn logs(entries: &[(&str, &str, &str)]) -> (String, String) {
    let template = template(1);
    let job = job(1);
    let ids: Vec<String> = (0..entries.len()).map(|number| id("a1G", 500 + number)).collect();
    let times: Vec<String> = entries.iter().map(|(_, at, _)| format!("{at}.000Z")).collect();
    let rows: Vec<[&str; 6]> = entries
        .iter()
        .enumerate()
        .map(|(number, (level, _, message))| [ids[number].as_str(), *level, *message, &times[number], &template, &job])
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    table(
        "application_log",
        "Id,DSYNC__Level__c,DSYNC__Message__c,DSYNC__Timestamp__c,DSYNC__DataSyncTemplate__c,DSYNC__DataSyncJob__c",
        &rows,
    )
}

/// The `org_master` export of one target org.
pub fn target_org(status: &str, last_error: &str) -> (String, String) {
    table(
        "org_master",
        "Id,Name,DSYNC__OAuthStatus__c,DSYNC__OAuthLastError__c,DSYNC__AuthenticationMode__c,DSYNC__InstanceUrl__c,DSYNC__OrgId__c,DSYNC__IsActive__c",
        &[&[
            &id("a1M", 12),
            "Target",
            status,
            last_error,
            "Web Server Flow",
            "https://target.my.salesforce.example",
            &org(),
            "true",
        ]],
    )
}

/// The `system_property` export of settings told as name and value.
pub fn settings(pairs: &[(&str, &str)]) -> (String, String) {
    let rows: Vec<[&str; 2]> = pairs.iter().map(|&(name, value)| [name, value]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    table("system_property", "Name,DSYNC__Value__c", &rows)
}

/// What differs from template to template; the rest is as advised.
pub struct Template<'a> {
    pub continue_on_error: &'a str,
    pub delta: &'a str,
    pub last_sync: &'a str,
    pub preview: &'a str,
}

impl Default for Template<'_> {
    fn default() -> Self {
        Self { continue_on_error: "true", delta: "false", last_sync: "", preview: "50" }
    }
}

impl Template<'_> {
    pub fn file(&self) -> (String, String) {
        table(
            "template",
            "Id,Name,DSYNC__ContinueOnError__c,DSYNC__ContinuousSync__c,DSYNC__LastSyncDate__c,DSYNC__PreviewBatchSize__c,DSYNC__ExternalMaxbatch__c,DSYNC__OverrideRecordSharing__c",
            &[&[&template(1), "Sales", self.continue_on_error, self.delta, self.last_sync, self.preview, "100", "true"]],
        )
    }
}

/// The `template_line` export of lines told as object and WHERE clause, in processing order.
pub fn template_lines(lines: &[(&str, &str)]) -> (String, String) {
    let template = template(1);
    let numbers: Vec<(String, String)> = (1..=lines.len()).map(|n| (id("a1L", n), n.to_string())).collect();
    let rows: Vec<[&str; 5]> = lines
        .iter()
        .zip(&numbers)
        .map(|(&(object, clause), (line, sequence))| [line.as_str(), &template, object, sequence, clause])
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    table("template_line", "Id,DSYNC__DataSyncTemplate__c,DSYNC__ObjectName__c,DSYNC__Sequence__c,DSYNC__WhereClause__c", &rows)
}

/// The `object_setting` export of one object with its MaxBatchSize.
pub fn object_setting(object: &str, batch: &str) -> (String, String) {
    table(
        "object_setting",
        "Id,DSYNC__DataSyncTemplate__c,DSYNC__SourceObject__c,DSYNC__UpdateExistingRecords__c,DSYNC__DontInsertNewRecords__c,DSYNC__CustomExternalID__c,DSYNC__MaxBatchSize__c",
        &[&[&id("a1S", 3), &template(1), object, "true", "false", "Legacy_Id__c", batch]],
    )
}

/// The `scheduled_job` export of jobs told as name and state.
pub fn scheduled(jobs: &[(&str, &str)]) -> (String, String) {
    let ids: Vec<String> = (0..jobs.len()).map(|number| id("08e", number + 1)).collect();
    let rows: Vec<[&str; 6]> = jobs
        .iter()
        .zip(&ids)
        .map(|(&(name, state), id)| {
            [id.as_str(), name, state, "2026-01-13T01:00:00.000Z", "2026-01-12T23:00:00.000Z", "0 0 * * * ?"]
        })
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    table("scheduled_job", "Id,CronJobDetail.Name,State,NextFireTime,PreviousFireTime,CronExpression", &rows)
}
