/*
title = "The matched record is gone from the target"
guide = "Sync Running but Records Not Appearing in Target"
severity = "error"
hides = ["broken-reference"]
needs = ["audit_log.status_code"]
explains = true
says = "{records} {object} {records|record|records} matched a record of the target that is deleted or cannot be found: {message}"
actions = [
  "Search for the Destination_Record_ID of some of them in the target, the recycle bin included.",
  "Restore the records there, or clear the match, so that they are inserted anew.",
  "Re-scan and sync, so that the records are matched again.",
]
means = '''
Status 3 means that the record was matched and its update failed. The text says that the matched record is deleted or not
found: somebody removed or merged it after the match was made.
'''
ignore = '''
When the records were deleted in the target on purpose and are to stay so.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,3,true,"ENTITY_IS_DELETED: entity is deleted: --"
a015g0000000001AAA,Account,0015g0000000002,3,true,"ENTITY_IS_DELETED: entity is deleted: --"
'''
gives = '''
object,records,certain
Account,2,true
'''

# Told by the text alone.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,3,true,entity is deleted
'''
gives = '''
object,records,certain
Account,1,false
'''

# An insert that points to a deleted record, and an update that blames a lookup field.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"ENTITY_IS_DELETED: entity is deleted: --"
a015g0000000001AAA,Contact,0035g0000000002,3,true,"ENTITY_IS_DELETED: entity is deleted: AccountId --"
a015g0000000001AAA,Contact,0035g0000000003,3,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: A closed account cannot be changed: --"
'''
*/
select
  cast(null as varchar) as job_id,
  object,
  family_id,
  sum(records) as records,
  max(case when code is null then 0 else 1 end) = 1 as certain,
  max(pattern) as message,
  count(distinct job_id) as jobs
from failed_outcome
where is_target_gone(status_code, category, fields, pattern)
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
