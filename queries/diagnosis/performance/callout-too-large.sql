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
select f.job_id, f.object, f.family_id, f.records, true as certain, f.seen, f.sample, f.entries, b.size as max_batch_size, c.size as external_max_batch,
       case when b.size is null then concat('Set MaxBatchSize of ', coalesce(f.object, 'wide objects'), ' to 50-100')
            when b.size > 100 then concat('Lower MaxBatchSize of ', f.object, ' from ', b.size, ' to 50-100')
            when b.size > 50 then concat('Lower MaxBatchSize of ', f.object, ' from ', b.size, ' to 50')
            else concat('MaxBatchSize of ', f.object, ' is ', b.size, ' already: take wide fields out of the mapping or halve it again')
       end as batch_action,
       case when c.size is null then 'Lower ExternalMaxbatch of the template'
            else concat('Lower ExternalMaxbatch of the template (now ', c.size, ' at most)')
       end as callout_action
from limit_fault f
left join batch_size b on b.object = lower(f.object)
cross join (select max(external_max_batch) as size from template) c
where f.told_by = 'callout-too-large'
order by f.records desc, f.object, f.family_id, f.job_id
