/*
title = "The running user lacks access"
guide = "Sync Running but Records Not Appearing in Target"
severity = "error"
needs = ["audit_log"]
sharpens = ["template.override_record_sharing", "sync_job"]
explains = true
says = "{records} {object} {records|record fails|records fail} because the running user may not do this: {message}"
actions = [
  "{field_advice}",
  "Check that the running user may create and edit {object}, and has access to the records that these refer to.",
  "{sharing_advice}",
  "Use Retry to process the failed records again.",
]
means = '''
The target refuses the write because of a permission: on the object, on a field (field-level security), on the record or on
a record that it refers to, or because a feature or licence is missing.
'''
ignore = '''
When the running user is not meant to write these records.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: insufficient access rights on cross-reference id: 0015g0000000009AAA: --"
a015g0000000001AAA,Contact,0035g0000000002,1,true,"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: insufficient access rights on cross-reference id: 0015g0000000008AAA: --"
a015g0000000001AAA,Lead,00Q5g0000000001,3,true,"INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: Score__c. Please check the security settings of this field and verify that it is read/write for your profile or permission set.: Score__c --"
'''
gives = '''
object,records,certain,field_advice
Contact,2,true,Read the message for what is refused: it names no field.
Lead,1,true,Give the running user read and edit access to Score__c (field-level security) in the target.
'''

# Sharing is overridden already, so it is not advised.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,3,true,"INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id: --"
'''
sync_job = '''
job_id,status,template_id
a015g0000000001AAA,Synced,a035g0000000001
'''
template = '''
template_id,override_record_sharing
a035g0000000001,true
'''
gives = '''
object,records,sharing_advice
Contact,1,OverrideRecordSharing is on already: look at object and field permissions rather than at sharing.
'''

# A record type, an approval lock and a validation rule are other causes.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INVALID_CROSS_REFERENCE_KEY: Record Type ID: this ID value isn't valid for the user: 0125g0000000001AAA: RecordTypeId --"
a015g0000000001AAA,Contact,0035g0000000002,3,true,"ENTITY_IS_LOCKED: the entity is locked for editing: --"
a015g0000000001AAA,Contact,0035g0000000003,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: You may not change the owner: OwnerId --"
'''
*/
with refused as (
  select
    o.object,
    o.family_id,
    sum(o.records) as records,
    count(distinct o.job_id) as jobs,
    max(case when o.code is null then 0 else 1 end) = 1 as certain,
    max(o.pattern) as message,
    nullif(max(array_to_string(array_sort(o.fields), ', ')), '') as field_set,
    min(case when t.override_record_sharing then 1 else 0 end) as overridden
  from failed_outcome o
  left join job j on j.job_id = o.job_id
  left join template t on t.template_id = j.template_id
  where o.category = 'permission'
    -- Record types, approval locks and inactive users have checks of their own.
    and coalesce(o.code, '') not in ('INVALID_CROSS_REFERENCE_KEY', 'INVALID_RECORD_TYPE', 'UNAVAILABLE_RECORDTYPE_EXCEPTION', 'ENTITY_IS_LOCKED', 'INACTIVE_OWNER_OR_USER')
    and lower(o.pattern) not like '%record type%'
    and lower(o.pattern) not like '%locked for editing%'
    and lower(o.pattern) not like '%inactive user%'
    and lower(o.pattern) not like '%inactive owner%'
  group by o.object, o.family_id
  having sum(o.records) > 0
)
select
  cast(null as varchar) as job_id,
  object,
  family_id,
  records,
  certain,
  message,
  case
    when field_set is null then 'Read the message for what is refused: it names no field.'
    else 'Give the running user read and edit access to ' || field_set || ' (field-level security) in the target.'
  end as field_advice,
  case
    when overridden = 1 then 'OverrideRecordSharing is on already: look at object and field permissions rather than at sharing.'
    else 'If sharing hides the records, extend it for the running user, or set OverrideRecordSharing in the template.'
  end as sharing_advice,
  jobs
from refused
order by records desc, object, family_id
