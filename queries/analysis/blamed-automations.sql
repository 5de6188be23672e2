/*
title = "Validation rules, triggers and flows that stopped the most records"
means = '''Each rule, trigger, flow or class that an error message names, with the failed rows that name it: whom to talk to before the next run.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: AccountTrigger: execution of BeforeInsert caused by: System.NullPointerException: Attempt to de-reference a null object"
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: AccountTrigger: execution of BeforeInsert caused by: System.NullPointerException: Attempt to de-reference a null object"
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,
'''
gives = '''
entity,category,records,objects
AccountTrigger,automation,2,["Account"]
'''
*/
select entity, category, sum(records) as records, count(distinct family_id) as families, list_sort(list(distinct object)) as objects,
    list_sort(list(distinct job_id)) as jobs
from failed_outcome where entity is not null and ($job is null or job_id = $job)
group by entity, category order by records desc, entity, category
