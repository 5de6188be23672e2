/*
title = "A trigger or Apex class of the target fails"
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
Code of the target org runs on every record that the sync writes, and an exception in it refuses the record. The name is
that of the outermost trigger or class in the message, the root cause the innermost error in it: the advice for that error
is the one that counts. One finding is one pattern of messages on one object.
'''
ignore = '''
When the records are refused by the code on purpose.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: ContactTrigger: execution of AfterInsert caused by: System.DmlException: Update failed. First exception on row 0 with id 0015g0000000001AAA; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record: []"
a015g0000000001AAA,Contact,0035g0000000002,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: ContactTrigger: execution of AfterInsert caused by: System.DmlException: Update failed. First exception on row 3 with id 0015g0000000002AAA; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record: []"
a015g0000000001AAA,Contact,0035g0000000003,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: ContactTrigger: execution of BeforeInsert caused by: System.NullPointerException: Attempt to de-reference a null object Trigger.ContactTrigger: line 12, column 1"
'''
gives = '''
object,records,automation,root,certain
Contact,2,ContactTrigger,UNABLE_TO_LOCK_ROW,true
Contact,1,ContactTrigger,System.NullPointerException,true
'''

# A callout inside a trigger is the trigger's.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: ContactTrigger: execution of AfterInsert caused by: System.CalloutException: Callout from triggers are currently not supported."
'''
gives = '''
object,records,automation
Contact,1,ContactTrigger
'''

# Told without the code around it.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Gift__c,a015g0000000011,1,true,"ngo.GiftTrigger: execution of AfterInsert caused by: System.DmlException: Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Fund__c]: [Fund__c]"
'''
gives = '''
object,records,automation,root
Gift__c,1,ngo.GiftTrigger,REQUIRED_FIELD_MISSING
'''

# An object that nobody may insert, a flow and an uncaught limit are no trigger failures.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,ContactShare,0035g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: entity type cannot be inserted: Contact Share"
a015g0000000001AAA,Contact,0035g0000000002,1,true,"CANNOT_EXECUTE_FLOW_TRIGGER: We can't save this record because the “Set Region” process failed. Give your Salesforce admin these details."
a015g0000000001AAA,Contact,0035g0000000003,1,true,"System.LimitException: Apex CPU time limit exceeded"
'''
*/
select
  cast(null as varchar) as job_id,
  object,
  family_id,
  sum(records) as records,
  max(case when code is null then 0 else 1 end) = 1 as certain,
  coalesce(max(entity), 'a trigger or class that the message does not name') as automation,
  coalesce(max(root_code), max(code), 'not told') as root,
  max(root_category) as root_category,
  max(substr(sample, 1, 300)) as sample,
  count(distinct job_id) as jobs
from failed_outcome
where category = 'automation'
  and coalesce(code, '') not in ('CANNOT_EXECUTE_FLOW_TRIGGER', 'FLOW_EXCEPTION', 'System.FlowException')
  and (
    lower(pattern) like '%execution of %'
    -- Without a trigger's line, flows and the sync's own callouts are told by checks of their own.
    or (
      not regexp_matches(lower(pattern), 'process failed|flow interview|the flow tried to|error element|trigger a flow|fault has occurred in this flow|rule or process is invalid')
      and (code = 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY'
        or not (lower(pattern) like '%unauthorized endpoint%' or (coalesce(code, '') like 'System.CalloutException%' and lower(pattern) not like '%uncommitted work%')))
    )
  )
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
