/*
title = "The target's address is not a registered remote site"
guide = "OAuth and Connection Errors"
severity = "critical"
any_of = ["application_log"]
sharpens = ["audit_log"]
explains = true
says = "Salesforce refuses the call because {host} is not registered as a remote site. {source}: {detail}"
actions = [
  "Register {host} under Remote Site Settings in the source org, with the exact instance URL of the target.",
  "Test the connection, then use Retry for the records that failed.",
]
means = '''
An org calls only the addresses that are listed in its Remote Site Settings. After a move of the target to another instance
or My Domain name the old entry does not fit any more.
'''
ignore = '''
When the site has been registered since the export.
'''

[[fires]]
application_log = '''
log_id,level,message,at
a045g0000000001,ERROR,"System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://acme--uat.sandbox.my.salesforce.com/services/data",2026-01-05T08:00:00Z
'''
gives = '''
source,host,records,certain
The application log,acme--uat.sandbox.my.salesforce.com,0,true
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://acme.my.salesforce.com/services/data"
'''
gives = '''
job_id,source,records,host
a015g0000000001AAA,The rows of the job,1,acme.my.salesforce.com
'''

# Refused, but not by the remote sites; and a trigger of the target that calls out.
[[silent]]
application_log = '''
log_id,level,message
a045g0000000001,ERROR,System.CalloutException: Read timed out
'''
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: AccountTrigger: execution of AfterInsert caused by: System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://maps.example.com"
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
  coalesce(nullif(regexp_extract(detail, 'https?://([^/:\s"''<>)\]]+)', 1), ''), 'the instance URL of the target') as host,
  entries as log_entries
from sign_in_fault
where told_by = 'remote-site-missing'
order by records desc, job_id nulls last, source, family_id
