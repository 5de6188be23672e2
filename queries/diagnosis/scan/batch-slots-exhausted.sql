/*
title = "All batch slots of the org are taken while a scan waits"
guide = "Scan or Preview Not Starting"
severity = "critical"
needs = ["sync_job.status", "apex_job.status"]
explains = false
says = "{job_name} is Scan In Progress while {batch_jobs} batch Apex jobs are Processing or Preparing; Salesforce runs {slots} at a time."
actions = [
  "Wait until some of the batch jobs end; the scan goes on by itself when a slot is free.",
  "If it cannot wait, abort batch jobs that are not needed in Setup > Apex Jobs. Running now: {classes}.",
]
means = '''
Salesforce runs five batch Apex jobs of an org at the same time, whatever package they belong to. Further ones wait in
the flex queue, and the scan is made of batch jobs. The finding is certain where the scan's own Apex job is seen waiting;
else the full slots are a possible cause.
'''
ignore = '''
When the scan's row counts still grow: then its own batch holds one of the slots.
'''

[params.slots]
type = "integer"
default = 5
doc = "Batch Apex jobs that Salesforce runs at the same time in one org."

[[fires]]
sync_job = '''
job_id,name,status,async_job_id
a015g0000000001AAA,JOB-0001,Scan In Progress,7075g0000000009
a015g0000000002AAA,JOB-0002,Synced,
'''
apex_job = '''
apex_job_id,job_type,status,class_name
7075g0000000001,BatchApex,Processing,NightlyRollup
7075g0000000002,BatchApex,Processing,NightlyRollup
7075g0000000003,BatchApex,Processing,TerritoryBatch
7075g0000000004,BatchApex,Preparing,TerritoryBatch
7075g0000000005,BatchApex,Processing,CleanupBatch
7075g0000000009,BatchApex,Holding,ScanBatch
'''
gives = '''
job_id,batch_jobs,certain,classes
a015g0000000001AAA,5,true,"CleanupBatch, NightlyRollup, TerritoryBatch"
'''

[[fires]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
'''
apex_job = '''
apex_job_id,job_type,status,class_name
7075g0000000001,BatchApex,Processing,NightlyRollup
7075g0000000002,BatchApex,Processing,NightlyRollup
7075g0000000003,BatchApex,Processing,TerritoryBatch
7075g0000000004,BatchApex,Preparing,TerritoryBatch
7075g0000000005,BatchApex,Processing,CleanupBatch
7075g0000000006,BatchApex,Processing,CleanupBatch
'''
gives = '''
job_id,batch_jobs,certain
a015g0000000001AAA,6,false
'''

# Four are running: a slot is free.
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
'''
apex_job = '''
apex_job_id,job_type,status,class_name
7075g0000000001,BatchApex,Processing,NightlyRollup
7075g0000000002,BatchApex,Processing,NightlyRollup
7075g0000000003,BatchApex,Processing,TerritoryBatch
7075g0000000004,BatchApex,Preparing,TerritoryBatch
7075g0000000005,BatchApex,Completed,CleanupBatch
7075g0000000006,Queueable,Processing,Notifier
'''

# The scan itself is one of the five that run.
[[silent]]
sync_job = '''
job_id,name,status,async_job_id
a015g0000000001AAA,JOB-0001,Scan In Progress,7075g0000000005
'''
apex_job = '''
apex_job_id,job_type,status,class_name
7075g0000000001,BatchApex,Processing,NightlyRollup
7075g0000000002,BatchApex,Processing,NightlyRollup
7075g0000000003,BatchApex,Processing,TerritoryBatch
7075g0000000004,BatchApex,Preparing,TerritoryBatch
7075g0000000005,BatchApex,Processing,ScanBatch
'''

# No scan waits for a slot.
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scanned
'''
apex_job = '''
apex_job_id,job_type,status,class_name
7075g0000000001,BatchApex,Processing,NightlyRollup
7075g0000000002,BatchApex,Processing,NightlyRollup
7075g0000000003,BatchApex,Processing,TerritoryBatch
7075g0000000004,BatchApex,Preparing,TerritoryBatch
7075g0000000005,BatchApex,Processing,CleanupBatch
'''
*/
with running as (
  select count(*) as batch_jobs, string_agg(distinct class_name, ', ' order by class_name) as classes
  from batch_job
  where word_of(status) in ('processing', 'preparing')
)
select
  s.job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  coalesce(j.records, 0) as records,
  coalesce(word_of(own.status) in ('holding', 'queued'), false) as certain,
  coalesce(s.name, s.job_id) as job_name,
  r.batch_jobs,
  $slots as slots,
  coalesce(r.classes, 'classes not given') as classes
from sync_job s
cross join running r
left join apex_job own on own.apex_job_id = s.async_job_id
left join job j on j.job_id = s.job_id
where word_of(s.status) = 'scaninprogress'
  and r.batch_jobs >= $slots
  -- A scan whose own batch is processing has its slot.
  and coalesce(word_of(own.status), '') <> 'processing'
order by s.job_id
