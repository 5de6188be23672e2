/*
title = "Errors in the application log"
guide = ""
severity = "warning"
needs = ["application_log.level", "application_log.message"]
sharpens = ["template", "sync_job"]
explains = false
says = "{entries} ERROR {entries|entry|entries} of {scope} {entries|says|say}: {sample}"
actions = [
  "Read the first and the last of them (from {first_at} to {last_at}): a connection failure, a crashed batch and an exception need different cures.",
  "See whether a job ran at that time and what became of its records.",
]
means = '''
The engine writes an ERROR entry where it could not do something. Entries are put together that differ only in ids, numbers and quoted values. The log of a template is wiped before each new
sync, so it tells of the last one.
'''
ignore = "When a later sync of the template ran without them."

[params.most]
type = "INTEGER"
default = 20
doc = "how many different messages are told, those with the most entries first"

[[fires]]
application_log = '''
level,message,job_id,at
ERROR,Cannot query record 0015g0000000001AAA: list has no rows,a015g0000000001AAA,2026-01-05T10:00:00Z
ERROR,Cannot query record 0015g0000000002AAA: list has no rows,a015g0000000001AAA,2026-01-05T10:01:00Z
error,Batch crashed after 12 chunks,a015g0000000001AAA,2026-01-05T10:02:00Z
ERROR,Batch crashed after 7 chunks,a015g0000000002AAA,2026-01-05T10:02:00Z
DEBUG,Batch begins,a015g0000000002AAA,2026-01-05T10:02:00Z
'''
gives = '''
job_id,entries
a015g0000000001AAA,2
a015g0000000001AAA,1
a015g0000000002AAA,1
'''
[[silent]]
application_log = '''
level,message,job_id,at
DEBUG,Cannot query record 0015g0000000001AAA: list has no rows,a015g0000000001AAA,2026-01-05T10:00:00Z
FINEST,error count 0,a015g0000000001AAA,2026-01-05T10:00:00Z
'''
*/
with entry as (
    select job_id, template_id, message, "at", told_by,
           -- what varies between entries of one kind: quoted values, ids (the sixth character of each is 0), numbers
           regexp_replace(regexp_replace(regexp_replace(left(message, 500),
               '"[^"]*"|''[^'']*''', '{value}', 'g'),
               '\b[a-zA-Z0-9]{5}0[a-zA-Z0-9]{9}([A-Z0-5]{3})?\b', '{id}', 'g'),
               '[0-9]+', '{number}', 'g') as pattern
    from log_error
    where word_of(level) like 'err%' or word_of(level) = 'fatal'
)
select entry.job_id, cast(0 as bigint) as records, true as certain, count(*) as entries, entry.pattern, min(entry.told_by) as told_by, left(min(entry.message), 300) as sample,
       case when entry.job_id is not null then concat('job ', coalesce(min(sync_job.name), entry.job_id))
            when entry.template_id is not null then concat('template ', coalesce(min(template.name), entry.template_id))
            else 'the application log' end as scope,
       entry.template_id, coalesce(cast(min(entry."at") as varchar), 'an unknown time') as first_at, coalesce(cast(max(entry."at") as varchar), 'an unknown time') as last_at
from entry
left join sync_job on sync_job.job_id = entry.job_id
left join template on template.template_id = entry.template_id
group by entry.job_id, entry.template_id, entry.pattern
order by entries desc, entry.job_id, entry.template_id, entry.pattern
limit $most
