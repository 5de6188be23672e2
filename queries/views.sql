-- What every query may read beside `cube.sql`.

-- Tables `with no data`, and those of which only the columns stand here, stay empty until a statement names them, or a view over them: filling
-- them reads rows or texts.

-- What the tool knows of Salesforce: objects by the first letters of their ids, and error codes.
create table key_prefix (prefix varchar, object varchar);
create table error_code (code varchar, category varchar, retry varchar, meaning varchar);

-- The failed rows without their texts: few among many, and read by most of what reads rows at all.
create table failed_row as
select export_id, row_number, job_id, object, source_id, destination_id, destination_org_id, status_code, sequence, depth, insert_order, "at", group_id
from audit_log where failed
with no data;

-- The rows of records that failures are followed by: those that messages of failed rows name, and those that failed in several jobs.
create table followed_row as
select export_id, row_number, job_id, source_id, object, sequence, insert_order, status_code, failed, "at", group_id
from audit_log where source_id in (
    select r.referenced_id from stored.error_reference r semi join failed_row f on f.export_id = r.export_id and f.row_number = r.row_number
    union all
    select source_id from failed_row where job_id is not null group by object, source_id having min(job_id) <> max(job_id)
)
with no data;

-- The failed rows whose messages name a record that its job processed with them or after them.
create table named_later as
select f.export_id, f.row_number, f.job_id, f.object, f.sequence, f.group_id, p.object as parent, min(p.sequence) as parent_sequence
from failed_row f
join stored.error_reference r on r.export_id = f.export_id and r.row_number = f.row_number
join followed_row p on p.source_id = r.referenced_id and p.job_id is not distinct from f.job_id
where p.object <> f.object and p.sequence >= f.sequence
group by all
with no data;

-- Records of the target that several records of the source became, found outside of SQL.
create table shared_destination (object varchar, destination_org_id varchar, destination_id varchar, sources bigint, records bigint);

-- The last insert order of the step that begins at a position: positions keep four binary digits.
create macro last_order(position) as {{ last_order }};

-- The letters of a status, type or level: `Scan In Progress`, `SCAN_IN_PROGRESS` and `ScanInProgress` are one.
create macro word_of(text) as lower(regexp_replace(text, '[^A-Za-z]', '', 'g'));

-- Whether the value of a setting switches it on.
create macro is_on(value) as lower(trim(value)) in ('true', '1', 'on', 'yes');

create macro is_client_credentials(authentication_mode) as coalesce(word_of(authentication_mode), '') like '%clientcredential%';

-- A trigger of the target that is named with its event, whatever code stands before it or inside of it.
create macro is_trigger(text) as regexp_matches(text, '(?i)execution of (before|after)(insert|update|delete|undelete)');

-- One row per failure group over all exports; `family` comes from mining and from the user's rules.
create table message_group as
select g.group_id, coalesce(f.family_id, g.group_id) as family_id, f.name as family_name, g.code, g.root_code,
    coalesce(f.category, g.category) as category, coalesce(f.category, g.root_category) as root_category, coalesce(f.retry, g.retry) as retry,
    g.pattern, g.fields, g.entity, g.sample
from (
    select {% if several_exports %}distinct on (m.group_id){% endif %} m.* replace (
        case when is_trigger(m.pattern) then 'automation' else m.category end as category,
        case when is_trigger(m.pattern) and m.category <> 'automation' then coalesce(m.root_category, m.category) else m.root_category end as root_category,
        case when is_trigger(m.pattern) and m.category <> 'automation' then coalesce(m.root_code, m.code) else m.root_code end as root_code,
        coalesce(m.entity, nullif(regexp_extract(m.pattern, '([A-Za-z0-9_.]+): execution of ', 1), '')) as entity)
    from stored.message_group m
    {% if several_exports %}join stored.export e using (export_id) order by m.group_id, e.ingest_number, m.export_id{% endif %}
) g
left join family f on f.group_id = g.group_id;

-- The failures of the cube with what their messages say. Neither hours nor positions are kept, so that it stays small: nearly all checks read it.
create table failed_outcome as
select o.*, g.family_id, g.code, g.root_code, g.category, g.root_category, g.retry, g.pattern, g.fields, g.entity, g.sample
from (
    select * exclude (hour, position, records), sum(records)::bigint as records
    from outcome where is_failed(has_error, status_code)
    group by all having sum(records) <> 0
) o left join message_group g on g.group_id = o.group_id;

