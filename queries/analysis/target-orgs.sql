/*
title = "Rows by target org"
means = '''How many rows went to which org, and how many of them failed; the org's name where an org_master export tells it. A row that was never sent has none.'''

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,destination_id,destination_org_id
a015g0000000001AAA,0015g0000000001AAA,Account,7,false,0015g0000000009AAA,00D5g0000000001EAA
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,,00D5g0000000001EAA
'''
gives = '''
destination_org_id,records,failed,delivered
00D5g0000000001EAA,2,1,1
'''
*/
select o.destination_org_id, min(m.name) as name, min(m.oauth_status) as oauth_status, sum(o.records) as records,
    coalesce(sum(o.records) filter (is_failed(o.has_error, o.status_code)), 0) as failed,
    coalesce(sum(o.records) filter (o.has_destination), 0) as delivered, count(distinct o.job_id) as jobs
from outcome o
left join (select target_org_id, min(name) as name, min(oauth_status) as oauth_status from org_master group by target_org_id) m on m.target_org_id = o.destination_org_id
group by o.destination_org_id order by records desc, o.destination_org_id
