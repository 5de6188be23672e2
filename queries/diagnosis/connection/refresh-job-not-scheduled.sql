/*
title = "No active OAuth Token Refresh job"
guide = "OAuth and Connection Errors"
severity = "warning"
needs = ["scheduled_job.name"]
sharpens = ["org_master.authentication_mode"]
explains = false
says = "Among {scheduled_jobs} scheduled jobs there is no active OAuth Token Refresh job{inactive}: the access tokens of the target orgs will expire."
actions = [
  "Schedule the OAuth Token Refresh job in the Setup Assistant.",
  "Check under Scheduled Jobs in Setup that it has a next fire time.",
]
means = '''
A scheduled job renews the access tokens of the target orgs. Without it a token runs out and the next sync fails.
'''
ignore = '''
When every target org signs in with Client Credentials: that mode has no refresh token. The check is silent where the export
of the target orgs shows it.
'''

[[fires]]
scheduled_job = '''
trigger_id,name,state,next_fire_at
08e5g0000000001,Sync Job Manager,WAITING,2026-01-05T09:00:00Z
'''
gives = '''
scheduled_jobs,inactive,certain
1,,true
'''

[[fires]]
scheduled_job = '''
trigger_id,name,state,next_fire_at
08e5g0000000001,Sync Job Manager,WAITING,2026-01-05T09:00:00Z
08e5g0000000002,OAuth Token Refresh,PAUSED,
'''
gives = '''
scheduled_jobs,inactive
2," (OAuth Token Refresh is PAUSED)"
'''

[[silent]]
scheduled_job = '''
trigger_id,name,state,next_fire_at
08e5g0000000001,Sync Job Manager,WAITING,2026-01-05T09:00:00Z
08e5g0000000002,OAuth Token Refresh Job - 1,WAITING,2026-01-05T09:00:00Z
'''

# Nothing to refresh.
[[silent]]
scheduled_job = '''
trigger_id,name,state
08e5g0000000001,Sync Job Manager,WAITING
'''
org_master = '''
org_id,name,oauth_status,authentication_mode
a075g0000000001,UAT,Connected,Client Credentials
'''
*/
with schedule as (
  select (select count(*) from scheduled_job) as scheduled_jobs, max(' (' || name || ' is ' || state || ')') as inactive
  from refresh_job
),
org as (
  select
    count(*) as orgs,
    coalesce(sum(case when is_client_credentials(authentication_mode) then 1 else 0 end), 0) as client_credentials
  from org_master
  where coalesce(is_active, true)
)
select
  cast(null as varchar) as job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  0 as records,
  true as certain,
  s.scheduled_jobs,
  coalesce(s.inactive, '') as inactive
from schedule s
cross join org o
where not exists (select 1 from refresh_job where is_active)
  and (o.orgs = 0 or o.client_credentials < o.orgs)
