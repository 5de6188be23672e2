/*
title = "The connection to a target org is in error"
guide = "OAuth and Connection Errors"
severity = "critical"
needs = ["org_master.oauth_status"]
explains = false
says = "The target org {org} has the OAuthStatus Error. OAuthLastError: {last_error}"
actions = [
  "{first_action}",
  "Connect the org again and test the connection.",
]
means = '''
The last attempt to sign in to the org, or to renew its token, ended with an error, and the package keeps its text in
OAuthLastError.
'''
ignore = '''
When the org has been connected again since the export, or no template uses it.
'''

[[fires]]
org_master = '''
org_id,name,oauth_status,oauth_last_error
a075g0000000001,UAT,Error,inactive_user: the user is inactive
a075g0000000002,Dev,Error,
a075g0000000003,Production,Connected,an old error
'''
gives = '''
org,last_error,certain
Dev,none was kept,true
UAT,inactive_user: the user is inactive,true
'''

[[silent]]
org_master = '''
org_id,name,oauth_status,oauth_last_error
a075g0000000001,UAT,Connected,inactive_user: the user is inactive
a075g0000000002,Dev,Token Expired,
'''
*/
select
  cast(null as varchar) as job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  0 as records,
  true as certain,
  'callback-mismatch, invalid-grant, missing-scope' as told_by,
  coalesce(name, org_id) as org,
  coalesce(nullif(substr(oauth_last_error, 1, 300), ''), 'none was kept') as last_error,
  coalesce('Cure what the error says: ' || nullif(substr(oauth_last_error, 1, 300), ''), 'Test the connection of ' || coalesce(name, org_id) || ' to see the error: none was kept') as first_action
from org_master
where word_of(oauth_status) = 'error' and coalesce(is_active, true)
order by org, org_id
