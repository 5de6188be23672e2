/*
title = "Records that failed"
guide = "Sync Running but Records Not Appearing in Target"
severity = "info"
kind = "summary"
needs = ["audit_log"]
explains = false
says = "{records} {records|record|records} failed: {insert_errors} {insert_errors|insert|inserts}, {update_errors} {update_errors|update|updates}, {other_errors} with another status. {records|It is|They are} {groups} failure {groups|group|groups} on {objects} {objects|object|objects} in {jobs} {jobs|job|jobs}."
actions = [
  "Work through the findings in the order of the fix plan: root causes first.",
  "Use Retry to process the failed records again.",
]
means = '''
The sum of all rows with status 1 (insert error), 3 (update error) or the error flag. The causes are the other findings.
'''
ignore = '''
Never: it is the total that the causes add up to.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --"
a015g0000000001AAA,Contact,0035g0000000001,3,true,"ENTITY_IS_DELETED: entity is deleted: --"
a015g0000000001AAA,Contact,0035g0000000002,7,false,
'''
gives = '''
records,insert_errors,update_errors,other_errors,groups,objects,jobs
2,1,1,0,2,2,1
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error
a015g0000000001AAA,Account,0015g0000000001,2,false
a015g0000000001AAA,Contact,0035g0000000001,5,false
a015g0000000001AAA,Contact,0035g0000000002,9,false
'''
*/
select
  cast(null as varchar) as job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  sum(records) as records,
  true as certain,
  sum(case when status_code = 1 then records else 0 end) as insert_errors,
  sum(case when status_code = 3 then records else 0 end) as update_errors,
  sum(case when coalesce(status_code, 0) not in (1, 3) then records else 0 end) as other_errors,
  count(distinct family_id) as groups,
  count(distinct object) as objects,
  count(distinct job_id) as jobs
from failed_outcome
having sum(records) > 0
