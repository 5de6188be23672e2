/*
title = "Files still with the relay"
guide = "Sync Running but Records Not Appearing in Target"
severity = "warning"
needs = ["audit_log.status_code", "sync_job.status"]
explains = false
says = "{records} {records|file|files} of {job_name} {records|was|were} handed to the File Migration Service and {records|has|have} no final status, although the job has ended ({status})."
actions = [
  "Wait for the File Migration Service to finish: it takes files over 5 MB.",
  "Export the audit log again and look at these rows.",
]
means = '''
Status 11 means that a file over 5 MB was handed to a relay, which reports the final status later. The job can end before it.
'''
ignore = '''
When the job has ended only a short while ago.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,ContentVersion,0685g0000000001,11
a015g0000000001AAA,ContentVersion,0685g0000000002,7
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Synced
'''
gives = '''
job_id,records,certain
a015g0000000001AAA,1,true
'''

# The job is still running.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,ContentVersion,0685g0000000001,11
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Sync In Progress
'''

# Everything has its final status.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,ContentVersion,0685g0000000001,7
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Synced
'''
*/
select
  o.job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  sum(o.records) as records,
  true as certain,
  coalesce(max(j.name), o.job_id) as job_name,
  max(j.status) as status
from outcome o
join job j on j.job_id = o.job_id
where o.status_code = 11 and j.ended
group by o.job_id
having sum(o.records) > 0
order by records desc, o.job_id
