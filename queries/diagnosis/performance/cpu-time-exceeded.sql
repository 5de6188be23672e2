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
select f.job_id, f.object, f.family_id, f.records, true as certain, f.seen, f.sample, f.entries, b.size as max_batch_size,
       case when b.size is null then concat('Reduce MaxBatchSize of ', coalesce(f.object, 'the object that was processed'))
            when b.size > 100 then concat('Lower MaxBatchSize of ', f.object, ' from ', b.size, ' to 50-100')
            else concat('Halve MaxBatchSize of ', f.object, ' (now ', b.size, ')')
       end as batch_action
from limit_fault f
left join batch_size b on b.object = lower(f.object)
where f.told_by = 'cpu-time-exceeded'
order by f.records desc, f.object, f.family_id, f.job_id
