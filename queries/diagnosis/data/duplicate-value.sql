/*
title = "A unique value exists already"
guide = ""
severity = "error"
needs = ["audit_log.error_message"]
sharpens = ["object_setting"]
explains = true
says = "{records} {object} {records|record|records} failed because a value that must be unique is taken{blamed}. {sample}"
actions = [
  "Look the value up in the target: is the record that holds it the same one, or another?",
  "{match_action}.",
  "If they are different records, dedupe or correct the value in the source; then Retry.",
]
means = '''
A unique field (or a built-in unique key such as a user name) holds this value in the target already, or several records match the external id
that was given. This is not a duplicate rule (duplicate-rule): it cannot be bypassed.
'''
ignore = "When the record of the target is the same one and needs no update."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,DUPLICATE_VALUE: duplicate value found: ERP_Number__c duplicates value on record with id: 0015g0000000077AAA: []
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,DUPLICATE_VALUE: duplicate value found: ERP_Number__c duplicates value on record with id: 0015g0000000078AAA: []
a015g0000000001AAA,0035g0000000001AAA,Contact,3,true,DUPLICATE_EXTERNAL_ID: Person_Key__c: more than one record found for external id field: []
'''
gives = '''
object,records
Account,2
Contact,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,DUPLICATES_DETECTED: Use one of these records?: []
'''
*/
with failed as (
    select object, family_id, min(sample) as sample, min(array_to_string(fields, ', ')) as fields, sum(records) as records
    from failed_outcome
    where category = 'duplicate'
      and coalesce(code, '') <> 'DUPLICATES_DETECTED'
      -- a duplicate rule speaks its own sentence, in some layouts without the code
      and (code is not null or (lower(pattern) not like '%one of these records%' and lower(pattern) not like '%duplicate record%'))
    group by object, family_id
    having sum(records) > 0
),
setting_of as (
    select lower(object) as object, max(nullif(trim(custom_external_id), '')) as external_id from object_setting group by lower(object)
)
select failed.object, failed.family_id, failed.records, true as certain, failed.sample,
       coalesce(' (' || nullif(failed.fields, '') || ')', '') as blamed, setting_of.external_id as custom_external_id,
       case when setting_of.external_id is null then concat('If it is the same record, map ', coalesce(nullif(failed.fields, ''), 'the unique field'), ' as CustomExternalID of ', failed.object, ', so that the record is updated instead of inserted')
            else concat('If it is the same record, see why CustomExternalID ', setting_of.external_id, ' did not match it (empty or different in the target)')
       end as match_action
from failed
left join setting_of on setting_of.object = lower(failed.object)
order by failed.records desc, failed.object, failed.family_id
