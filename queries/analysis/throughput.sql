/*
title = "Rows over time"
means = '''Audit rows and failures in each minute of a job, by the time at which the sync last changed them.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
[params.minutes]
type = "INTEGER"
default = 1
doc = "length of a step in minutes"
*/
select job_id, time_bucket(to_minutes($minutes), minute) as "at", sum(records) as records, sum(failed) as failed
from activity where minute is not null and ($job is null or job_id = $job)
group by all order by job_id, "at"
