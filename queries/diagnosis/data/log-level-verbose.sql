/*
title = "The log level is left on a diagnosis"
guide = ""
severity = "warning"
needs = ["system_property"]
explains = false
says = "DebugLevel is {level}: every sync writes detailed logs, which costs time and storage."
actions = ["Set DebugLevel back to ERROR when the diagnosis is done."]
means = '''
DEBUG and FINEST are meant for the time of a diagnosis. Each log entry is a record that is written while the job runs.
'''
ignore = "While a problem is being diagnosed."

[[fires]]
system_property = '''
name,value
Debug Level,finest
'''
gives = '''
level
FINEST
'''
[[silent]]
system_property = '''
name,value
DebugLevel,ERROR
'''
*/
select cast(0 as bigint) as records, true as certain, max(upper(trim(value))) as level
from setting
where name = 'DebugLevel' and upper(trim(value)) in ('DEBUG', 'FINE', 'FINER', 'FINEST')
having count(*) > 0
