/*
title = "A duplicate rule of the target refuses the records"
guide = "Validation Rule and Automation Failures"
severity = "error"
needs = ["audit_log"]
sharpens = ["object_setting"]
explains = true
says = "{records} {object} {records|record is|records are} refused by a duplicate rule that says “{rule}” {external_id}"
actions = [
  "Find out in the target whether the records are there already.",
  "{match_advice}",
  "Where they are no duplicates, let the rule allow or only report them for the running user, or deactivate it for the run.",
  "Use Retry to process the failed records again.",
]
means = '''
A duplicate rule compares a new record with those of the target and blocks it. It is not the same as a unique field
(DUPLICATE_VALUE). A CustomExternalID turns the insert into an upsert, which helps where the record matches; an upsert that
finds no match inserts, and then the duplicate rules are evaluated again.
'''
ignore = '''
When the blocked records are true duplicates and are to stay out of the target.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"DUPLICATES_DETECTED: Use one of these records?: --"
a015g0000000001AAA,Contact,0035g0000000002,1,true,"DUPLICATES_DETECTED: Use one of these records?: --"
a015g0000000001AAA,Account,0015g0000000001,1,true,"DUPLICATES_DETECTED: Use one of these records?: --"
'''
object_setting = '''
setting_id,object,custom_external_id
a055g0000000001,Contact,Legacy_Id__c
a055g0000000002,Account,
'''
gives = '''
object,records,certain,external_id
Contact,2,true,Its CustomExternalID is Legacy_Id__c.
Account,1,true,No CustomExternalID is set for it.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"DUPLICATES_DETECTED: Use one of these records?: --"
'''
gives = '''
object,records,external_id
Contact,1,
'''

# A unique field is not a duplicate rule.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"DUPLICATE_VALUE: duplicate value found: Legacy_Id__c duplicates value on record with id: 0035g0000000009: --"
'''
*/
with refused as (
  select
    object,
    family_id,
    sum(records) as records,
    count(distinct job_id) as jobs,
    max(case when code = 'DUPLICATES_DETECTED' then 1 else 0 end) = 1 as certain,
    coalesce(max(entity), sentence_of(max(pattern))) as rule
  from failed_outcome
  where (code = 'DUPLICATES_DETECTED' and coalesce(category, '') <> 'automation')
    or (code is null and category = 'duplicate' and (lower(pattern) like '%one of these records%' or lower(pattern) like '%duplicate record%'))
  group by object, family_id
  having sum(records) > 0
),
configured as (
  select lower(object) as object, min(nullif(custom_external_id, '')) as custom_external_id
  from object_setting
  group by lower(object)
)
select
  cast(null as varchar) as job_id,
  r.object,
  r.family_id,
  r.records,
  r.certain,
  r.rule,
  case
    when not exists (select 1 from object_setting) then ''
    when c.object is null then 'The object settings do not tell its CustomExternalID.'
    when c.custom_external_id is null then 'No CustomExternalID is set for it.'
    else 'Its CustomExternalID is ' || c.custom_external_id || '.'
  end as external_id,
  case
    when c.custom_external_id is null then 'Where they are, set a CustomExternalID for ' || r.object || ', so that matching records are updated instead of inserted. The rule is evaluated again for those that do not match.'
    else 'Where they are, check that the matching records in the target carry the value of ' || c.custom_external_id || ': an upsert without a match inserts, and the rule is evaluated again.'
  end as match_advice,
  r.jobs
from refused r
left join configured c on c.object = lower(r.object)
order by r.records desc, r.object, r.family_id
