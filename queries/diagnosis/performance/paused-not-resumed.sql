/*
title = "A paused job is not resumed"
guide = "Performance and Governor Limit Issues"
severity = "error"
needs = ["sync_job.status"]
sharpens = ["audit_log", "scheduled_job"]
explains = false
says = "Job {job_name} is Paused and has shown no sign of life since {last_sign}, {hours} hours before the end of the data; paused jobs are resumed hourly."
actions = [
  "{manager_action}.",
  "See whether the org is still above its API limit (MAXAPICALLLIMIT): the job is not resumed before calls are free.",
  "Resume the job by hand when neither holds.",
]
means = '''
A job pauses when it nears a limit, and the Sync Job Manager resumes paused jobs every hour. More than two hours is one resumption missed.
'''
ignore = "When somebody paused the job on purpose."

[params.hours]
type = "DOUBLE"
default = 2
doc = "told when the pause has lasted longer than this"

[[fires]]
as_of = "2026-01-05T15:00:00Z"
sync_job = '''
job_id,name,status,modified_at
a015g0000000001AAA,Full load,Paused,2026-01-05T12:00:00Z
a015g0000000002AAA,Other,Paused,2026-01-05T14:00:00Z
a015g0000000003AAA,Done,Synced,2026-01-05T10:00:00Z
'''
scheduled_job = '''
trigger_id,name,state
08e5g0000000001AAA,Sync Job Manager,WAITING
'''
gives = '''
job_id,hours,certain,manager_action
a015g0000000001AAA,3.0,true,"The Sync Job Manager is scheduled, so look at the limits first"
'''
[[fires]]
as_of = "2026-01-05T15:00:00Z"
sync_job = '''
job_id,status,started_at
a015g0000000001AAA,Paused,2026-01-05T09:00:00Z
'''
audit_log = '''
job_id,source_id,object,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,2026-01-05T11:30:00Z
'''
gives = '''
job_id,hours,records
a015g0000000001AAA,3.5,1
'''
[[silent]]
as_of = "2026-01-05T14:00:00Z"
sync_job = '''
job_id,status,modified_at
a015g0000000001AAA,Paused,2026-01-05T12:00:00Z
'''
[[silent]]
as_of = "2026-01-05T15:00:00Z"
sync_job = '''
job_id,status,modified_at
a015g0000000001AAA,Sync In Progress,2026-01-05T12:00:00Z
'''
*/
with worked as (
    select job_id, max(minute) as last_minute from activity group by job_id
),
paused as (
    select sync_job.job_id, sync_job.name,
           coalesce(greatest(sync_job.modified_at, worked.last_minute), sync_job.started_at, sync_job.created_at) as last_sign,
           coalesce(sync_job.modified_at, worked.last_minute) is not null as is_dated
    from sync_job
    left join worked on worked.job_id = sync_job.job_id
    where word_of(sync_job.status) = 'paused'
),
manager as (
    select count(*) as listed,
           sum(case when lower(name) like '%sync%job%manager%' and upper(coalesce(state, 'WAITING')) in ('WAITING', 'ACQUIRED', 'EXECUTING', 'COMPLETE', 'BLOCKED') then 1 else 0 end) as active
    from scheduled_job
)
select paused.job_id, coalesce(job.unprocessed, 0) as records,
       -- only the start is known: the pause itself may be younger
       paused.is_dated as certain,
       coalesce(paused.name, paused.job_id) as job_name, paused.last_sign,
       round(date_diff('second', paused.last_sign, context.as_of) / 3600.0, 1) as hours,
       case when manager.listed = 0 then 'Check that the Sync Job Manager is scheduled (Setup > Scheduled Jobs)'
            when manager.active > 0 then 'The Sync Job Manager is scheduled, so look at the limits first'
            else 'Schedule the Sync Job Manager: it is not among the active scheduled jobs' end as manager_action
from paused
cross join context
cross join manager
left join job on job.job_id = paused.job_id
where date_diff('second', paused.last_sign, context.as_of) > $hours * 3600
order by hours desc, paused.job_id
