/*
title = "The connected app lacks an OAuth scope"
guide = "OAuth and Connection Errors"
severity = "critical"
any_of = ["application_log", "org_master.oauth_last_error"]
sharpens = ["audit_log"]
explains = true
says = "The connected app does not grant what the sync needs. {source}: {detail}"
actions = [
  "{scope_advice}",
  "Wait up to ten minutes until the change has reached all servers, then connect the org again: a token keeps the scopes it was issued with.",
]
means = '''
The sync needs the scopes api (to call the target), refresh_token and offline_access (to stay connected). Without the last
two no refresh token is issued, and the connection ends with its first access token.
'''
ignore = '''
When the org has been connected with the right scopes since the export.
'''

[[fires]]
org_master = '''
org_id,name,oauth_status,oauth_last_error,authentication_mode
a075g0000000001,UAT,Error,invalid_scope: the requested scope is not allowed,Authorization Code
'''
gives = '''
source,records,certain,scope_advice
The target org UAT,0,true,"Add the scopes api, refresh_token and offline_access to the connected app in the target org."
'''

[[fires]]
application_log = '''
log_id,level,message
a045g0000000001,ERROR,Sign-in succeeded but no refresh token was returned
'''
gives = '''
source,detail
The application log,Sign-in succeeded but no refresh token was returned
'''

# Another error; and Client Credentials, to which no refresh token belongs.
[[silent]]
org_master = '''
org_id,name,oauth_status,oauth_last_error,authentication_mode
a075g0000000001,UAT,Error,invalid_client_id: client identifier invalid,Authorization Code
a075g0000000002,Production,Error,no refresh token,Client Credentials
'''
application_log = '''
log_id,level,message
a045g0000000001,ERROR,Records out of scope of the filter were left out
'''
*/
with org as (
  select
    coalesce(name, org_id) as org,
    lower(replace(coalesce(oauth_status, ''), ' ', '')) as status,
    lower(replace(coalesce(authentication_mode, ''), ' ', '')) like '%clientcredential%' as is_client_credentials,
    lower(coalesce(oauth_last_error, '')) as last_error,
    oauth_last_error
  from org_master
  where coalesce(is_active, true)
),
all_orgs as (
  select count(*) > 0 and min(case when is_client_credentials then 1 else 0 end) = 1 as is_client_credentials from org
),
entry as (
  select l.job_id, l.message, lower(l.message) as text, l.at as logged_at
  from application_log l
  where coalesce(upper(l.level), 'ERROR') not in ('DEBUG', 'FINE', 'FINER', 'FINEST', 'INFO')
),
logged as (
  select e.job_id, count(*) as entries, coalesce(max_by(e.message, e.logged_at), min(e.message)) as message
  from entry e
  cross join all_orgs a
  where regexp_matches(e.text, 'invalid_scope|(missing|insufficient|required|invalid|no such|oauth) scope|scope[s]? (is|are|was|were)? ?(missing|invalid|not allowed|not granted|insufficient)')
    or (regexp_matches(e.text, 'no_refresh_token|(no|without a?|missing) ?refresh[ _]token|refresh[ _]token (is|was) (missing|not (issued|returned|granted|included|provided))') and not a.is_client_credentials)
  group by e.job_id
),
seen as (
  select f.job_id, f.family_id, sum(f.records) as records, 'The rows of the job' as source, max(f.sample) as message, cast(null as boolean) as is_client_credentials
  from failed_outcome f
  where f.code in ('invalid_scope', 'NO_REFRESH_TOKEN')
  group by f.job_id, f.family_id
  having sum(f.records) > 0
  union all
  -- The last error of a connected org is history.
  select cast(null as varchar), cast(null as varchar), 0, 'The target org ' || o.org, o.oauth_last_error, o.is_client_credentials
  from org o
  where o.status <> 'connected'
    and (regexp_matches(o.last_error, 'invalid_scope|(missing|insufficient|required|invalid|no such|oauth) scope|scope[s]? (is|are|was|were)? ?(missing|invalid|not allowed|not granted|insufficient)')
      or (regexp_matches(o.last_error, 'no_refresh_token|(no|without a?|missing) ?refresh[ _]token|refresh[ _]token (is|was) (missing|not (issued|returned|granted|included|provided))') and not o.is_client_credentials))
),
shown as (
  select job_id, family_id, records, source, message, is_client_credentials, cast(null as bigint) as log_entries from seen
  union all
  -- The log where it stands alone: with rows or an org it would tell the same once more.
  select g.job_id, cast(null as varchar), 0, 'The application log', g.message, cast(null as boolean), g.entries
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
  case
    when coalesce(s.is_client_credentials, a.is_client_credentials) then 'Add the scope api to the connected app in the target org; Client Credentials needs no refresh token.'
    else 'Add the scopes api, refresh_token and offline_access to the connected app in the target org.'
  end as scope_advice,
  s.log_entries
from shown s
cross join all_orgs a
order by s.records desc, s.job_id nulls last, s.source, s.family_id
