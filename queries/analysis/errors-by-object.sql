/*
title = "Failed records by object"
means = '''How many audit rows each object has, how many of them failed, and the failure rate.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
*/
select object, sum(records) as records,
    coalesce(sum(records) filter (is_failed(has_error, status_code)), 0) as failed,
    round(coalesce(sum(records) filter (is_failed(has_error, status_code)), 0) / sum(records), 6) as failure_rate
from outcome where $job is null or job_id = $job
group by object order by failed desc, object
