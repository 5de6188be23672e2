/*
title = "Processing stopped again and again"
guide = "Performance and Governor Limit Issues"
severity = "warning"
any_of = ["audit_log.modified_at", "audit_log.created_at"]
sharpens = ["sync_job", "system_property"]
explains = false
says = "Job {job_name} stood still {pauses} {pauses|time|times} in the middle of an object, {pause_minutes} minutes together (the longest {longest} minutes)."
actions = [
  "{usage_action}.",
  "See whether the API calls of the org neared MAXAPICALLLIMIT{api_limit} at these times: the engine pauses above it and goes on at the next full hour.",
  "Run the job off-peak, when other integrations need fewer calls.",
]
means = '''
The engine pauses when it nears a governor or API limit and is resumed hourly. Gaps that repeat while an object is half done are what that looks
like in the audit log. Time between two objects, or between scan and sync, is not counted.
'''
ignore = "When the job was paused by hand."

[params.pause_minutes]
type = "INTEGER"
default = 10
doc = "a gap of this many minutes is a pause"

[params.pauses]
type = "INTEGER"
default = 3
doc = "how many pauses are told"

[[fires]]
params = { pauses = 2 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:01:00Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,2026-01-05T10:02:00Z
a015g0000000001AAA,0015g0000000004AAA,Account,7,2026-01-05T11:00:00Z
a015g0000000001AAA,0015g0000000005AAA,Account,7,2026-01-05T11:01:00Z
a015g0000000001AAA,0015g0000000006AAA,Account,7,2026-01-05T12:00:00Z
a015g0000000001AAA,0015g0000000007AAA,Account,7,2026-01-05T12:01:00Z
'''
gives = '''
job_id,pauses,pause_minutes,longest,records
a015g0000000001AAA,2,117,59,7
'''
[[silent]]
params = { pauses = 2 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:01:00Z
a015g0000000001AAA,0035g0000000003AAA,Contact,7,2026-01-05T11:00:00Z
a015g0000000001AAA,0035g0000000004AAA,Contact,7,2026-01-05T11:01:00Z
a015g0000000001AAA,0065g0000000006AAA,Opportunity,7,2026-01-05T12:00:00Z
a015g0000000001AAA,0065g0000000007AAA,Opportunity,7,2026-01-05T12:01:00Z
'''
[[silent]]
params = { pauses = 2 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:15:00Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,2026-01-05T10:30:00Z
a015g0000000001AAA,0015g0000000004AAA,Account,7,2026-01-05T10:45:00Z
'''
*/
with busy as (
    select job_id, minute, sum(records) as records
    from activity
    where minute is not null
    group by job_id, minute
    having sum(records) > 0
),
gap as (
    select job_id, minute, records, lag(minute) over (partition by job_id order by minute) as before,
           date_diff('minute', lag(minute) over (partition by job_id order by minute), minute) as minutes
    from busy
),
pace as (
    select job_id, sum(records) as records,
           -- the job's own rhythm: five times the usual time between two busy minutes. Where rows come in bursts, pauses may be as many as the
           -- times between bursts, so the shorter quarter of all is what is usual, and 20 minutes are a pause unless that is little more
           case when sum(records) >= 2 * count(*)
                then greatest(least(5 * quantile_cont(minutes, 0.25), 20), 2 * quantile_cont(minutes, 0.25)) else 5 * median(minutes) end as rhythm
    from gap
    group by job_id
),
pause as (
    select gap.job_id, gap.minute, gap.minutes
    from gap
    join pace on pace.job_id is not distinct from gap.job_id
    -- longer than a pause, far longer than the job's own rhythm, and not the night between two working days
    where gap.minutes >= $pause_minutes and gap.minutes >= pace.rhythm and gap.minutes <= 720
      -- in the middle of an object: between two objects the engine may query, not pause
      and exists (select 1
                  from activity as earlier
                  join activity as later on later.job_id is not distinct from earlier.job_id and later.object = earlier.object
                  where earlier.job_id is not distinct from gap.job_id and earlier.minute = gap.before and later.minute = gap.minute)
),
usage as (
    select try_cast(regexp_extract(max(value), '[0-9]+') as integer) as usage from setting where name = 'MaxLimitUsage'
)
select pause.job_id, pace.records, false as certain, coalesce(job.name, pause.job_id, 'without a name') as job_name,
       count(*) as pauses, sum(pause.minutes) as pause_minutes, max(pause.minutes) as longest,
       case when usage.usage is null then 'Look up MaxLimitUsage in the system properties: about 80 is right, 50 or less pauses often'
            when usage.usage <= 50 then concat('Raise MaxLimitUsage from ', usage.usage, ' to about 80')
            else concat('MaxLimitUsage is ', usage.usage, ', which does not explain the pauses') end as usage_action,
       coalesce((select concat(' (', max(value), ')') from setting where name = 'MAXAPICALLLIMIT' having max(value) is not null), ' (90 % unless set)') as api_limit
from pause
join pace on pace.job_id is not distinct from pause.job_id
left join job on job.job_id is not distinct from pause.job_id
cross join usage
group by pause.job_id, pace.records, job.name, usage.usage
having count(*) >= $pauses
order by pause_minutes desc, pause.job_id
