/*
title = "Failures that took others along"
means = '''Rows that failed because another record did, by the object and failure family of that record. exact_id: the messages name the record, which is certain;
level and order: an earlier level or object failed, which is possible. Repair these first, and the rows that they took along get through with a retry.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"

[[fires]]
audit_log = '''
job_id,source_id,object,sequence,insert_order,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,1,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone]
a015g0000000001AAA,0035g0000000002AAA,Contact,2,1,1,true,INVALID_CROSS_REFERENCE_KEY: invalid cross reference id 0015g0000000001AAA: [AccountId]
a015g0000000001AAA,0035g0000000003AAA,Contact,2,2,7,false,
'''
gives = '''
root_object,known_by,records,object
Account,exact_id,1,Contact
'''
*/
select c.root_object, c.known_by, count(*) as records, c.object, max(c.distance) as distance, min(g.code) as root_code, min(g.pattern) as root_pattern
from cascade c left join message_group g on g.group_id = c.root_family_id
where $job is null or c.job_id = $job
group by c.root_object, c.root_family_id, c.known_by, c.object order by records desc, c.root_object, c.object, c.known_by, root_pattern
