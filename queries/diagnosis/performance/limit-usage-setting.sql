/*
title = "MaxLimitUsage is set too low or too high"
guide = "Performance and Governor Limit Issues"
severity = "warning"
any_of = ["system_property", "template.max_limit_usage"]
explains = false
says = "MaxLimitUsage is {usage} % in {place}: {effect}."
actions = ["Set MaxLimitUsage in {place} to about 80 %."]
means = '''
MaxLimitUsage is the share of the governor limits that the engine lets one transaction use before it pauses. At 50 % or less it pauses often;
above 90 % the automations of the target find no room and fail with limit exceptions. It is not MAXAPICALLLIMIT, the share of the
daily API calls.
'''
ignore = "The value was chosen on purpose for this org and jobs neither pause often nor hit governor limits."
[params.low]
type = "INTEGER"
default = 50
doc = "told at or below this percentage"

[params.high]
type = "INTEGER"
default = 90
doc = "told above this percentage"

[[fires]]
system_property = '''
name,value
Max Limit Usage,50
'''
gives = '''
usage,place
50,the system properties
'''
[[fires]]
system_property = '''
name,value
MaxLimitUsage,80 %
'''
template = '''
template_id,name,max_limit_usage
a035g0000000001AAA,Full load,95
'''
gives = '''
usage,place
95,template Full load
'''
[[silent]]
system_property = '''
name,value
MaxLimitUsage,90
MAXAPICALLLIMIT,95
'''
template = '''
template_id,name,max_limit_usage
a035g0000000001AAA,Full load,51
'''
*/
with usage as (
    select 'the system properties' as place, try_cast(regexp_extract(value, '[0-9]+([.][0-9]+)?') as double) as usage
    from setting where name = 'MaxLimitUsage'
    union all
    select concat('template ', coalesce(name, template_id)), cast(max_limit_usage as double) from template
)
select cast(0 as bigint) as records, true as certain, cast(round(usage) as integer) as usage, place,
       case when usage <= $low then 'the engine pauses often, long before a limit is near'
            else 'little room is left for the automations of the target, which then fail on governor limits' end as effect
from usage
where usage <= $low or usage > $high
order by place
