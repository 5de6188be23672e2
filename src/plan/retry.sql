-- Where every failed record of a job stands now, what has to happen before it can be retried, and into which file it belongs.
-- The variable `job` is the id of the job, `most_causes` bounds the files of one object.

-- A record is known by its object, its id and the org that it goes to. A row that names no org goes where the other rows of its record go.
create temp table failed_here as
select object, record, org, min(moment) as moment, count(*) as failures
from (
    select a.object, coalesce(a.source_id, a.export_id || '/' || a.row_number) as record, coalesce(a."at", j.started_at) as moment,
        coalesce(a.destination_org_id, max(a.destination_org_id) over (partition by a.object, record)) as org
    from audit_log a left join job j using (job_id)
    where a.job_id = getvariable('job') and a.failed
) group by object, record, org;

-- A record's newest result: of this job, or of a later one in the same target org. Rows that were only scanned are no result.
create temp table newest as
select row_number() over () as number, *, not failed and status_code in (2, 4, 6, 7, 11) as delivered
from (
    select f.record, f.org, f.failures, a.export_id, a.row_number, a.job_id, a.object, a.source_id, a.destination_id, a.status_code, a.failed, a.group_id, a.depth, a.insert_order,
        count(*) over same as attempts
    from failed_here f
    join audit_log a on a.object is not distinct from f.object and coalesce(a.source_id, a.export_id || '/' || a.row_number) = f.record
        and coalesce(a.destination_org_id = f.org, true)
    left join job j on j.job_id = a.job_id
    where (a.job_id = getvariable('job') or coalesce(a."at", j.started_at) > f.moment) and (a.failed or coalesce(a.status_code, 9) <> 9)
    window same as (partition by f.object, f.record, f.org
        order by coalesce(a."at", j.started_at) desc nulls last, a.export_id desc, a.row_number desc rows between unbounded preceding and unbounded following)
    qualify row_number() over same = 1
);

-- The record whose failure made another one fail; without a number where it did not fail in this job.
create temp table rooted as
select distinct on (n.number) n.number, e.distance, r.object as root_object, coalesce(r.source_id, r.export_id || '/' || r.row_number) as root_record,
    r.group_id as root_group_id, p.number as root_number, coalesce(p.delivered, false) as root_delivered
from newest n
join exact_cascade e using (export_id, row_number)
join audit_log r on r.export_id = e.root_export_id and r.row_number = e.root_row_number and r.failed
left join newest p on p.object is not distinct from r.object and p.record = coalesce(r.source_id, r.export_id || '/' || r.row_number)
    and coalesce(p.org = coalesce(r.destination_org_id, n.org), true)
where n.failed and p.number is distinct from n.number
order by n.number, p.org nulls last;

-- What becomes of a record with which a chain of consequences ends: what its own message says, unless its root is not in this job. Where the
-- root has arrived since, nothing stands in its way.
create temp table chain_end as
select n.number,
    case when n.status_code = 5 and not n.failed then 'never' when r.root_delivered then 'now' else coalesce(e.retry, g.retry, 'unknown') end as class,
    coalesce(e.family_id, case when n.failed then g.family_id else 'status ' || n.status_code end) as cause_id,
    case when r.root_delivered then r.distance - 1 when r.number is not null and r.root_number is null then r.distance else 0 end as step
from newest n
left join rooted r on r.number = n.number
left join message_group g on g.group_id = n.group_id
left join message_group e on e.group_id = r.root_group_id and r.root_number is null
where not n.delivered;

-- A consequence shares the fate of its root, which may itself have become a consequence in a later job.
create temp table fate as
with recursive climb as (
    select number, number as reached, 0 as step, [number] as path from newest where not delivered
    union all
    select c.number, r.root_number, c.step + r.distance, list_append(c.path, r.root_number)
    from climb c join rooted r on r.number = c.reached
    where r.root_number is not null and not r.root_delivered and not list_contains(c.path, r.root_number)
)
select n.number, n.object, n.org, e.class, e.cause_id, c.step + e.step as step,
    coalesce(r.root_object, case when c.step > 0 then l.object end) as root_object, coalesce(r.root_record, case when c.step > 0 then l.record end) as root_record
from (select number, max_by(reached, len(path)) as reached, max(step) as step from climb group by number) c
join newest n on n.number = c.number
join newest l on l.number = c.reached
join chain_end e on e.number = c.reached
left join rooted r on r.number = c.reached and (r.root_delivered or r.root_number is null);

-- The largest causes have files of their own; the smaller ones share theirs, told apart by their column.
create temp table cause as
select f.cause_id, coalesce(any_value(g.code), '') as code, coalesce(min(g.family_name), min_by(g.pattern, g.group_id), '') as words, f.place <= getvariable('most_causes') as is_large
from (select cause_id, row_number() over (order by count(*) desc, cause_id) as place from fate where class = 'after_fix' group by cause_id
    union all select distinct cause_id, null from fate where class <> 'after_fix' and cause_id not in (select cause_id from fate where class = 'after_fix' and cause_id is not null)) f
left join message_group g on g.family_id = f.cause_id
group by f.cause_id, f.place;

create temp table placed as
select f.*, coalesce(p.sequence, 2147483647) as sequence, case when f.class = 'after_fix' then case when c.is_large then f.cause_id else '' end end as file_cause,
    case when (select count(distinct org) > 1 from newest) then f.org end as file_org
from fate f
left join (select object, min(sequence) as sequence from outcome where job_id = getvariable('job') group by object) p on p.object is not distinct from f.object
left join cause c on c.cause_id is not distinct from f.cause_id;

-- Roots go before what failed because of them; among these the objects keep the order of the job, so that parents go before their children.
create temp table retry_file as
select row_number() over (order by case class when 'now' then 1 when 'after_fix' then 2 when 'unknown' then 3 else 4 end,
        coalesce(file_cause = '', false), place, cause_records desc, file_cause, follows, sequence, object, file_org) as file_number, *
from (
    select class, file_cause, step > 0 as follows, object, file_org, sequence, count(*) as records,
        min(min(sequence)) over (partition by class, file_cause) as place, sum(count(*)) over (partition by class, file_cause) as cause_records
    from placed group by class, file_cause, follows, object, file_org, sequence
);
