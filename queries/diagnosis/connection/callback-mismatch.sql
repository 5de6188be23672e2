/*
title = "The callback URL does not match the connected app"
guide = "OAuth and Connection Errors"
severity = "critical"
any_of = ["application_log", "org_master.oauth_last_error"]
sharpens = ["audit_log"]
explains = true
says = "The sign-in ends with redirect_uri_mismatch: the callback URL differs from the one of the connected app. {source}: {detail}"
actions = [
  "Copy the callback URL that the source org uses, exactly, into the connected app of the target org.",
  "Wait up to ten minutes until the change has reached all servers, then connect the org again.",
]
means = '''
OAuth returns the user only to an address that the connected app lists. Scheme, host (My Domain, sandbox name) and path have
to be the same to the letter.
'''
ignore = '''
When the org has been connected since the export.
'''

[[fires]]
org_master = '''
org_id,name,oauth_status,oauth_last_error
a075g0000000001,UAT,Error,error=redirect_uri_mismatch&error_description=redirect_uri must match configuration
'''
gives = '''
source,records,certain
The target org UAT,0,true
'''

[[fires]]
application_log = '''
log_id,level,message
a045g0000000001,ERROR,OAuth callback failed: redirect_uri_mismatch
'''
gives = '''
source,detail
The application log,OAuth callback failed: redirect_uri_mismatch
'''

[[silent]]
org_master = '''
org_id,name,oauth_status,oauth_last_error
a075g0000000001,UAT,Error,invalid_client_id: client identifier invalid
a075g0000000002,Production,Connected,redirect_uri_mismatch
'''
application_log = '''
log_id,level,message
a045g0000000001,DEBUG,Known causes of a failed sign-in: redirect_uri_mismatch and others
'''
*/
with logged as (
  select l.job_id, count(*) as entries, coalesce(max_by(l.message, l.at), min(l.message)) as message
  from application_log l
  where coalesce(upper(l.level), 'ERROR') not in ('DEBUG', 'FINE', 'FINER', 'FINEST', 'INFO')
    and (lower(l.message) like '%redirect_uri_mismatch%' or lower(l.message) like '%redirect_uri must match%')
  group by l.job_id
),
seen as (
  select f.job_id, f.family_id, sum(f.records) as records, 'The rows of the job' as source, max(f.sample) as message
  from failed_outcome f
  where f.code = 'redirect_uri_mismatch' or lower(f.pattern) like '%redirect_uri must match%'
  group by f.job_id, f.family_id
  having sum(f.records) > 0
  union all
  -- The last error of a connected org is history.
  select cast(null as varchar), cast(null as varchar), 0, 'The target org ' || coalesce(name, org_id), oauth_last_error
  from org_master
  where coalesce(is_active, true)
    and lower(replace(coalesce(oauth_status, ''), ' ', '')) <> 'connected'
    and (lower(oauth_last_error) like '%redirect_uri_mismatch%' or lower(oauth_last_error) like '%redirect_uri must match%')
),
shown as (
  select job_id, family_id, records, source, message, cast(null as bigint) as log_entries from seen
  union all
  -- The log where it stands alone: with rows or an org it would tell the same once more.
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
  s.log_entries
from shown s
order by s.records desc, s.job_id nulls last, s.source, s.family_id
