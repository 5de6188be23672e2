/*
title = "A limit of the org was reached"
guide = "Performance and Governor Limit Issues"
severity = "error"
any_of = ["audit_log.error_message", "application_log.message"]
sharpens = ["system_property"]
explains = true
says = "{seen} because the org ran into {reached}. {sample}"
actions = [
  "{first_action}.",
  "{second_action}.",
  "Use Retry for the failed records once there is room.",
]
means = '''
An org has limits that all its users and integrations share: API calls in 24 hours, concurrent long requests, data and file storage, daily
quotas, licences. They do not go away with smaller batches (those cost more calls, not fewer); the limits of one Apex transaction
are told by governor-limit.
'''
ignore = "When the limit was raised or reset since, and a later job has delivered the records."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,5005g0000000001AAA,Case,1,true,REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.
a015g0000000001AAA,5005g0000000002AAA,Case,1,true,REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.
a015g0000000001AAA,0685g0000000001AAA,ContentVersion,1,true,"STORAGE_LIMIT_EXCEEDED, storage limit exceeded: []"
'''
gives = '''
object,records,reached
Case,2,its limit of API calls
ContentVersion,1,its data or file storage limit
'''
[[fires]]
application_log = '''
level,message,job_id
ERROR,REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.,a015g0000000001AAA
'''
gives = '''
job_id,records,entries,reached
a015g0000000001AAA,0,1,its limit of API calls
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,5005g0000000001AAA,Case,1,true,System.LimitException: Too many SOQL queries: 101
'''
[[silent]]
application_log = '''
level,message
DEBUG,API usage 61 % of the daily limit
'''
*/
with limited as (
    select group_id,
           case when text like '%storage%' or code in ('STORAGE_LIMIT_EXCEEDED', 'EXCEEDED_QUOTA') then 'storage'
                when code in ('REQUEST_LIMIT_EXCEEDED', 'TOO_MANY_APEX_REQUESTS', 'ERROR_HTTP_429', 'CONCURRENT_REQUESTS_LIMIT_EXCEEDED')
                     or text like '%totalrequests%' or text like '%api %limit%' or text like '%request%limit%' then 'calls'
                when text like '%daily%' or text like '%24 hour%' or text like '%quota%' then 'daily'
                when text like '%licen%' then 'licence'
                when text like '%running too long%' or code in ('QUERY_TIMEOUT', 'REQUEST_RUNNING_TOO_LONG') then 'time'
                else 'other' end as kind
    from (
        select group_id, coalesce(root_code, code, '') as code, coalesce(root_category, category) as category,
               lower(concat_ws(' ', pattern, sample)) as text
        from message_group
    )
    where (category = 'limits' or code in ('REQUEST_LIMIT_EXCEEDED', 'STORAGE_LIMIT_EXCEEDED')
           or text like '%totalrequests limit exceeded%' or text like '%storage limit exceeded%')
      -- the limits of one transaction and of one callout have checks of their own
      and code not like 'System.LimitException%'
      and code not in ('APEX_TRIGGER_COUPLING_LIMIT', 'MAX_DEPTH_IN_FLOW_EXECUTION', 'EXCEEDED_MAX_SIZE_REQUEST', 'PAYLOAD_SIZE_EXCEEDED')
      and text not like '%limitexception%' and text not like '%too many soql queries%' and text not like '%apex cpu%'
      and text not like '%cpu time limit%' and text not like '%heap size too large%' and text not like '%too many dml%'
      and text not like '%too many query%rows%' and text not like '%too many callouts%' and text not like '%too many future calls%'
      and text not like '%maximum stack depth reached%' and text not like '%maximum trigger depth exceeded%'
      and text not like '%exceeded max size limit%'
),
failed as (
    select o.job_id, o.object, o.family_id, min(o.sample) as sample, min(limited.kind) as kind, sum(o.records) as records
    from failed_outcome o
    join limited on limited.group_id = o.group_id
    group by o.job_id, o.object, o.family_id
    having sum(o.records) > 0
),
logged as (
    select job_id, kind, count(*) as entries, min(message) as sample
    from (
        select job_id, message,
               case when lower(message) like '%storage%' then 'storage'
                    when lower(message) like '%request%' or lower(message) like '%api%' then 'calls'
                    else 'daily' end as kind
        from log_error
        where told_by = 'api-limit'
    )
    group by job_id, kind
),
found as (
    select cast(null as varchar) as job_id, object, family_id, sum(records) as records, min(sample) as sample, min(kind) as kind,
           cast(null as bigint) as entries,
           format('{:,} {} records failed', cast(sum(records) as bigint), object) as seen
    from failed
    group by object, family_id
    union all
    select job_id, null, null, 0, left(sample, 300), kind, entries, format('{:,} log entries were written', entries)
    from logged
    -- the same failure is told once: by its rows where there are any
    where not exists (select 1 from failed where failed.kind = logged.kind and (failed.job_id = logged.job_id or logged.job_id is null))
)
select job_id, object, family_id, records, true as certain, seen, sample, entries,
       (select max(value) from setting where name = 'MAXAPICALLLIMIT') as max_api_call_limit,
       case kind when 'calls' then 'its limit of API calls' when 'storage' then 'its data or file storage limit'
                 when 'daily' then 'a daily limit' when 'licence' then 'a licence limit'
                 when 'time' then 'the time that a request may run' else 'a limit of its edition or of the record' end as reached,
       case kind when 'calls' then 'See Setup > System Overview (or the Limits resource) for the calls left, and wait until the 24-hour window frees some'
                 when 'storage' then 'See Setup > Storage Usage, and free or buy storage'
                 when 'daily' then 'Wait until the limit is reset'
                 when 'licence' then 'Free or buy licences of the kind that the message names'
                 when 'time' then 'Run the job at another time, when the org is less busy'
                 else 'Read in the message which limit it is, and raise it or stay below it' end as first_action,
       case kind when 'calls' then 'Run large jobs off-peak, fewer at a time, with larger batches (they cost fewer calls), or have the limit raised'
                 when 'storage' then 'Leave out what the target does not need (a WHERE clause, files of old records)'
                 else 'Spread the load, or have the limit raised' end as second_action
from found
order by records desc, object, family_id, job_id, reached
