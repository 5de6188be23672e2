/*
title = "A rollback does not go on"
guide = "Rollback Not Working"
severity = "critical"
needs = ["sync_job.status"]
sharpens = ["apex_job"]
explains = false
says = "Job {job_name} is in Rollback Started, {reason}."
actions = [
  "{first_action}.",
  "Reset the status of the job from Rollback Started to Synced.",
  "Start the rollback again.",
]
means = '''
A rollback runs in batch Apex jobs, one after another. With the status still Rollback Started and no batch that lives, the chain was broken
and nothing will finish it.
'''
ignore = "When the rollback had only just been started as the data was exported."

[[fires]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,Full load,Rollback Started
'''
apex_job = '''
apex_job_id,job_type,status
7075g0000000001AAA,BatchApex,Aborted
7075g0000000002AAA,ScheduledApex,Queued
'''
gives = '''
job_id,certain
a015g0000000001AAA,true
'''
[[fires]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,Full load,Rollback Started
'''
gives = '''
job_id,certain
a015g0000000001AAA,false
'''
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,Full load,Rollback Started
'''
apex_job = '''
apex_job_id,job_type,status
7075g0000000001AAA,BatchApex,Processing
'''
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,Full load,Rollback Completed
'''
*/
with batch as (
    select coalesce(sum(case when is_alive then 1 else 0 end), 0) as live, (select count(*) > 0 from export where "table" = 'apex_job') as is_given
    from batch_job
),
last_batch as (
    select apex_job_id, status, extended_status from apex_job
)
select sync_job.job_id, coalesce(job.processed, 0) as records, batch.is_given as certain, coalesce(sync_job.name, sync_job.job_id) as job_name,
       case when not batch.is_given then 'and whether a batch still works on it cannot be seen without the Apex jobs'
            when last_batch.status is not null then concat('and no batch Apex job lives; its own ended as ', last_batch.status, coalesce(': ' || last_batch.extended_status, ''))
            else 'and no batch Apex job lives' end as reason,
       case when batch.is_given then 'See in Setup > Apex Jobs why the last batch ended, and mend that'
            else 'See in Setup > Apex Jobs whether a batch of the rollback is still Queued, Preparing or Processing: then wait' end as first_action
from sync_job
cross join batch
left join last_batch on last_batch.apex_job_id = sync_job.async_job_id
left join job on job.job_id = sync_job.job_id
where word_of(sync_job.status) = 'rollbackstarted' and batch.live = 0
order by records desc, sync_job.job_id
