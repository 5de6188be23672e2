/*
title = "Inserted records that somebody may not see"
guide = "Sync Running but Records Not Appearing in Target"
severity = "info"
kind = "summary"
needs = ["audit_log"]
explains = false
says = "{records} {records|record|records} of {objects} {objects|object|objects} {records|was|were} inserted and {records|has|have} an id in the target. Whoever does not find them there may lack access to them."
actions = [
  "Search for the Destination_Record_ID of a missing record in the target, as an admin.",
  "If it is found, review the sharing rules, the owner and the profile of the user who does not see it.",
]
means = '''
Status 7 with a destination id means that Salesforce accepted the insert and returned the new record's id. If such a record
seems to be missing, the cause lies in what the user may see, or in something that deleted it afterwards.
'''
ignore = '''
When nobody misses these records.
'''

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,destination_id
a015g0000000001AAA,Account,0015g0000000001,7,0015h0000000001
a015g0000000001AAA,Contact,0035g0000000001,7,0035h0000000001
a015g0000000001AAA,Contact,0035g0000000002,7,
'''
gives = '''
records,objects
2,2
'''

[[silent]]
audit_log = '''
job_id,object,source_id,status_code,destination_id
a015g0000000001AAA,Account,0015g0000000001,2,0015h0000000001
a015g0000000001AAA,Contact,0035g0000000002,7,
'''
*/
select
  cast(null as varchar) as job_id,
  cast(null as varchar) as object,
  cast(null as varchar) as family_id,
  sum(records) as records,
  true as certain,
  count(distinct object) as objects
from outcome
where status_code = 7 and has_destination
having sum(records) > 0
