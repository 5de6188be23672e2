/*
title = "Status codes across jobs"
means = '''How the status codes of each object go from job to job, oldest job first.'''
[params.object]
type = "VARCHAR"
doc = "only this object"
*/
select o.job_id, j.started_at, o.object, coalesce(o.status_code::varchar, 'blank') as status_code, sum(o.records) as records
from outcome o join job j on j.job_id = o.job_id
where $object is null or o.object = $object
group by o.job_id, j.started_at, o.object, o.status_code order by j.started_at nulls last, o.job_id, o.object, o.status_code nulls last
