/*
title = "Failures along the insert order"
means = '''Where in the insert order of an object the failures lie; a step begins at `position` and ends before the next.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
[params.object]
type = "VARCHAR"
doc = "only this object"
*/
select job_id, object, position, sum(records) as records,
    coalesce(sum(records) filter (is_failed(has_error, status_code)), 0) as failed
from outcome where position is not null and ($job is null or job_id = $job) and ($object is null or object = $object)
group by all order by job_id, object, position
