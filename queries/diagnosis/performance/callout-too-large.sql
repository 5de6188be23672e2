/*
title = "Callout larger than Apex allows"
guide = "Performance and Governor Limit Issues"
severity = "error"
any_of = ["audit_log.error_message", "application_log.message"]
sharpens = ["object_setting", "template"]
explains = true
says = "{seen}: one request held more data than a callout may. {sample}"
actions = [
  "{batch_action}.",
  "{callout_action}.",
  "Use Retry for the failed records.",
]
means = '''
The engine sends records to the target in callouts, and Apex bounds the size of one callout (12 MB in a batch).
Records with many fields, long texts or rich text reach it with fewer records than the batch size allows, and the
whole request is lost, not only the record that was one too many.
'''
ignore = "When a later job has delivered the same records with smaller batches."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,System.CalloutException: Exceeded max size limit of 12000000 with response size 14871220
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,System.CalloutException: Exceeded max size limit of 12000000 with response size 14871220
'''
object_setting = '''
object,max_batch_size
account,400
'''
gives = '''
object,records,certain,batch_action
Account,2,true,Lower MaxBatchSize of Account from 400 to 50-100
'''
[[fires]]
application_log = '''
level,message,job_id
ERROR,"Sync failed: System.CalloutException: exceeded max size limit of 12000000",a015g0000000001AAA
'''
gives = '''
job_id,object,records,entries
a015g0000000001AAA,,0,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,System.CalloutException: Read timed out
'''
[[silent]]
application_log = '''
level,message,job_id
FINEST,"callout of 400 records stays below exceeded max size limit of 12000000",a015g0000000001AAA
'''
*/
with failed as (
    select job_id, object, family_id, min(sample) as sample, sum(records) as records
    from failed_outcome
    where group_id in (select group_id from message_group
                       where lower(concat_ws(' ', pattern, sample)) like '%exceeded max size limit%'
                          or coalesce(root_code, code) in ('EXCEEDED_MAX_SIZE_REQUEST', 'PAYLOAD_SIZE_EXCEEDED'))
    group by job_id, object, family_id
    having sum(records) > 0
),
logged as (
    select job_id, count(*) as entries, min(message) as sample
    from application_log
    where lower(message) like '%exceeded max size limit%'
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
    select job_id, null, null, 0, left(sample, 300), entries, format('{:,} log entries tell it', entries)
    from logged
    -- the same failure is told once: by its rows where there are any
    where not exists (select 1 from failed where failed.job_id = logged.job_id or logged.job_id is null)
),
batch as (
    select lower(object) as object, max(max_batch_size) as size from object_setting group by lower(object)
),
callout as (
    select max(external_max_batch) as size from template
)
select found.job_id, found.object, found.family_id, found.records, true as certain, found.seen, found.sample,
       found.entries, batch.size as max_batch_size, callout.size as external_max_batch,
       case when batch.size is null then concat('Set MaxBatchSize of ', coalesce(found.object, 'wide objects'), ' to 50-100')
            when batch.size > 100 then concat('Lower MaxBatchSize of ', found.object, ' from ', batch.size, ' to 50-100')
            when batch.size > 50 then concat('Lower MaxBatchSize of ', found.object, ' from ', batch.size, ' to 50')
            else concat('MaxBatchSize of ', found.object, ' is ', batch.size, ' already: take wide fields out of the mapping or halve it again')
       end as batch_action,
       case when callout.size is null then 'Lower ExternalMaxbatch of the template'
            else concat('Lower ExternalMaxbatch of the template (now ', callout.size, ' at most)')
       end as callout_action
from found
left join batch on batch.object = lower(found.object)
cross join callout
order by found.records desc, found.object, found.family_id, found.job_id
