/*
title = "A job is Synced, yet records failed"
guide = ""
severity = "info"
kind = "summary"
needs = ["sync_job.status", "audit_log"]
explains = false
says = "Job {job_name} is Synced, but {failed_share} of its records ({records} of {total}) failed."
actions = ["Read the findings of this job: \"Synced\" says that the job came to its end, not that every record arrived."]
means = '''
The status of a job tells that it ran to its end. What became of each record is in the audit rows only.
'''
ignore = "The failures are known and accepted; the finding only says that the status does not tell of them."
[[fires]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,Full load,Synced
a015g0000000002AAA,Next load,Synced
'''
audit_log = '''
job_id,source_id,object,status_code,has_error
a015g0000000001AAA,0015g0000000001AAA,Account,7,false
a015g0000000001AAA,0015g0000000002AAA,Account,1,true
a015g0000000002AAA,0015g0000000003AAA,Account,7,false
'''
gives = '''
job_id,records,total,failed_share
a015g0000000001AAA,1,2,0.5
'''
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,Full load,Aborted
'''
audit_log = '''
job_id,source_id,object,status_code,has_error
a015g0000000001AAA,0015g0000000002AAA,Account,1,true
'''
*/
select job_id, failed as records, true as certain, coalesce(name, job_id) as job_name, records as total,
       round(cast(failed as double) / records, 6) as failed_share
from job
where word_of(status) = 'synced' and failed > 0
order by failed desc, job_id