create view failure as
select a.*, g.family_id, g.code, g.root_code, g.category, g.root_category, g.retry, g.pattern, g.fields, g.entity
from audit_log a left join message_group g on g.group_id = a.group_id
where a.failed;

-- The first failed rows of each failure group of each object of each job, with their texts: what findings show as samples.
create table first_failure as
with first as (
    select unnest(min(row_number, 3)) as row_number, export_id from failed_row group by export_id, job_id, object, group_id
)
select f.job_id, f.object, f.source_id, f.destination_id, f.status_code, f.error_message, f.family_id, e.ingest_number, e.file, f.row_number
from first join failure f using (export_id, row_number) join stored.export e using (export_id)
with no data;

-- The newest time of the data, or the time that was asked for.
create table context as
select coalesce({{ as_of }}, greatest(
    (select max(minute) from activity), (select max(last_at) from stored.export where "table" = 'audit_log'),
    (select greatest(max(started_at), max(ended_at), max(created_at), max(modified_at)) from sync_job),
    (select max("at") from application_log), (select greatest(max(created_at), max(completed_at)) from apex_job),
    (select greatest(max(created_at), max(modified_at)) from child_job)
)) as as_of;

-- One row per job of the audit log or of a sync_job export.
create table job as
with counted as (
    select job_id, sum(records) as records,
        sum(records) filter (is_failed(has_error, status_code)) as failed,
        sum(records) filter (status_code is null or status_code = 9) as unprocessed
    from outcome group by job_id
),
timed as (select job_id, min(minute) as first_at, max(minute) as last_at from activity group by job_id)
select coalesce(c.job_id, j.job_id) as job_id, j.name, j.status, j.template_id,
    coalesce(j.started_at, j.created_at, t.first_at) as started_at,
    coalesce(j.ended_at, t.last_at) as ended_at,
    coalesce(c.records, 0)::bigint as records, coalesce(c.failed, 0)::bigint as failed,
    (coalesce(c.records, 0) - coalesce(c.unprocessed, 0))::bigint as processed, coalesce(c.unprocessed, 0)::bigint as unprocessed,
    word_of(j.status) in ('synced', 'aborted', 'rollbackcompleted') as ended,
    coalesce(c.records, 0) = coalesce(c.unprocessed, 0) as is_scanned_only
from counted c left join timed t on t.job_id = c.job_id
{% if filtered_jobs %}left{% else %}full{% endif %} join sync_job j on j.job_id = c.job_id;

-- In how many of its newest jobs in a row a record failed, of those that failed in several: the records counted by that and their last group.
create table failing_streak as
with candidate as (
    select object, source_id
    from failed_row
    where source_id is not null and job_id is not null
    group by object, source_id
    having min(job_id) <> max(job_id)
),
attempt as (
    select object, source_id, job_id, "at", true as failed, group_id, export_id, row_number
    from failed_row semi join candidate using (object, source_id)
    union all
    select object, source_id, job_id, "at", false, group_id, export_id, row_number
    from followed_row semi join candidate using (object, source_id)
    -- a row that was only scanned is no attempt
    where not failed and coalesce(status_code, 9) <> 9
),
-- one row a record and job, newest first; without times only an unbroken row of failures is sure
history as (
    select attempt.object, attempt.source_id, attempt.job_id,
           max(coalesce(attempt."at", job.started_at)) as seen_at, bool_and(attempt.failed) as failed,
           max_by(attempt.group_id, (attempt."at", attempt.export_id, attempt.row_number)) as group_id
    from attempt
    left join job on job.job_id = attempt.job_id
    where attempt.job_id is not null
    group by attempt.object, attempt.source_id, attempt.job_id
),
placed as (
    select *, row_number() over (partition by object, source_id order by seen_at desc nulls last, job_id desc) as place,
           bool_and(failed) over (partition by object, source_id) as always_failed,
           bool_and(seen_at is not null) over (partition by object, source_id) as is_dated
    from history
),
record_now as (
    select object, source_id, max(case when place = 1 then group_id end) as group_id,
           coalesce(min(case when not failed then place end) - 1, count(*)) as streak
    from placed
    where is_dated or always_failed
    group by object, source_id
)
select object, group_id, streak, count(*)::bigint as records from record_now where streak > 1 group by all
with no data;

