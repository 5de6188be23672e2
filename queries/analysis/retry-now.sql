/*
title = "Failures that a retry alone can cure"
means = '''Failed rows whose cause passes by itself (locks, time-outs, limits), by job and object, leaving out records that a later row delivered.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record: [],2026-01-05T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record: [],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000002AAA,Account,7,false,,2026-01-06T10:00:00Z
a015g0000000001AAA,0015g0000000003AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone],2026-01-05T10:00:00Z
'''
gives = '''
job_id,object,code,records
a015g0000000001AAA,Account,UNABLE_TO_LOCK_ROW,1
'''
*/
with last as (
    select object, source_id, max_by(failed, ("at", export_id, row_number)) as failed
    from audit_log where (object, source_id) in (select object, source_id from failure where retry = 'now') group by object, source_id
)
select f.job_id, f.object, coalesce(f.root_code, f.code) as code, count(*) as records
from failure f join last r on r.object = f.object and r.source_id = f.source_id
where f.retry = 'now' and r.failed and ($job is null or f.job_id = $job)
group by f.job_id, f.object, coalesce(f.root_code, f.code) order by records desc, f.job_id, f.object, code
