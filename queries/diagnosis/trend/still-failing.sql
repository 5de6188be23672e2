/*
title = "Records that fail in job after job"
guide = ""
severity = "warning"
needs = ["audit_log"]
explains = false
says = "{records} {object} {records|record|records} failed in each of the last {streak} jobs or more that held them, in the newest with: {sample}"
actions = [
  "Fix the cause before the next run (see the finding that explains this failure).",
  "Do not retry them again until then: the result will be the same.",
  "If they are not wanted in the target, take them out with the WHERE clause of the template line.",
]
means = '''
A record that fails twice in a row with nothing changed will fail a third time. Each record is followed over all jobs that held it; the newest results count.
'''
ignore = "When the failure is transient (locks, time-outs) and the jobs ran close together."

[params.jobs]
type = "INTEGER"
default = 2
doc = "in how many of its newest jobs a record must have failed; 2 at least"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,7,false,,2026-01-06T10:00:00Z
'''
gives = '''
object,records,streak
Account,1,2
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-06T10:00:00Z
a015g0000000003AAA,0015g0000000001AAA,Account,7,false,,2026-01-07T10:00:00Z
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-06T10:00:00Z
'''
*/
select s.object, g.family_id, sum(s.records) as records, true as certain, min(s.streak) as streak, max(s.streak) as longest,
       coalesce(nullif(min(g.sample), ''), '(no message)') as sample
from failing_streak s
left join message_group g on g.group_id = s.group_id
where s.streak >= $jobs
group by s.object, g.family_id
order by records desc, s.object, g.family_id
