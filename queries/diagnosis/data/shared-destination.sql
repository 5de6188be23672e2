/*
title = "Several source records became one target record"
guide = ""
severity = "warning"
needs = ["audit_log.destination_id"]
explains = false
says = "{source_records} {object} records of the source share {targets} {targets|record|records} of the target, for instance {sample}: where several were written to it, the last one has overwritten the others."
actions = [
  "Look at {sample} in the target, and at the source records that were written to it.",
  "Check that the mapping key or external id of {object} is unique in the source (also without regard to case), and filled.",
  "Correct the key, then sync the overwritten records again.",
]
means = '''
Records are matched by an external id or mapping fields. Where two source records have the same key, both are written to one target record and the
values of one are lost. Default mappings (code 6) send many users to one on purpose and are not counted.
'''
ignore = "When records are merged on purpose."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code,destination_id,destination_org_id
a015g0000000001AAA,0015g0000000001AAA,Account,2,0015g00000000a1AAA,00d5g0000000001AAA
a015g0000000001AAA,0015g0000000002AAA,Account,2,0015g00000000a1AAA,00d5g0000000001AAA
a015g0000000001AAA,0015g0000000003AAA,Account,2,0015g00000000a3AAA,00d5g0000000001AAA
'''
gives = '''
object,targets,source_records,records,sample
Account,1,2,2,0015g00000000a1AAA
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code,destination_id,destination_org_id
a015g0000000001AAA,0015g0000000001AAA,Account,2,0015g00000000a1AAA,00d5g0000000001AAA
a015g0000000002AAA,0015g0000000001AAA,Account,2,0015g00000000a1AAA,00d5g0000000001AAA
a015g0000000001AAA,0015g0000000002AAA,Account,2,0015g00000000a1AAA,00d5g0000000002AAA
a015g0000000001AAA,0055g0000000001AAA,User,6,0055g00000000a1AAA,00d5g0000000001AAA
a015g0000000001AAA,0055g0000000002AAA,User,6,0055g00000000a1AAA,00d5g0000000001AAA
'''
*/
select object, sum(records) as records, true as certain, count(*) as targets, sum(sources) as source_records,
       min(destination_id) as sample, max(sources) as most_on_one
from shared_destination
group by object
order by records desc, object
