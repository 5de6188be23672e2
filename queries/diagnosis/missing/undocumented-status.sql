/*
title = "Status codes that are not documented"
guide = "Sync Running but Records Not Appearing in Target"
severity = "warning"
needs = ["audit_log.status_code"]
explains = false
says = "{records} {records|record|records} of {objects} {objects|object has|objects have} status code {status_code}, which is not in the documented table."
actions = [
  "Look at StatusText and ErrorMessage of such rows; the code itself is not interpreted here.",
  "Ask the vendor what the code means.",
]
means = '''
The documented status codes are 1 to 7, 9 and 11. Others are shown as they are and counted neither as failed nor as delivered.
'''
ignore = '''
When the vendor has told you what the code means and that it is harmless.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,8
a015g0000000001AAA,Account,0015g0000000002,10
a015g0000000001AAA,Contact,0035g0000000001,10
a015g0000000001AAA,Contact,0035g0000000002,7
'''
gives = '''
status_code,records,objects,certain
10,2,2,true
8,1,1,true
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,1
a015g0000000001AAA,Account,0015g0000000002,2
a015g0000000001AAA,Account,0015g0000000003,3
a015g0000000001AAA,Account,0015g0000000004,4
a015g0000000001AAA,Account,0015g0000000005,5
a015g0000000001AAA,Account,0015g0000000006,6
a015g0000000001AAA,Account,0015g0000000007,7
a015g0000000001AAA,Account,0015g0000000009,9
a015g0000000001AAA,Account,0015g0000000011,11
a015g0000000001AAA,Account,0015g0000000012,
'''
*/
select
  cast(null as varchar) as job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  sum(records) as records,
  true as certain,
  status_code,
  count(distinct object) as objects,
  count(distinct job_id) as jobs
from outcome
where status_code not in (1, 2, 3, 4, 5, 6, 7, 9, 11)
group by status_code
having sum(records) > 0
order by records desc, status_code
