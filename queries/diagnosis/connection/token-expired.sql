/*
title = "The session with the target org has expired"
guide = "OAuth and Connection Errors"
severity = "critical"
any_of = ["org_master.oauth_status", "application_log", "audit_log"]
explains = true
says = "The session with the target org is no longer valid. {source}: {detail}"
actions = [
  "{sign_in_advice}",
  "Check that the OAuth Token Refresh job is scheduled and that its last run succeeded.",
  "Use Retry for the records that failed in the meantime.",
]
means = '''
The access token has run out and was not renewed: the refresh failed, or the token was revoked in the target org. Until the
org is authorised again every call to it fails.
'''
ignore = '''
When the org has been authorised again since the export.
'''

[[fires]]
org_master = '''
org_id,name,oauth_status,authentication_mode
a075g0000000001,UAT,Token Expired,Authorization Code
a075g0000000002,Production,Connected,Authorization Code
'''
gives = '''
source,detail,records,certain,sign_in_advice
The target org UAT,OAuthStatus is Token Expired,0,true,Authorise the org again with the OAuth flow: the refresh of its token failed or was revoked.
'''

# Client Credentials has no refresh token.
[[fires]]
org_master = '''
org_id,name,oauth_status,authentication_mode
a075g0000000001,UAT,Token Expired,Client Credentials
'''
gives = '''
source,sign_in_advice
The target org UAT,"The org uses Client Credentials, which has no refresh token: check the secret and the execution user of its connected app, then test the connection."
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"INVALID_SESSION_ID: Session expired or invalid"
a015g0000000001AAA,Contact,0035g0000000001,1,true,"INVALID_SESSION_ID: Session expired or invalid"
'''
gives = '''
job_id,source,records,certain
a015g0000000001AAA,The rows of the job,2,true
'''

[[fires]]
application_log = '''
log_id,level,message,at
a045g0000000001,ERROR,Callout to the target failed: 401 INVALID_SESSION_ID,2026-01-05T08:00:00Z
a045g0000000002,ERROR,Batch ended,2026-01-05T08:00:01Z
'''
gives = '''
source,detail,records
The application log,Callout to the target failed: 401 INVALID_SESSION_ID,0
'''

[[silent]]
org_master = '''
org_id,name,oauth_status
a075g0000000001,UAT,Connected
'''
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"invalid_grant: authentication failure"
'''
application_log = '''
log_id,level,message
a045g0000000001,DEBUG,Checking whether the session expired
'''

# The org is not in use.
[[silent]]
org_master = '''
org_id,name,oauth_status,is_active
a075g0000000001,Old sandbox,Token Expired,false
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
    and (lower(l.message) like '%invalid_session_id%' or lower(l.message) like '%session expired%' or lower(l.message) like '%session has expired%')
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
  where f.code in ('INVALID_SESSION_ID', 'InvalidSessionId', 'SESSION_EXPIRED', 'SESSION_INVALIDATED', 'INVALID_ACCESS_TOKEN', 'ERROR_HTTP_401')
    or (f.category = 'connection' and (lower(f.pattern) like '%session expired%' or lower(f.pattern) like '%session has expired%'))
  group by f.job_id, f.family_id
  having sum(f.records) > 0
  union all
  select cast(null as varchar), cast(null as varchar), 0, 'The target org ' || o.org, 'OAuthStatus is Token Expired', o.is_client_credentials
  from org o
  where o.status = 'tokenexpired'
  union all
  select cast(null as varchar), cast(null as varchar), 0, 'The target org ' || o.org, substr(o.oauth_last_error, 1, 200), o.is_client_credentials
  from org o
  -- The last error of a connected org is history.
  where o.status not in ('connected', 'tokenexpired')
    and (lower(o.oauth_last_error) like '%invalid_session_id%' or lower(o.oauth_last_error) like '%session expired%' or lower(o.oauth_last_error) like '%session has expired%')
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
    when coalesce(s.is_client_credentials, a.is_client_credentials) then 'The org uses Client Credentials, which has no refresh token: check the secret and the execution user of its connected app, then test the connection.'
    when a.is_connected then 'The target org shows Connected as of the export: test the connection before the next run.'
    else 'Authorise the org again with the OAuth flow: the refresh of its token failed or was revoked.'
  end as sign_in_advice,
  s.log_entries
from shown s
cross join all_orgs a
order by s.records desc, s.job_id nulls last, s.source, s.family_id
