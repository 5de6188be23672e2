/*
title = "Hierarchy levels and their failure rate"
means = '''For each level of a self-referencing hierarchy (0 = top): audit rows, failures, failure rate.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
*/
select object, depth, sum(records) as records,
    coalesce(sum(records) filter (is_failed(has_error, status_code)), 0) as failed,
    round(coalesce(sum(records) filter (is_failed(has_error, status_code)), 0) / sum(records), 6) as failure_rate
from outcome where depth is not null and ($job is null or job_id = $job)
group by object, depth order by object, depth
