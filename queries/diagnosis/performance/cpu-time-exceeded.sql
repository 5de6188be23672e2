/*
title = "Apex CPU time limit exceeded"
guide = "Performance and Governor Limit Issues"
severity = "error"
any_of = ["audit_log.error_message", "application_log.message"]
sharpens = ["object_setting"]
explains = true
says = "{seen} because the code that ran with the write used up its processor time. {sample}"
actions = [
  "Switch off triggers, flows and roll-ups of the target for the time of the sync (Automation Control), and on again after it.",
  "{batch_action}.",
  "Use Retry for the failed records.",
]
means = '''
A transaction has 10 seconds of processor time (60 in a batch). Triggers, flows and managed packages of the target share
it with the insert itself. The limit cannot be caught: the whole chunk fails with one text.
'''
ignore = "When a later job has delivered the same records."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0065g0000000001AAA,Opportunity,1,true,OpportunityTrigger: System.LimitException: Apex CPU time limit exceeded
a015g0000000001AAA,0065g0000000002AAA,Opportunity,7,false,
'''
gives = '''
object,records,batch_action
Opportunity,1,Reduce MaxBatchSize of Opportunity
'''
[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0065g0000000001AAA,Opportunity,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, OppTotals: execution of AfterInsert caused by: System.LimitException: Apex CPU time limit exceeded: []"
'''
gives = '''
object,records
Opportunity,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0065g0000000001AAA,Opportunity,1,true,OpportunityTrigger: System.LimitException: Apex heap size too large: 6291478
'''
*/
with failed as (
    select job_id, object, family_id, min(sample) as sample, sum(records) as records
    from failed_outcome
    where group_id in (select group_id from message_group
                       where lower(concat_ws(' ', pattern, sample)) like '%cpu time limit%'
                          -- translated texts keep the words Apex CPU
                          or (root_category = 'limits' and lower(concat_ws(' ', pattern, sample)) like '%apex cpu%'))
    group by job_id, object, family_id
    having sum(records) > 0
),
logged as (
    select job_id, count(*) as entries, min(message) as sample
    from application_log
    where lower(message) like '%cpu time limit exceeded%'
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
    select job_id, null, null, 0, left(sample, 300), entries, format('{:,} log entries were written', entries)
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
