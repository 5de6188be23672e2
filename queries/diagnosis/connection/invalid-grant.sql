/*
title = "The target org refuses the grant (invalid_grant)"
guide = "OAuth and Connection Errors"
severity = "critical"
any_of = ["org_master.oauth_last_error", "application_log"]
sharpens = ["audit_log"]
explains = true
says = "The target org refuses the sign-in with invalid_grant. {source}: {detail}"
actions = [
  "Read what follows invalid_grant: an inactive user, a restricted IP address, an app that is not approved or an expired token each need their own cure in the target org.",
  "{reconnect_advice}",
  "Use Retry for the records that failed in the meantime.",
]
means = '''
Salesforce does not accept the token, code or assertion that was presented: it has expired or was revoked, or the user or
the connected app is not allowed to use it any more.
'''
ignore = '''
When the org has been connected again since the export.
'''

[[fires]]
org_master = '''
org_id,name,oauth_status,oauth_last_error,authentication_mode
a075g0000000001,UAT,Error,"{""error"":""invalid_grant"",""error_description"":""inactive user""}",Authorization Code
'''
gives = '''
source,records,certain,reconnect_advice
The target org UAT,0,true,Disconnect the org and connect it again.
'''

[[fires]]
org_master = '''
org_id,name,oauth_status,authentication_mode
a075g0000000001,UAT,Token Expired,Client Credentials
'''
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"invalid_grant: expired access/refresh token"
a015g0000000001AAA,Account,0015g0000000002,1,true,"invalid_grant: expired access/refresh token"
'''
gives = '''
job_id,source,records,reconnect_advice
a015g0000000001AAA,The rows of the job,2,"The org uses Client Credentials, which has no refresh token: check the secret and the execution user of its connected app, then connect again."
'''

[[fires]]
application_log = '''
log_id,level,message
a045g0000000001,ERROR,Token refresh failed: invalid_grant: ip restricted
'''
gives = '''
source,records
The application log,0
'''

# Another OAuth error; an old error of an org that is connected.
[[silent]]
org_master = '''
org_id,name,oauth_status,oauth_last_error
a075g0000000001,UAT,Error,invalid_client_id: client identifier invalid
a075g0000000002,Production,Connected,invalid_grant: authentication failure
'''
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"INVALID_SESSION_ID: Session expired or invalid"
'''
*/
with org as (
  select
    coalesce(name, org_id) as org,
    lower(replace(coalesce(oauth_status, ''), ' ', '')) as status,
    lower(replace(coalesce(authentication_mode, ''), ' ', '')) like '%clientcredential%' as is_client_credentials,
    oauth_last_error
  from org_master
  where coalesce(is_active, true)
),
all_orgs as (
  select
    count(*) > 0 and min(case when status = 'connected' then 1 else 0 end) = 1 as is_connected,
    count(*) > 0 and min(case when is_client_credentials then 1 else 0 end) = 1 as is_client_credentials
  from org
),
logged as (
  select l.job_id, count(*) as entries, coalesce(max_by(l.message, l.at), min(l.message)) as message
  from application_log l
  where coalesce(upper(l.level), 'ERROR') not in ('DEBUG', 'FINE', 'FINER', 'FINEST', 'INFO')
    and (lower(l.message) like '%invalid_grant%' or lower(l.message) like '%expired access/refresh token%')
  group by l.job_id
),
seen as (
  select
    f.job_id,
    f.family_id,
    sum(f.records) as records,
    'The rows of the job' as source,
    max(substr(f.sample, 1, 200)) as detail,
    cast(null as boolean) as is_client_credentials
  from failed_outcome f
  where f.code = 'invalid_grant'
    or (f.category = 'connection' and (lower(f.pattern) like '%invalid_grant%' or lower(f.pattern) like '%expired access/refresh token%'))
  group by f.job_id, f.family_id
  having sum(f.records) > 0
  union all
  select cast(null as varchar), cast(null as varchar), 0, 'The target org ' || o.org, substr(o.oauth_last_error, 1, 200), o.is_client_credentials
  from org o
  -- The last error of a connected org is history.
  where o.status <> 'connected'
    and (lower(o.oauth_last_error) like '%invalid_grant%' or lower(o.oauth_last_error) like '%expired access/refresh token%')
),
shown as (
  select job_id, family_id, records, source, detail, is_client_credentials, cast(null as bigint) as log_entries from seen
  union all
  -- The log where it stands alone: with rows or an org it would tell the same once more.
  select g.job_id, cast(null as varchar), 0, 'The application log', substr(g.message, 1, 200), cast(null as boolean), g.entries
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
  s.detail,
  case
    when coalesce(s.is_client_credentials, a.is_client_credentials) then 'The org uses Client Credentials, which has no refresh token: check the secret and the execution user of its connected app, then connect again.'
    when a.is_connected then 'The target org shows Connected as of the export: test the connection before the next run.'
    else 'Disconnect the org and connect it again.'
  end as reconnect_advice,
  s.log_entries
from shown s
cross join all_orgs a
order by s.records desc, s.job_id nulls last, s.source, s.family_id
