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
select
  job_id,
  cast(null as varchar) as object,
  family_id,
  records,
  true as certain,
  source,
  detail,
  entries as log_entries
from sign_in_fault
where told_by = 'callback-mismatch'
order by records desc, job_id nulls last, source, family_id
