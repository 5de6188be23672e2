/*
title = "Audit rows by object and status code"
means = '''One row per object and status code; a row without a status code counts under "blank".'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
*/
select object, coalesce(status_code::varchar, 'blank') as status_code, sum(records) as records
from outcome where $job is null or job_id = $job
group by object, outcome.status_code order by object, outcome.status_code nulls last
