/*
title = "A deep hierarchy without Kahn's algorithm"
guide = "Scan or Preview Not Starting"
severity = "warning"
needs = ["audit_log"]
sharpens = ["system_property", "application_log"]
explains = false
says = "{subject}: {seen}. UseKahnsAlgorithm is {setting}."
actions = [
  "Set UseKahnsAlgorithm = true in the system properties.",
  "Re-scan, so that the levels are computed anew.",
]
means = '''
Records of an object that refers to itself are sorted into levels before they are sent. From about ten levels on the default
way of computing them becomes slow or fails; Kahn's algorithm is made for such hierarchies.
'''
ignore = '''
When the scans of this object end in good time and all of its levels arrive.
'''

[params.levels]
type = "integer"
default = 10
doc = "Levels of a hierarchy (the depth of the deepest record plus 1) from which on it is reported."

[[fires]]
audit_log = '''
job_id,object,source_id,status_code,depth
a015g0000000001AAA,Account,0015g0000000001,7,0
a015g0000000001AAA,Account,0015g0000000002,7,8
a015g0000000001AAA,Account,0015g0000000003,7,9
a015g0000000001AAA,Contact,0035g0000000001,7,0
'''
system_property = '''
name,value
UseKahnsAlgorithm,false
'''
gives = '''
object,records,levels,certain
Account,1,10,true
'''

# The log says that the levels could not be computed.
[[fires]]
audit_log = '''
job_id,object,source_id,status_code,depth
a015g0000000001AAA,Account,0015g0000000001,7,0
'''
application_log = '''
log_id,level,message
a045g0000000001,ERROR,Hierarchy computation failed for Account: maximum iterations reached
a045g0000000002,DEBUG,Hierarchy computation failed over to the second queue
'''
gives = '''
object,records,subject
,0,The application log
'''

# Nine levels.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,depth
a015g0000000001AAA,Account,0015g0000000001,7,0
a015g0000000001AAA,Account,0015g0000000002,7,8
'''

# Done already.
[[silent]]
audit_log = '''
job_id,object,source_id,status_code,depth
a015g0000000001AAA,Account,0015g0000000001,7,0
a015g0000000001AAA,Account,0015g0000000003,7,12
'''
system_property = '''
name,value
UseKahnsAlgorithm,TRUE
'''
*/
with kahn as (
  select max(value) as value, coalesce(max(case when is_on(value) then 1 else 0 end), 0) as is_on
  from setting
  where lower(name) = 'usekahnsalgorithm'
),
deep as (
  select object, sum(records) as records, max(depth) + 1 as levels
  from outcome
  where depth >= $levels - 1
  group by object
  having sum(records) > 0
),
logged as (
  select count(*) as entries, max_by(l.message, l.at) as last_message, min(message) as first_message
  from log_error l
  where told_by = 'deep-hierarchy'
),
seen as (
  select object, records, levels, object as subject, 'the hierarchy of its records has ' || levels || ' levels' as seen
  from deep
  union all
  select
    cast(null as varchar),
    0,
    cast(null as integer),
    'The application log',
    'the computation of a hierarchy failed: ' || substr(coalesce(last_message, first_message), 1, 200)
  from logged
  where entries > 0
)
select
  cast(null as varchar) as job_id,
  s.object,
  cast(null as varchar) as family_id,
  s.records,
  true as certain,
  s.levels,
  s.subject,
  s.seen,
  coalesce(k.value, 'not set, or not given') as setting
from seen s
cross join kahn k
where k.is_on = 0
order by s.records desc, s.object nulls last
