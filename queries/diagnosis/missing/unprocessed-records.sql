/*
title = "The sync was interrupted before all records were processed"
guide = "Sync Running but Records Not Appearing in Target"
severity = "error"
needs = ["audit_log.status_code"]
any_of = ["sync_job.status"]
explains = false
says = "{records} of {job_records} records of {job_name} were never processed, from Order {from_order} of {first_object} on. {ended}"
actions = [
  "Find out what stopped the job: the last failed records before that Order, the application log, the job's Apex jobs.",
  "Use Retry to process the records that are left.",
]
means = '''
Rows with status 9, or with none, were scanned and not processed. In a job that has ended this means that the sync was
interrupted. The job's status proves the end; where it is not known, a later job of the same template makes it likely.
'''
ignore = '''
When the job was stopped on purpose.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,7,false,1,1
a015g0000000001AAA,Contact,0035g0000000001,7,false,2,1
a015g0000000001AAA,Contact,0035g0000000002,9,false,2,2
a015g0000000001AAA,Contact,0035g0000000003,,false,2,3
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Synced
'''
gives = '''
job_id,records,job_records,first_object,from_order,certain
a015g0000000001AAA,2,4,Contact,2,true
'''

# The job's status is not known, but a later job has started since.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,sequence,insert_order,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,false,1,1,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000002,9,false,1,2,2026-01-05T08:00:00Z
a015g0000000002AAA,Account,0015g0000000003,7,false,1,1,2026-01-06T08:00:00Z
'''
sync_job = '''
job_id,name,status,started_at
a015g0000000002AAA,JOB-0002,Synced,2026-01-06T07:55:00Z
'''
gives = '''
job_id,records,certain
a015g0000000001AAA,1,false
'''

# Nothing is known of the jobs but their rows.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,sequence,insert_order,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,false,1,1,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000002,9,false,1,2,2026-01-05T08:00:00Z
a015g0000000002AAA,Account,0015g0000000003,7,false,1,1,2026-01-06T08:00:00Z
'''
gives = '''
job_id,records,certain
a015g0000000001AAA,1,false
'''

# It was aborted before the sync began, as far as the data shows.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,9,false,1,1
a015g0000000001AAA,Account,0015g0000000002,,false,1,2
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Aborted
'''
gives = '''
job_id,records,certain
a015g0000000001AAA,2,false
'''

# The job is still running.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,7,false,1,1
a015g0000000001AAA,Account,0015g0000000002,9,false,1,2
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Sync In Progress
'''

# The job was only scanned.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,9,false,1,1
a015g0000000001AAA,Account,0015g0000000002,,false,1,2
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scanned
'''

# Each row has a result; one without a status failed.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1
a015g0000000001AAA,Account,0015g0000000002,,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1,2
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Synced
'''
*/
with unprocessed as (
  select job_id, sum(records) as records
  from outcome
  where coalesce(status_code, 9) = 9 and not coalesce(has_error, false) and group_id is null
  group by job_id
  having sum(records) > 0
),
later as (
  select distinct a.job_id
  from job a
  join job b on b.job_id <> a.job_id and b.started_at > a.ended_at
  where a.ended is null and not a.is_scanned_only and (a.template_id is null or b.template_id is null or a.template_id = b.template_id)
),
interrupted as (
  select u.job_id, u.records, j.records as job_records, coalesce(j.name, u.job_id) as job_name, j.status, coalesce(j.ended, false) as is_ended, j.is_scanned_only
  from unprocessed u
  join job j on j.job_id = u.job_id
  left join later l on l.job_id = u.job_id
  where coalesce(word_of(j.status), '') <> 'rollbackcompleted'
    and (j.ended or l.job_id is not null)
),
first_row as (
  -- The exact Order is in the rows only; they are read for interrupted jobs alone.
  select a.job_id, min_by(a.object, (coalesce(a.sequence, 0), coalesce(a.insert_order, 0), a.object)) as first_object, min((coalesce(a.sequence, 0), coalesce(a.insert_order, 0))) as first_place
  from audit_log a
  join interrupted i on i.job_id = a.job_id
  where coalesce(a.status_code, 9) = 9 and not a.failed and a.group_id is null
  group by a.job_id
)
select
  i.job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  i.records,
  i.is_ended and not i.is_scanned_only as certain,
  'continue-on-error-off, job-aborted' as told_by,
  i.job_name,
  i.job_records,
  f.first_object,
  f.first_place[2] as from_order,
  case
    when i.is_ended and i.is_scanned_only then 'The job has ended (' || i.status || ') and none of its records was processed: it may have been stopped before the sync began.'
    when i.is_ended then 'The job has ended: ' || i.status || '.'
    else 'Its status is not known, but a later job has started since: a possible interruption.'
  end as ended
from interrupted i
join first_row f on f.job_id = i.job_id
order by i.records desc, i.job_id