-- How clearly two failure rates differ: twice the log-likelihood of one rate each against one for both, and a bound of the chance that one rate for both
-- brings such a rise (Chernoff, which holds for small numbers too).
create macro likelihood_of(part, whole) as case when part > 0 then part * ln(cast(part as double) / whole) else 0 end;
create macro rate_evidence(failed, records, failed_before, records_before) as 2 * (
    likelihood_of(failed, records) + likelihood_of(records - failed, records)
    + likelihood_of(failed_before, records_before) + likelihood_of(records_before - failed_before, records_before)
    - likelihood_of(failed + failed_before, records + records_before)
    - likelihood_of(records + records_before - failed - failed_before, records + records_before));
create macro chance_of(evidence) as exp(-evidence / 2);

-- The jobs that processed an object and whose failure rates compare, the newest at place 1; jobs of other templates stand apart. A retry of what failed
-- (no more rows than failed in the job before it, unless nearly all did) and a small part (below a fifth) compare with nothing before them.
create view comparable_run as
with counted as (
    select o.job_id, o.object, coalesce(j.template_id, '') as template_id, j.started_at, sum(o.records) as processed,
        sum(case when is_failed(o.has_error, o.status_code) then o.records else 0 end) as failed
    from outcome o join job j on j.job_id = o.job_id
    -- rows that were only scanned had no chance to fail
    where o.object is not null and j.started_at is not null and ((o.status_code is not null and o.status_code <> 9) or o.has_error)
    group by o.job_id, o.object, coalesce(j.template_id, ''), j.started_at
    having sum(o.records) > 0
),
beside as (
    select *, lag(processed) over by_time as processed_before, lag(failed) over by_time as failed_before
    from counted window by_time as (partition by template_id, object order by started_at, job_id)
),
run as (
    select *, first_value(processed) over (partition by template_id, object order by started_at desc, job_id desc) as newest
    from beside
    where processed_before is null
        or (processed >= 0.2 * processed_before and processed > least(failed_before, 0.8 * processed_before))
)
select template_id, object, job_id, processed::bigint as processed, failed::bigint as failed,
    row_number() over (partition by template_id, object order by started_at desc, job_id desc) as place
from run where newest >= 0.2 * processed;

-- The last result of each source record over all jobs.
create view record_outcome as
select object, source_id, count(*) as attempts, count(*) filter (failed) as failures,
    max_by(job_id, ("at", export_id, row_number)) as job_id, max_by(status_code, ("at", export_id, row_number)) as status_code,
    max_by(failed, ("at", export_id, row_number)) as failed, max_by(destination_id, ("at", export_id, row_number)) as destination_id,
    max_by(group_id, ("at", export_id, row_number)) as group_id, max("at") as "at"
from audit_log where source_id is not null group by object, source_id;

-- The package's settings under the names that its guide prints.
create view setting as
select coalesce(k.name, p.name) as name, p.value
from system_property p
left join (values ('DebugLevel'), ('SyncMode'), ('FastProcessingDisable'), ('DMLBuffer'), ('SOQLBuffer'), ('AbortLeadTime'), ('EnableVersion'), ('MAXAPICALLLIMIT'),
    ('MaxLimitUsage'), ('MaxInternalBatches'), ('UseKahnsAlgorithm'), ('DefaultUserID')) k(name)
    on lower(k.name) = regexp_replace(lower(p.name), '[^a-z0-9]', '', 'g');

-- Failed rows that failed because another record did. exact_id: the message names a record that failed in the same job (certain, with its root).
-- order, level: an object that comes first, or the level above, has failures, and the message is about a reference (possible; no row is named).
-- The links from row to row are followed outside of SQL.
create table exact_cascade (export_id varchar, row_number bigint, job_id varchar, object varchar, depth integer, group_id varchar,
    family_id varchar, root_export_id varchar, root_row_number bigint, root_object varchar, root_family_id varchar, distance integer);

-- What may have made the failures of one job, object, level and group follow: an object that is named by the blamed field, comes first and has
-- failures, before the level above. Counted once here, on the cube: both joins are on equality.
create table possible_cascade as
with child as (
    select distinct job_id, object, sequence, depth, group_id, fields
    from failed_outcome where category in ('reference', 'deleted') or root_category = 'reference'
),
parent as (
    select job_id, object, min(sequence) as sequence, depth, family_id, sum(records) as records, lower(regexp_replace(object, '__c$', '')) as stem
    from failed_outcome group by job_id, object, depth, family_id
),
pair as (
    select c.job_id, c.object, c.depth, c.group_id, p.object as root_object, p.family_id as root_family_id, p.records
    from (select *, lower(regexp_replace(unnest(fields), '(Id|__c|__r)$', '')) as stem from child) c
    join parent p on p.job_id = c.job_id and p.stem = c.stem
    where p.object <> c.object and p.sequence < c.sequence
    union all
    select c.job_id, c.object, c.depth, c.group_id, p.object, p.family_id, p.records
    from child c join parent p on p.job_id = c.job_id and p.object = c.object and p.depth = c.depth - 1
    where c.depth > 0
)
select job_id, object, depth, group_id,
    max_by(root_object, (root_object <> object, records, root_object)) as root_object,
    max_by(root_family_id, (root_object <> object, records, root_object, root_family_id)) as root_family_id
