/*
title = "The session with the target org has expired"
guide = "OAuth and Connection Errors"
severity = "critical"
any_of = ["org_master.oauth_status", "application_log", "audit_log"]
explains = true
says = "The session with the target org is no longer valid. {source}: {detail}"
actions = [
  "{sign_in_advice}",
  "{refresh_advice}",
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
select
  job_id,
  cast(null as varchar) as object,
  family_id,
  records,
  true as certain,
  source,
  detail,
  case
    when is_client_credentials then 'The org uses Client Credentials, which has no refresh token: check the secret and the execution user of its connected app, then test the connection.'
    when is_connected then 'The target org shows Connected as of the export: test the connection before the next run.'
    else 'Authorise the org again with the OAuth flow: the refresh of its token failed or was revoked.'
  end as sign_in_advice,
  case
    when is_client_credentials then 'The OAuth Token Refresh job does not serve this mode: nothing has to be scheduled.'
    when exists (select 1 from refresh_job where is_active) then 'The OAuth Token Refresh job is scheduled: check that its last run succeeded.'
    else 'Check that the OAuth Token Refresh job is scheduled and that its last run succeeded.'
  end as refresh_advice,
  entries as log_entries
from sign_in_fault
where told_by = 'token-expired'
order by records desc, job_id nulls last, source, family_id
