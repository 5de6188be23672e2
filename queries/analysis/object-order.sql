/*
title = "The order in which a job processes its objects"
means = '''Sequence by sequence: which object, how many rows, how many levels, how many failures. A parent belongs before its children.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"

[[fires]]
audit_log = '''
job_id,source_id,object,sequence,depth,status_code,has_error
a015g0000000001AAA,0015g0000000001AAA,Account,1,0,7,false
a015g0000000001AAA,0015g0000000002AAA,Account,1,1,1,true
a015g0000000001AAA,0035g0000000001AAA,Contact,2,0,7,false
'''
gives = '''
sequence,object,records,failed,levels
1,Account,2,1,2
2,Contact,1,0,1
'''
*/
select job_id, sequence, object, sum(records) as records,
    coalesce(sum(records) filter (is_failed(has_error, status_code)), 0) as failed,
    max(depth) + 1 as levels, bool_or(is_parent) as is_parent
from outcome where $job is null or job_id = $job
group by job_id, sequence, object order by job_id, sequence nulls last, object