from pair group by job_id, object, depth, group_id
with no data;

create view cascade as
select export_id, row_number, job_id, object, family_id, root_export_id, root_row_number, root_object, root_family_id, 'exact_id' as known_by, distance
from exact_cascade
union all
select a.export_id, a.row_number, a.job_id, a.object, a.family_id, null, null, p.root_object, p.root_family_id,
    case when p.root_object = a.object then 'level' else 'order' end as known_by, 1
from (select f.*, g.family_id from failed_row f left join message_group g on g.group_id = f.group_id) a
join possible_cascade p on p.job_id = a.job_id and p.object = a.object and p.depth is not distinct from a.depth and p.group_id = a.group_id
where not exists (select 1 from exact_cascade e where e.export_id = a.export_id and e.row_number = a.row_number);

-- The cascade counted by family, from the cube: no row is read.
create view cascade_count as
select job_id, object, family_id, root_object, root_family_id, 'exact_id' as known_by, count(*)::bigint as records
from exact_cascade group by all
union all
select o.job_id, o.object, o.family_id, p.root_object, p.root_family_id, case when p.root_object = o.object then 'level' else 'order' end as known_by,
    sum(o.records - coalesce(e.records, 0))::bigint as records
from (select job_id, object, depth, group_id, family_id, sum(records) as records from failed_outcome group by all) o
join possible_cascade p on p.job_id = o.job_id and p.object = o.object and p.depth is not distinct from o.depth and p.group_id = o.group_id
left join (select job_id, object, depth, group_id, count(*) as records from exact_cascade group by all) e
    on e.job_id = o.job_id and e.object = o.object and e.depth is not distinct from o.depth and e.group_id = o.group_id
group by all having sum(o.records - coalesce(e.records, 0)) > 0;

-- The books, and what could not be read.
create view export as select * from stored.export;
create view reject as select * from stored.reject;

-- The ids that were found in the messages of failed rows.
create view error_reference as select export_id, row_number, referenced_id from stored.error_reference;

-- What checks explain of the failed rows. A report puts in what its findings cover; until then, rows whose message has a category.
create table explained as
select job_id, object, family_id, sum(records)::bigint as records from failed_outcome where category <> 'other' group by all having sum(records) > 0;

-- Whether an update failed because its own record is gone: a blamed field but Id means that a record it points to is.
create macro is_target_gone(status_code, category, fields, pattern) as
    coalesce(status_code, 0) = 3 and lower(coalesce(array_to_string(fields, ','), '')) in ('', 'id')
    and (category = 'deleted' or (coalesce(category, 'other') in ('reference', 'other')
        and not regexp_matches(lower(pattern), 'foreign key|for field')
        and regexp_matches(lower(pattern), '(is|was|been) deleted|(record|resource|entity|row)[^.:]{0,60} (not (be )?found|(not|n.t) exist|no longer exist)|not found in (the )?target|no (such|matching) record')));

-- The sentence of a message without the code, the fields and the layout around it.
create macro sentence_of(text) as case
    when regexp_matches(text, '"message"\s*:\s*"') then regexp_extract(text, '"message"\s*:\s*"((?:[^"\\]|\\.)*)"', 1)
    else trim(regexp_replace(regexp_replace(regexp_replace(text,
        '^.*first error: ', ''), '^[A-Z]+(_[A-Z]+)+ *[:,-] *', ''), '( *: *\[[^\]]*\]| *:[A-Za-z0-9_, ]* *--) *$', '')) end;

-- Texts that tell a limit of one transaction or of one callout, and the check that speaks of it.
create macro limit_of(text) as case
    when text like '%too many soql queries%' then 'too-many-soql'
    when text like '%exceeded max size limit%' then 'callout-too-large'
    when text like '%cpu time limit%' then 'cpu-time-exceeded'
    when regexp_matches(text, 'limitexception|heap size too large|too many dml|too many query.*rows|too many callouts|too many future calls|maximum stack depth reached|maximum trigger depth exceeded')
        then 'governor-limit' end;

