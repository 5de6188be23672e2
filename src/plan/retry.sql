-- Where every failed record of a job stands now, what has to happen before it can be retried, and into which file it belongs.
-- The variable `job` is the id of the job, `most_causes` bounds the files of one object.

create temp table failed_here as
select object, coalesce(source_id, export_id || '/' || row_number) as record, max(destination_org_id) as org, min(coalesce("at", started_at)) as moment, count(*) as failures
from audit_log left join job using (job_id)
where job_id = getvariable('job') and audit_log.failed
group by all;

-- A record's newest result: of this job, or of a later one in the same target org. Rows that were only scanned are no result.
create temp view attempt as
select f.record, f.failures, a.*, coalesce(a."at", j.started_at) as moment
from failed_here f
join audit_log a on a.object is not distinct from f.object and coalesce(a.source_id, a.export_id || '/' || a.row_number) = f.record
left join job j on j.job_id = a.job_id
where (a.job_id = getvariable('job') or (coalesce(a."at", j.started_at) > f.moment and coalesce(a.destination_org_id = f.org, true)))
    and (a.failed or coalesce(a.status_code, 9) <> 9);

create temp table newest as
select record, failures, export_id, row_number, job_id, object, source_id, destination_id, status_code, failed, group_id, depth, insert_order,
    count(*) over same as attempts, not failed and status_code in (2, 4, 6, 7, 11) as delivered
from attempt
window same as (partition by object, record order by moment desc nulls last, export_id desc, row_number desc rows between unbounded preceding and unbounded following)
qualify row_number() over same = 1;

-- The records whose failure made others fail; those that did not fail in this job are looked up as they are.
create temp table rooted as
select n.object, n.record, e.distance, r.object as root_object, coalesce(r.source_id, r.export_id || '/' || r.row_number) as root_record, r.group_id as root_group_id
from newest n
join exact_cascade e using (export_id, row_number)
join audit_log r on r.export_id = e.root_export_id and r.row_number = e.root_row_number
where n.failed;

-- What a record's own message says: a retry of it alone would come to this.
create temp table alone as
select n.object, n.record, n.delivered,
    case when n.status_code = 5 and not n.failed then 'never' else coalesce(g.retry, 'unknown') end as class,
    case when n.failed then g.family_id else 'status ' || n.status_code end as cause_id
from newest n left join message_group g on g.group_id = n.group_id;

-- A consequence shares the fate of its root; where the root has arrived since, nothing stands in its way. The root may itself have become
-- a consequence in a later job, so the step is made twice.
create temp table once as
select a.object, a.record, a.delivered,
    case when r.delivered then 'now' else coalesce(r.class, g.retry, a.class) end as class,
    case when r.delivered then a.cause_id else coalesce(r.cause_id, g.family_id, a.cause_id) end as cause_id,
    coalesce(c.distance - coalesce(r.delivered, false)::integer, 0) as step, c.root_object, c.root_record
from alone a
left join rooted c on c.object is not distinct from a.object and c.record = a.record
left join alone r on r.object is not distinct from c.root_object and r.record = c.root_record
left join message_group g on g.group_id = c.root_group_id;

create temp table fate as
select a.object, a.record, a.root_object, a.root_record,
    case when r.root_record is null or r.delivered then a.class else r.class end as class,
    case when r.root_record is null or r.delivered then a.cause_id else r.cause_id end as cause_id,
    a.step + case when r.root_record is null or r.delivered then 0 else r.step end as step
from once a
left join once r on r.object is not distinct from a.root_object and r.record = a.root_record
where not a.delivered;

-- Objects in the order in which the job processes them.
create temp table object_place as
select object, coalesce(min(sequence), 2147483647) as sequence from outcome where job_id = getvariable('job') group by object;

-- The largest causes have files of their own; the smaller ones share theirs, told apart by their column.
create temp table cause as
select f.cause_id, coalesce(any_value(g.code), '') as code, coalesce(min(g.family_name), min_by(g.pattern, g.group_id), '') as words, f.place <= getvariable('most_causes') as is_large
from (select cause_id, row_number() over (order by count(*) desc, cause_id) as place from fate where class = 'after_fix' group by cause_id
    union all select distinct cause_id, null from fate where class <> 'after_fix' and cause_id not in (select cause_id from fate where class = 'after_fix' and cause_id is not null)) f
left join message_group g on g.family_id = f.cause_id
group by f.cause_id, f.place;

create temp table placed as
select f.*, coalesce(p.sequence, 2147483647) as sequence, case when f.class = 'after_fix' then case when c.is_large then f.cause_id else '' end end as file_cause
from fate f
left join object_place p on p.object is not distinct from f.object
left join cause c on c.cause_id is not distinct from f.cause_id;

create temp table retry_file as
select row_number() over (order by case class when 'now' then 1 when 'after_fix' then 2 when 'unknown' then 3 else 4 end,
        place, cause_records desc, file_cause, step, sequence, object) as file_number, *
from (
    select class, file_cause, step, object, sequence, count(*) as records,
        min(min(sequence)) over (partition by class, file_cause) as place, sum(count(*)) over (partition by class, file_cause) as cause_records
    from placed group by class, file_cause, step, object, sequence
);
