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
The newest job that processed the object is compared with the one before it (of the same template where templates are known). The rise must be larger than chance explains
(likelihood-ratio test, with a bound that is safe for small numbers, corrected for the number of objects compared), and at least half as much again.
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
with held as (
    select outcome.job_id, outcome.object, coalesce(job.template_id, '') as template_id, job.started_at, sum(outcome.records) as processed,
           sum(case when is_failed(outcome.has_error, outcome.status_code) then outcome.records else 0 end) as failed
    from outcome
    join job on job.job_id = outcome.job_id
    where job.started_at is not null
      and ((outcome.status_code is not null and outcome.status_code <> 9) or outcome.has_error)
    group by outcome.job_id, outcome.object, coalesce(job.template_id, ''), job.started_at
    having sum(outcome.records) > 0
),
ordered as (
    select *, row_number() over (partition by template_id, object order by started_at desc, job_id desc) as place,
           lead(job_id) over (partition by template_id, object order by started_at desc, job_id desc) as previous_id,
           lead(processed) over (partition by template_id, object order by started_at desc, job_id desc) as processed_before,
           lead(failed) over (partition by template_id, object order by started_at desc, job_id desc) as failed_before
    from held
),
pair as (
    select *, cast(failed as double) / processed as now_share, cast(failed_before as double) / processed_before as before_share,
           cast(failed + failed_before as double) / (processed + processed_before) as both_share
    from ordered
    where place = 1 and processed >= $min_records and processed_before >= $min_records
      -- a retry of the failed records alone is not comparable with the job that they come from
      and processed >= 0.2 * processed_before and processed > failed_before
),
tested as (
    select *, count(*) over () as comparisons,
           -- twice the log-likelihood ratio of two rates against one; 0 * ln(0) is 0
           2 * (case when failed > 0 then failed * ln(now_share / both_share) else 0 end
                + case when processed > failed then (processed - failed) * ln((1 - now_share) / (1 - both_share)) else 0 end
                + case when failed_before > 0 then failed_before * ln(before_share / both_share) else 0 end
                + case when processed_before > failed_before then (processed_before - failed_before) * ln((1 - before_share) / (1 - both_share)) else 0 end) as evidence
    from pair
)
select tested.job_id, tested.object, tested.failed as records, true as certain, coalesce(job.name, tested.job_id) as job_name,
       round(tested.now_share, 6) as failed_now_rate, tested.processed, round(tested.before_share, 6) as failed_before_rate,
       tested.failed_before, tested.processed_before, coalesce(previous.name, tested.previous_id) as previous_job
from tested
left join job on job.job_id = tested.job_id
left join job as previous on previous.job_id = tested.previous_id
where tested.now_share >= 1.5 * tested.before_share and tested.failed >= $min_failed
  -- half of exp(-evidence / 2) bounds the chance of such a rise (Chernoff); times the comparisons (Bonferroni)
  and 0.5 * exp(-tested.evidence / 2) * tested.comparisons <= $false_alarms
order by tested.failed desc, tested.object, tested.job_id
