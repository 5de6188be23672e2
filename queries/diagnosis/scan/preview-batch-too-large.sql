/*
title = "PreviewBatchSize is above what a scan can carry"
guide = "Scan or Preview Not Starting"
severity = "warning"
needs = ["template.preview_batch_size"]
sharpens = ["sync_job", "apex_job", "child_job", "application_log"]
explains = false
says = "{template_name} has PreviewBatchSize {preview_batch_size}; {advised} or lower is advised. {effect}"
actions = [
  "Set PreviewBatchSize of {template_name} to {advised} or lower.",
  "Re-scan with the template.",
]
means = '''
PreviewBatchSize is the number of records that one batch of a scan reads. A wide object or a deep hierarchy at a large size
meets the governor limits. It is a risk as long as scans of the template end; it is an error, and a possible cause, where a
scan of this template is stuck or met a limit.
'''
ignore = '''
When scans of this template have always ended in good time with narrow objects.
'''

[params.advised]
type = "integer"
default = 50
doc = "The largest PreviewBatchSize that is not reported."

[[fires]]
template = '''
template_id,name,preview_batch_size
a035g0000000001,Accounts and contacts,200
a035g0000000002,Products,50
'''
gives = '''
template_name,preview_batch_size,severity,certain
Accounts and contacts,200,warning,true
'''

# A scan of it has no live batch.
[[fires]]
template = '''
template_id,name,preview_batch_size
a035g0000000001,Accounts and contacts,200
'''
sync_job = '''
job_id,name,status,template_id
a015g0000000001AAA,JOB-0001,Scan In Progress,a035g0000000001
'''
apex_job = '''
apex_job_id,job_type,status
7075g0000000001,BatchApex,Failed
'''
gives = '''
template_name,severity,certain
Accounts and contacts,error,false
'''

# A scan of it was aborted, and its log names a limit.
[[fires]]
template = '''
template_id,name,preview_batch_size
a035g0000000001,Accounts and contacts,51
'''
sync_job = '''
job_id,name,status,template_id
a015g0000000001AAA,JOB-0001,Aborted,a035g0000000001
'''
application_log = '''
log_id,level,message,template_id
a045g0000000001,ERROR,Scan failed: System.LimitException: Apex heap size too large: 12582912,a035g0000000001
'''
gives = '''
template_name,severity
Accounts and contacts,error
'''

# The chain of a scan of it broke off.
[[fires]]
template = '''
template_id,name,preview_batch_size
a035g0000000001,Accounts and contacts,200
'''
sync_job = '''
job_id,name,status,template_id
a015g0000000001AAA,JOB-0001,Scan In Progress,a035g0000000001
'''
child_job = '''
child_job_id,job_id,object,status
a025g0000000001,a015g0000000001AAA,Account,Completed
a025g0000000002,a015g0000000001AAA,Contact,Queued
'''
gives = '''
template_name,severity
Accounts and contacts,error
'''

# A limit in the log of a template whose jobs went past their scan is not the scan's.
[[fires]]
template = '''
template_id,name,preview_batch_size
a035g0000000001,Accounts and contacts,200
'''
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,7
'''
sync_job = '''
job_id,name,status,template_id
a015g0000000001AAA,JOB-0001,Aborted,a035g0000000001
'''
application_log = '''
log_id,level,message,template_id
a045g0000000001,ERROR,System.LimitException: Apex CPU time limit exceeded,a035g0000000001
'''
gives = '''
template_name,severity
Accounts and contacts,warning
'''

[[silent]]
template = '''
template_id,name,preview_batch_size
a035g0000000001,Accounts and contacts,50
a035g0000000002,Products,
'''
*/
with live as (
  select count(*) as known, coalesce(sum(case when is_alive then 1 else 0 end), 0) as alive from batch_job
),
idle_chain as (
  select job_id
  from child_job
  group by job_id
  having min(case when word_of(status) in ('completed', 'queued') then 1 else 0 end) = 1
    and max(case when word_of(status) = 'completed' then 1 else 0 end) = 1
),
stuck as (
  select distinct s.template_id
  from sync_job s
  cross join live l
  left join idle_chain c on c.job_id = s.job_id
  where word_of(s.status) = 'scaninprogress'
    and l.alive = 0
    and (l.known > 0 or c.job_id is not null)
),
-- Jobs that never went past their scan: a limit in the log of their template met the scan.
scan_only as (
  select distinct template_id
  from job
  where is_scanned_only and word_of(status) in ('scaninprogress', 'aborted')
),
limited as (
  select distinct l.template_id
  from log_error l
  left join scan_only o on o.template_id = l.template_id
  where (o.template_id is not null or l.text like '%scan%' or l.text like '%preview%')
    and regexp_matches(l.text, 'limitexception|exceeded max size|heap size too large|cpu time limit|too many (soql|query|dml)')
)
select
  cast(null as varchar) as job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  0 as records,
  k.template_id is null and m.template_id is null as certain,
  case when k.template_id is null and m.template_id is null then 'warning' else 'error' end as severity,
  coalesce(t.name, t.template_id) as template_name,
  t.preview_batch_size,
  $advised as advised,
  case
    when k.template_id is not null then 'A scan of this template is in progress without a live batch job: a possible cause.'
    when m.template_id is not null then 'The log of this template shows a scan that met a limit: a possible cause.'
    else 'No failed scan of this template is seen.'
  end as effect
from template t
left join stuck k on k.template_id = t.template_id
left join limited m on m.template_id = t.template_id
where t.preview_batch_size > $advised
order by template_name, t.template_id