-- Texts that tell why the sign-in at the target org fails, and the check that speaks of it.
create macro sign_in_of(text) as case
    when regexp_matches(text, 'redirect_uri_mismatch|redirect_uri must match') then 'callback-mismatch'
    when regexp_matches(text, 'invalid_scope|(missing|insufficient|required|invalid|no such|oauth) scope|scope[s]? (is|are|was|were)? ?(missing|invalid|not allowed|not granted|insufficient)')
        or regexp_matches(text, 'no_refresh_token|(no|without a?|missing) ?refresh[ _]token|refresh[ _]token (is|was) (missing|not (issued|returned|granted|included|provided))') then 'missing-scope'
    when regexp_matches(text, 'invalid_grant|expired access/refresh token') then 'invalid-grant'
    when regexp_matches(text, 'invalid_session_id|session (has )?expired') then 'token-expired'
    when regexp_matches(text, 'unauthorized endpoint|remote site') then 'remote-site-missing' end;

-- The application log without its diagnostic levels, with the check that tells an entry from its text; none tells the others.
create table log_error as
select *, coalesce(limit_of(text), sign_in_of(text), case
    when regexp_matches(text, 'request_limit_exceeded|totalrequests limit exceeded|storage_limit_exceeded|storage limit exceeded|(daily|api|24.hour)[a-z ]* limit[a-z ]* (exceeded|reached)')
        then 'api-limit'
    when regexp_matches(text, 'calloutexception|callout failed|timed out|timeout|time-out|unable to connect|connection (refused|reset|closed|failed)|unknown ?host|host not found|unreachable|enotfound|econnre|service unavailable|server_unavailable|bad gateway')
        and text not like '%uncommitted work%' then 'connection-failure'
    when text like '%hierarch%' and regexp_matches(text, 'fail|error|exception|limit') then 'deep-hierarchy' end) as told_by
from (
    select *, lower(message) as text from application_log
    where coalesce(word_of(level), 'error') not in ('debug', 'fine', 'finer', 'finest', 'info', 'trace')
)
with no data;

-- Batch Apex jobs; a row whose type was not exported may be one.
create view batch_job as
select *, coalesce(word_of(status) in ('holding', 'queued', 'preparing', 'processing'), false) as is_alive
from apex_job where coalesce(word_of(job_type), 'batchapex') = 'batchapex';

-- Scheduled jobs that renew the access tokens.
create view refresh_job as
select *, coalesce(word_of(state), 'waiting') in ('waiting', 'acquired', 'executing', 'blocked') as is_active
from scheduled_job where regexp_matches(lower(name), 'token.*refresh|refresh.*token|oauth.*refresh');

create view batch_size as select lower(object) as object, max(max_batch_size) as size from object_setting group by lower(object);

-- Failures on a limit by object and family, and log entries by job where no rows tell the same.
create table limit_fault as
with told as (
    select group_id, coalesce(limit_of(lower(concat_ws(' ', pattern, sample))), case
        when coalesce(root_code, code) in ('EXCEEDED_MAX_SIZE_REQUEST', 'PAYLOAD_SIZE_EXCEEDED') then 'callout-too-large'
        -- translated texts keep the words Apex CPU
        when root_category = 'limits' and lower(concat_ws(' ', pattern, sample)) like '%apex cpu%' then 'cpu-time-exceeded'
        when coalesce(root_code, code) like 'System.LimitException%' or code in ('APEX_TRIGGER_COUPLING_LIMIT', 'MAX_DEPTH_IN_FLOW_EXECUTION') then 'governor-limit' end) as told_by
    from message_group
),
failed as (
    select told.told_by, o.job_id, o.object, o.family_id, min(o.sample) as sample, sum(o.records) as records
    from failed_outcome o join told on told.group_id = o.group_id
    where told.told_by is not null
    group by all having sum(o.records) > 0
)
select told_by, null as job_id, object, family_id, sum(records)::bigint as records, min(sample) as sample, null as entries,
    format('{:,} {} record{} failed', sum(records)::bigint, object, case when sum(records) = 1 then '' else 's' end) as seen
from failed group by told_by, object, family_id
union all
select told_by, job_id, null, null, 0, left(min(message), 300), count(*),
    case when count(*) = 1 then 'An entry of the log tells of a failure' else format('{:,} entries of the log tell of failures', count(*)) end
