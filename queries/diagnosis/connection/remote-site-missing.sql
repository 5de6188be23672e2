/*
title = "The target's address is not a registered remote site"
guide = "OAuth and Connection Errors"
severity = "critical"
any_of = ["application_log"]
sharpens = ["audit_log"]
explains = true
says = "Salesforce refuses the call because {host} is not registered as a remote site. {source}: {detail}"
actions = [
  "Register {host} under Remote Site Settings in the source org, with the exact instance URL of the target.",
  "Test the connection, then use Retry for the records that failed.",
]
means = '''
An org calls only the addresses that are listed in its Remote Site Settings. After a move of the target to another instance
or My Domain name the old entry does not fit any more.
'''
ignore = '''
When the site has been registered since the export.
'''

[[fires]]
application_log = '''
log_id,level,message,at
a045g0000000001,ERROR,"System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://acme--uat.sandbox.my.salesforce.com/services/data",2026-01-05T08:00:00Z
'''
gives = '''
source,host,records,certain
The application log,acme--uat.sandbox.my.salesforce.com,0,true
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://acme.my.salesforce.com/services/data"
'''
gives = '''
job_id,source,records,host
a015g0000000001AAA,The rows of the job,1,acme.my.salesforce.com
'''

# Refused, but not by the remote sites; and a trigger of the target that calls out.
[[silent]]
application_log = '''
log_id,level,message
a045g0000000001,ERROR,System.CalloutException: Read timed out
'''
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: AccountTrigger: execution of AfterInsert caused by: System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://maps.example.com"
'''
*/
with logged as (
  select l.job_id, count(*) as entries, coalesce(max_by(l.message, l.at), min(l.message)) as message
  from application_log l
  where coalesce(upper(l.level), 'ERROR') not in ('DEBUG', 'FINE', 'FINER', 'FINEST', 'INFO')
    and (lower(l.message) like '%unauthorized endpoint%' or lower(l.message) like '%remote site%')
  group by l.job_id
),
seen as (
  select f.job_id, f.family_id, sum(f.records) as records, max(f.sample) as message
  from failed_outcome f
  where (lower(f.pattern) like '%unauthorized endpoint%' or lower(f.pattern) like '%remote site%')
    -- A trigger that calls out meets the remote sites of the target, which is its own matter.
    and coalesce(f.code, '') <> 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY'
    and lower(f.pattern) not like '%execution of %'
  group by f.job_id, f.family_id
  having sum(f.records) > 0
),
shown as (
  select job_id, family_id, records, 'The rows of the job' as source, message, cast(null as bigint) as log_entries from seen
  union all
  -- The log where it stands alone: with rows it would tell the same once more.
  select g.job_id, cast(null as varchar), 0, 'The application log', g.message, g.entries
  from logged g
  where not exists (select 1 from seen s where s.job_id is null or g.job_id is null or s.job_id = g.job_id)
)
select
  s.job_id,
  cast(null as varchar) as object,
  s.family_id,
  s.records,
  true as certain,
  s.source,
  substr(s.message, 1, 200) as detail,
  coalesce(nullif(regexp_extract(s.message, 'https?://([^/:\s"''<>)\]]+)', 1), ''), 'the instance URL of the target') as host,
  s.log_entries
from shown s
order by s.records desc, s.job_id nulls last, s.source, s.family_id
