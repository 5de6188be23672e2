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
select f.job_id, f.object, f.family_id, f.records, true as certain, f.seen, f.sample, f.entries, b.size as max_batch_size,
       case when b.size is null then concat('Reduce MaxBatchSize of ', coalesce(f.object, 'the object that was processed'))
            when b.size > 100 then concat('Lower MaxBatchSize of ', f.object, ' from ', b.size, ' to 50-100')
            else concat('Halve MaxBatchSize of ', f.object, ' (now ', b.size, ')')
       end as batch_action
from limit_fault f
left join batch_size b on b.object = lower(f.object)
where f.told_by = 'governor-limit'
order by f.records desc, f.object, f.family_id, f.job_id
