/*
title = "A validation rule of the target refuses the records"
guide = "Validation Rule and Automation Failures"
severity = "error"
needs = ["audit_log"]
explains = true
says = "{records} {object} {records|record fails|records fail} on a validation rule that says: {rule}"
actions = [
  "Find the rule with this text on {object} in the target org.",
  "If the rule should not hold for migrated records, switch it off for the run (Automation Control) or let the running user bypass it, and switch it on again afterwards.",
  "If it should hold, correct the source records.",
  "Use Retry to process the failed records again.",
]
means = '''
Salesforce evaluates the validation rules of the target org for every record that the sync writes. Old records often break
rules that were made after them. The text is the rule's own error message, so one text on one object is one rule.
Rules that fire inside a trigger or flow of the target are reported with that trigger or flow.
'''
ignore = '''
When the records are refused on purpose.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Opportunity,0065g0000000001,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: Close date must lie in the future: CloseDate --"
a015g0000000001AAA,Opportunity,0065g0000000002,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: Close date must lie in the future: CloseDate --"
a015g0000000001AAA,Opportunity,0065g0000000003,3,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: Won deals need a contract: ContractId --"
a015g0000000001AAA,Opportunity,0065g0000000004,7,false,
'''
gives = '''
object,records,certain
Opportunity,2,true
Opportunity,1,true
'''

# One rule on two objects is two findings.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: Region is not active: Region__c --"
a015g0000000001AAA,Contact,0035g0000000001,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: Region is not active: Region__c --"
'''
gives = '''
object,records
Account,1
Contact,1
'''

# A lookup filter is another check; a required field is no rule.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"FIELD_FILTER_VALIDATION_EXCEPTION: Value does not exist or does not match filter criteria.: AccountId --"
a015g0000000001AAA,Contact,0035g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --"
'''

# The rule fired inside a trigger of the target.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: ContactTrigger: execution of AfterInsert caused by: System.DmlException: Update failed. First exception on row 0 with id 0015g0000000001AAA; first error: FIELD_CUSTOM_VALIDATION_EXCEPTION, Region is not active: [Region__c]"
'''
*/
select
  cast(null as varchar) as job_id,
  object,
  family_id,
  sum(records) as records,
  max(case when code is null then 0 else 1 end) = 1 as certain,
  coalesce(max(entity), sentence_of(max(pattern))) as rule,
  count(distinct job_id) as jobs
from failed_outcome
where (code = 'FIELD_CUSTOM_VALIDATION_EXCEPTION' and coalesce(category, '') <> 'automation')
  or (code is null and category = 'validation' and lower(pattern) not like '%filter criteria%')
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
