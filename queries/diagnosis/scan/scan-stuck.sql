/*
title = "A scan is in progress with no batch job to carry it"
guide = "Scan or Preview Not Starting"
severity = "critical"
needs = ["sync_job.status", "apex_job.status"]
explains = false
says = "{job_name} is Scan In Progress, but no batch Apex job is alive at the end of the data. The last one: {last_batch}."
actions = [
  "{first_action}.",
  "Set the status of {job_name} to Aborted.",
  "Start a fresh scan of its template.",
]
means = '''
A scan is carried by batch Apex jobs. When none is Holding, Queued, Preparing or Processing any more, the scan will not
finish by itself, whatever its status says. The finding is certain where the job's own Apex job is seen to have ended.
'''
ignore = '''
When the Apex jobs were exported long before the sync jobs, or filtered: then a batch may be alive that the export lacks.
'''

[[fires]]
sync_job = '''
job_id,name,status,async_job_id,started_at
a015g0000000001AAA,JOB-0001,Scan In Progress,7075g0000000002,2026-01-05T08:00:00Z
'''
apex_job = '''
apex_job_id,job_type,status,class_name,extended_status,created_at,completed_at
7075g0000000001,BatchApex,Completed,ScanBatch,,2026-01-05T08:00:00Z,2026-01-05T08:10:00Z
7075g0000000002,BatchApex,Failed,ScanBatch,First error: Apex heap size too large,2026-01-05T08:10:00Z,2026-01-05T08:12:00Z
'''
gives = '''
job_id,certain,last_batch,extended_status
a015g0000000001AAA,true,"Failed, ended 2026-01-05 08:12 UTC",First error: Apex heap size too large
'''

[[fires]]
sync_job = '''
job_id,name,status,started_at
a015g0000000001AAA,JOB-0001,Scan In Progress,2026-01-05T08:00:00Z
a015g0000000002AAA,JOB-0002,Synced,2026-01-04T08:00:00Z
'''
apex_job = '''
apex_job_id,job_type,status,class_name,created_at,completed_at
7075g0000000001,BatchApex,Completed,ScanBatch,2026-01-05T08:00:00Z,2026-01-05T08:10:00Z
7075g0000000002,Queueable,Processing,Notifier,2026-01-05T08:10:00Z,
'''
gives = '''
job_id,certain,last_batch
a015g0000000001AAA,false,"Completed, ended 2026-01-05 08:10 UTC"
'''

# A batch is queued: the scan goes on when its turn comes.
[[silent]]
sync_job = '''
job_id,name,status,started_at
a015g0000000001AAA,JOB-0001,Scan In Progress,2026-01-05T08:00:00Z
'''
apex_job = '''
apex_job_id,job_type,status,class_name,created_at,completed_at
7075g0000000001,BatchApex,Completed,ScanBatch,2026-01-05T08:00:00Z,2026-01-05T08:10:00Z
7075g0000000002,BatchApex,Holding,ScanBatch,2026-01-05T08:10:00Z,
'''

# No scan is in progress.
[[silent]]
sync_job = '''
job_id,name,status,started_at
a015g0000000001AAA,JOB-0001,Scanned,2026-01-05T08:00:00Z
'''
apex_job = '''
apex_job_id,job_type,status,class_name,created_at,completed_at
7075g0000000001,BatchApex,Completed,ScanBatch,2026-01-05T08:00:00Z,2026-01-05T08:10:00Z
'''
*/
with batch as (
  select
    coalesce(sum(case when is_alive then 1 else 0 end), 0) as alive,
    max(completed_at) as last_end,
    max_by(status, completed_at) as last_status,
    max_by(extended_status, completed_at) as last_detail
  from batch_job
)
select
  s.job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  coalesce(j.records, 0) as records,
  own.apex_job_id is not null as certain,
  coalesce(s.name, s.job_id) as job_name,
  coalesce(
    coalesce(own.status, b.last_status) || coalesce(', ended ' || strftime(coalesce(own.completed_at, b.last_end), '%Y-%m-%d %H:%M UTC'), ''),
    'none is in the export'
  ) as last_batch,
  coalesce(own.extended_status, b.last_detail) as extended_status,
  coalesce('Mend what the last batch job ended with: ' || coalesce(own.extended_status, b.last_detail), 'See in Setup > Apex Jobs how the last batch job ended') as first_action
from sync_job s
cross join batch b
left join apex_job own on own.apex_job_id = s.async_job_id
left join job j on j.job_id = s.job_id
where word_of(s.status) = 'scaninprogress'
  and b.alive = 0
order by s.job_id
