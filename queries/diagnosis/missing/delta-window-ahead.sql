/*
title = "The delta sync's Last Sync Date lies too far ahead"
guide = "Sync Running but Records Not Appearing in Target"
severity = "warning"
needs = ["template.delta_sync", "template.last_sync_at"]
sharpens = ["sync_job", "audit_log"]
explains = false
says = "{template_name} syncs only what changed since its Last Sync Date, {last_sync_at}. {seen}"
actions = [
  "Compare Last Sync Date with the time of the last sync that really delivered its records.",
  "Clear Last Sync Date of {template_name}, so that the next sync is a full one.",
]
means = '''
With ContinuousSync the scan takes only records that were modified after Last Sync Date. A date in the future, or one that
moved ahead without a sync that delivered records, leaves everything before it out, without any error.
'''
ignore = '''
When the template was exported later than the jobs and a newer job, which the data does not hold, has set the date.
'''

[params.margin_minutes]
type = "integer"
default = 15
doc = "Minutes that Last Sync Date may be ahead: the job itself sets it when it ends."

[params.near_zero]
type = "integer"
default = 10
doc = "A job with at most this many rows counts as near-empty."

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,2026-01-05T08:00:00Z
'''
template = '''
template_id,name,delta_sync,last_sync_at
a035g0000000001,Nightly,true,2026-02-05T08:00:00Z
'''
gives = '''
template_name,certain,job_id
Nightly,false,
'''

# The job started before the date and found next to nothing.
[[fires]]
as_of = "2026-01-20T00:00:00Z"
audit_log = '''
job_id,object,source_id,status_code,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,2026-01-05T08:00:00Z
'''
template = '''
template_id,name,delta_sync,last_sync_at
a035g0000000001,Nightly,true,2026-01-09T00:00:00Z
'''
sync_job = '''
job_id,name,status,template_id,started_at,ended_at
a015g0000000001AAA,JOB-0001,Synced,a035g0000000001,2026-01-05T07:55:00Z,2026-01-05T08:01:00Z
'''
gives = '''
template_name,job_id,records
Nightly,a015g0000000001AAA,1
'''

# The job has set the date itself when it ended.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,2026-01-05T08:00:00Z
'''
template = '''
template_id,name,delta_sync,last_sync_at
a035g0000000001,Nightly,true,2026-01-05T08:01:10Z
'''
sync_job = '''
job_id,name,status,template_id,started_at,ended_at
a015g0000000001AAA,JOB-0001,Synced,a035g0000000001,2026-01-05T07:55:00Z,2026-01-05T08:01:00Z
'''

# The date has moved on, but the job delivered its records.
[[silent]]
as_of = "2026-01-20T00:00:00Z"
params = { near_zero = 1 }
audit_log = '''
job_id,object,source_id,status_code,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000002,7,2026-01-05T08:00:00Z
'''
template = '''
template_id,name,delta_sync,last_sync_at
a035g0000000001,Nightly,true,2026-01-09T00:00:00Z
'''
sync_job = '''
job_id,name,status,template_id,started_at,ended_at
a015g0000000001AAA,JOB-0001,Synced,a035g0000000001,2026-01-05T07:55:00Z,2026-01-05T08:01:00Z
'''

# No delta sync: the date is not used.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,2026-01-05T08:00:00Z
'''
template = '''
template_id,name,delta_sync,last_sync_at
a035g0000000001,Nightly,false,2026-02-05T08:00:00Z
'''
*/
-- Without the job's record its template is known only where there is just one.
with newest as (
  select coalesce(j.template_id, o.template_id) as template_id, max_by(j.job_id, j.started_at) as job_id
  from job j
  left join (select min(template_id) as template_id from template having count(distinct template_id) = 1) o on j.template_id is null
  where coalesce(word_of(j.status), '') <> 'scaninprogress'
  group by 1
),
run as (
  select n.template_id, j.job_id, coalesce(j.name, j.job_id) as job_name, j.started_at, coalesce(j.ended_at, j.started_at) as ended_at, j.records
  from newest n
  join job j on j.job_id = n.job_id
),
ahead as (
  select
    t.template_id,
    coalesce(t.name, t.template_id) as template_name,
    t.last_sync_at,
    t.last_sync_at > c.as_of + $margin_minutes * interval 1 minute as is_future,
    r.job_id,
    r.job_name,
    r.records
  from template t
  cross join context c
  left join run r on r.template_id = t.template_id
    and t.last_sync_at > r.ended_at + $margin_minutes * interval 1 minute
    and r.started_at < t.last_sync_at
    and r.records <= $near_zero
  where t.delta_sync
)
select
  case when is_future then cast(null as varchar) else job_id end as job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  case when is_future then 0 else records end as records,
  false as certain,
  template_name,
  last_sync_at,
  case
    when is_future then 'That is later than everything in the data: records changed before it are not found.'
    else 'Its newest job, ' || job_name || ', started before that date and holds only ' || records || ' rows: the date moved on without a sync that delivered, a possible cause.'
  end as seen
from ahead
where is_future or job_id is not null
order by template_name, template_id
