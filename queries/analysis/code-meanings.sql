/*
title = "The error codes that occurred, and what they mean"
means = '''Each code of the failed rows with its meaning and whether a retry alone can help. A failure without a code is listed without one.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record: []
a015g0000000001AAA,0015g0000000002AAA,Account,7,false,
'''
gives = '''
code,records,retry
UNABLE_TO_LOCK_ROW,1,now
'''
*/
select f.code, sum(f.records) as records, count(distinct f.family_id) as families, coalesce(min(e.retry), min(f.retry)) as retry, min(e.meaning) as meaning
from failed_outcome f left join error_code e on e.code = f.code
where $job is null or f.job_id = $job
group by f.code order by records desc, f.code
