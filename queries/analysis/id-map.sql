/*
title = "Which source record became which target record"
means = '''The newest destination id of each source record: the mapping that later loads, lookups and audits start from. Write it to a file with -o.'''
[params.object]
type = "VARCHAR"
doc = "only this object"
[params.job]
type = "VARCHAR"
doc = "only rows of this job (its id)"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,destination_id,modified_at
a015g0000000001AAA,0015g0000000001AAA,Account,7,0015g0000000008AAA,2026-01-05T10:00:00Z
a015g0000000002AAA,0015g0000000001AAA,Account,2,0015g0000000009AAA,2026-01-06T10:00:00Z
a015g0000000001AAA,0015g0000000002AAA,Account,1,,2026-01-05T10:00:00Z
'''
gives = '''
object,source_id,destination_id
Account,0015g0000000001AAA,0015g0000000009AAA
'''
*/
select object, source_id, destination_id, destination_org_id, job_id
from audit_log
where source_id is not null and destination_id is not null and ($object is null or object = $object) and ($job is null or job_id = $job)
qualify row_number() over (partition by object, source_id order by "at" desc nulls last, export_id desc, row_number desc) = 1
order by object, source_id
