/*
title = "Fields that the error messages blame most"
means = '''Each field that an error message names, by object: where a mapping, a default or the field-level security wants a look. A message that names two fields counts for both.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
[params.object]
type = "VARCHAR"
doc = "only this object"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [BillingCity]
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,"REQUIRED_FIELD_MISSING: Required fields are missing: [BillingCity, Phone]"
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,
'''
gives = '''
object,field,records
Account,BillingCity,2
Account,Phone,1
'''
*/
select object, field, sum(records) as records, list_sort(list(distinct code)) as codes
from (select object, code, records, unnest(fields) as field from failed_outcome
    where ($job is null or job_id = $job) and ($object is null or object = $object))
group by object, field order by records desc, object, field
