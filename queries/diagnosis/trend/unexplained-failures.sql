/*
title = "Failures that no check explains"
guide = ""
severity = "info"
kind = "summary"
needs = ["audit_log"]
rest = true
explains = false
says = "{records} {object} {records|record|records} failed with a text that names no known cause: {sample} ({explained_share} of all {failed} failed rows do name one.)"
actions = [
  "Read the message and look at one of the records in the target.",
  "If you know the cause, name it in synclens.toml ([[message_rule]]), and it is told by that name from then on.",
]
means = '''
The checks explain failures by the code, the category and the text of their message. What is left over is listed here with its failure groups, so that nothing is passed over in silence.
'''
ignore = "Never entirely: these rows are what no check speaks for. A few rows of one kind can be read by hand."
[params.most]
type = "INTEGER"
default = 20
doc = "how many families are listed, the largest first"

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,The flux compensator of this region hums
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name]
'''
gives = '''
object,records,failed,unexplained,explained_share
Account,1,2,1,0.5
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name]
a015g0000000001AAA,0015g0000000003AAA,Account,7,false,
'''
*/
with family as (
    select object, family_id, min(sample) as sample, sum(records) as records
    from failed_outcome
    group by object, family_id
    having sum(records) > 0
),
told as (
    select object, family_id, sum(records) as records from explained group by object, family_id
),
untold as (
    select family.object, family.family_id, family.sample, family.records as failed, family.records - coalesce(told.records, 0) as records
    from family
    left join told on told.object is not distinct from family.object and told.family_id is not distinct from family.family_id
),
total as (
    select sum(failed) as failed, sum(records) as unexplained from untold
)
select untold.object, untold.family_id, untold.records, true as certain, coalesce(nullif(left(untold.sample, 300), ''), '(no message)') as sample,
       total.failed, total.unexplained, round(1 - cast(total.unexplained as double) / total.failed, 6) as explained_share
from untold
cross join total
where untold.records > 0
order by untold.records desc, untold.object, untold.family_id
limit $most
