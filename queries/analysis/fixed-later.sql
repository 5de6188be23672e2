/*
title = "Failures that a later job cured"
means = '''Records that failed in one job and whose newest result is a success, counted by object and by what had gone wrong: proof that a fix worked.'''
[params.object]
type = "VARCHAR"
doc = "only this object"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone],2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,7,false,,2026-01-06T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone],2026-01-05T10:00:00Z
'''
gives = '''
object,code,records
Account,REQUIRED_FIELD_MISSING,1
'''
*/
with last as (
    select object, source_id, max_by(job_id, ("at", export_id, row_number)) as job_id, max_by(failed, ("at", export_id, row_number)) as failed,
        max_by(status_code, ("at", export_id, row_number)) as status_code
    from audit_log where (object, source_id) in (select object, source_id from failure) group by object, source_id
)
select f.object, f.code, f.pattern, count(distinct f.source_id) as records, list_sort(list(distinct r.job_id)) as cured_by
from failure f join last r on r.object = f.object and r.source_id = f.source_id
where not r.failed and r.status_code in (2, 7) and ($object is null or f.object = $object)
group by f.object, f.family_id, f.code, f.pattern order by records desc, f.object, f.pattern
