/*
title = "The job stopped at its first error"
guide = "Validation Rule and Automation Failures"
severity = "error"
needs = ["audit_log.status_code"]
sharpens = ["template.continue_on_error", "sync_job"]
explains = false
says = "{job_name} has one failed record, {first_object} {source_id} at Order {insert_order}, and nothing was processed after it: {records} {records|record is|records are} left. ContinueOnError is {setting}."
actions = [
  "Cure the error of that record: {error}",
  "Enable ContinueOnError in the template, so that one record does not stop the others.",
  "Use Retry to process what is left.",
]
means = '''
Without ContinueOnError the first error ends the job: one error row, and every record after it stays unprocessed. The finding
is certain where the template says that ContinueOnError is off and the job is known to have ended; where the settings were
not given it is a possible cause.
'''
ignore = '''
When the job is still running: then the record happens to be the last one that was processed at the time of the export.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1
a015g0000000001AAA,Contact,0035g0000000001,7,false,,2,1
a015g0000000001AAA,Contact,0035g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --",2,2
a015g0000000001AAA,Contact,0035g0000000003,9,false,,2,3
a015g0000000001AAA,Case,5005g0000000001,,false,,3,1
'''
sync_job = '''
job_id,name,status,template_id
a015g0000000001AAA,JOB-0001,Aborted,a035g0000000001
'''
template = '''
template_id,name,continue_on_error
a035g0000000001,Service data,false
'''
gives = '''
job_id,records,certain,first_object,insert_order
a015g0000000001AAA,2,true,Contact,2
'''

# The settings are not given.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1
a015g0000000001AAA,Account,0015g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1,2
a015g0000000001AAA,Account,0015g0000000003,9,false,,1,3
'''
gives = '''
job_id,records,certain,setting
a015g0000000001AAA,1,false,not known
'''

# A record after the error was processed.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1
a015g0000000001AAA,Account,0015g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1,2
a015g0000000001AAA,Account,0015g0000000003,7,false,,1,3
a015g0000000001AAA,Account,0015g0000000004,9,false,,1,4
'''

# ContinueOnError is on: something else stopped the job.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1
a015g0000000001AAA,Account,0015g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1,2
a015g0000000001AAA,Account,0015g0000000003,9,false,,1,3
'''
sync_job = '''
job_id,name,status,template_id
a015g0000000001AAA,JOB-0001,Aborted,a035g0000000001
'''
template = '''
template_id,name,continue_on_error
a035g0000000001,Service data,true
'''

# The job is still running.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1,2
a015g0000000001AAA,Account,0015g0000000003,9,false,,1,3
'''
sync_job = '''
job_id,name,status,template_id
a015g0000000001AAA,JOB-0001,Sync In Progress,a035g0000000001
'''

# Nothing is left to process.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1
a015g0000000001AAA,Account,0015g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1,2
'''
*/
with stopped as (
  select
    o.job_id,
    sum(case when is_failed(o.has_error, o.status_code) then o.records else 0 end) as failed,
    sum(case when coalesce(o.status_code, 9) = 9 and not coalesce(o.has_error, false) and o.group_id is null then o.records else 0 end) as unprocessed
  from outcome o
  join job j on j.job_id = o.job_id
  left join template t on t.template_id = j.template_id
  where coalesce(j.ended, true) and not coalesce(t.continue_on_error, false)
  group by o.job_id
),
candidate as (
  select job_id, unprocessed from stopped where failed = 1 and unprocessed > 0
),
first_error as (
  select f.export_id, f.row_number, f.job_id, f.object, f.source_id, coalesce(f.sequence, 0) as sequence, coalesce(f.insert_order, 0) as insert_order
  from failed_row f
  join candidate c on c.job_id = f.job_id
),
processed_after as (
  select distinct a.job_id
  from (select * from audit_log semi join candidate using (job_id)) a
  join first_error e on e.job_id = a.job_id
  where coalesce(a.status_code, 9) <> 9 and not a.failed
    and (coalesce(a.sequence, 0) > e.sequence
      or (coalesce(a.sequence, 0) = e.sequence and a.object = e.object and coalesce(a.insert_order, 0) > e.insert_order))
)
select
  c.job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  c.unprocessed as records,
  coalesce(j.ended, false) and coalesce(not t.continue_on_error, false) as certain,
  coalesce(j.name, c.job_id) as job_name,
  e.object as first_object,
  e.source_id,
  e.insert_order,
  substr(coalesce(m.error_message, 'the row holds no message'), 1, 300) as error,
  case when t.continue_on_error is null then 'not known' else 'off' end as setting
from candidate c
join first_error e on e.job_id = c.job_id
join audit_log m on m.export_id = e.export_id and m.row_number = e.row_number
join job j on j.job_id = c.job_id
left join template t on t.template_id = j.template_id
where c.job_id not in (select job_id from processed_after)
order by c.job_id
