/*
title = "Some failures can only be explained with more logging"
guide = ""
severity = "info"
needs = ["system_property", "audit_log.error_message"]
explains = false
says = "{records} failed records carry no text that names a cause ({groups} kinds, most often {sample}), and DebugLevel is {level}."
actions = [
  "Set DebugLevel to DEBUG (or FINEST).",
  "Retry a few of these records, and read the application log.",
  "Set DebugLevel back to ERROR.",
]
means = '''
Some messages are blank or say only that something unexpected happened. With DebugLevel ERROR the application log adds little, so the failure has to be
reproduced with more logging.
'''
ignore = "When the records have been delivered since."

[[fires]]
system_property = '''
name,value
DebugLevel,ERROR
'''
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-1234 (12345678)
a015g0000000001AAA,0015g0000000003AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name]
'''
gives = '''
records,groups,level
2,2,ERROR
'''
[[silent]]
system_property = '''
name,value
DebugLevel,DEBUG
'''
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,
'''
[[silent]]
system_property = '''
name,value
DebugLevel,ERROR
'''
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000003AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name]
'''
*/
with level_now as (
    -- ERROR is what counts where the property is not set
    select coalesce(max(upper(trim(value))), 'ERROR (not set)') as level from setting where name = 'DebugLevel'
),
silent_text as (
    select family_id, coalesce(nullif(min(sample), ''), 'no message at all') as sample, sum(records) as records
    from failed_outcome
    where coalesce(pattern, '') = ''
       or (coalesce(root_category, category) = 'other'
           and (code is null or code in ('UNKNOWN_EXCEPTION', 'UNKNOWN_ERROR', 'UNEXPECTED_EXCEPTION', 'INTERNAL_ERROR')))
    group by family_id
    having sum(records) > 0
)
select sum(silent_text.records) as records, true as certain, count(*) as groups, level_now.level,
       left(max_by(silent_text.sample, (silent_text.records, silent_text.sample)), 200) as sample
from silent_text
cross join level_now
where level_now.level like 'ERROR%'
group by level_now.level
