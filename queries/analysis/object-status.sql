/*
title = "Audit rows by object and status code"
means = '''One row per object and status code, with how many of its rows failed; a row without a status code counts under "blank".'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
*/
select object, coalesce(status_code::varchar, 'blank') as status_code, sum(records) as records,
    coalesce(sum(records) filter (coalesce(has_error, false) or coalesce(status_code in (1, 3), false)), 0) as failed
from outcome where $job is null or job_id = $job
group by object, outcome.status_code order by object, outcome.status_code nulls last
