/*
title = "A rollback lacks permissions"
guide = "Rollback Not Working"
severity = "error"
needs = ["application_log.message"]
explains = false
says = "{entries} log {entries|entry tells|entries tell} that the rollback may not run or not delete: {sample}"
actions = [
  "Give the running user access to the Apex class TemplateRollbackSync (permission set of the package).",
  "Give the user of the connection Delete on the objects of the job in the target.",
  "Start the rollback again.",
]
means = '''
A rollback runs as the user who starts it and deletes as the user of the connection. The first needs the package's rollback classes, the second the
right to delete the objects that the job inserted.
'''
ignore = "When a later rollback of the same job has completed."

[[fires]]
application_log = '''
level,message,job_id,at
ERROR,You do not have access to the Apex class named 'TemplateRollbackSync'.,a015g0000000001AAA,2026-01-05T10:00:00Z
ERROR,"Rollback failed: DELETE_FAILED, insufficient access rights on object id",a015g0000000001AAA,2026-01-05T10:01:00Z
ERROR,Read timed out,a015g0000000001AAA,2026-01-05T10:02:00Z
'''
gives = '''
job_id,entries
a015g0000000001AAA,2
'''
[[silent]]
application_log = '''
level,message,job_id
ERROR,INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id,a015g0000000001AAA
DEBUG,TemplateRollbackSync checks delete permission,a015g0000000001AAA
ERROR,ENTITY_IS_DELETED: entity is deleted,a015g0000000001AAA
ERROR,Rollback failed: expired access/refresh token,a015g0000000001AAA
'''
*/
with refused as (
    select job_id, "at", message
    from log_error
    where regexp_matches(text, 'templaterollbacksync|rollback|roll back|delete_failed|delete_not_allowed|cannot_delete|\bdelet(e|ing|ion)\b')
      -- "unauthorized endpoint" and an expired access token are faults of the connection
      and not regexp_matches(text, 'endpoint|access.refresh token|access token')
      and regexp_matches(text, 'permission|privilege|insufficient.access|access (to|rights|level|is|was)|level of access|not accessible|inaccessible|not allowed|not_allowed|denied|not authori[sz]ed|unauthori[sz]ed|not assigned|not visible|cannot_delete_entity')
)
select job_id, cast(0 as bigint) as records, true as certain, count(*) as entries, left(min(message), 300) as sample,
       min("at") as first_at, max("at") as last_at
from refused
group by job_id
order by entries desc, job_id
