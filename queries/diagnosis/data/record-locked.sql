/*
title = "Records are locked by an approval"
guide = ""
severity = "error"
needs = ["audit_log.error_message"]
hides = ["restricted-access", "row-locking"]
explains = true
says = "{records} {object} {records|record|records} failed because they, or their parents, are locked for editing in the target. {sample}"
actions = [
  "Open one of the records in the target: an approval process that runs locks it.",
  "Finish or recall the approval, or unlock the record (an administrator, or a user with Modify All, may edit it).",
  "Use Retry for these records.",
]
means = '''
ENTITY_IS_LOCKED is the lock of an approval process: it stays until a person decides. It is not the passing lock of another transaction (row-locking), so a plain
retry fails again.
'''
ignore = "The records are meant to stay as they are until their approval ends; retry them afterwards."
[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0065g0000000001AAA,Opportunity,3,true,ENTITY_IS_LOCKED: the entity is locked for editing: []
a015g0000000001AAA,0065g0000000002AAA,Opportunity,3,true,ENTITY_IS_LOCKED: the entity is locked for editing: []
'''
gives = '''
object,records
Opportunity,2
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0065g0000000001AAA,Opportunity,3,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record: []
'''
*/
select object, family_id, sum(records) as records, true as certain, min(sample) as sample, min(code) as code
from failed_outcome
where code = 'ENTITY_IS_LOCKED'
   or (coalesce(code, '') <> 'UNABLE_TO_LOCK_ROW'
       and coalesce(category, 'other') in ('permission', 'locking', 'other')
       and group_id in (select group_id from message_group
                        where regexp_matches(lower(concat_ws(' ', pattern, sample)), 'entity is locked|record is locked|locked for editing|approval process.*locked|locked.*approval')))
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
