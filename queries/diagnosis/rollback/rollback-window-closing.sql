/*
title = "Audit rows are about to be purged"
guide = "Rollback Not Working"
severity = "info"
any_of = ["audit_log.modified_at", "audit_log.created_at"]
sharpens = ["sync_job"]
explains = false
says = "{records} audit rows of job {job_name} are {warn_after} days old or older as of {as_of}; the oldest is of {oldest}, and rows vanish from the org after {retention_days} days."
actions = [
  "Export and keep the audit rows of this job now (this store keeps them).",
  "Plan the retry and the rollback of this job before the rows are purged: both need them in the org.",
]
means = '''
The package purges audit rows after 90 days. Retry and rollback both read them, so neither is possible for a record whose row is gone.
'''
ignore = "When the job needs neither a retry nor a rollback any more."

[params.retention_days]
type = "INTEGER"
default = 90
doc = "days after which audit rows are purged"

[params.warn_days]
type = "INTEGER"
default = 14
doc = "days before the purge from which it is told"

[[fires]]
as_of = "2026-04-01T00:00:00Z"
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-10T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-03-20T10:00:00Z
a015g0000000002AAA,0015g0000000003AAA,Account,7,2026-03-20T10:00:00Z
'''
gives = '''
job_id,records,days_left
a015g0000000001AAA,1,9
'''
[[silent]]
as_of = "2026-03-20T00:00:00Z"
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-10T10:00:00Z
'''
*/
with aged as (
    -- by hour first: where rows were exported again, the hours of the older copies come to nothing
    select outcome.job_id, outcome.hour, sum(outcome.records) as records, context.as_of,
           date_diff('day', outcome.hour, context.as_of) as age
    from outcome
    cross join context
    where outcome.hour is not null
    group by outcome.job_id, outcome.hour, context.as_of
    having sum(outcome.records) > 0
)
select aged.job_id, sum(aged.records) as records, true as certain, coalesce(job.name, aged.job_id, 'without a name') as job_name,
       min(aged.hour) as oldest, aged.as_of, $retention_days as retention_days, $retention_days - $warn_days as warn_after,
       greatest($retention_days - max(aged.age), 0) as days_left
from aged
left join job on job.job_id is not distinct from aged.job_id
where aged.age >= $retention_days - $warn_days
group by aged.job_id, job.name, aged.as_of
order by records desc, aged.job_id
