/*
title = "A job was much slower than the jobs before it"
guide = "Performance and Governor Limit Issues"
severity = "warning"
any_of = ["audit_log.modified_at", "audit_log.created_at"]
sharpens = ["sync_job"]
explains = false
says = "Job {job_name} processed {pace} records a minute; the {earlier_jobs} jobs before it {usual_pace} (median)."
actions = [
  "See which other jobs, imports or roll-ups ran at the same time.",
  "See what changed since the earlier jobs: triggers, flows and packages of the target, MaxBatchSize, ExternalMaxbatch, SyncMode.",
  "Compare the two jobs (synclens compare).",
]
means = '''
Each job is compared with up to ten jobs before it, of the same template where templates are known, of about the same size and mostly
the same objects, and object by object. It is told where it is clearly below the slowest of them too. Pauses count ten minutes at most, so that one long pause alone does not make a job slow.
'''
ignore = "When the records became wider, or files were added."

[params.slow_share]
type = "DOUBLE"
default = 0.5
doc = "a job is slow below this share of the median pace of the earlier jobs"

[params.min_minutes]
type = "INTEGER"
default = 5
doc = "minutes that the job must have taken"

[params.min_records]
type = "INTEGER"
default = 20
doc = "records that a job must have to be compared"

[[fires]]
params = { min_records = 3, min_minutes = 3 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:00:20Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,2026-01-05T10:00:40Z
a015g0000000002AAA,0015g0000000001AAA,Account,2,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,2,2026-01-06T10:00:20Z
a015g0000000002AAA,0015g0000000003AAA,Account,2,2026-01-06T10:00:40Z
a015g0000000003AAA,0015g0000000001AAA,Account,2,2026-01-07T10:00:00Z
a015g0000000003AAA,0015g0000000002AAA,Account,2,2026-01-07T10:02:20Z
a015g0000000003AAA,0015g0000000003AAA,Account,2,2026-01-07T10:04:40Z
'''
gives = '''
job_id,earlier_jobs,records
a015g0000000003AAA,2,3
'''
[[silent]]
params = { min_records = 3, min_minutes = 3 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:00:20Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,2026-01-05T10:00:40Z
a015g0000000003AAA,0015g0000000001AAA,Account,2,2026-01-07T10:00:00Z
a015g0000000003AAA,0015g0000000002AAA,Account,2,2026-01-07T10:02:20Z
a015g0000000003AAA,0015g0000000003AAA,Account,2,2026-01-07T10:04:40Z
'''
[[silent]]
params = { min_records = 3, min_minutes = 3 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:00:20Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,2026-01-05T10:00:40Z
a015g0000000002AAA,0015g0000000001AAA,Account,2,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,2,2026-01-06T10:00:20Z
a015g0000000002AAA,0015g0000000003AAA,Account,2,2026-01-06T10:00:40Z
a015g0000000003AAA,0035g0000000001AAA,Contact,7,2026-01-07T10:00:00Z
a015g0000000003AAA,0035g0000000002AAA,Contact,7,2026-01-07T10:02:20Z
a015g0000000003AAA,0035g0000000003AAA,Contact,7,2026-01-07T10:04:40Z
'''
*/
with busy as (
    select job_id, minute, sum(records) as records
    from activity
    where minute is not null
    group by job_id, minute
    having sum(records) > 0
),
stepped as (
    select job_id, minute, records,
           least(coalesce(date_diff('minute', minute, lead(minute) over (partition by job_id order by minute)), 1), 10) as minutes
    from busy
),
paced as (
    select stepped.job_id, coalesce(job.template_id, '') as template_id, min(stepped.minute) as started_at,
           sum(stepped.records) as records, sum(stepped.minutes) as minutes, cast(sum(stepped.records) as double) / sum(stepped.minutes) as pace
    from stepped
    join job on job.job_id is not distinct from stepped.job_id and not job.is_scanned_only
    group by stepped.job_id, coalesce(job.template_id, '')
    having sum(stepped.records) >= $min_records
),
ordered as (
    select *, row_number() over (partition by template_id order by started_at, job_id) as place from paced
),
held as (
    select job_id, object, sum(records) as records, sum(minutes) as minutes
    from (
        select job_id, object, records,
               least(coalesce(date_diff('minute', minute, lead(minute) over (partition by job_id, object order by minute)), 1), 10) as minutes
        from activity
        where minute is not null and records > 0
    )
    group by job_id, object
),
compared as (
    select later.job_id, later.records, later.minutes, later.pace, earlier.job_id as earlier_id, earlier.pace as earlier_pace, later.template_id,
           -- the same objects at the pace that each had then: a job with more of a slow object is not slower
           sum(held.records * held_before.minutes / held_before.records) / sum(held.minutes) as share
    from ordered as later
    join ordered as earlier on earlier.template_id = later.template_id and earlier.place between later.place - 10 and later.place - 1
    join held on held.job_id is not distinct from later.job_id
    join held as held_before on held_before.job_id is not distinct from earlier.job_id and held_before.object = held.object
    -- a delta run of a few records is slow by its start-up alone
    where later.records >= 0.25 * earlier.records
    group by all
    having sum(held.records) >= 0.5 * later.records
)
select compared.job_id, compared.records, true as certain, coalesce(job.name, compared.job_id, 'without a name') as job_name,
       round(compared.pace, 1) as pace, round(median(compared.earlier_pace), 1) as usual_pace,
       count(*) as earlier_jobs, compared.minutes
from compared
left join job on job.job_id is not distinct from compared.job_id
group by compared.job_id, compared.records, compared.pace, compared.minutes, job.name
having count(*) >= 2 and compared.minutes >= $min_minutes
   and compared.pace < $slow_share * median(compared.earlier_pace) and median(compared.share) < $slow_share
   -- clearly below the slowest of them too: jobs that differ as much among each other are no measure
   and compared.pace < 0.75 * min(compared.earlier_pace)
order by compared.records desc, compared.job_id
