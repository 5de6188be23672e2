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
select
  job_id,
  cast(null as varchar) as object,
  family_id,
  records,
  true as certain,
  source,
  detail,
  case
    when is_client_credentials then 'Add the scope api to the connected app in the target org; Client Credentials needs no refresh token.'
    else 'Add the scopes api, refresh_token and offline_access to the connected app in the target org.'
  end as scope_advice,
  entries as log_entries
from sign_in_fault
where told_by = 'missing-scope'
  -- Client Credentials has no refresh token.
  and not (is_client_credentials and not regexp_matches(lower(detail), 'scope'))
order by records desc, job_id nulls last, source, family_id
