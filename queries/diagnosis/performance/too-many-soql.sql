/*
title = "Too many SOQL queries in one transaction"
guide = "Performance and Governor Limit Issues"
severity = "error"
any_of = ["audit_log.error_message", "application_log.message"]
sharpens = ["object_setting"]
explains = true
says = "{seen} because a transaction ran more SOQL queries than Apex allows. {sample}"
actions = [
  "{batch_action}.",
  "Switch off triggers and flows that query once a record for the time of the sync (Automation Control).",
  "Use Retry for the failed records.",
]
means = '''
Apex allows 100 queries in one transaction (200 in a batch). Triggers and flows of the target run in the transaction of
the insert, so their queries add up with the number of records in a batch. The limit cannot be caught: the whole
chunk fails with one text, though only one of its records may have been too many.
'''
ignore = "When a later job has delivered the same records with smaller batches."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0035g0000000001AAA,Contact,1,true,ContactRollup: System.LimitException: Too many SOQL queries: 101
a015g0000000001AAA,0035g0000000002AAA,Contact,1,true,ContactRollup: System.LimitException: Too many SOQL queries: 101
'''
object_setting = '''
object,max_batch_size
Contact,200
'''
gives = '''
object,records,batch_action
Contact,2,Lower MaxBatchSize of Contact from 200 to 50-100
'''
[[fires]]
application_log = '''
level,message
ERROR,System.LimitException: acme:Too many SOQL queries: 201
'''
gives = '''
job_id,records,entries
,0,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0035g0000000001AAA,Contact,1,true,ContactRollup: System.LimitException: Too many query rows: 50001
'''
[[silent]]
application_log = '''
level,message
DEBUG,System.LimitException: acme:Too many SOQL queries: 201
'''
*/
with failed as (
    select job_id, object, family_id, min(sample) as sample, sum(records) as records
    from failed_outcome
    where group_id in (select group_id from message_group where lower(concat_ws(' ', pattern, sample)) like '%too many soql queries%')
    group by job_id, object, family_id
    having sum(records) > 0
),
logged as (
    select job_id, count(*) as entries, min(message) as sample
    from application_log
    where lower(message) like '%too many soql queries%'
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
       case when batch.size is null then concat('Reduce MaxBatchSize of ', coalesce(found.object, 'the object that was processed'), ' (50-100 is a good start)')
            when batch.size > 100 then concat('Lower MaxBatchSize of ', found.object, ' from ', batch.size, ' to 50-100')
            else concat('Halve MaxBatchSize of ', found.object, ' (now ', batch.size, ')')
       end as batch_action
from found
left join batch on batch.object = lower(found.object)
order by found.records desc, found.object, found.family_id, found.job_id
