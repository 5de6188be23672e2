/*
title = "From one point on every record fails with the same connection or limit error"
guide = "OAuth and Connection Errors"
severity = "error"
needs = ["audit_log"]
hides = ["connection-failure"]
explains = true
says = "{job_name} ran well for {before} records; from {point} on {failing} of {after} records ({after_rate}) fail with: {message}"
actions = [
  "Find out what happened at {point}: an expired session, a limit that was reached, a network or maintenance event, a change in the target.",
  "Cure it and check that it holds: test the connection, look at the limits of the target org.",
  "Use Retry for the records from that point on; those before it are done.",
]
means = '''
One error of the connection or of a limit sets in at one moment, or at one Order, and does not end. The records after it are not at fault and
have nothing in common but their place in the job. The error may come in several wordings, as of inserts and updates: each is told.
'''
ignore = '''
When the rest of the job has been retried since.
'''

[params.nearly_all]
type = "double"
default = 0.95
doc = "Share of the processed records after the point that fail with this one error."

[params.before_at_most]
type = "double"
default = 0.05
doc = "Share of the processed records before the point that may fail with it too."

[params.min_records]
type = "integer"
default = 5
doc = "Records before the point, and failures after it, that are needed to speak of a point."

[params.min_share]
type = "double"
default = 0.05
doc = "Share of the job's processed records that the failures after the point must make up."

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000002,7,false,,1,2,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000003,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: Name --",1,3,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000004,7,false,,1,4,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000005,7,false,,1,5,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000006,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",1,6,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000007,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",1,7,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000008,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",1,8,2026-01-05T08:02:00Z
a015g0000000001AAA,Contact,0035g0000000001,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",2,1,2026-01-05T08:03:00Z
a015g0000000001AAA,Contact,0035g0000000002,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",2,2,2026-01-05T08:03:00Z
a015g0000000001AAA,Contact,0035g0000000003,9,false,,2,3,2026-01-05T08:03:00Z
'''
gives = '''
job_id,records,before,after,from_object,from_order,certain
a015g0000000001AAA,5,5,5,Account,6,true
'''

# One limit in two wordings, of inserts and of updates.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000002,7,false,,1,2,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000003,7,false,,1,3,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000004,7,false,,1,4,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000005,7,false,,1,5,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000006,7,false,,1,6,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000007,1,true,"System.DmlException: Insert failed. First exception on row 0; first error: REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded.: []",1,7,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000008,3,true,"System.DmlException: Update failed. First exception on row 0; first error: REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded.: []",1,8,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000009,1,true,"System.DmlException: Insert failed. First exception on row 0; first error: REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded.: []",1,9,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000010,3,true,"System.DmlException: Update failed. First exception on row 0; first error: REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded.: []",1,10,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000011,1,true,"System.DmlException: Insert failed. First exception on row 0; first error: REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded.: []",1,11,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000012,3,true,"System.DmlException: Update failed. First exception on row 0; first error: REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded.: []",1,12,2026-01-05T08:02:00Z
'''
gives = '''
job_id,records,failing,before,after,from_order
a015g0000000001AAA,3,6,6,6,7
a015g0000000001AAA,3,6,6,6,7
'''

# Batches that ran beside each other: the times mix, the order does not.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000002,7,false,,1,2,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000003,7,false,,1,3,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000004,7,false,,1,4,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000005,7,false,,1,5,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000006,7,false,,1,6,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000007,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,7,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000008,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,8,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000009,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,9,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000010,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,10,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000011,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,11,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000012,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,12,2026-01-05T08:00:00Z
'''
gives = '''
job_id,records,before,after,from_order
a015g0000000001AAA,6,6,6,7
'''

# Records go through again afterwards.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000002,7,false,,1,2,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000003,7,false,,1,3,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000004,7,false,,1,4,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000005,7,false,,1,5,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000006,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",1,6,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000007,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",1,7,2026-01-05T08:02:00Z
a015g0000000001AAA,Account,0015g0000000008,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",1,8,2026-01-05T08:02:00Z
a015g0000000001AAA,Contact,0035g0000000001,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",2,1,2026-01-05T08:03:00Z
a015g0000000001AAA,Contact,0035g0000000002,1,true,"REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: --",2,2,2026-01-05T08:03:00Z
a015g0000000001AAA,Contact,0035g0000000003,7,false,,2,3,2026-01-05T08:04:00Z
a015g0000000001AAA,Contact,0035g0000000004,7,false,,2,4,2026-01-05T08:04:00Z
'''

# The job failed from its first record on: there is no point.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order,modified_at
a015g0000000001AAA,Account,0015g0000000001,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,1,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000002,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,2,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000003,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,3,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000004,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,4,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000005,1,true,"INVALID_SESSION_ID: Session expired or invalid",1,5,2026-01-05T08:00:00Z
'''

# All of them fail from a point on, but with an error of their data.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence,insert_order,modified_at
a015g0000000001AAA,Account,0015g0000000001,7,false,,1,1,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000002,7,false,,1,2,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000003,7,false,,1,3,2026-01-05T08:00:00Z
a015g0000000001AAA,Account,0015g0000000004,7,false,,1,4,2026-01-05T08:01:00Z
a015g0000000001AAA,Account,0015g0000000005,7,false,,1,5,2026-01-05T08:01:00Z
a015g0000000001AAA,Contact,0035g0000000001,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --",2,1,2026-01-05T08:02:00Z
a015g0000000001AAA,Contact,0035g0000000002,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --",2,2,2026-01-05T08:02:00Z
a015g0000000001AAA,Contact,0035g0000000003,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --",2,3,2026-01-05T08:02:00Z
a015g0000000001AAA,Contact,0035g0000000004,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --",2,4,2026-01-05T08:02:00Z
a015g0000000001AAA,Contact,0035g0000000005,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]: LastName --",2,5,2026-01-05T08:02:00Z
'''
*/
with processed as (
  select job_id, sum(records) as records
  from outcome
  where coalesce(status_code, 9) <> 9 or coalesce(has_error, false)
  group by job_id
),
-- An error is its innermost code, whatever operation and layout are around it.
known as (
  select group_id, family_id, coalesce(root_code, code, family_id) as error, pattern
  from message_group
  where category in ('connection', 'limits') or root_category in ('connection', 'limits')
),
-- The cube tells which errors are large enough; the rows are read for their jobs only.
candidate as (
  select f.job_id, k.error, p.records as processed
  from failed_outcome f
  join known k on k.group_id = f.group_id
  join processed p on p.job_id = f.job_id
  group by f.job_id, k.error, p.records
  having sum(f.records) >= $min_records and sum(f.records) >= $min_share * p.records
),
span as (
  select
    o.job_id,
    min(o.hour) as started_at,
    greatest(1, date_diff('second', min(o.hour), max(o.hour) + interval 1 hour) // 20000) as seconds,
    greatest(1, max(o.position) // 20000) as orders
  from outcome o
  where o.job_id in (select job_id from candidate)
  group by o.job_id
),
-- Steps of a 20,000th of the job's time and order keep the sort below small; in small jobs a step is one row.
step as (
  select
    a.job_id,
    coalesce(date_diff('second', s.started_at, a.at) // s.seconds, 0) as time_step,
    coalesce(a.sequence, 0) as sequence,
    coalesce(a.insert_order // s.orders, 0) as order_step,
    a.object,
    a.group_id,
    count(*) as records,
    min(a.at) as at_time,
    min(a.insert_order) as insert_order
  from audit_log a
  join span s on s.job_id = a.job_id
  where a.failed or coalesce(a.status_code, 9) <> 9
  group by all
),
-- Along the time, and along the order alone: batches that run beside each other mix the times.
placed as (
  select
    c.job_id,
    c.error,
    w.by_time,
    struct_pack(t := case when w.by_time then t.time_step else 0 end, s := t.sequence, o := t.order_step) as place,
    sum(t.records) as records,
    sum(case when k.error = c.error then t.records else 0 end) as failed,
    min(case when k.error = c.error then t.at_time end) as at_time,
    min(case when k.error = c.error then t.insert_order end) as insert_order,
    min(case when k.error = c.error then t.object end) as object
  from candidate c
  join step t on t.job_id = c.job_id
  left join known k on k.group_id = t.group_id
  cross join (values (true), (false)) w(by_time)
  group by all
),
running as (
  select
    job_id, error, by_time, place, at_time, insert_order, object, failed,
    sum(records) over onwards as after,
    sum(failed) over onwards as after_failed,
    sum(records) over whole - sum(records) over onwards as before,
    sum(failed) over whole - sum(failed) over onwards as before_failed
  from placed
  window
    onwards as (partition by job_id, error, by_time order by place desc rows unbounded preceding),
    whole as (partition by job_id, error, by_time)
),
point as (
  select r.*
  from running r
  join candidate c on c.job_id = r.job_id and c.error = r.error
  where r.failed > 0
    and r.after_failed >= $nearly_all * r.after
    and r.before_failed <= $before_at_most * r.before
    and r.before >= $min_records
    and r.after_failed >= $min_records and r.after_failed >= $min_share * c.processed
  qualify row_number() over (partition by r.job_id, r.error order by r.by_time desc, r.place) = 1
)
select
  p.job_id,
  cast(null as varchar) as object,
  k.family_id,
  sum(t.records) as records,
  true as certain,
  coalesce(j.name, p.job_id) as job_name,
  p.before,
  p.after,
  p.after_failed as failing,
  cast(p.after_failed as double) / p.after as after_rate,
  p.at_time as from_time,
  p.object as from_object,
  p.insert_order as from_order,
  concat_ws(', ', strftime(p.at_time, '%Y-%m-%d %H:%M UTC'), 'Order ' || p.insert_order || ' of ' || p.object) as point,
  min(k.pattern) || case when sum(t.records) < p.after_failed then format(' ({:,} of them; the others with the same error in other words)', sum(t.records)::bigint) else '' end as message
from point p
join step t on t.job_id = p.job_id
  and struct_pack(t := case when p.by_time then t.time_step else 0 end, s := t.sequence, o := t.order_step) >= p.place
join known k on k.group_id = t.group_id and k.error = p.error
left join job j on j.job_id = p.job_id
group by p.job_id, k.family_id, j.name, p.before, p.after, p.after_failed, p.at_time, p.object, p.insert_order
order by records desc, p.job_id, k.family_id
