/*
title = "Apex governor limit exceeded"
guide = "Performance and Governor Limit Issues"
severity = "error"
any_of = ["audit_log.error_message", "application_log.message"]
sharpens = ["object_setting"]
explains = true
says = "{seen} on a governor limit of Apex. {sample}"
actions = [
  "{batch_action}.",
  "Switch off triggers and flows of the target that read or write many rows for the time of the sync (Automation Control).",
  "Use Retry for the failed records.",
]
means = '''
Apex bounds what one transaction may use: heap, rows read, rows written, DML statements, callouts, depth of the stack.
What the target's automations use counts too. A limit cannot be caught: the whole chunk fails with one text. SOQL queries,
processor time and the size of a callout have checks of their own.
'''
ignore = "When a later job has delivered the same records."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0065g0000000001AAA,Opportunity,1,true,System.LimitException: Apex heap size too large: 12291478
a015g0000000001AAA,0065g0000000002AAA,Opportunity,1,true,System.LimitException: Apex heap size too large: 12301112
a015g0000000001AAA,0035g0000000001AAA,Contact,3,true,acme.ContactTrigger: System.LimitException: acme:Too many DML rows: 10001
'''
gives = '''
object,records
Opportunity,2
Contact,1
'''
[[fires]]
application_log = '''
level,message,job_id
ERROR,System.LimitException: Too many query rows: 50001,a015g0000000001AAA
'''
gives = '''
job_id,records,entries
a015g0000000001AAA,0,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0065g0000000001AAA,Opportunity,1,true,System.LimitException: Too many SOQL queries: 101
a015g0000000001AAA,0065g0000000002AAA,Opportunity,1,true,System.LimitException: Apex CPU time limit exceeded
a015g0000000001AAA,0065g0000000003AAA,Opportunity,1,true,REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.
'''
*/
with failed as (
    select job_id, object, family_id, min(sample) as sample, sum(records) as records
    from failed_outcome
    where group_id in (
        select group_id from (select *, lower(concat_ws(' ', pattern, sample)) as text from message_group)
        where (coalesce(root_code, code) like 'System.LimitException%'
               or code in ('APEX_TRIGGER_COUPLING_LIMIT', 'MAX_DEPTH_IN_FLOW_EXECUTION')
               or text like '%limitexception%' or text like '%heap size too large%' or text like '%too many dml%'
               or text like '%too many query%rows%' or text like '%too many callouts%' or text like '%too many future calls%'
               or text like '%maximum stack depth reached%' or text like '%maximum trigger depth exceeded%')
          and text not like '%too many soql queries%' and text not like '%apex cpu%' and text not like '%cpu time limit%'
          and text not like '%exceeded max size limit%')
    group by job_id, object, family_id
    having sum(records) > 0
),
logged as (
    select job_id, count(*) as entries, min(message) as sample
    from application_log
    where (lower(message) like '%limitexception%' or lower(message) like '%heap size too large%'
           or lower(message) like '%too many dml%' or lower(message) like '%too many query%rows%')
      and lower(message) not like '%too many soql queries%' and lower(message) not like '%cpu time limit%'
      and coalesce(upper(level), 'ERROR') not in ('DEBUG', 'FINE', 'FINER', 'FINEST', 'INFO', 'TRACE')
    group by job_id
),
found as (
    select cast(null as varchar) as job_id, object, family_id, sum(records) as records, min(sample) as sample,
           cast(null as bigint) as entries,
           format('{:,} {} records failed', cast(sum(records) as bigint), object) as seen
    from failed
    group by object, family_id
    union all
    select job_id, null, null, 0, left(sample, 300), entries, format('{:,} log entries tell of a failure', entries)
    from logged
    -- the same failure is told once: by its rows where there are any
    where not exists (select 1 from failed where failed.job_id = logged.job_id or logged.job_id is null)
),
batch as (
    select lower(object) as object, max(max_batch_size) as size from object_setting group by lower(object)
)
select found.job_id, found.object, found.family_id, found.records, true as certain, found.seen, found.sample,
       found.entries, batch.size as max_batch_size,
       case when batch.size is null then concat('Reduce MaxBatchSize of ', coalesce(found.object, 'the object that was processed'))
            when batch.size > 100 then concat('Lower MaxBatchSize of ', found.object, ' from ', batch.size, ' to 50-100')
            else concat('Halve MaxBatchSize of ', found.object, ' (now ', batch.size, ')')
       end as batch_action
from found
left join batch on batch.object = lower(found.object)
order by found.records desc, found.object, found.family_id, found.job_id
