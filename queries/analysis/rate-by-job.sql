/*
title = "Failure rate of each object from job to job"
means = '''One row per job and object, oldest job first: whether a fix or a change of the template made things better or worse.'''
[params.object]
type = "VARCHAR"
doc = "only this object"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,7,false,2026-01-06T10:00:00Z
'''
gives = '''
job_id,object,records,failed,failure_rate
a015g0000000001AAA,Account,2,1,0.5
a015g0000000002AAA,Account,1,0,0.0
'''
*/
with counted as (
    select job_id, object, sum(records) as records,
        coalesce(sum(records) filter (is_failed(has_error, status_code)), 0) as failed
    from outcome where $object is null or object = $object
    group by job_id, object
)
select c.job_id, j.name, j.started_at, c.object, c.records, c.failed, round(c.failed / c.records, 6) as failure_rate
from counted c left join job j on j.job_id = c.job_id
order by j.started_at nulls last, c.job_id, c.object
