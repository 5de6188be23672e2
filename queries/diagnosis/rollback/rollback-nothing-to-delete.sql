/*
title = "A rollback has nothing to delete"
guide = "Rollback Not Working"
severity = "info"
needs = ["audit_log"]
sharpens = ["sync_job"]
explains = false
says = "Job {job_name} updated {records} records and inserted none, so a rollback in delete mode has nothing to do{started}."
actions = [
  "To undo the updates, restore the original values from versions (needs EnableVersion = true before the sync).",
  "Where no versions were kept, correct the records from a backup or sync them again from the source.",
]
means = '''
A rollback first deletes what the job inserted (code 7), then restores what it updated (code 2) from saved versions. A job of updates only has nothing in the
first step.
'''
ignore = "When nobody wants to roll this job back."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,2
a015g0000000001AAA,0015g0000000002AAA,Account,2
a015g0000000002AAA,0015g0000000003AAA,Account,7
'''
gives = '''
job_id,records,severity
a015g0000000001AAA,2,info
'''
[[fires]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,2
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,Nightly,Rollback Started
'''
gives = '''
job_id,records,severity
a015g0000000001AAA,1,warning
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,2
a015g0000000001AAA,0015g0000000002AAA,Account,7
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,4
'''
*/
select outcome.job_id, sum(case when outcome.status_code = 2 then outcome.records else 0 end) as records, true as certain,
       case when word_of(job.status) in ('rollbackstarted', 'rollbackcompleted') then 'warning' else 'info' end as severity,
       coalesce(job.name, outcome.job_id, 'without a name') as job_name,
       case when word_of(job.status) in ('rollbackstarted', 'rollbackcompleted') then concat(', yet its status is ', job.status) else '' end as started
from outcome
left join job on job.job_id is not distinct from outcome.job_id
group by outcome.job_id, job.name, job.status
having sum(case when outcome.status_code = 2 then outcome.records else 0 end) > 0
   and sum(case when outcome.status_code = 7 then outcome.records else 0 end) = 0
order by records desc, outcome.job_id
