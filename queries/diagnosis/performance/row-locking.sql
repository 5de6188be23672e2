/*
title = "Records were locked by other transactions"
guide = "Performance and Governor Limit Issues"
severity = "error"
needs = ["audit_log.error_message"]
sharpens = ["object_setting"]
explains = true
says = "{records} {object} {records|record|records} failed because they, or records they belong to, were locked by another transaction. {sample}"
actions = [
  "Use Retry for these records: the lock is gone as soon as the other transaction is.",
  "{batch_action} if it comes back.",
  "Process the children of one parent together (order them by parent), and run no other job, import or roll-up on the same parents.",
]
means = '''
Writing a child locks its parent for a moment. Parallel batches, roll-ups and jobs that touch children of one parent
wait for each other and fail after ten seconds. It is transient: the same record may succeed the next time. A record that is locked by
an approval process is another matter (record-locked).
'''
ignore = "When a retry has delivered the records."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0035g0000000001AAA,Contact,1,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record or 1 records: 0015g0000000009AAA: []
a015g0000000001AAA,0035g0000000002AAA,Contact,1,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record or 1 records: 0015g0000000008AAA: []
'''
gives = '''
object,records
Contact,2
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0035g0000000001AAA,Contact,3,true,ENTITY_IS_LOCKED: entity is locked for editing
'''
*/
with failed as (
    select object, family_id, min(sample) as sample, min(entity) as entity, sum(records) as records
    from failed_outcome
    where coalesce(root_category, category) = 'locking'
       or 'UNABLE_TO_LOCK_ROW' in (code, root_code)
       or group_id in (select group_id from message_group where lower(pattern) like '%unable to obtain exclusive access%')
    group by object, family_id
    having sum(records) > 0
),
batch as (
    select lower(object) as object, max(max_batch_size) as size from object_setting group by lower(object)
)
select failed.object, failed.family_id, failed.records, true as certain, failed.entity, failed.sample,
       batch.size as max_batch_size,
       case when batch.size is null then concat('Reduce MaxBatchSize of ', failed.object)
            else concat('Halve MaxBatchSize of ', failed.object, ' (now ', batch.size, ')')
       end as batch_action
from failed
left join batch on batch.object = lower(failed.object)
order by failed.records desc, failed.object, failed.family_id
