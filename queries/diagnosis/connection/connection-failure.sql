/*
title = "Calls to the target fail"
guide = "OAuth and Connection Errors"
severity = "error"
any_of = ["application_log", "audit_log"]
explains = true
says = "Calls to {host} fail: {records} {records|record|records} of {job_name}, {log_entries} log {log_entries|entry|entries}. {detail}"
actions = [
  "Check whether {host} can be reached and that the target org is up (trust.salesforce.com, maintenance, a refreshed or expired sandbox).",
  "Check the sign-in of the target org where the text speaks of a login.",
  "Use Retry for the failed records when the target answers again.",
]
means = '''
The call did not reach the target, or no answer came back in time: a time-out, an unknown or unreachable host, a refused
connection, a busy server. The records themselves are not at fault, and most of them go through when they are sent again.
'''
ignore = '''
When the failures are few and a Retry has delivered the records.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"System.CalloutException: Read timed out"
a015g0000000001AAA,Account,0015g0000000002,1,true,"System.CalloutException: Read timed out"
a015g0000000001AAA,Account,0015g0000000003,7,false,
'''
gives = '''
job_id,records,host,certain
a015g0000000001AAA,2,the target org,true
'''

# A finding for each host.
[[fires]]
application_log = '''
log_id,level,message,at
a045g0000000001,ERROR,System.CalloutException: Unable to connect to https://acme.my.salesforce.com/services,2026-01-05T08:00:00Z
a045g0000000002,ERROR,System.CalloutException: Unable to connect to https://acme.my.salesforce.com/services,2026-01-05T08:01:00Z
a045g0000000003,ERROR,java.net.UnknownHostException: acme--old.my.salesforce.com,2026-01-05T08:02:00Z
'''
gives = '''
host,records,log_entries
acme.my.salesforce.com,0,2
acme--old.my.salesforce.com,0,1
'''

# A callout in a trigger of the target, an expired session and a refused endpoint are other causes.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,has_error,error_message
a015g0000000001AAA,Account,0015g0000000001,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: AccountTrigger: execution of AfterInsert caused by: System.CalloutException: Callout from triggers are currently not supported."
a015g0000000001AAA,Account,0015g0000000002,1,true,"INVALID_SESSION_ID: Session expired or invalid"
a015g0000000001AAA,Account,0015g0000000003,1,true,"System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://acme.my.salesforce.com"
'''
application_log = '''
log_id,level,message
a045g0000000001,DEBUG,Callout to https://acme.my.salesforce.com took 300 ms
a045g0000000002,ERROR,System.CalloutException: Exceeded max size limit of 12000000
'''
*/
with row_text as (
  select job_id, family_id, error_message as message, cast(1 as bigint) as rows_seen
  from failure
  where (category = 'connection' or (code like 'System.CalloutException%' and lower(pattern) not like '%uncommitted work%' and lower(pattern) not like '%execution of %'))
    -- What follows has checks of its own.
    and coalesce(code, '') not in ('INVALID_SESSION_ID', 'InvalidSessionId', 'SESSION_EXPIRED', 'SESSION_INVALIDATED', 'INVALID_ACCESS_TOKEN', 'ERROR_HTTP_401',
      'invalid_grant', 'invalid_scope', 'NO_REFRESH_TOKEN', 'redirect_uri_mismatch')
    and not regexp_matches(lower(pattern), 'session expired|session has expired|invalid_grant|expired access/refresh token|redirect_uri must match|unauthorized endpoint|remote site|exceeded max size')
),
log_text as (
  select job_id, message, "at" as logged_at from log_error where told_by = 'connection-failure'
),
source_text as (
  select job_id, family_id, message, 1 as in_rows, cast(null as timestamp) as logged_at from row_text
  union all
  select job_id, cast(null as varchar), message, 0, logged_at from log_text
),
hosted as (
  select
    job_id,
    family_id,
    message,
    in_rows,
    logged_at,
    coalesce(
      nullif(regexp_extract(lower(message), 'https?://([^/:\s"''<>)\]]+)', 1), ''),
      nullif(regexp_extract(lower(message), '((?:[a-z0-9-]+\.)+(?:salesforce|force|cloudforce)\.(?:com|mil))', 1), ''),
      nullif(regexp_extract(lower(message), '(?:unknownhostexception:?|enotfound|econnrefused)\s+([a-z0-9.-]*[a-z0-9])', 1), ''),
      'the target org'
    ) as host
  from source_text
),
logged as (
  select job_id, host, count(*) as entries, coalesce(max_by(message, logged_at), min(message)) as message
  from hosted
  where in_rows = 0
  group by job_id, host
),
failed as (
  select job_id, family_id, host, count(*) as records, min(message) as message
  from hosted
  where in_rows = 1
  group by job_id, family_id, host
),
shown as (
  select f.job_id, f.family_id, f.host, f.records, f.message, coalesce(l.entries, 0) as log_entries
  from failed f
  left join logged l on l.host = f.host and l.job_id = f.job_id
  union all
  select l.job_id, cast(null as varchar), l.host, 0, l.message, l.entries
  from logged l
  where not exists (select 1 from failed f where f.host = l.host and (l.job_id is null or f.job_id = l.job_id))
)
select
  s.job_id,
  cast(null as varchar) as object,
  s.family_id,
  s.records,
  true as certain,
  coalesce(j.name, s.job_id, 'any job') as job_name,
  s.host,
  s.log_entries,
  substr(s.message, 1, 200) as detail
from shown s
left join job j on j.job_id = s.job_id
order by s.records desc, s.log_entries desc, s.job_id nulls last, s.host, s.family_id
