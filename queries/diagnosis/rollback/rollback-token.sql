/*
title = "A rollback was started without a connection"
guide = "Rollback Not Working"
severity = "critical"
needs = ["sync_job.status", "org_master.oauth_status"]
sharpens = ["audit_log"]
hides = ["rollback-stuck"]
explains = false
says = "The rollback of job {job_name} was started, but the connection of {org_name} is {oauth_status}{oauth_error}."
actions = [
  "Re-authorise the connection of {org_name}.",
  "Reset the status of the job to Synced if the rollback does not go on by itself, and start it again.",
]
means = '''
A rollback deletes and restores records in the target through the stored connection. Without it nothing happens there, and the status stays
Rollback Started.
'''
ignore = "The connection was restored since the export, and the rollback has been started again."
[[fires]]
sync_job = '''
job_id,name,status,org_id
a015g0000000001AAA,Full load,Rollback Started,a055g0000000001AAA
'''
org_master = '''
org_id,name,oauth_status,oauth_last_error
a055g0000000001AAA,Production,Token Expired,expired access/refresh token
a055g0000000002AAA,Sandbox,Connected,
'''
gives = '''
job_id,certain,oauth_status
a015g0000000001AAA,true,Token Expired
'''
[[silent]]
sync_job = '''
job_id,name,status,org_id
a015g0000000001AAA,Full load,Rollback Started,a055g0000000002AAA
'''
org_master = '''
org_id,name,oauth_status
a055g0000000001AAA,Production,Token Expired
a055g0000000002AAA,Sandbox,Connected
'''
[[silent]]
sync_job = '''
job_id,name,status,org_id
a015g0000000001AAA,Full load,Synced,a055g0000000001AAA
'''
org_master = '''
org_id,name,oauth_status
a055g0000000001AAA,Production,Not Connected
'''
*/
with org as (
    select org_id, coalesce(name, org_id, 'the target org') as name, oauth_status, oauth_last_error,
           count(*) over () as orgs
    from org_master
),
paired as (
    select sync_job.job_id, coalesce(sync_job.name, sync_job.job_id) as job_name, org.name, org.oauth_status, org.oauth_last_error,
           -- a job that does not name its org may be of any org that was exported
           sync_job.org_id is not null or org.orgs = 1 as certain,
           row_number() over (partition by sync_job.job_id order by org.name, org.org_id) as place
    from sync_job
    join org on org.org_id = coalesce(sync_job.org_id, org.org_id)
    where word_of(sync_job.status) = 'rollbackstarted'
      and word_of(org.oauth_status) <> 'connected'
)
select paired.job_id, coalesce(job.processed, 0) as records, paired.certain, paired.job_name, paired.name as org_name, paired.oauth_status,
       coalesce(' (' || left(paired.oauth_last_error, 200) || ')', '') as oauth_error
from paired
left join job on job.job_id = paired.job_id
where paired.place = 1
order by records desc, paired.job_id
