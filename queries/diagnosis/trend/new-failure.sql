/*
title = "A failure that earlier jobs did not have"
guide = ""
severity = "warning"
needs = ["audit_log.error_message"]
any_of = ["audit_log.modified_at", "audit_log.created_at", "sync_job.started_at"]
sharpens = ["sync_job"]
explains = false
says = "{records} {object} {records|record|records} of job {job_name} failed with something that none of the {earlier_jobs} earlier jobs showed: {sample}"
actions = [
  "Ask what changed since {previous_job}: validation rules, triggers, flows, fields, permissions or packages of the target, the template, the source data.",
  "Compare the two jobs (synclens compare).",
]
means = '''
The newest job that processed the object is compared with all earlier jobs that processed the same object, or belong to the same template. A failure family is new if none of its groups
was seen there.
'''
ignore = "When the records with this failure were not part of the earlier jobs."

[params.min_records]
type = "INTEGER"
default = 2
doc = "failed rows that a new family must have"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000003AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000004AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-06T10:00:00Z
'''
gives = '''
job_id,object,records,earlier_jobs
a015g0000000002AAA,Account,2,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,,2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000003AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000004AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-06T10:00:00Z
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0035g0000000001AAA,Contact,7,false,,2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000003AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000004AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-06T10:00:00Z
'''
*/
with held as (
    select outcome.job_id, outcome.object, job.template_id, job.started_at, sum(outcome.records) as records
    from outcome
    join job on job.job_id = outcome.job_id
    -- rows that were only scanned had no chance to fail
    where outcome.status_code is not null and outcome.status_code <> 9 and job.started_at is not null
    group by outcome.job_id, outcome.object, job.template_id, job.started_at
    having sum(outcome.records) > 0
),
newest as (
    select object, job_id, template_id, started_at
    from (
        select *, row_number() over (partition by object order by started_at desc, job_id desc) as place from held
    )
    where place = 1
),
family as (
    select job_id, object, family_id, min(sample) as sample, sum(records) as records
    from failed_outcome
    where family_id is not null
    group by job_id, object, family_id
    having sum(records) > 0
),
earlier as (
    select newest.object, count(distinct held.job_id) as jobs, max_by(held.job_id, (held.started_at, held.job_id)) as previous_id
    from newest
    join held on held.object = newest.object and held.started_at < newest.started_at
    group by newest.object
)
select family.job_id, family.object, family.family_id, family.records, true as certain, coalesce(job.name, family.job_id) as job_name,
       nullif(family.sample, '') as text, coalesce(nullif(family.sample, ''), '(no message)') as sample, earlier.jobs as earlier_jobs,
       coalesce(previous.name, earlier.previous_id) as previous_job
from newest
join family on family.job_id = newest.job_id and family.object = newest.object
join earlier on earlier.object = newest.object
join job on job.job_id = family.job_id
left join job as previous on previous.job_id = earlier.previous_id
where family.records >= $min_records
  and not exists (select 1
                  from family as seen
                  join job as seen_in on seen_in.job_id = seen.job_id
                  where seen.family_id = family.family_id and seen.job_id <> family.job_id and seen_in.started_at < newest.started_at
                    and (seen.object = family.object or seen_in.template_id = newest.template_id))
order by family.records desc, family.object, family.family_id
