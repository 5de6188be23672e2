/*
title = "Records that fail in job after job"
guide = ""
severity = "warning"
needs = ["audit_log"]
explains = false
says = "{records} {object} {records|record|records} failed in each of the last {streak} jobs or more that held them, in the newest with: {sample}"
actions = [
  "Fix the cause before the next run (see the finding that explains this failure).",
  "Do not retry them again until then: the result will be the same.",
  "If they are not wanted in the target, take them out with the WHERE clause of the template line.",
]
means = '''
A record that fails twice in a row with nothing changed will fail a third time. Each record is followed over all jobs that held it; the newest results count.
'''
ignore = "When the failure is transient (locks, time-outs) and the jobs ran close together."

[params.jobs]
type = "INTEGER"
default = 2
doc = "in how many of its newest jobs a record must have failed; 2 at least"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,7,false,,2026-01-06T10:00:00Z
'''
gives = '''
object,records,streak
Account,1,2
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-06T10:00:00Z
a015g0000000003AAA,0015g0000000001AAA,Account,7,false,,2026-01-07T10:00:00Z
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-06T10:00:00Z
'''
*/
with candidate as (
    select object, source_id
    from failed_row
    where source_id is not null and job_id is not null
    group by object, source_id
    having count(distinct job_id) >= greatest($jobs, 2)
),
attempt as (
    select object, source_id, job_id, "at", true as failed, group_id, export_id, row_number
    from failed_row semi join candidate using (object, source_id)
    union all
    select object, source_id, job_id, "at", false, group_id, export_id, row_number
    from followed_row semi join candidate using (object, source_id)
    -- a row that was only scanned is no attempt
    where not failed and coalesce(status_code, 9) <> 9
),
-- one row a record and job, newest first; without times only an unbroken row of failures is sure
history as (
    select attempt.object, attempt.source_id, attempt.job_id,
           max(coalesce(attempt."at", job.started_at)) as seen_at, bool_and(attempt.failed) as failed,
           max_by(attempt.group_id, (attempt."at", attempt.export_id, attempt.row_number)) as group_id
    from attempt
    left join job on job.job_id = attempt.job_id
    where attempt.job_id is not null
    group by attempt.object, attempt.source_id, attempt.job_id
),
placed as (
    select *, row_number() over (partition by object, source_id order by seen_at desc nulls last, job_id desc) as place,
           bool_and(failed) over (partition by object, source_id) as always_failed,
           bool_and(seen_at is not null) over (partition by object, source_id) as is_dated
    from history
),
record_now as (
    select object, source_id, max(case when place = 1 then group_id end) as group_id,
           coalesce(min(case when not failed then place end) - 1, count(*)) as streak
    from placed
    where is_dated or always_failed
    group by object, source_id
)
select record_now.object, message_group.family_id, count(*) as records, true as certain, min(record_now.streak) as streak, max(record_now.streak) as longest,
       coalesce(nullif(min(message_group.sample), ''), '(no message)') as sample
from record_now
left join message_group on message_group.group_id = record_now.group_id
where record_now.streak >= $jobs
group by record_now.object, message_group.family_id
order by records desc, record_now.object, message_group.family_id
