/*
title = "Rows and failures by hour of the day"
means = '''All jobs together, by the hour (UTC) at which the sync last changed a row: whether locks, time-outs and limits gather where people and other jobs work.'''
[params.category]
type = "VARCHAR"
doc = "count only failures of this category, such as locking or limits"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record: [],2026-01-05T10:10:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,,2026-01-05T10:20:00Z
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,,2026-01-06T22:00:00Z
'''
gives = '''
hour,records,failed
10,2,1
22,1,0
'''
*/
with failed as (
    select hour("hour") as hour_of_day, sum(records) as failed from outcome left join message_group using (group_id)
    where is_failed(has_error, status_code) and ($category is null or category = $category) group by hour("hour")
),
counted as (select hour("hour") as hour_of_day, sum(records) as records from outcome where "hour" is not null group by hour("hour"))
select c.hour_of_day as "hour", c.records, coalesce(f.failed, 0) as failed, round(coalesce(f.failed, 0) / c.records, 6) as failure_rate
from counted c left join failed f on f.hour_of_day = c.hour_of_day
order by c.hour_of_day
