/*
title = "Rows a minute of each object"
means = '''How fast each job went through each object, slowest first, counted over the minutes in which rows of the object changed. Slow objects are where triggers and flows of the target cost time.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
[params.at_least]
type = "INTEGER"
default = 10
doc = "leave out objects with fewer rows in a job"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:10Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:00:20Z
a015g0000000001AAA,0035g0000000001AAA,Contact,7,2026-01-05T10:01:00Z
a015g0000000001AAA,0035g0000000002AAA,Contact,7,2026-01-05T10:02:00Z
'''
params = { at_least = "1" }
gives = '''
object,records,minutes,rows_a_minute
Contact,2,2,1.0
Account,2,1,2.0
'''
*/
select job_id, object, sum(records) as records, count(distinct minute) as minutes, round(sum(records) / count(distinct minute), 1) as rows_a_minute,
    min(minute) as first_at, max(minute) as last_at
from activity where minute is not null and ($job is null or job_id = $job)
group by job_id, object having sum(records) >= $at_least
order by rows_a_minute, job_id, object
