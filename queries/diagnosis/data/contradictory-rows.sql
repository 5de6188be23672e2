/*
title = "Audit rows contradict themselves"
guide = ""
severity = "warning"
needs = ["audit_log"]
explains = false
says = "{records} {records|row|rows} of job {job_name} {contradiction}."
actions = [
  "Export these rows again when no job runs: a row that changes while it is exported can look like this.",
  "If it stays, look some of the records up in the target before you trust the status, and report it to the vendor.",
]
means = '''
Status code, HasError, error message and destination id tell the same thing in different words. Where they disagree, one of them is wrong, and counts by status and counts by
error will differ.
'''
ignore = "When the column that disagrees was filled by hand or by another tool."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,destination_id
a015g0000000001AAA,0015g0000000001AAA,Account,7,true,,0015g00000000a1AAA
a015g0000000001AAA,0015g0000000002AAA,Account,1,false,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,,
a015g0000000001AAA,0015g0000000004AAA,Account,2,false,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],0015g00000000a4AAA
'''
gives = '''
job_id,kind,records
a015g0000000001AAA,error_text_on_success,1
a015g0000000001AAA,failed_without_error,1
a015g0000000001AAA,inserted_without_id,1
a015g0000000001AAA,success_with_error,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,destination_id
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,,0015g00000000a1AAA
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name],
a015g0000000001AAA,0015g0000000003AAA,Account,4,false,,
a015g0000000001AAA,0015g0000000004AAA,Account,,,,
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,7
a015g0000000001AAA,0015g0000000002AAA,Account,3
'''
*/
with given as (
    -- a column that was not exported is no contradiction
    select bool_and(list_contains(columns, 'destination_id')) as destination_id,
           bool_and(list_contains(columns, 'error_message')) as error_message
    from export where "table" = 'audit_log'
),
kinds as (
    select outcome.job_id, outcome.object, outcome.records,
           case when outcome.has_error and outcome.status_code in (2, 4, 6, 7) then 'success_with_error'
                when not outcome.has_error and outcome.status_code in (1, 3) then 'failed_without_error'
                when outcome.status_code in (2, 7) and message_group.pattern <> '' then 'error_text_on_success'
                when outcome.status_code = 7 and not outcome.has_destination and given.destination_id then 'inserted_without_id'
                when outcome.has_error and given.error_message and coalesce(message_group.pattern, '') = '' then 'error_without_text'
           end as kind
    from outcome
    cross join given
    left join message_group on message_group.group_id = outcome.group_id
)
select kinds.job_id, sum(kinds.records) as records, true as certain, coalesce(job.name, kinds.job_id, 'without a name') as job_name, kinds.kind,
       string_agg(distinct kinds.object, ', ' order by kinds.object) as objects,
       case kinds.kind when 'success_with_error' then 'are marked as errors (HasError), though their status is a success'
                       when 'failed_without_error' then 'have the status of a failure (1 or 3), though HasError is false'
                       when 'error_text_on_success' then 'carry an error text, though their status is a success'
                       when 'inserted_without_id' then 'are Inserted (7) without a destination id'
                       else 'are marked as errors without an error text' end as contradiction
from kinds
left join job on job.job_id is not distinct from kinds.job_id
where kinds.kind is not null
group by kinds.job_id, job.name, kinds.kind
having sum(kinds.records) > 0
order by records desc, kinds.job_id, kinds.kind
