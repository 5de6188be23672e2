/*
title = "A target org is not connected"
guide = "OAuth and Connection Errors"
severity = "critical"
needs = ["org_master.oauth_status"]
explains = false
says = "The target org {org} has the OAuthStatus Not Connected: no job can write to it."
actions = [
  "{connect_advice}",
  "Test the connection before the next sync.",
]
means = '''
The org was registered, but it was never authorised, or was disconnected.
'''
ignore = '''
When no template uses this org.
'''

[[fires]]
org_master = '''
org_id,name,oauth_status,authentication_mode
a075g0000000001,UAT,Not Connected,Authorization Code
a075g0000000002,Production,Connected,Authorization Code
'''
gives = '''
org,certain,connect_advice
UAT,true,Start the OAuth flow for UAT.
'''

[[silent]]
org_master = '''
org_id,name,oauth_status,is_active
a075g0000000001,UAT,Connected,true
a075g0000000002,Archive,,true
a075g0000000003,Old sandbox,Not Connected,false
'''
*/
select
  cast(null as varchar) as job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  0 as records,
  true as certain,
  coalesce(name, org_id) as org,
  case
    when is_client_credentials(authentication_mode)
      then 'Enter client id and secret of the connected app for ' || coalesce(name, org_id) || ' and connect: Client Credentials has no user sign-in.'
    else 'Start the OAuth flow for ' || coalesce(name, org_id) || '.'
  end as connect_advice
from org_master
where word_of(oauth_status) = 'notconnected' and coalesce(is_active, true)
order by org, org_id
