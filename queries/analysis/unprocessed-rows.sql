/*
title = "Rows without a result, by job and object"
means = '''Blank or code 9: the scan made the row, and no sync has given it a result. In a job that ended this is what an interrupted sync leaves behind;
`first_position` tells from which insert order on.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"

[[fires]]
audit_log = '''
job_id,source_id,object,sequence,insert_order,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,1,1,7
a015g0000000001AAA,0015g0000000002AAA,Account,1,2,9
a015g0000000001AAA,0035g0000000001AAA,Contact,2,1,
'''
gives = '''
object,unprocessed,records,first_position
Account,1,2,2
Contact,1,1,1
'''
*/
select o.job_id, j.status, min(o.sequence) as sequence, o.object,
    sum(o.records) filter (o.status_code is null or o.status_code = 9) as unprocessed, sum(o.records) as records,
    min(o.position) filter (o.status_code is null or o.status_code = 9) as first_position
from outcome o left join job j on j.job_id = o.job_id
where $job is null or o.job_id = $job
group by o.job_id, j.status, o.object
having sum(o.records) filter (o.status_code is null or o.status_code = 9) > 0
order by o.job_id, sequence nulls last, o.object
