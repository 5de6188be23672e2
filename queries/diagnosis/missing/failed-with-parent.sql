/*
title = "Records that failed because a record they name failed"
guide = "Sync Running but Records Not Appearing in Target"
severity = "error"
needs = ["audit_log"]
explains = true
follows = true
says = "{records} {object} {records|record|records} of {job_name} {records|names|name} a record that itself failed in this job: {roots} failed {root_object} {roots|record is|records are} at the root of them."
actions = [
  "Fix the {root_object} records first. They fail with: {root_message}",
  "Use Retry for the {root_object} records, then for these {object} records: they recover with their roots unless a second error stands behind the first.",
]
means = '''
The message of each of these rows holds the id of a record that failed in the same job. They are consequences, so they are
counted with their root and need no cure of their own.
'''
ignore = '''
When the root records are to stay out of the target: then these stay out with them.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence
a015g0000000001AAA,Account,0015g0000000001,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: AccountId --",2
a015g0000000001AAA,Contact,0035g0000000002,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: AccountId --",2
'''
gives = '''
job_id,object,records,roots,root_object,certain
a015g0000000001AAA,Contact,2,1,Account,true
'''

# The named record was delivered.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence
a015g0000000001AAA,Account,0015g0000000001,7,false,,1
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: AccountId --",2
'''

# The named record failed in another job.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence
a015g0000000002AAA,Account,0015g0000000001,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: AccountId --",2
'''
*/
with follower as (
  select
    job_id,
    object,
    family_id,
    root_object,
    max_by(root_family_id, row_number) as root_family_id,
    count(distinct root_export_id || ':' || root_row_number) as roots,
    count(distinct export_id || ':' || row_number) as records
  from exact_cascade
  group by job_id, object, family_id, root_object
)
select
  f.job_id,
  f.object,
  f.family_id,
  f.records,
  true as certain,
  coalesce(j.name, f.job_id) as job_name,
  f.root_object,
  f.roots,
  coalesce(g.pattern, 'no message') as root_message
from follower f
left join job j on j.job_id = f.job_id
left join (select family_id, min(pattern) as pattern from message_group group by family_id) g on g.family_id = f.root_family_id
order by f.records desc, f.job_id, f.object, f.root_object, f.family_id
