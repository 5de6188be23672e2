/*
title = "A value does not fit the target's field"
guide = ""
severity = "error"
needs = ["audit_log.error_message"]
explains = true
says = "{records} {object} {records|record|records} failed because the target does not accept a value{blamed}. {sample}"
actions = [
  "Compare the field in both orgs (Org Compare): type, length, picklist values, restrictions.",
  "Add what is missing in the target (picklist value, length), or change the value on the way with a mapping expression.",
  "Use Retry for these records.",
]
means = '''
The value is too long, not in a restricted picklist, of another type, out of range, or no valid e-mail, date, currency or state. The records stay as they are
until the field, the mapping or the value changes, so a plain retry fails again.
'''
ignore = "The values are wrong in the source and the records are not wanted in the target."
[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Tier: bad value for restricted picklist field: Bronze: [Tier__c]
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Tier: bad value for restricted picklist field: Bronze: [Tier__c]
a015g0000000001AAA,0035g0000000001AAA,Contact,1,true,STRING_TOO_LONG: Nickname: data value too large: Maximiliana (max length=8): [Nickname__c]
'''
gives = '''
object,records,fields
Account,2,Tier__c
Contact,1,Nickname__c
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Tier__c]: [Tier__c]
'''
*/
select object, family_id, sum(records) as records, true as certain, min(sample) as sample, min(code) as code,
       min(array_to_string(fields, ', ')) as fields,
       coalesce(' in ' || nullif(min(array_to_string(fields, ', ')), ''), '') as blamed
from failed_outcome
where category = 'data_value'
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
