/*
title = "A lookup filter of the target refuses the reference"
guide = "Validation Rule and Automation Failures"
severity = "error"
needs = ["audit_log"]
explains = true
says = "{records} {object} {records|record points|records point} to a record that the lookup filter of {lookup} does not accept."
actions = [
  "Read the filter of {lookup} on {object} in the target org.",
  "Check that the referenced records are there with the values that the filter asks for: their object must be processed before {object}.",
  "Correct the referenced records, or make the filter optional or inactive for the run.",
  "Use Retry to process the failed records again.",
]
means = '''
A lookup filter limits the records to which a lookup field may point. The value was refused because the referenced record
does not match the filter in the target, or is not there yet with all of its values.
'''
ignore = '''
When the references are refused on purpose.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"FIELD_FILTER_VALIDATION_EXCEPTION: Value does not exist or does not match filter criteria.: AccountId --"
a015g0000000001AAA,Contact,0035g0000000002,1,true,"FIELD_FILTER_VALIDATION_EXCEPTION: Value does not exist or does not match filter criteria.: AccountId --"
'''
gives = '''
object,records,certain,lookup
Contact,2,true,AccountId
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Contact,0035g0000000001,1,true,"FIELD_CUSTOM_VALIDATION_EXCEPTION: The account must be active: AccountId --"
a015g0000000001AAA,Contact,0035g0000000002,7,false,
'''
*/
select
  cast(null as varchar) as job_id,
  object,
  family_id,
  sum(records) as records,
  max(case when code is null then 0 else 1 end) = 1 as certain,
  coalesce(nullif(max(array_to_string(array_sort(fields), ', ')), ''), 'a lookup that the message does not name') as lookup,
  count(distinct job_id) as jobs
from failed_outcome
where (code = 'FIELD_FILTER_VALIDATION_EXCEPTION' and coalesce(category, '') <> 'automation')
  or (code is null and category = 'validation' and lower(pattern) like '%filter criteria%')
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
