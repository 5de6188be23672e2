/*
title = "The chain of scan batches broke off"
guide = "Scan or Preview Not Starting"
severity = "critical"
needs = ["sync_job.status", "child_job.status"]
sharpens = ["apex_job"]
hides = ["scan-stuck"]
explains = false
says = "{job_name} is Scan In Progress, yet none of its {child_jobs} child jobs is working: {completed} Completed, {queued} Queued."
actions = [
  "Set the status of {job_name} to Aborted.",
  "Start a fresh scan of its template.",
]
means = '''
A scan works through the template line by line, each batch starting the next. When every child job is Completed or Queued
and the master job still says Scan In Progress, nothing is left that would start the next one.
'''
ignore = '''
When the export was taken in the moment between two child jobs: look at the job again after a few minutes. Where the Apex
jobs were exported too and the scan's own batch is alive, the check stays silent by itself.
'''

[[fires]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
'''
child_job = '''
child_job_id,job_id,object,status
a025g0000000001,a015g0000000001AAA,Account,Completed
a025g0000000002,a015g0000000001AAA,Contact,Completed
a025g0000000003,a015g0000000001AAA,Case,Queued
'''
gives = '''
job_id,child_jobs,completed,queued,certain
a015g0000000001AAA,3,2,1,false
'''

[[fires]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
'''
child_job = '''
child_job_id,job_id,object,status
a025g0000000001,a015g0000000001AAA,Account,Completed
a025g0000000003,a015g0000000001AAA,Case,Queued
'''
apex_job = '''
apex_job_id,job_type,status
7075g0000000001,BatchApex,Completed
'''
gives = '''
job_id,certain
a015g0000000001AAA,true
'''

# One child job is still scanning.
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
'''
child_job = '''
child_job_id,job_id,object,status
a025g0000000001,a015g0000000001AAA,Account,Completed
a025g0000000002,a015g0000000001AAA,Contact,Scan In Progress
a025g0000000003,a015g0000000001AAA,Case,Queued
'''

# Nothing is Completed yet: the scan has just been started.
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
'''
child_job = '''
child_job_id,job_id,object,status
a025g0000000001,a015g0000000001AAA,Account,Queued
a025g0000000003,a015g0000000001AAA,Case,Queued
'''

# The scan has ended.
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scanned
'''
child_job = '''
child_job_id,job_id,object,status
a025g0000000001,a015g0000000001AAA,Account,Completed
a025g0000000003,a015g0000000001AAA,Case,Queued
'''

# The scan's own batch is alive: the next child job is about to start.
[[silent]]
sync_job = '''
job_id,name,status,async_job_id
a015g0000000001AAA,JOB-0001,Scan In Progress,7075g0000000001
'''
child_job = '''
child_job_id,job_id,object,status
a025g0000000001,a015g0000000001AAA,Account,Completed
a025g0000000003,a015g0000000001AAA,Case,Queued
'''
apex_job = '''
apex_job_id,job_type,status
7075g0000000001,BatchApex,Processing
'''
*/
with child as (
  select
    job_id,
    count(*) as child_jobs,
    sum(case when word_of(status) = 'completed' then 1 else 0 end) as completed,
    sum(case when word_of(status) = 'queued' then 1 else 0 end) as queued
  from child_job
  group by job_id
),
batch as (
  select count(*) as known, coalesce(sum(case when is_alive then 1 else 0 end), 0) as alive from batch_job
)
select
  s.job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  coalesce(j.records, 0) as records,
  b.known > 0 and b.alive = 0 as certain,
  coalesce(s.name, s.job_id) as job_name,
  c.child_jobs,
  c.completed,
  c.queued
from sync_job s
join child c on c.job_id = s.job_id
cross join batch b
left join apex_job own on own.apex_job_id = s.async_job_id
left join job j on j.job_id = s.job_id
where word_of(s.status) = 'scaninprogress'
  and c.completed + c.queued = c.child_jobs
  and c.completed > 0
  and coalesce(word_of(own.status), '') not in ('holding', 'queued', 'preparing', 'processing')
order by s.job_id
