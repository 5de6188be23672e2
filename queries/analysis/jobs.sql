/*
title = "The jobs"
means = '''One row per job, oldest first: status where a sync_job export tells it, times, and counts of audit rows.'''
*/
select job_id, name, status, started_at, ended_at, records, failed, processed, unprocessed from job
order by started_at nulls last, job_id
