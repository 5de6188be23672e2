/*
title = "Updated records cannot be restored"
guide = "Rollback Not Working"
severity = "info"
needs = ["audit_log", "system_property"]
sharpens = ["data_version", "sync_job"]
explains = false
says = "Job {job_name} updated {updated} records, and {records} of them {reason}: a rollback cannot restore their values{started}."
actions = [
  "{setting_action}.",
  "Take the old values of these records from a backup or from the source before you change them again.",
]
means = '''
A rollback restores an updated record (code 2) from the version that was saved before the update. Versions are saved only while EnableVersion is true, so
it must be true before the sync. The setting that the data shows is today's; it may have been another when the job ran.
'''
ignore = "When updates of this job need not be undone."

[[fires]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,2
a015g0000000001AAA,0015g0000000002AAA,Account,2
a015g0000000001AAA,0015g0000000003AAA,Account,7
'''
system_property = '''
name,value
EnableVersion,false
'''
gives = '''
job_id,records,severity,certain
a015g0000000001AAA,2,info,false
'''
[[fires]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,2
a015g0000000001AAA,0015g0000000002AAA,Account,2
'''
system_property = '''
name,value
EnableVersion,true
'''
data_version = '''
version_id,job_id,source_id
a045g0000000001AAA,a015g0000000001AAA,0015g0000000001AAA
'''
sync_job = '''
job_id,name,status
a015g0000000001AAA,Nightly,Rollback Completed
'''
gives = '''
job_id,records,updated,severity,certain
a015g0000000001AAA,1,2,warning,true
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,2
'''
system_property = '''
name,value
Enable Version,TRUE
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,2
'''
system_property = '''
name,value
EnableVersion,true
'''
data_version = '''
version_id,source_id
a045g0000000001AAA,0015g0000000001AAA
'''
[[silent]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,7
'''
system_property = '''
name,value
EnableVersion,false
'''
*/
with updated as (
    select job_id, sum(records) as records from outcome where status_code = 2 group by job_id having sum(records) > 0
),
-- from the versions to the rows, so that no row is read where there are no versions
versioned as (
    select job_id, count(*) as records
    from (
        select audit_log.export_id, audit_log.row_number, audit_log.job_id
        from data_version
        join audit_log on audit_log.source_id = data_version.source_id
        where audit_log.status_code = 2 and coalesce(data_version.job_id, audit_log.job_id, '') = coalesce(audit_log.job_id, '')
        union
        select audit_log.export_id, audit_log.row_number, audit_log.job_id
        from data_version
        join audit_log on audit_log.destination_id = data_version.destination_id
        where audit_log.status_code = 2 and coalesce(data_version.job_id, audit_log.job_id, '') = coalesce(audit_log.job_id, '')
    )
    group by job_id
),
setting_now as (
    select coalesce(bool_or(is_on(value)), false) as is_on from setting where name = 'EnableVersion'
),
given as (
    select count(*) > 0 as versions from export where "table" = 'data_version'
)
select updated.job_id, updated.records - coalesce(versioned.records, 0) as records,
       -- without the versions themselves only today's setting is known
       given.versions as certain,
       case when word_of(job.status) in ('rollbackstarted', 'rollbackcompleted') then 'warning' else 'info' end as severity,
       coalesce(job.name, updated.job_id, 'without a name') as job_name, updated.records as updated,
       case when given.versions then 'have no version among those exported' else 'have probably no version, since EnableVersion is not true' end as reason,
       case when word_of(job.status) in ('rollbackstarted', 'rollbackcompleted') then concat(', yet its status is ', job.status) else '' end as started,
       case when setting_now.is_on then 'EnableVersion is true now: make sure that it is before every sync that may have to be undone'
            else 'Set EnableVersion = true before the next sync' end as setting_action
from updated
cross join setting_now
cross join given
left join versioned on versioned.job_id is not distinct from updated.job_id
left join job on job.job_id is not distinct from updated.job_id
where updated.records > coalesce(versioned.records, 0)
  and (given.versions or not setting_now.is_on)
order by records desc, updated.job_id
