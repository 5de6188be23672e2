/*
title = "Working hours are slower than other hours"
guide = "Performance and Governor Limit Issues"
severity = "info"
any_of = ["audit_log.modified_at", "audit_log.created_at"]
explains = false
says = "Between {from_hour}:00 and {until_hour}:00 UTC on working days the jobs processed {slower_share} fewer records a minute than the same objects did at other hours ({working_minutes} against {other_minutes} minutes, {jobs} jobs)."
actions = ["Schedule large jobs outside working hours."]
means = '''
Users, integrations and scheduled jobs of the target take their share of processor time, locks and API calls in working hours. The hours are read
in UTC; set from_hour and until_hour for another time zone. Objects are compared with themselves only.
'''
ignore = "When the jobs must run at these hours, or when the working hours of the org are others."

[params.from_hour]
type = "INTEGER"
default = 8
doc = "the hour (UTC) at which work begins"

[params.until_hour]
type = "INTEGER"
default = 18
doc = "the hour (UTC) at which work ends"

[params.slow_share]
type = "DOUBLE"
default = 0.7
doc = "told where the pace in working hours is below this share of the pace at other hours"

[params.min_minutes]
type = "INTEGER"
default = 5
doc = "minutes of processing that there must be of both kinds"

[[fires]]
params = { min_minutes = 2 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:01:00Z
a015g0000000002AAA,0015g0000000003AAA,Account,7,2026-01-05T22:00:00Z
a015g0000000002AAA,0015g0000000004AAA,Account,7,2026-01-05T22:00:10Z
a015g0000000002AAA,0015g0000000005AAA,Account,7,2026-01-05T22:01:10Z
a015g0000000002AAA,0015g0000000006AAA,Account,7,2026-01-05T22:01:10Z
'''
gives = '''
jobs,working_minutes,other_minutes,slower_share,records
2,2,2,0.5,2
'''
[[silent]]
params = { min_minutes = 2 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-04T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-04T10:01:00Z
a015g0000000002AAA,0015g0000000003AAA,Account,7,2026-01-05T22:00:00Z
a015g0000000002AAA,0015g0000000004AAA,Account,7,2026-01-05T22:00:10Z
a015g0000000002AAA,0015g0000000005AAA,Account,7,2026-01-05T22:01:10Z
a015g0000000002AAA,0015g0000000006AAA,Account,7,2026-01-05T22:01:10Z
'''
[[silent]]
params = { min_minutes = 2 }
audit_log = '''
job_id,source_id,object,status_code,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,7,2026-01-05T10:01:00Z
a015g0000000002AAA,0035g0000000003AAA,Contact,7,2026-01-05T22:00:00Z
a015g0000000002AAA,0035g0000000004AAA,Contact,7,2026-01-05T22:00:10Z
a015g0000000002AAA,0035g0000000005AAA,Contact,7,2026-01-05T22:01:10Z
a015g0000000002AAA,0035g0000000006AAA,Contact,7,2026-01-05T22:01:10Z
'''
*/
with timed as (
    select activity.job_id, activity.object, activity.minute, activity.records,
           isodow(activity.minute) <= 5 and extract(hour from activity.minute) >= $from_hour and extract(hour from activity.minute) < $until_hour as is_working
    from activity
    join job on job.job_id is not distinct from activity.job_id and not job.is_scanned_only
    where activity.minute is not null and activity.records > 0
),
by_object as (
    select object,
           sum(case when is_working then records else 0 end) as working_records,
           sum(case when is_working then 1 else 0 end) as working_minutes,
           sum(case when is_working then 0 else records end) as other_records,
           sum(case when is_working then 0 else 1 end) as other_minutes
    from timed
    group by object
),
both_hours as (
    select * from by_object where working_minutes > 0 and other_minutes > 0
),
total as (
    select sum(working_records) as working_records, sum(working_minutes) as working_minutes, sum(other_minutes) as other_minutes,
           -- what the working minutes would have brought at each object's pace of the other hours
           sum(cast(working_minutes * other_records as double) / other_minutes) as expected
    from both_hours
)
select cast(working_records as bigint) as records, false as certain, $from_hour as from_hour, $until_hour as until_hour,
       working_minutes, other_minutes, round(1 - working_records / expected, 3) as slower_share,
       (select count(distinct job_id) from timed where object in (select object from both_hours)) as jobs
from total
where working_records < $slow_share * expected and working_minutes >= $min_minutes and other_minutes >= $min_minutes
  and (select count(distinct job_id) from timed) >= 2
