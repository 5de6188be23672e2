/*
title = "The jobs, when their rows vanish from the org, and whether all of them are here"
means = '''
One row per job, oldest first. `purged_from` is the day on which the org purges the first of its audit rows, `days_left` the days until then (negative: since then).
`holds_all` compares the audit rows with the job's own counters: null where no export of the jobs gives them; `differs` says where they do not agree.
'''
[params.retention_days]
type = "INTEGER"
default = 90
doc = "days after which the org purges audit rows"
*/
with counted as (
    select job_id, sum(records) as records,
        coalesce(sum(records) filter (status_code = 7), 0) as inserted, coalesce(sum(records) filter (status_code = 2), 0) as updated,
        coalesce(sum(records) filter (is_failed(has_error, status_code)), 0) as failed, coalesce(sum(records) filter (status_code = 4), 0) as existing
    from outcome group by job_id
),
compared as (
    select s.job_id, coalesce(s.total, s.inserted, s.updated, s.failed, s.existing) is not null as is_told,
        concat_ws('; ',
            case when s.total <> coalesce(c.records, 0) then 'total ' || s.total || ', here ' || coalesce(c.records, 0) end,
            case when s.inserted <> coalesce(c.inserted, 0) then 'inserted ' || s.inserted || ', here ' || coalesce(c.inserted, 0) end,
            case when s.updated <> coalesce(c.updated, 0) then 'updated ' || s.updated || ', here ' || coalesce(c.updated, 0) end,
            case when s.failed <> coalesce(c.failed, 0) then 'failed ' || s.failed || ', here ' || coalesce(c.failed, 0) end,
            case when s.existing <> coalesce(c.existing, 0) then 'existing ' || s.existing || ', here ' || coalesce(c.existing, 0) end) as differs
    from sync_job s left join counted c on c.job_id = s.job_id
),
aged as (
    select job_id, min(minute) as oldest from activity group by job_id
)
select job.job_id, job.name, job.status, job.started_at, job.ended_at, job.records, job.failed, job.unprocessed,
    cast(aged.oldest + $retention_days * interval 1 day as date) as purged_from,
    date_diff('day', context.as_of, aged.oldest + $retention_days * interval 1 day) as days_left,
    case when compared.is_told then compared.differs = '' end as holds_all, nullif(compared.differs, '') as differs
from job
cross join context
left join aged on aged.job_id = job.job_id
left join compared on compared.job_id = job.job_id
order by job.started_at nulls last, job.job_id
