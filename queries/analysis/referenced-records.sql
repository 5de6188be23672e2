/*
title = "Records that the error messages name most"
means = '''Each record id that error messages name, with its object by the key prefix and whether that record failed itself: the few records behind many failures.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0035g0000000001AAA,Contact,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id 0015g0000000001AAA: [AccountId]"
a015g0000000001AAA,0035g0000000002AAA,Contact,1,true,"INVALID_CROSS_REFERENCE_KEY: invalid cross reference id 0015g0000000001AAA: [AccountId]"
'''
gives = '''
referenced_id,object,records,failed_itself
0015g0000000001AAA,Account,2,false
'''
*/
with named as (
    select r.referenced_id, f.job_id, f.object, f.source_id
    from stored.error_reference r join failure f on f.export_id = r.export_id and f.row_number = r.row_number
    where $job is null or f.job_id = $job
),
last as (
    select source_id, max_by(failed, ("at", export_id, row_number)) as failed
    from audit_log where source_id in (select referenced_id from named) group by object, source_id
)
select n.referenced_id, min(p.object) as object, count(distinct (n.object, n.source_id)) as records, list_sort(list(distinct n.object)) as named_by,
    bool_or(exists (select 1 from last o where o.source_id = n.referenced_id and o.failed)) as failed_itself
from named n left join key_prefix p on p.prefix = substr(n.referenced_id, 1, 3)
group by n.referenced_id order by records desc, n.referenced_id
