/*
title = "Children processed before their parents"
guide = "Sync Running but Records Not Appearing in Target"
severity = "error"
needs = ["audit_log.sequence"]
hides = ["broken-reference", "required-field-missing"]
explains = true
says = "{records} {object} {records|record|records} of {job_name} {records|fails|fail} on a reference to {parent} records, which the job does not process before them: {parent} has Sequence {parent_sequence}, {object} has {sequence}. {known}"
actions = [
  "Give {parent} a lower Sequence than {object} in the template lines.",
  "Re-scan, so that the new order takes effect, and sync; or use Retry for the failed records once their parents are in the target.",
]
means = '''
A job works through its objects by Sequence. A record that refers to a record of a later object, or of one with the same
Sequence, comes too early: its parent is not in the target yet. The finding is certain where the message names a source
record of the same job; where only the name of the lookup field tells the parent's object it is a possible cause.
'''
ignore = '''
When two objects refer to each other: no order serves both, and a second pass or Retry fills the lookups.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: AccountId --",1
a015g0000000001AAA,Contact,0035g0000000002,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: AccountId --",1
a015g0000000001AAA,Account,0015g0000000001,7,false,,2
'''
gives = '''
job_id,object,records,parent,parent_sequence,sequence,certain
a015g0000000001AAA,Contact,2,Account,2,1,true
'''

# The same Sequence; the object is told by the lookup field only.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence
a015g0000000001AAA,Payment__c,a105g0000000001,1,true,"INVALID_FIELD: Foreign key external ID: 88-1 not found for field Invoice__c in entity Payment__c: Invoice__c --",3
a015g0000000001AAA,Invoice__c,a115g0000000001,7,false,,3
'''
gives = '''
job_id,object,records,parent,parent_sequence,sequence,certain
a015g0000000001AAA,Payment__c,1,Invoice__c,3,3,false
'''

# The parent comes first.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: AccountId --",2
a015g0000000001AAA,Account,0015g0000000001,7,false,,1
'''

# The parent is of the same object: a matter of the hierarchy, not of the Sequence.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence
a015g0000000001AAA,Account,0015g0000000002,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: ParentId --",1
a015g0000000001AAA,Account,0015g0000000001,7,false,,1
'''

# The later object belongs to another job.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message,sequence
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0015g0000000001AAA: AccountId --",1
a015g0000000002AAA,Account,0015g0000000001,7,false,,2
'''
*/
with named_row as (
  -- One row refers to one parent here, so that none is counted twice for the same parent object.
  select c.job_id, c.object, g.family_id, c.sequence, c.parent, c.parent_sequence
  from named_later c join message_group g on g.group_id = c.group_id
  where c.job_id is not null
    and (g.category in ('reference', 'deleted', 'required_field') or g.root_category in ('reference', 'deleted')
      or g.code in ('FIELD_FILTER_VALIDATION_EXCEPTION', 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY'))
),
named as (
  select job_id, object, family_id, parent, sequence, min(parent_sequence) as parent_sequence, count(*) as records
  from named_row
  group by job_id, object, family_id, parent, sequence
),
placed as (
  select job_id, object, min(sequence) as sequence, regexp_replace(lower(object), '__c$', '') as stem
  from outcome
  where sequence is not null
  group by job_id, object
  having sum(records) > 0
),
blamed as (
  -- "not found for field F in entity E" names the parent itself
  select job_id, object, family_id, sequence, records,
    -- AccountId points to Account, Invoice__c and Invoice__r to Invoice__c
    unnest(list_distinct(string_split(regexp_replace(lower(array_to_string(list_append(coalesce(fields, []), case when lower(pattern) like '%in entity%' then entity end), ',')), '(__c|__r|id)(,|$)', '\2', 'g'), ','))) as stem
  from failed_outcome
  where sequence is not null
    and (category in ('reference', 'required_field') or root_category = 'reference' or code = 'FIELD_FILTER_VALIDATION_EXCEPTION')
),
guessed as (
  select b.job_id, b.object, b.family_id, p.object as parent, b.sequence, p.sequence as parent_sequence, sum(b.records) as records
  from blamed b
  join placed p on p.job_id = b.job_id and p.stem = b.stem
  where p.object <> b.object and p.sequence >= b.sequence
    and not exists (
      select 1 from named n
      where n.job_id = b.job_id and n.object = b.object and n.family_id = b.family_id and n.parent = p.object
    )
  group by b.job_id, b.object, b.family_id, p.object, b.sequence, p.sequence
  having sum(b.records) > 0
),
early as (
  select job_id, object, family_id, parent, sequence, parent_sequence, records, true as certain from named
  union all
  select job_id, object, family_id, parent, sequence, parent_sequence, records, false as certain from guessed
)
select
  e.job_id,
  e.object,
  e.family_id,
  e.records,
  e.certain,
  coalesce(j.name, e.job_id) as job_name,
  e.parent,
  e.sequence,
  e.parent_sequence,
  case when e.certain then 'The messages name source records of this job.' else 'The parent is told by the lookup field only: a possible cause.' end as known
from early e
left join job j on j.job_id = e.job_id
order by e.records desc, e.job_id, e.object, e.parent, e.family_id, e.sequence
