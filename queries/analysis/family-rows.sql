/*
title = "The failed rows of one failure family"
means = '''The rows behind a number of the report, with their messages as Salesforce wrote them. `failure-groups` gives the family ids.'''
[params.family]
type = "VARCHAR"
doc = "the family's id (16 hexadecimal digits); without it, all families"
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
[params.rows]
type = "INTEGER"
default = 100
doc = "how many rows at most"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone]
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,
'''
gives = '''
object,source_id,error_message
Account,0015g0000000001AAA,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone]
'''
*/
select family_id, job_id, object, source_id, status_code, "at", error_message
from failure
where ($family is null or family_id = $family) and ($job is null or job_id = $job)
order by family_id, job_id, object, insert_order nulls last, source_id, export_id, row_number limit $rows
