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
select
  job_id,
  cast(null as varchar) as object,
  family_id,
  records,
  true as certain,
  source,
  detail,
  case
    when is_client_credentials then 'The org uses Client Credentials, which has no refresh token: check the secret and the execution user of its connected app, then connect again.'
    when is_connected then 'The target org shows Connected as of the export: test the connection before the next run.'
    else 'Disconnect the org and connect it again.'
  end as reconnect_advice,
  entries as log_entries
from sign_in_fault
where told_by = 'invalid-grant'
order by records desc, job_id nulls last, source, family_id
