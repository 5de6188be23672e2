/*
title = "Batch size above what a callout can carry"
guide = "Performance and Governor Limit Issues"
severity = "warning"
any_of = ["object_setting.max_batch_size", "template.external_max_batch"]
sharpens = ["audit_log", "application_log", "sync_job"]
explains = false
says = "{setting} of {owner} is {size}, above {bound}; {effect}."
actions = [
  "Set {setting} to {advised}.",
  "Scan again, so that the new size is used.",
]
means = '''
MaxBatchSize is how many records of an object go into one batch, ExternalMaxbatch how many go into one callout cycle. Above
200 a callout comes near its 12 MB, and triggers of the target see more records in one transaction. ExternalMaxbatch is told
only where callouts did fail.
'''
ignore = "When the object has few and short fields and its jobs run without limit errors."

[params.bound]
type = "INTEGER"
default = 200
doc = "the largest batch size that is not told"

[[fires]]
object_setting = '''
setting_id,object,max_batch_size
a025g0000000001AAA,Account,400
a025g0000000002AAA,Contact,200
'''
gives = '''
object,setting,size,records
Account,MaxBatchSize,400,0
'''
[[fires]]
template = '''
template_id,name,external_max_batch
a035g0000000001AAA,Full load,500
'''
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,System.CalloutException: Exceeded max size limit of 12000000
'''
gives = '''
object,setting,size,records
,ExternalMaxbatch,500,1
'''
[[silent]]
object_setting = '''
setting_id,object,max_batch_size
a025g0000000001AAA,Account,200
a025g0000000002AAA,Contact,
'''
[[silent]]
template = '''
template_id,name,external_max_batch
a035g0000000001AAA,Full load,500
'''
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,
'''
*/
with limited as (
    select job_id, lower(object) as object, sum(records) as records,
           sum(case when text like '%callout%' or text like '%exceeded max size limit%' or text like '%timed out%' then records else 0 end) as callouts
    from failed_outcome
    join (select group_id, lower(concat_ws(' ', pattern, sample)) as text, coalesce(root_category, category) as cause from message_group) as told
      using (group_id)
    where told.cause = 'limits' or told.text like '%callout%' or told.text like '%exceeded max size limit%' or told.text like '%timed out%'
    group by job_id, lower(object)
),
wide as (
    select coalesce(min(object), 'an object that is not named') as object, max(max_batch_size) as size, count(*) as settings
    from object_setting
    where max_batch_size > $bound
    group by lower(object)
),
callout_rows as (
    select template.template_id, sum(limited.callouts) as records
    from template
    join limited on limited.callouts > 0
    left join job on job.job_id = limited.job_id
    -- a job whose template is not known may be any template's
    where coalesce(job.template_id, template.template_id) = template.template_id
    group by template.template_id
),
callout_entries as (
    select template_id, count(*) as entries
    from log_error
    where text like '%callout%' or text like '%exceeded max size limit%'
    group by template_id
),
callout_logs as (
    select template.template_id, sum(callout_entries.entries) as entries
    from template
    join callout_entries on coalesce(callout_entries.template_id, template.template_id) = template.template_id
    group by template.template_id
)
select wide.object, coalesce(sum(limited.records), 0) as records, true as certain, 'MaxBatchSize' as setting,
       concat('the object setting for ', wide.object) as owner, wide.size, cast($bound as integer) as bound, '50-100' as advised,
       case when coalesce(sum(limited.records), 0) > 0 then format('{:,} of its records failed on limits or callouts', cast(sum(limited.records) as bigint))
            else 'wide records can exceed the 12 MB of a callout' end as effect
from wide
left join limited on limited.object = lower(wide.object)
group by wide.object, wide.size
union all
select null, coalesce(callout_rows.records, 0), false, 'ExternalMaxbatch', concat('template ', coalesce(template.name, template.template_id)),
       template.external_max_batch, $bound, '200 or lower (50-100 for wide objects)',
       case when callout_rows.records > 0 then format('{:,} records failed on callouts', cast(callout_rows.records as bigint))
            else format('{:,} log entries tell of failed callouts', cast(callout_logs.entries as bigint)) end
from template
left join callout_rows on callout_rows.template_id = template.template_id
left join callout_logs on callout_logs.template_id = template.template_id
where template.external_max_batch > $bound and (callout_rows.records > 0 or callout_logs.entries > 0)
order by records desc, setting, owner
