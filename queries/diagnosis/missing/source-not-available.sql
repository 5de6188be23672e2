/*
title = "Source records were gone when the sync came to them"
guide = "Sync Running but Records Not Appearing in Target"
severity = "warning"
needs = ["audit_log.status_code"]
sharpens = ["template.override_record_sharing", "sync_job"]
explains = false
says = "{records} {object} {records|record was|records were} deleted, or no longer accessible, between the scan and the sync."
actions = [
  "Look for a few of the source ids in the source org, the recycle bin included.",
  "{sharing_advice}",
  "Re-scan shortly before the sync, so that the list is fresh.",
]
means = '''
Status 5 means that the scan saw the source record and the sync could not read it any more: it was deleted, merged, or the
running user lost access to it.
'''
ignore = '''
When the records were deleted on purpose.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,5
a015g0000000001AAA,Contact,0035g0000000001,5
a015g0000000002AAA,Contact,0035g0000000002,5
'''
gives = '''
object,records,jobs
Contact,2,2
Account,1,1
'''

# Sharing is overridden already, so it is not advised.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,5
'''
sync_job = '''
job_id,status,template_id
a015g0000000001AAA,Synced,a035g0000000001
'''
template = '''
template_id,override_record_sharing
a035g0000000001,true
'''
gives = '''
object,records,sharing_advice
Account,1,"OverrideRecordSharing is on already, so sharing is not the likely cause: check object access of the running user."
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,4
a015g0000000001AAA,Account,0015g0000000002,7
'''
*/
with gone as (
  select
    o.object,
    sum(o.records) as records,
    count(distinct o.job_id) as jobs,
    min(case when t.override_record_sharing then 1 else 0 end) as overridden
  from outcome o
  left join job j on j.job_id = o.job_id
  left join template t on t.template_id = j.template_id
  where o.status_code = 5
  group by o.object
  having sum(o.records) > 0
)
select
  cast(null as varchar) as job_id,
  object,
  cast(null as varchar) as family_id,
  records,
  true as certain,
  case
    when overridden = 1 then 'OverrideRecordSharing is on already, so sharing is not the likely cause: check object access of the running user.'
    else 'If they are there, check sharing for the running user, or set OverrideRecordSharing in the template.'
  end as sharing_advice,
  jobs
from gone
order by records desc, object
