/*
title = "Automations of the target slow an object down"
guide = "Performance and Governor Limit Issues"
severity = "warning"
any_of = ["audit_log.modified_at", "audit_log.created_at"]
explains = false
says = "{object} ran at {pace} records a minute, far below the {usual_pace} that is usual in this job, and {automation_failures} of its records failed in automations or on time limits: a possible cause."
actions = [
  "Switch off triggers, flows and roll-ups on {object} for the time of the sync (Automation Control), and on again after it.",
  "If they must run, reduce MaxBatchSize of {object}.",
]
means = '''
Triggers and flows of the target run for every record that is written. An object on which they fail, and which is much
slower than the others of its job, is probably slow because of them. The audit log does not show how long an automation took,
so this is a possible cause.
'''
ignore = "When the object holds files or very wide records, which are slow by themselves."

[params.slow_share]
type = "DOUBLE"
default = 0.4
doc = "an object is slow below this share of the median pace of the job's objects"

[params.min_minutes]
type = "INTEGER"
default = 3
doc = "minutes that an object must have taken, so that a short run is no sign"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,,2026-01-05T10:00:01Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,,2026-01-05T10:00:02Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,,2026-01-05T10:00:03Z
a015g0000000001AAA,0015g0000000004AAA,Account,7,false,,2026-01-05T10:00:04Z
a015g0000000001AAA,0015g0000000005AAA,Account,7,false,,2026-01-05T10:00:05Z
a015g0000000001AAA,0065g0000000001AAA,Opportunity,7,false,,2026-01-05T10:01:00Z
a015g0000000001AAA,0065g0000000002AAA,Opportunity,1,true,OppTrigger: System.LimitException: Apex CPU time limit exceeded,2026-01-05T10:03:00Z
a015g0000000001AAA,0065g0000000003AAA,Opportunity,7,false,,2026-01-05T10:05:00Z
'''
gives = '''
job_id,object,records,certain,automation_failures
a015g0000000001AAA,Opportunity,3,false,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,,2026-01-05T10:00:01Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,,2026-01-05T10:00:02Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,,2026-01-05T10:00:03Z
a015g0000000001AAA,0015g0000000004AAA,Account,7,false,,2026-01-05T10:00:04Z
a015g0000000001AAA,0015g0000000005AAA,Account,7,false,,2026-01-05T10:00:05Z
a015g0000000001AAA,0065g0000000001AAA,Opportunity,7,false,,2026-01-05T10:01:00Z
a015g0000000001AAA,0065g0000000002AAA,Opportunity,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [StageName],2026-01-05T10:03:00Z
a015g0000000001AAA,0065g0000000003AAA,Opportunity,7,false,,2026-01-05T10:05:00Z
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,,2026-01-05T10:00:01Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,,2026-01-05T10:00:02Z
a015g0000000001AAA,0065g0000000001AAA,Opportunity,7,false,,2026-01-05T10:01:00Z
a015g0000000001AAA,0065g0000000002AAA,Opportunity,1,true,OppTrigger: System.LimitException: Apex CPU time limit exceeded,2026-01-05T10:02:00Z
a015g0000000001AAA,0065g0000000003AAA,Opportunity,7,false,,2026-01-05T10:03:00Z
'''
*/
with stepped as (
    select job_id, object, minute, records,
           -- a gap counts ten minutes at most: a pause is no sign of a slow object
           least(coalesce(date_diff('minute', minute, lead(minute) over (partition by job_id, object order by minute)), 1), 10) as minutes
    from activity
    where minute is not null and records > 0
),
paced as (
    select stepped.job_id, stepped.object, sum(stepped.records) as records, sum(stepped.minutes) as minutes,
           cast(sum(stepped.records) as double) / sum(stepped.minutes) as pace
    from stepped
    join job on job.job_id is not distinct from stepped.job_id and not job.is_scanned_only
    group by stepped.job_id, stepped.object
),
usual as (
    select job_id, median(pace) as pace from paced group by job_id having count(*) >= 2
),
automation as (
    select job_id, object, sum(records) as records
    from failed_outcome
    where group_id in (select group_id from message_group
                       where category = 'automation' or code in ('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'CANNOT_EXECUTE_FLOW_TRIGGER')
                          or lower(pattern) like '%cpu%' or lower(pattern) like '%timed out%' or lower(pattern) like '%timeout%'
                          or lower(pattern) like '%limitexception%' or lower(pattern) like '%execution of %')
    group by job_id, object
    having sum(records) > 0
)
select paced.job_id, paced.object, paced.records, false as certain, round(paced.pace, 1) as pace, round(usual.pace, 1) as usual_pace,
       paced.minutes, automation.records as automation_failures
from paced
join usual on usual.job_id is not distinct from paced.job_id
join automation on automation.job_id is not distinct from paced.job_id and automation.object = paced.object
where paced.pace < $slow_share * usual.pace and paced.minutes >= $min_minutes
order by paced.records desc, paced.object, paced.job_id
