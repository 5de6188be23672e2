/*
title = "A flow or process of the target fails"
guide = "Validation Rule and Automation Failures"
severity = "error"
needs = ["audit_log"]
explains = true
says = "{records} {object} {records|record fails|records fail} in {automation}; the root cause that it reports is {root}."
actions = [
  "Decide whether {automation} has to run for migrated records. If not, switch it off with Automation Control before the sync.",
  "If it has to run, cure the root cause: {root}. Sample: {sample}",
  "Use Retry to process the failed records again.",
  "Enable what was switched off again after the sync.",
]
means = '''
A flow or process of the target org runs on every record that the sync writes, and a fault in it refuses the record. A
message that only speaks of an error in a flow interview holds no cause: the flow's error mail, sent to the admin of the
target, names the element that failed.
'''
ignore = '''
When the records are refused by the flow on purpose.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Case,5005g0000000001,1,true,"CANNOT_EXECUTE_FLOW_TRIGGER: We can't save this record because the “Route Case” process failed. Give your Salesforce admin these details. This error occurred when the flow tried to update records: FIELD_CUSTOM_VALIDATION_EXCEPTION: The queue is closed."
a015g0000000001AAA,Case,5005g0000000002,1,true,"CANNOT_EXECUTE_FLOW_TRIGGER: We can't save this record because the “Route Case” process failed. Give your Salesforce admin these details. This error occurred when the flow tried to update records: FIELD_CUSTOM_VALIDATION_EXCEPTION: The queue is closed."
a015g0000000001AAA,Case,5005g0000000003,3,true,"CANNOT_EXECUTE_FLOW_TRIGGER: We can't save this record because the “Set Priority” process failed. Give your Salesforce admin these details. An error occurred when executing a flow interview."
'''
gives = '''
object,records,automation,certain
Case,2,Route Case,true
Case,1,Set Priority,true
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Case,5005g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: CaseTrigger: execution of BeforeInsert caused by: System.NullPointerException: Attempt to de-reference a null object"
a015g0000000001AAA,Case,5005g0000000002,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: The queue is closed: Queue__c --"
'''
*/
select
  cast(null as varchar) as job_id,
  object,
  family_id,
  sum(records) as records,
  max(case when code is null then 0 else 1 end) = 1 as certain,
  coalesce(max(entity), 'a flow that the message does not name') as automation,
  coalesce(nullif(max(root_code), 'CANNOT_EXECUTE_FLOW_TRIGGER'), 'not told') as root,
  max(root_category) as root_category,
  max(substr(sample, 1, 300)) as sample,
  count(distinct job_id) as jobs
from failed_outcome
where coalesce(code, '') in ('CANNOT_EXECUTE_FLOW_TRIGGER', 'FLOW_EXCEPTION', 'System.FlowException')
  or (
    category = 'automation'
    -- A trigger around a flow is the trigger's finding.
    and lower(pattern) not like '%execution of %'
    and regexp_matches(lower(pattern), 'process failed|flow interview|the flow tried to|error element|trigger a flow|fault has occurred in this flow|rule or process is invalid')
  )
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
