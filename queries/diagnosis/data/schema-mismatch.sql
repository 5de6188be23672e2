/*
title = "The target has no such field or object"
guide = ""
severity = "error"
needs = ["audit_log.error_message"]
explains = true
says = "{records} {object} {records|record|records} failed because the target does not have, does not show or does not let write a field or object{blamed}. {sample}"
actions = [
  "Compare the metadata of both orgs (Org Compare) for {object}.",
  "Deploy the missing object or field first, or take it out of the mapping.",
  "If it is there, give the user of the connection access to it (object permissions, field-level security).",
  "Use Retry for these records.",
]
means = '''
Salesforce words "does not exist" and "you may not see it" the same way, so both are possible. Object and field names are case-blind, but not
namespace-blind. Skip Missing Fields would let the records pass and drop the fields silently: the audit log does not show that.
'''
ignore = "The column is deliberately absent from the target and will be taken out of the mapping."
[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,INVALID_FIELD: No such column 'Tier__c' on entity 'Account'.
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,INVALID_FIELD: No such column 'Tier__c' on entity 'Account'.
'''
gives = '''
object,records
Account,2
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,INVALID_FIELD: Foreign key external ID: K-100 not found for field Key__c in entity Account
'''
*/
select object, family_id, sum(records) as records, true as certain, min(sample) as sample, min(code) as code,
       min(array_to_string(fields, ', ')) as fields,
       coalesce(' (' || coalesce(nullif(min(array_to_string(fields, ', ')), ''), min(entity)) || ')', '') as blamed
from failed_outcome
where category = 'schema'
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