from log_error l
where told_by in ('too-many-soql', 'callout-too-large', 'cpu-time-exceeded', 'governor-limit')
    and not exists (select 1 from failed f where f.told_by = l.told_by and (f.job_id = l.job_id or l.job_id is null))
group by told_by, job_id
with no data;

-- Faults of the sign-in: of the rows of a job with what its target org says; of an org, and of the log, where no rows tell the same.
create table sign_in_fault as
with org as (
    select org_id, coalesce(name, org_id) as name, coalesce(word_of(oauth_status), '') as status,
        is_client_credentials(authentication_mode) as is_client_credentials, oauth_last_error
    from org_master where coalesce(is_active, true)
),
org_fault as (
    select org_id, name, is_client_credentials, 'token-expired' as told_by, 'OAuthStatus is Token Expired' as detail from org where status = 'tokenexpired'
    union all
    select org_id, name, is_client_credentials, sign_in_of(lower(oauth_last_error)), left(oauth_last_error, 200)
    from org
    -- The last error of a connected org is history.
    where status <> 'connected' and not (status = 'tokenexpired' and sign_in_of(lower(oauth_last_error)) = 'token-expired')
),
told as (
    select group_id, case
        when code = 'redirect_uri_mismatch' then 'callback-mismatch'
        when code in ('invalid_scope', 'NO_REFRESH_TOKEN') then 'missing-scope'
        when code = 'invalid_grant' then 'invalid-grant'
        when code in ('INVALID_SESSION_ID', 'InvalidSessionId', 'SESSION_EXPIRED', 'SESSION_INVALIDATED', 'INVALID_ACCESS_TOKEN', 'ERROR_HTTP_401') then 'token-expired'
        when by_text = 'missing-scope' then null
        -- A trigger that calls out meets the remote sites of the target, which is its own matter.
        when by_text = 'remote-site-missing' then
            case when coalesce(code, '') <> 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' and lower(pattern) not like '%execution of %' then by_text end
        when category = 'connection' or by_text = 'callback-mismatch' then by_text end as told_by
    from (select *, sign_in_of(lower(pattern)) as by_text from message_group)
),
row_fault as (
    select told.told_by, f.job_id, any_value(j.org_id) as org_id, f.family_id, sum(f.records)::bigint as records, max(f.sample) as sample
    from failed_outcome f join told on told.group_id = f.group_id left join sync_job j on j.job_id = f.job_id
    where told.told_by is not null
    group by told.told_by, f.job_id, f.family_id having sum(f.records) > 0
),
seen as (
    select r.told_by, r.job_id, r.family_id, r.records, 'The rows of the job' as source,
        concat_ws(' ', left(r.sample, 200), string_agg('(Target org ' || o.name || ': ' || o.detail || ')', ' ' order by o.name)) as detail,
        bool_and(o.is_client_credentials) as is_client_credentials
    from row_fault r left join org_fault o on o.told_by = r.told_by and o.org_id = coalesce(r.org_id, o.org_id)
    group by r.told_by, r.job_id, r.family_id, r.records, r.sample
    union all
    select o.told_by, null, null, 0, 'The target org ' || o.name, o.detail, o.is_client_credentials
    from org_fault o
    where o.told_by is not null
        and not exists (select 1 from row_fault r where r.told_by = o.told_by and coalesce(r.org_id, o.org_id) = o.org_id)
),
known as (
    select count(*) > 0 and bool_and(status = 'connected') as is_connected, count(*) > 0 and bool_and(is_client_credentials) as is_client_credentials from org
),
logged as (
    select told_by, job_id, coalesce(max_by(message, "at"), min(message)) as message, count(*) as entries
    from log_error group by told_by, job_id
)
select s.told_by, s.job_id, s.family_id, s.records, s.source, s.detail, null as entries, coalesce(s.is_client_credentials, k.is_client_credentials) as is_client_credentials, k.is_connected
from seen s cross join known k
union all
select l.told_by, l.job_id, null, 0, 'The application log', left(l.message, 200), l.entries, k.is_client_credentials, k.is_connected
from logged l cross join known k
where l.told_by in ('callback-mismatch', 'missing-scope', 'invalid-grant', 'token-expired', 'remote-site-missing')
    and not exists (select 1 from seen s where s.told_by = l.told_by and (s.job_id is null or l.job_id is null or s.job_id = l.job_id))
with no data;
