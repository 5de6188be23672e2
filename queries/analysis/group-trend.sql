/*
title = "Failures that came, grew, shrank, went or came back"
means = '''The newest job that processed an object is compared with those before it of the same template, one failure family of the object after the other: new (no earlier job shows it),
returned (it had gone from the jobs before, and an older one shows it), grown, shrunk, gone. What is told is clearer than chance explains: a likelihood-ratio test, corrected for the
number of families compared, with at least 20 records on both sides, 5 failures on one, and a rate half as much again. `job_before` is the newest of the jobs compared with.'''
[params.min_records]
type = "INTEGER"
default = 20
doc = "processed records that both sides must have"
[params.min_failed]
type = "INTEGER"
default = 5
doc = "failed records that one side must have"
[params.false_alarms]
type = "DOUBLE"
default = 0.05
doc = "the chance of one false alarm over all families that is accepted"

[[fires]]
params = { min_records = 4, min_failed = 2, false_alarms = 0.5 }
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000003AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000004AAA,Account,7,false,,2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000005AAA,Account,7,false,,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000006AAA,Account,7,false,,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000007AAA,Account,7,false,,2026-01-06T10:00:00Z
a015g0000000002AAA,0015g0000000008AAA,Account,7,false,,2026-01-06T10:00:00Z
a015g0000000003AAA,0015g0000000009AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-07T10:00:00Z
a015g0000000003AAA,0015g000000000AAAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-07T10:00:00Z
a015g0000000003AAA,0015g000000000BAAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-07T10:00:00Z
a015g0000000003AAA,0015g000000000CAAA,Account,7,false,,2026-01-07T10:00:00Z
'''
gives = '''
change,job_id,object,records,processed,job_before,jobs_before,records_before,processed_before,last_seen
returned,a015g0000000003AAA,Account,3,4,a015g0000000002AAA,1,0,4,a015g0000000001AAA
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,7,false,,2026-01-06T10:00:00Z
a015g0000000003AAA,0015g0000000003AAA,Account,1,true,ENTITY_IS_LOCKED: the entity is locked for editing: [],2026-01-07T10:00:00Z
'''
*/
with family as (
    select job_id, object, family_id, sum(records) as failed
    from failed_outcome where family_id is not null group by job_id, object, family_id having sum(records) > 0
),
seen as (
    select r.template_id, r.object, f.family_id, r.place, f.failed, r.processed, r.job_id
    from comparable_run r join family f on f.job_id = r.job_id and f.object = r.object
),
-- the newest earlier job that shows the family, and the last place of the jobs to compare with: that job, those since, or all
followed as (
    select template_id, object, family_id, sum(case when place = 1 then failed else 0 end) as failed, min(case when place > 1 then place end) as last_place
    from seen group by template_id, object, family_id
),
placed as (
    select *, case when last_place = 2 then 2 else last_place - 1 end as until
    from followed where failed > 0 or last_place = 2
),
compared as (
    select p.template_id, p.object, p.family_id, p.failed, p.last_place, now.job_id, now.processed, count(*) as jobs_before,
        max(case when b.place = 2 then b.job_id end) as job_before, sum(coalesce(s.failed, 0)) as failed_before, sum(b.processed) as processed_before
    from placed p
    join comparable_run now on now.template_id = p.template_id and now.object = p.object and now.place = 1
    join comparable_run b on b.template_id = p.template_id and b.object = p.object and b.place > 1 and b.place <= coalesce(p.until, b.place)
    left join seen s on s.template_id = p.template_id and s.object = p.object and s.family_id = p.family_id and s.place = b.place
    group by p.template_id, p.object, p.family_id, p.failed, p.last_place, now.job_id, now.processed
),
tested as (
    -- each may have risen or fallen (Bonferroni)
    select *, $false_alarms / (2 * count(*) over ()) as chance, rate_evidence(failed, processed, failed_before, processed_before) as evidence
    from compared where processed >= $min_records and processed_before >= $min_records
)
select case when t.failed = 0 then 'gone' when t.last_place is null then 'new' when t.last_place > 2 then 'returned'
        when t.failed * t.processed_before > t.failed_before * t.processed then 'grown' else 'shrunk' end as change,
    t.job_id, t.object, t.family_id, t.failed::bigint as records, t.processed::bigint as processed, round(t.failed / t.processed, 6) as failure_rate,
    t.job_before, t.jobs_before, t.failed_before::bigint as records_before, t.processed_before::bigint as processed_before,
    round(t.failed_before / t.processed_before, 6) as rate_before, l.job_id as last_seen
from tested t
left join seen l on l.template_id = t.template_id and l.object = t.object and l.family_id = t.family_id and l.place = t.last_place and t.last_place > 2
where greatest(t.failed, t.failed_before) >= $min_failed and chance_of(t.evidence) <= t.chance
    and (t.failed * t.processed_before >= 1.5 * t.failed_before * t.processed or t.failed_before * t.processed >= 1.5 * t.failed * t.processed_before)
    -- what comes back must have been away
    and (l.job_id is null or chance_of(rate_evidence(l.failed, l.processed, t.failed_before, t.processed_before)) <= t.chance)
order by abs(t.failed - t.failed_before) desc, t.object, t.family_id, t.job_id
