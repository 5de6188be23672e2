-- The audit rows that count, and the cube over them. `stored.*` holds the tables of the store as they were written.
-- The flags between braces are set from the store: a join that has nothing to do is left out.

-- A row has failed if it says so, by its flag or by its status.
create macro is_failed(has_error, status_code) as coalesce(has_error, false) or coalesce(status_code in (1, 3), false);

-- A job is known by its id; exports that name it only by its name are put under its id where a sync_job export tells it.
create table job_name as
select name, min(job_id) as job_id from stored.sync_job where job_id <> name group by name having count(distinct job_id) = 1;

create view audit_log as
select a.* exclude (failed) replace ({% if job_names %}coalesce(n.job_id, a.job_id){% else %}a.job_id{% endif %} as job_id),
    coalesce(a.modified_at, a.created_at) as "at", a.failed
from stored.audit_log a
{% if job_names %}left join job_name n on n.name = a.job_id{% endif %}
where true
{% if superseded %}and not exists (select 1 from stored.superseded s where s.superseded_export_id = a.export_id and s.row_number = a.row_number){% endif %}
{{ filter_facts }};

-- The cube: audit_log counted. A superseded row enters with a negative count; of one export alone each cell is one row already.
create table outcome as
{% if filtered %}
select job_id, object, sequence, depth, is_parent, update_required, destination_org_id, destination_id is not null as has_destination, status_code, has_error, group_id,
    date_trunc('hour', "at") as hour,
    {{ position }} as position,
    count(*) as records
from audit_log group by all;
{% else %}
select {% if job_names %}coalesce(n.job_id, o.job_id){% else %}o.job_id{% endif %} as job_id,
    object, sequence, depth, is_parent, update_required, destination_org_id, has_destination, status_code, has_error, group_id, hour, position,
    {% if several %}sum(records)::bigint as{% endif %} records
from stored.outcome o
{% if job_names %}left join job_name n on n.name = o.job_id{% endif %}
where true {{ filter_cube }}
{% if several %}group by all having sum(records) <> 0{% endif %};
{% endif %}

-- Audit rows a minute.
create table activity as
{% if filtered %}
select job_id, object, date_trunc('minute', "at") as minute, count(*) as records, count(*) filter (failed) as failed from audit_log group by all;
{% else %}
select {% if job_names %}coalesce(n.job_id, o.job_id){% else %}o.job_id{% endif %} as job_id, object, minute,
    {% if several %}sum(o.records)::bigint as records, sum(o.failed)::bigint as failed{% else %}records, failed{% endif %}
from stored.activity o
{% if job_names %}left join job_name n on n.name = o.job_id{% endif %}
where true {{ filter_cube }}
{% if several %}group by all having sum(o.records) <> 0{% endif %};
{% endif %}
