/*
title = "Record type not available to the user"
guide = ""
severity = "error"
needs = ["audit_log.error_message"]
hides = ["restricted-access", "broken-reference", "schema-mismatch"]
explains = true
says = "{records} {object} {records|record|records} failed because their record type is missing in the target or not assigned to the user of the connection. {sample}"
actions = [
  "See whether the target has the record type of {object} (same developer name) and whether it is active.",
  "Assign it to the profile or a permission set of the user of the connection.",
  "If the target names it differently, map the record type.",
  "Use Retry for these records.",
]
means = '''
The id of a record type differs from org to org, and a user may only create records of the types assigned. Salesforce words
"does not exist" and "not assigned to you" the same way.
'''
ignore = "The record type is being retired and its records are not wanted in the target."
[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,INVALID_CROSS_REFERENCE_KEY: Record Type ID: this ID value isn't valid for the user: 0125g0000000001AAA:RecordTypeId --
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,INVALID_CROSS_REFERENCE_KEY: Record Type ID: this ID value isn't valid for the user: 0125g0000000002AAA:RecordTypeId --
'''
gives = '''
object,records
Account,2
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION, Choose the Record Type Partner for partner accounts: []"
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: []
'''
*/
select object, family_id, sum(records) as records, true as certain, min(sample) as sample, min(code) as code
from failed_outcome
where (code in ('INVALID_RECORD_TYPE', 'UNAVAILABLE_RECORDTYPE_EXCEPTION')
       or list_contains(fields, 'RecordTypeId')
       or group_id in (select group_id from message_group
                       where (category = 'permission' and lower(pattern) like '%record type%')
                          or regexp_matches(lower(concat_ws(' ', pattern, sample)), 'record ?type( id)?:|recordtype|invalid record type|record type .*(not valid|isn.t valid|invalid|not available|unavailable|not found|does not exist|not assigned|inactive)|tipo de registro|datensatztyp')))
  -- a rule, a picklist or a trigger that speaks of record types is another cause, and so is a field that is left empty
  and coalesce(category, 'other') in ('permission', 'reference', 'schema', 'other', 'deleted')
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
