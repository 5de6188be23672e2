/*
title = "Records that no job has brought to the target yet"
means = '''Source records whose newest result is a failure and that have no destination id, with the number of attempts and what went wrong last: the worklist of a migration.'''
[params.object]
type = "VARCHAR"
doc = "only this object"
[params.attempts]
type = "INTEGER"
default = 1
doc = "only records that were tried at least so often"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone],2026-01-06T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,7,false,,2026-01-06T10:00:00Z
'''
gives = '''
object,source_id,attempts,code
Account,0015g0000000001AAA,2,REQUIRED_FIELD_MISSING
'''
*/
with last as (
    select object, source_id, count(*) as attempts, max("at") as "at", max_by(job_id, ("at", export_id, row_number)) as job_id,
        max_by(failed, ("at", export_id, row_number)) as failed, max_by(destination_id, ("at", export_id, row_number)) as destination_id,
        max_by(group_id, ("at", export_id, row_number)) as group_id
    from audit_log where (object, source_id) in (select object, source_id from failure) group by object, source_id
)
select r.object, r.source_id, r.attempts, r.job_id as last_job, r."at" as last_at, g.code, g.category, g.retry, g.pattern
from last r left join message_group g on g.group_id = r.group_id
where r.failed and r.destination_id is null and r.attempts >= $attempts and ($object is null or r.object = $object)
order by r.attempts desc, r.object, r.source_id
