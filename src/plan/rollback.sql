-- What a rollback of a job would do to each record that the job changed in the target. The variable `job` is the id of the job.
-- The rows of the job are read again where they are needed: only what sets some of them apart is kept.

create temp view changed as
select export_id, row_number, object, source_id, destination_id, destination_org_id as org, status_code, sequence, depth, is_parent, insert_order,
    coalesce(a."at", j.started_at) as moment
from audit_log a left join job j using (job_id)
where a.job_id = getvariable('job') and status_code in (2, 7);

-- Rows whose target record stands in another row of the job, which goes before them. The hash keeps the first look at all records small.
create temp table repeated as
select export_id, row_number from changed
where destination_id is not null
    and hash(org, destination_id) in (select hash(org, destination_id) from changed where destination_id is not null group by all having count(*) > 1)
qualify row_number() over (partition by org, destination_id order by status_code desc, moment, export_id, row_number) > 1;

-- Another job inserted or updated the same record, and not before. Where times are missing that is not known, and caution decides.
create temp table touched as
select c.export_id, c.row_number, max_by(t.job_id, (coalesce(t."at", j.started_at, timestamp '1970-01-01'), t.job_id)) as by_job, bool_or(coalesce(t."at", j.started_at) is null or c.moment is null) as is_unsure
from changed c
join audit_log t on t.destination_id = c.destination_id and t.job_id is distinct from getvariable('job') and t.status_code in (2, 7)
    and coalesce(t.destination_org_id = c.org, true)
left join job j on j.job_id = t.job_id
where coalesce(coalesce(t."at", j.started_at) >= c.moment, true)
group by c.export_id, c.row_number;

create temp table version as
select distinct destination_id, source_id from data_version where coalesce(job_id = getvariable('job'), true);

-- Only what is deleted has an order: the reverse of the one in which it was inserted, so that no record goes before those that point to it.
create temp view fate as
select *, case when class = 'delete' then sequence end as rank, case when class = 'delete' then coalesce(depth, 0) end as level
from (
    select c.*, t.by_job, coalesce(t.is_unsure, false) as is_unsure,
        case
            when c.status_code = 7 and c.destination_id is null then 'lost'
            when r.row_number is not null then 'repeated'
            when t.row_number is not null then 'touched_again'
            when c.status_code = 7 then 'delete'
            when c.destination_id in (select destination_id from version where destination_id is not null) or c.source_id in (select source_id from version where source_id is not null) then 'restorable'
            else 'not_restorable'
        end as class
    from changed c left join repeated r using (export_id, row_number) left join touched t using (export_id, row_number)
);

create temp table rollback_file as
select row_number() over (order by place, org nulls last, rank desc nulls last, parents, object, level desc nulls last, status_code) as file_number, *
from (
    select class, case class when 'delete' then 1 when 'restorable' then 2 when 'touched_again' then 3 when 'not_restorable' then 4 when 'lost' then 5 else 6 end as place,
        org, object, status_code, rank, level, count(*) as records, count(*) filter (is_unsure) as unsure, count(*) filter (depth is null) as without_level,
        coalesce(bool_or(bool_or(is_parent)) over (partition by class, org, rank, object), false) as parents,
        count(*) over (partition by class, org, rank, object) > 1 as has_levels
    from fate group by class, org, object, status_code, rank, level
);
