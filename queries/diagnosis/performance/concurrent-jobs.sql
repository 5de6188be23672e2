/*
title = "Too many sync jobs at the same time"
guide = "Performance and Governor Limit Issues"
severity = "warning"
needs = ["sync_job"]
any_of = ["sync_job.started_at", "sync_job.created_at"]
sharpens = ["audit_log"]
explains = false
says = "{jobs} sync jobs ran at the same time, from {overlap_from} to {overlap_until}: {names}."
actions = [
  "Run fewer jobs at a time (the engine has room for five batch jobs, and a job may use several).",
  "Start large jobs one after another, or off-peak.",
]
means = '''
Salesforce runs five batch jobs of an org at once; all others wait. Five or more sync jobs share these places, the API calls and the
locks on common parents, so each becomes slower and may pause or fail on locks.
'''
ignore = "When the jobs were small, or nobody waited for them."

[params.jobs]
type = "INTEGER"
default = 5
doc = "how many jobs at the same time are told"

[[fires]]
params = { jobs = 3 }
sync_job = '''
job_id,name,status,started_at,ended_at
a015g0000000001AAA,A,Synced,2026-01-05T10:00:00Z,2026-01-05T12:00:00Z
a015g0000000002AAA,B,Synced,2026-01-05T10:30:00Z,2026-01-05T12:30:00Z
a015g0000000003AAA,C,Synced,2026-01-05T11:00:00Z,2026-01-05T11:30:00Z
a015g0000000004AAA,D,Synced,2026-01-05T12:10:00Z,2026-01-05T13:00:00Z
'''
gives = '''
jobs,names
3,"A, B, C"
'''
[[fires]]
params = { jobs = 2 }
as_of = "2026-01-05T12:00:00Z"
sync_job = '''
job_id,name,status,started_at
a015g0000000001AAA,A,Sync In Progress,2026-01-05T10:00:00Z
a015g0000000002AAA,B,Scan In Progress,2026-01-05T10:30:00Z
'''
gives = '''
jobs,names
2,"A, B"
'''
[[silent]]
params = { jobs = 3 }
sync_job = '''
job_id,name,status,started_at,ended_at
a015g0000000001AAA,A,Synced,2026-01-05T10:00:00Z,2026-01-05T11:00:00Z
a015g0000000002AAA,B,Synced,2026-01-05T10:30:00Z,2026-01-05T12:30:00Z
a015g0000000003AAA,C,Synced,2026-01-05T11:00:00Z,2026-01-05T11:30:00Z
'''
[[silent]]
params = { jobs = 2 }
sync_job = '''
job_id,name,status,started_at
a015g0000000001AAA,A,Scanned,2026-01-05T10:00:00Z
a015g0000000002AAA,B,Paused,2026-01-05T10:30:00Z
'''
*/
with worked as (
    select job_id, max(minute) as last_minute, sum(records) as records from activity group by job_id
),
span as (
    select sync_job.job_id, coalesce(sync_job.name, sync_job.job_id) as name, coalesce(worked.records, 0) as records,
           coalesce(sync_job.started_at, sync_job.created_at) as started_at,
           case when word_of(sync_job.status) in ('scaninprogress', 'syncinprogress', 'rollbackstarted') then context.as_of
                when word_of(sync_job.status) in ('synced', 'aborted', 'rollbackcompleted') then coalesce(sync_job.ended_at, worked.last_minute, sync_job.modified_at)
                else coalesce(sync_job.ended_at, worked.last_minute) end as ended_at
    from sync_job
    left join worked on worked.job_id = sync_job.job_id
    cross join context
),
-- a job that was scanned or paused and has no known end did not run all the time until now, so it is left out
known as (
    select * from span where ended_at > started_at
),
change as (
    select started_at as moment, 1 as step from known
    union all
    select ended_at, -1 from known
),
load as (
    select moment, sum(sum(step)) over (order by moment) as jobs, lead(moment) over (order by moment) as until
    from change
    group by moment
),
peak as (
    select moment, until, jobs from load
    where jobs >= $jobs
    order by jobs desc, moment
    limit 1
)
select sum(known.records) as records, true as certain, peak.jobs, peak.moment as overlap_from, peak.until as overlap_until,
       string_agg(known.name, ', ' order by known.started_at, known.name) as names,
       (select count(*) from load where jobs >= $jobs) as moments
from peak
join known on known.started_at <= peak.moment and known.ended_at > peak.moment
group by peak.jobs, peak.moment, peak.until
