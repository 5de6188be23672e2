/*
title = "Large jobs run without fast mode"
guide = "Performance and Governor Limit Issues"
severity = "info"
needs = ["system_property", "audit_log"]
explains = false
says = "{seen}."
actions = ["{advice}."]
means = '''
SyncMode FAST is the faster transfer. FastProcessingDisable = true overrides it: with both set, the setting that people look at is not the one
that counts.
'''
ignore = "When fast mode was left off on purpose, for instance because of the target's automations."

[params.large]
type = "INTEGER"
default = 100000
doc = "a job with more audit rows than this is large"

[[fires]]
params = { large = 1 }
system_property = '''
name,value
SyncMode,standard
'''
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,7
a015g0000000001AAA,0015g0000000002AAA,Account,7
a015g0000000002AAA,0015g0000000003AAA,Account,7
'''
gives = '''
severity,jobs,records
info,1,2
'''
[[fires]]
system_property = '''
name,value
SyncMode,FAST
Fast Processing Disable,TRUE
'''
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,7
'''
gives = '''
severity,records
warning,1
'''
[[silent]]
params = { large = 1 }
system_property = '''
name,value
SyncMode,Fast
FastProcessingDisable,false
'''
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,7
a015g0000000001AAA,0015g0000000002AAA,Account,7
'''
[[silent]]
params = { large = 2 }
system_property = '''
name,value
SyncMode,standard
'''
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,7
a015g0000000001AAA,0015g0000000002AAA,Account,7
a015g0000000002AAA,0015g0000000003AAA,Account,
a015g0000000002AAA,0015g0000000004AAA,Account,
a015g0000000002AAA,0015g0000000005AAA,Account,
'''
*/
with mode as (
    select coalesce(nullif(max(case when name = 'SyncMode' then upper(trim(value)) end), ''), 'STANDARD') as mode,
           coalesce(bool_or(name = 'FastProcessingDisable' and is_on(value)), false) as is_disabled
    from setting
),
large as (
    select count(*) as jobs, max(records) as largest, coalesce(sum(records), 0) as records from job where records > $large and not is_scanned_only
)
select cast(null as varchar) as job_id, case when mode.mode = 'FAST' then (select coalesce(sum(records), 0) from job) else large.records end as records,
       true as certain, case when mode.mode = 'FAST' then 'warning' else 'info' end as severity,
       large.jobs, mode.mode as sync_mode,
       case when mode.mode = 'FAST' then 'SyncMode is FAST, but FastProcessingDisable = true overrides it: jobs run in the standard mode'
            else format('SyncMode is {}, and {:,} jobs held more than {:,} records (the largest {:,})', lower(mode.mode), large.jobs, cast($large as bigint), cast(large.largest as bigint))
       end as seen,
       case when mode.mode = 'FAST' then 'Set FastProcessingDisable = false if fast mode is wanted, else SyncMode = standard, so that the settings say what is done'
            when mode.is_disabled then 'Set SyncMode = FAST and FastProcessingDisable = false for large jobs'
            else 'Set SyncMode = FAST for large jobs' end as advice
from mode
cross join large
where (mode.mode = 'FAST' and mode.is_disabled) or (mode.mode <> 'FAST' and large.jobs > 0)
