/*
title = "A field that the target requires is empty"
guide = "Validation Rule and Automation Failures"
severity = "error"
needs = ["audit_log"]
explains = true
says = "{records} {object} {records|record has|records have} no value for {field_set}, which the target requires."
actions = [
  "{lookup_advice}",
  "Give {field_set} a value in the Object Field Mapping of {object}, for example a default Expression.",
  "Or fill the field in the source records.",
  "Use Retry to process the failed records again.",
]
means = '''
The field is required in the target and arrived empty: not mapped, empty in the source (it may have become required after the
record was written), or a lookup whose parent was not found, so that its value was dropped. In the last case the missing
parent is the cause and a default value would hide it.
'''
ignore = '''
When the records are to stay out of the target.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --"
a015g0000000001AAA,Contact,0035g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --"
a015g0000000001AAA,Case,5005g0000000001,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [AccountId]: AccountId --"
'''
gives = '''
object,records,field_set,certain,lookup_advice
Contact,2,LastName,true,Check whether the source records have a value for LastName and whether it is mapped.
Case,1,AccountId,true,Check first whether the parent that AccountId points to arrived in the target: a missing parent empties the field.
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: Last name is required for customers: LastName --"
a015g0000000001AAA,Contact,0035g0000000002,7,false,
'''

# Inside a trigger the trigger is reported, with this root.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: ContactTrigger: execution of AfterInsert caused by: System.DmlException: Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Name]: [Name]"
'''
*/
with missing as (
  select
    object,
    family_id,
    sum(records) as records,
    count(distinct job_id) as jobs,
    max(case when code = 'REQUIRED_FIELD_MISSING' then 1 else 0 end) = 1 as certain,
    nullif(max(array_to_string(array_sort(fields), ', ')), '') as field_set
  from failed_outcome
  where category = 'required_field'
  group by object, family_id
  having sum(records) > 0
)
select
  cast(null as varchar) as job_id,
  object,
  family_id,
  records,
  certain,
  coalesce(field_set, 'a field that the message does not name') as field_set,
  -- A standard lookup ends in Id; a custom field's name does not tell its type.
  case
    when field_set is null then 'Read a sample of the messages to find the field.'
    when field_set like '%Id' or field_set like '%Id,%' then 'Check first whether the parent that ' || field_set || ' points to arrived in the target: a missing parent empties the field.'
    when field_set like '%\_\_c%' escape '\' then 'If ' || field_set || ' is a lookup, check first whether its parent arrived in the target: a missing parent empties the field.'
    else 'Check whether the source records have a value for ' || field_set || ' and whether it is mapped.'
  end as lookup_advice,
  jobs
from missing
order by records desc, object, family_id
