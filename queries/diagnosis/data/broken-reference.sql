/*
title = "A reference points to no usable record"
guide = ""
severity = "error"
needs = ["audit_log.error_message"]
explains = true
says = "{records} {object} {records|record|records} failed on a reference{blamed} that the target could not resolve, and neither the order of the objects nor a failed parent in the data explains it. {sample}"
actions = [
  "Take one of the referenced records: does the target hold it, and may the user of the connection see it?",
  "{second_action}.",
  "Use Retry for these records.",
]
means = '''
The record points to another that is not in the target, was deleted there, or is of the wrong kind; or an id of the source was sent untranslated. Records whose message names a record of
the same job that failed, or that is processed only later, are told by failed-with-parent and parent-after-child.
'''
ignore = "When the referenced records are left out of the migration on purpose and the field may stay empty."

[[fires]]
audit_log = '''
job_id,source_id,object,sequence,status_code,has_error,error_message
a015g0000000001AAA,0035g0000000001AAA,Contact,2,1,true,INVALID_FIELD: Foreign key external ID: K-100 not found for field Key__c in entity Account
a015g0000000001AAA,0035g0000000002AAA,Contact,2,1,true,INVALID_FIELD: Foreign key external ID: K-200 not found for field Key__c in entity Account
a015g0000000001AAA,5005g0000000001AAA,Case,3,1,true,ENTITY_IS_DELETED: entity is deleted [ParentId]
'''
gives = '''
object,records,certain
Contact,2,true
Case,1,true
'''
[[silent]]
audit_log = '''
job_id,source_id,object,sequence,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name]: [Name]
a015g0000000001AAA,0035g0000000001AAA,Contact,2,1,true,INVALID_CROSS_REFERENCE_KEY: invalid cross reference id 0015g0000000001AAA: [AccountId]
'''
[[silent]]
audit_log = '''
job_id,source_id,object,sequence,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,3,7,false,
a015g0000000001AAA,0035g0000000001AAA,Contact,2,1,true,INVALID_CROSS_REFERENCE_KEY: invalid cross reference id 0015g0000000001AAA: [AccountId]
'''
[[silent]]
audit_log = '''
job_id,source_id,object,sequence,status_code,has_error,error_message
a015g0000000001AAA,0035g0000000001AAA,Contact,2,3,true,ENTITY_IS_DELETED: entity is deleted
'''
*/
with broken_count as materialized (
    select object, family_id, group_id, status_code, sample, code, fields, category, pattern, records
    from failed_outcome
    where category in ('reference', 'deleted')
      -- an update whose own record is gone is told by update-target-missing
      and not is_target_gone(status_code, category, fields, pattern)
),
broken as (
    select object, family_id, min(sample) as sample, min(code) as code, min(array_to_string(fields, ', ')) as fields,
           bool_and(category = 'deleted' or lower(pattern) like '%not found%' or lower(pattern) like '%incorrect type%') as is_named,
           bool_and(code = 'MALFORMED_ID' or lower(pattern) like '%incorrect type%') as is_malformed,
           sum(records) as records
    from broken_count
    where coalesce(code, '') <> 'INACTIVE_OWNER_OR_USER'
      and group_id not in (select group_id from message_group
                           where regexp_matches(lower(concat_ws(' ', pattern, sample)), 'inactive (owner|user)|(owner|user)( \S+)? (is|was) (inactive|not active|deactivated)|record ?type( id)?:'))
    group by object, family_id
    having sum(records) > 0
),
-- the rows behind these counts, to leave out those whose message names a record of the same job that failed too, or that comes later
broken_row as (
    select f.export_id, f.row_number, f.object, g.family_id
    from failed_row f
    join (select distinct group_id, status_code, family_id from broken_count) g on g.group_id = f.group_id and g.status_code is not distinct from f.status_code
),
known as (
    select object, family_id, count(*) as records
    from broken_row
    join (select export_id, row_number from exact_cascade union select export_id, row_number from named_later) using (export_id, row_number)
    group by object, family_id
)
select broken.object, broken.family_id, broken.records - coalesce(known.records, 0) as records, coalesce(broken.is_named, false) as certain,
       broken.sample, broken.code, broken.fields, coalesce(known.records, 0) as explained_elsewhere,
       coalesce(' in ' || nullif(broken.fields, ''), '') as blamed,
       case when broken.is_malformed then 'An id of the wrong object or of the source was sent: correct the mapping, so that the field is translated to the target''s id'
            else 'If it is missing, add its object to the template with a lower Sequence, or sync it first; if it was deleted, restore it or clear the field' end as second_action
from broken
left join known on known.object = broken.object and known.family_id = broken.family_id
where broken.records > coalesce(known.records, 0)
order by records desc, broken.object, broken.family_id
