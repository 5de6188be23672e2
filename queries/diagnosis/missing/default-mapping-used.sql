/*
title = "Users were replaced by the default"
guide = "Sync Running but Records Not Appearing in Target"
severity = "info"
needs = ["audit_log.status_code"]
explains = false
says = "{records} {object} {records|record was|records were} mapped to the default: {object_share} of the {object} records."
actions = [
  "Nothing has to be done where the default is meant.",
  "If they are many, review DefaultUserID and the mapping of users, then sync again.",
]
means = '''
Status 6 means that no counterpart was found in the target and the default mapping was used, for example a User mapped to
DefaultUserID. It is expected and no error.
'''
ignore = '''
When the replaced users have left, or are not to be migrated.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,User,0055g0000000001,6
a015g0000000001AAA,User,0055g0000000002,7
'''
gives = '''
object,records,object_share,certain
User,1,0.5,true
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,User,0055g0000000001,4
a015g0000000001AAA,User,0055g0000000002,7
'''
*/
select
  cast(null as varchar) as job_id,
  object,
  cast(null as varchar) as family_id,
  sum(case when status_code = 6 then records else 0 end) as records,
  true as certain,
  cast(sum(case when status_code = 6 then records else 0 end) as double) / sum(records) as object_share
from outcome
group by object
having sum(case when status_code = 6 then records else 0 end) > 0
order by records desc, object
