/*
title = "The job was aborted"
guide = ""
severity = "error"
needs = ["sync_job.status"]
sharpens = ["audit_log", "application_log", "apex_job"]
explains = false
says = "Job {job_name} was aborted with {records} records unprocessed and {failed} failed. {last_words}"
actions = [
  "{first_action}.",
  "Remove the cause, then use Retry: it takes up the failed and the unprocessed records.",
]
means = '''
Aborted is set by a person, by the engine after an error that it cannot pass, or by Salesforce when a batch is stopped. The audit log does not tell which: the application log and the
Apex job do, where they were exported. A template's log is wiped before each new sync, so an old job may have none.
'''
ignore = "When somebody aborted the job on purpose, and a later job did its work."

[[fires]]
sync_job = '''
job_id,name,status,async_job_id
a015g0000000001AAA,Full load,Aborted,7075g0000000001AAA
'''
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,7
a015g0000000001AAA,0015g0000000002AAA,Account,9
'''
application_log = '''
level,message,job_id,at
ERROR,First trouble,a015g0000000001AAA,2026-01-05T10:00:00Z
ERROR,Batch crashed,a015g0000000001AAA,2026-01-05T10:05:00Z
DEBUG,Finish called,a015g0000000001AAA,2026-01-05T10:06:00Z
'''
apex_job = '''
apex_job_id,status,extended_status
7075g0000000001AAA,Failed,First error: Regex too complicated
'''
gives = '''
job_id,records,last_error,extended_status
a015g0000000001AAA,1,Batch crashed,First error: Regex too complicated
'''
[[fires]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,Full load,Aborted
'''
gives = '''
job_id,records,first_action
a015g0000000001AAA,0,Export the application log and the Apex jobs to see why it ended
'''
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,Full load,Synced
a015g0000000002AAA,Full load,Sync In Progress
'''
application_log = '''
level,message,job_id,at
ERROR,First trouble,a015g0000000001AAA,2026-01-05T10:00:00Z
'''
*/
with aborted as (
    select job_id, coalesce(name, job_id) as name, template_id, async_job_id, started_at,
           coalesce(ended_at, modified_at) as ended_at
    from sync_job
    where word_of(status) = 'aborted'
),
logged as (
    select aborted.job_id, count(*) as errors, max_by(left(application_log.message, 300), coalesce(cast(application_log."at" as varchar), '') || application_log.message) as last_error
    from aborted
    join application_log
      on application_log.job_id = aborted.job_id
      -- a log that names only the template belongs to the job that ran at its time
      or (application_log.job_id is null and application_log.template_id = aborted.template_id
          and application_log."at" >= aborted.started_at and application_log."at" <= coalesce(aborted.ended_at, application_log."at"))
    where word_of(application_log.level) like 'err%' or word_of(application_log.level) = 'fatal'
    group by aborted.job_id
)
select aborted.job_id, coalesce(job.unprocessed, 0) as records, true as certain, 'continue-on-error-off' as told_by, aborted.name as job_name, coalesce(job.failed, 0) as failed,
       coalesce(logged.errors, 0) as log_errors, logged.last_error, apex_job.status as batch_status, apex_job.extended_status,
       concat(case when logged.last_error is not null then concat('The last error logged is: ', logged.last_error, '. ') else '' end,
              case when apex_job.extended_status is not null then concat('The Apex job says: ', left(apex_job.extended_status, 300)) else '' end,
              case when logged.last_error is null and apex_job.extended_status is null then 'Nothing in the data tells why.' else '' end) as last_words,
       case when logged.last_error is null and apex_job.extended_status is null and given.both then 'Look in Setup > Apex Jobs, and ask who was at work then: the exported logs and Apex jobs do not tell why it ended'
            when logged.last_error is null and apex_job.extended_status is null then 'Export the application log and the Apex jobs to see why it ended'
            when logged.last_error is null then 'Read the status of the Apex job: it is what ended the batch'
            else 'Read the errors that were logged last: they are the likely cause, not a proof' end as first_action
from aborted
cross join (select count(distinct "table") = 2 as both from export where "table" in ('application_log', 'apex_job')) given
left join logged on logged.job_id = aborted.job_id
left join apex_job on apex_job.apex_job_id = aborted.async_job_id
left join job on job.job_id = aborted.job_id
order by records desc, aborted.job_id
