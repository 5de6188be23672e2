/*
title = "Existing records were left as they are"
guide = "Sync Running but Records Not Appearing in Target"
severity = "info"
needs = ["audit_log.status_code"]
sharpens = ["object_setting.update_existing"]
explains = false
says = "{records} {object} {records|record was|records were} found in the target and skipped. {setting}"
actions = [
  "{update_advice}",
  "Leave it so where the target's values are to be kept.",
]
means = '''
Status 4 means that the record matched one of the target and that UpdateExistingRecords was off for its object, so the sync
did not touch it. It is no error.
'''
ignore = '''
When only new records were to be inserted.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,4
a015g0000000001AAA,Account,0015g0000000002,4
a015g0000000001AAA,Contact,0035g0000000001,4
a015g0000000001AAA,Contact,0035g0000000002,7
'''
object_setting = '''
setting_id,object,update_existing
a055g0000000001,Account,false
a055g0000000002,Contact,true
'''
gives = '''
object,records,certain,setting
Account,2,true,UpdateExistingRecords is off for it.
Contact,1,true,"UpdateExistingRecords is on for it now, so it was off, or another setting held, when the job ran."
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,4
'''
gives = '''
object,records,setting
Account,1,Its object setting was not given.
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,2
a015g0000000001AAA,Account,0015g0000000002,6
'''
*/
with skipped as (
  select object, sum(records) as records, count(distinct job_id) as jobs
  from outcome
  where status_code = 4
  group by object
  having sum(records) > 0
),
configured as (
  select lower(object) as object, min(case when update_existing then 1 when not update_existing then 0 end) as is_on
  from object_setting
  group by lower(object)
)
select
  cast(null as varchar) as job_id,
  s.object,
  cast(null as varchar) as family_id,
  s.records,
  true as certain,
  case
    when c.is_on = 1 then 'UpdateExistingRecords is on for it now, so it was off, or another setting held, when the job ran.'
    when c.is_on = 0 then 'UpdateExistingRecords is off for it.'
    else 'Its object setting was not given.'
  end as setting,
  case
    when c.is_on = 1 then 'Run a new sync of ' || s.object || ' where the records are to be updated.'
    else 'Enable UpdateExistingRecords in the object setting of ' || s.object || ' where updates are wanted, then sync again.'
  end as update_advice,
  s.jobs
from skipped s
left join configured c on c.object = lower(s.object)
order by s.records desc, s.object
