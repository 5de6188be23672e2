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
select f.job_id, f.object, f.family_id, f.records, true as certain, f.seen, f.sample, f.entries, b.size as max_batch_size,
       case when b.size is null then concat('Reduce MaxBatchSize of ', coalesce(f.object, 'the object that was processed'), ' (50-100 is a good start)')
            when b.size > 100 then concat('Lower MaxBatchSize of ', f.object, ' from ', b.size, ' to 50-100')
            else concat('Halve MaxBatchSize of ', f.object, ' (now ', b.size, ')')
       end as batch_action
from limit_fault f
left join batch_size b on b.object = lower(f.object)
where f.told_by = 'too-many-soql'
order by f.records desc, f.object, f.family_id, f.job_id
