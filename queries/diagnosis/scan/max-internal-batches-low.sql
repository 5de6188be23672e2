/*
title = "MaxInternalBatches may end the scan too early"
guide = "Scan or Preview Not Starting"
severity = "warning"
needs = ["sync_job.status", "system_property"]
explains = false
says = "{job_name} has not finished its scan, and MaxInternalBatches is {max_internal_batches}, below {advised}: a possible cause."
actions = [
  "Raise MaxInternalBatches in the system properties, for example to {advised}.",
  "Start a fresh scan.",
]
means = '''
MaxInternalBatches bounds the number of batches that one scan may chain. A scan that needs more of them exits early and
stays Scan In Progress. The export does not show how many batches the scan would have needed.
'''
ignore = '''
When the scan is still making progress or the template holds few records.
'''

[params.advised]
type = "integer"
default = 200
doc = "The smallest MaxInternalBatches that is not reported."

[[fires]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
a015g0000000002AAA,JOB-0002,Synced
'''
system_property = '''
name,value
MaxInternalBatches,50
'''
gives = '''
job_id,max_internal_batches,certain
a015g0000000001AAA,50,false
'''

[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
'''
system_property = '''
name,value
MaxInternalBatches,200
'''

# Every scan has finished.
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scanned
a015g0000000002AAA,JOB-0002,Aborted
'''
system_property = '''
name,value
MaxInternalBatches,50
'''

# The setting is not there, or is no number.
[[silent]]
sync_job = '''
job_id,name,status
a015g0000000001AAA,JOB-0001,Scan In Progress
'''
system_property = '''
name,value
MaxInternalBatches,
DMLBuffer,100
'''
*/
select
  s.job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  coalesce(j.records, 0) as records,
  false as certain,
  'scan-chain-interrupted, scan-stuck' as told_by,
  coalesce(s.name, s.job_id) as job_name,
  try_cast(p.value as bigint) as max_internal_batches,
  $advised as advised
from sync_job s
join setting p on lower(p.name) = 'maxinternalbatches'
left join job j on j.job_id = s.job_id
where word_of(s.status) = 'scaninprogress'
  and try_cast(p.value as bigint) < $advised
order by s.job_id
