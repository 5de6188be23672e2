/*
title = "An object fails more often than before"
guide = ""
severity = "warning"
any_of = ["audit_log.modified_at", "audit_log.created_at", "sync_job.started_at"]
sharpens = ["sync_job"]
explains = false
says = "{failed_now_rate} of the {object} records of job {job_name} failed ({records} of {processed}); in {previous_job} it was {failed_before_rate} ({failed_before} of {processed_before})."
actions = [
  "Compare the two jobs (synclens compare): which failures are new, which have grown?",
  "Ask what changed in the target, in the template and in the source data between them.",
]
means = '''
The newest job that processed the object is compared with the one before it (of the same template where templates are known; retries of what failed and small parts are passed
over). The rise must be larger than chance explains (likelihood-ratio test, with a bound that is safe for small numbers, corrected for the number of objects compared), and at
least half as much again.
'''
ignore = "When the two jobs processed different kinds of records."

[params.min_records]
type = "INTEGER"
default = 20
doc = "processed records that the object must have in both jobs"

[params.min_failed]
type = "INTEGER"
default = 5
doc = "failed records that the object must have in the newer job"

[params.false_alarms]
type = "DOUBLE"
default = 0.05
doc = "the chance of one false alarm over all objects that is accepted"

[[fires]]
params = { min_records = 6, min_failed = 5 }
audit_log = '''
job_id,source_id,object,status_code,has_error,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000004AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000005AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000006AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,3,true,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,3,true,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000003AAA,Account,3,true,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000004AAA,Account,3,true,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000005AAA,Account,3,true,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000006AAA,Account,2,false,2026-01-06T10:00:00Z
'''
gives = '''
job_id,object,records,processed,failed_before
a015g0000000002AAA,Account,5,6,0
'''
[[silent]]
params = { min_records = 6, min_failed = 2 }
audit_log = '''
job_id,source_id,object,status_code,has_error,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000004AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000005AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000006AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,3,true,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,3,true,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000003AAA,Account,2,false,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000004AAA,Account,2,false,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000005AAA,Account,2,false,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000006AAA,Account,2,false,2026-01-06T10:00:00Z
'''
*/
with pair as (
    select newest.job_id, newest.object, newest.processed, newest.failed, earlier.job_id as previous_id, earlier.processed as processed_before, earlier.failed as failed_before
    from comparable_run newest
    join comparable_run earlier on earlier.template_id = newest.template_id and earlier.object = newest.object and earlier.place = 2
    where newest.place = 1 and newest.processed >= $min_records and earlier.processed >= $min_records
),
tested as (
    select *, count(*) over () as comparisons, rate_evidence(failed, processed, failed_before, processed_before) as evidence from pair
)
select tested.job_id, tested.object, tested.failed as records, true as certain, coalesce(job.name, tested.job_id) as job_name,
       round(tested.failed / tested.processed, 6) as failed_now_rate, tested.processed, round(tested.failed_before / tested.processed_before, 6) as failed_before_rate,
       tested.failed_before, tested.processed_before, coalesce(previous.name, tested.previous_id) as previous_job
from tested
left join job on job.job_id = tested.job_id
left join job as previous on previous.job_id = tested.previous_id
where tested.failed * tested.processed_before >= 1.5 * tested.failed_before * tested.processed and tested.failed >= $min_failed
  -- times the comparisons (Bonferroni)
  and chance_of(tested.evidence) * tested.comparisons <= $false_alarms
order by tested.failed desc, tested.object, tested.job_id
