/*
title = "The owner is an inactive user"
guide = ""
severity = "error"
needs = ["audit_log.error_message"]
hides = ["broken-reference", "restricted-access", "invalid-value"]
explains = true
says = "{records} {object} {records|record|records} failed because their owner, or a user they name, is inactive in the target. {sample}"
actions = [
  "Map the user to an active one, or set DefaultUserID so that such records get a default owner.",
  "If the inactive owner must stay, give the user of the connection \"Update Records with Inactive Owners\" (and \"Set Audit Fields upon Record Creation\").",
  "Use Retry for these records.",
]
means = '''
Salesforce refuses to give a record to a user who is inactive, and to move it while its present owner is inactive, unless the user who writes may do so.
'''
ignore = "The records belong to people who left and are not wanted in the target."
[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,5005g0000000001AAA,Case,1,true,INACTIVE_OWNER_OR_USER: operation performed with inactive user [0055g0000000001AAA] as owner of [case]: []
a015g0000000001AAA,0035g0000000001AAA,Contact,3,true,"CANNOT_REPARENT_RECORD, owner is inactive, cannot reparent record: []"
'''
gives = '''
object,records
Case,1
Contact,1
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,5005g0000000001AAA,Case,1,true,invalid_grant: inactive user
a015g0000000001AAA,5005g0000000002AAA,Case,1,true,INVALID_CROSS_REFERENCE_KEY: Owner ID: owner cannot be blank: [OwnerId]
'''
*/
select object, family_id, sum(records) as records, true as certain, min(sample) as sample, min(code) as code
from failed_outcome
where code = 'INACTIVE_OWNER_OR_USER'
   or (coalesce(category, 'other') in ('reference', 'permission', 'data_value', 'other')
       and group_id in (select group_id from message_group
                        where regexp_matches(lower(concat_ws(' ', pattern, sample)), 'inactive (owner|user)|(owner|user)( \S+)? (is|was) (inactive|not active|deactivated)|inactive_owner')))
group by object, family_id
having sum(records) > 0
order by records desc, object, family_id
