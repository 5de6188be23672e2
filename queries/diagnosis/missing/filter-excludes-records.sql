/*
title = "A WHERE clause keeps records out"
guide = "Sync Running but Records Not Appearing in Target"
severity = "warning"
needs = ["template_line.where_clause", "audit_log"]
sharpens = ["sync_job.template_id", "template.delta_sync"]
explains = false
says = "{job_name} holds {records} {object} records; earlier jobs held {earlier}. The template line of {object} has the clause: {where_clause}. A possible cause."
actions = [
  "Run the clause as a query in the source org and compare the count with what you expect.",
  "Correct the clause of the template line of {object} if it excludes too much.",
  "Re-scan with the template.",
]
means = '''
The WHERE clause of a template line decides which records a scan finds. The newest job of the template holds none of the
object's records, or far fewer than its earlier jobs did. The export does not show what the clause was in earlier jobs.
'''
ignore = '''
When the clause is meant to select so few, or when the source really holds fewer records now.
'''

[params.sharply]
type = "double"
default = 0.1
doc = "A job that holds at most this share of the median of the earlier jobs is reported."

[params.min_earlier]
type = "integer"
default = 20
doc = "The median of the earlier jobs, in records, from which on a drop is reported; a quarter of it where all of them held some and none is left."

[[fires]]
params = { min_earlier = 8 }
audit_log = '''
job_id,object,source_id,status_code,created_at
a015g0000000001AAA,Account,0015g0000000001,7,2026-01-05T08:00:00Z
a015g0000000001AAA,Contact,0035g0000000001,7,2026-01-05T08:00:00Z
a015g0000000001AAA,Contact,0035g0000000002,7,2026-01-05T08:00:00Z
a015g0000000002AAA,Account,0015g0000000002,7,2026-01-12T08:00:00Z
'''
template_line = '''
line_id,template_id,object,sequence,where_clause
a065g0000000001,a035g0000000001,Account,1,
a065g0000000002,a035g0000000001,Contact,2,CreatedDate = TODAY
'''
gives = '''
job_id,object,records,certain,where_clause
a015g0000000002AAA,Contact,0,false,CreatedDate = TODAY
'''

# Fewer by half, which the parameters make sharp enough here.
[[fires]]
params = { sharply = 0.5, min_earlier = 2 }
audit_log = '''
job_id,object,source_id,status_code,created_at
a015g0000000001AAA,Contact,0035g0000000001,7,2026-01-05T08:00:00Z
a015g0000000001AAA,Contact,0035g0000000002,7,2026-01-05T08:00:00Z
a015g0000000002AAA,Contact,0035g0000000003,7,2026-01-12T08:00:00Z
'''
template_line = '''
line_id,template_id,object,where_clause
a065g0000000002,a035g0000000001,Contact,CreatedDate = TODAY
'''
gives = '''
job_id,object,records
a015g0000000002AAA,Contact,1
'''

# There is no earlier job to compare with, and none of the object's records at all.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,7
'''
template_line = '''
line_id,template_id,object,where_clause
a065g0000000002,a035g0000000001,Contact,CreatedDate = TODAY
'''
gives = '''
job_id,object,records,earlier
a015g0000000001AAA,Contact,0,unknown numbers (none is in the export)
'''

# The export holds the failed rows only: an object without failures is not in it.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --"
'''
template_line = '''
line_id,template_id,object,where_clause
a065g0000000002,a035g0000000001,Contact,CreatedDate = TODAY
'''

# The scan is not done yet.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code
a015g0000000001AAA,Account,0015g0000000001,7
'''
template_line = '''
line_id,template_id,object,where_clause
a065g0000000002,a035g0000000001,Contact,CreatedDate = TODAY
'''
sync_job = '''
job_id,status,template_id
a015g0000000001AAA,Scan In Progress,a035g0000000001
'''

# The line has no clause.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,created_at
a015g0000000001AAA,Account,0015g0000000001,7,2026-01-05T08:00:00Z
a015g0000000001AAA,Contact,0035g0000000001,7,2026-01-05T08:00:00Z
a015g0000000002AAA,Account,0015g0000000002,7,2026-01-12T08:00:00Z
'''
template_line = '''
line_id,template_id,object,where_clause
a065g0000000001,a035g0000000001,Account,
a065g0000000002,a035g0000000001,Contact,
'''

# As many records as before.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,created_at
a015g0000000001AAA,Contact,0035g0000000001,7,2026-01-05T08:00:00Z
a015g0000000002AAA,Contact,0035g0000000002,7,2026-01-12T08:00:00Z
'''
template_line = '''
line_id,template_id,object,where_clause
a065g0000000002,a035g0000000001,Contact,IsActive__c = true
'''

# A delta sync holds only what changed.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,created_at
a015g0000000001AAA,Account,0015g0000000001,7,2026-01-05T08:00:00Z
a015g0000000001AAA,Contact,0035g0000000001,7,2026-01-05T08:00:00Z
a015g0000000002AAA,Account,0015g0000000002,7,2026-01-12T08:00:00Z
'''
template_line = '''
line_id,template_id,object,where_clause
a065g0000000002,a035g0000000001,Contact,IsActive__c = true
'''
template = '''
template_id,delta_sync
a035g0000000001,true
'''
sync_job = '''
job_id,status,template_id
a015g0000000001AAA,Synced,a035g0000000001
a015g0000000002AAA,Synced,a035g0000000001
'''

# The newest job belongs to another template.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,created_at
a015g0000000001AAA,Contact,0035g0000000001,7,2026-01-05T08:00:00Z
a015g0000000002AAA,Account,0015g0000000002,7,2026-01-12T08:00:00Z
'''
template_line = '''
line_id,template_id,object,where_clause
a065g0000000002,a035g0000000001,Contact,IsActive__c = true
'''
sync_job = '''
job_id,status,template_id
a015g0000000001AAA,Synced,a035g0000000001
a015g0000000002AAA,Synced,a035g0000000002
'''
*/
with template_count as (
  select count(distinct template_id) as templates, max(template_id) as only_template from template_line
),
-- Without the job's record its template is known only where there is just one.
run as (
  select
    j.job_id,
    j.name,
    coalesce(j.started_at, timestamp '1970-01-01 00:00:00') as started_at,
    j.status,
    j.failed < j.records as has_success,
    coalesce(j.template_id, case when c.templates = 1 then c.only_template end) as template_id
  from job j
  cross join template_count c
  where j.records > 0
),
newest as (
  select template_id, max_by(job_id, (started_at, job_id)) as job_id, max(started_at) as started_at
  from run
  where template_id is not null
  group by template_id
),
line as (
  select
    n.template_id,
    n.job_id,
    n.started_at,
    l.object,
    min(l.where_clause) as where_clause
  from newest n
  join template_line l on l.template_id = n.template_id
  where trim(l.where_clause) <> ''
  group by n.template_id, n.job_id, n.started_at, l.object
),
held as (
  select
    job_id,
    lower(object) as object,
    sum(records) as records,
    sum(case when is_failed(has_error, status_code) then records else 0 end) as failed
  from outcome
  group by job_id, lower(object)
),
-- A job that holds no more of any object than failed before may be the retry of those alone.
retry as (
  select n.job_id
  from newest n
  join held h on h.job_id = n.job_id
  left join (
    select n.job_id, e.object, max(e.failed) as failed
    from newest n
    join run r on r.template_id = n.template_id and r.started_at < n.started_at
    join held e on e.job_id = r.job_id
    group by n.job_id, e.object
  ) e on e.job_id = n.job_id and e.object = h.object
  group by n.job_id
  having bool_and(h.records <= coalesce(e.failed, 0))
),
history as (
  select
    l.template_id,
    l.object,
    count(r.job_id) as earlier_jobs,
    median(case when r.job_id is not null then coalesce(h.records, 0) end) as earlier_records,
    min(case when r.job_id is not null then coalesce(h.records, 0) end) as fewest
  from line l
  left join run r on r.template_id = l.template_id and r.started_at < l.started_at
  left join held h on h.job_id = r.job_id and h.object = lower(l.object)
  group by l.template_id, l.object
)
select
  l.job_id,
  l.object,
  cast(null as varchar) as family_id,
  coalesce(h.records, 0) as records,
  false as certain,
  coalesce(r.name, l.job_id) as job_name,
  l.where_clause,
  y.earlier_jobs,
  y.earlier_records,
  case when y.earlier_jobs = 0 then 'unknown numbers (none is in the export)' else cast(cast(y.earlier_records as bigint) as varchar) || ' (median of ' || y.earlier_jobs || ')' end as earlier
from line l
join run r on r.job_id = l.job_id
join history y on y.template_id = l.template_id and y.object = l.object
left join held h on h.job_id = l.job_id and h.object = lower(l.object)
left join template t on t.template_id = l.template_id
where coalesce(word_of(r.status), '') not in ('scaninprogress', 'aborted')
  and not coalesce(t.delta_sync, false)
  and l.job_id not in (select job_id from retry)
  and (
    -- An export of the failed rows alone lacks the objects that had no failure.
    (coalesce(h.records, 0) = 0 and r.has_success and (y.earlier_jobs = 0 or (y.fewest > 0 and y.earlier_records >= $min_earlier / 4)))
    or (y.earlier_records >= $min_earlier and coalesce(h.records, 0) <= $sharply * y.earlier_records)
  )
order by l.job_id, l.object
