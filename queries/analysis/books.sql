/*
title = "The exports and their books"
means = '''What was read from each export, kept and rejected, and how much of it a later export replaced: rows_read = rows_stored + rows_rejected.'''

[[fires]]
audit_log = '''
job_id,source_id,object,status_code
a015g0000000001AAA,0015g0000000001AAA,Account,7
a015g0000000001AAA,0015g0000000002AAA,Account,7
'''
gives = '''
table,rows_read,rows_stored,rows_rejected,rows_superseded
audit_log,2,2,0,0
'''
*/
select e.file, e."table", e.bytes, e.rows_read, e.rows_stored, e.rows_rejected, coalesce(s.records, 0) as rows_superseded, e.first_at, e.last_at, e.export_id
from export e
left join (select superseded_export_id, count(*) as records from stored.superseded group by superseded_export_id) s on s.superseded_export_id = e.export_id
order by e.ingest_number, e.export_id
