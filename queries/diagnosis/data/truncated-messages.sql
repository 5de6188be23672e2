/*
title = "Error messages were cut off"
guide = ""
severity = "warning"
needs = ["audit_log.error_message"]
explains = false
says = "{records} error messages end at 254 or 255 characters and none is longer, in {files}: the route of the export cuts texts, and with them often the cause."
actions = ["Export the audit log again by Data Loader or the sf CLI, not by a report or list view; the rows of this export are then replaced."]
means = '''
Reports and list views show 255 characters of a long text. The end of an error message names the fields and, in triggers and flows, the innermost cause: without
it different causes look alike and some stay unexplained.
'''
ignore = "The texts are long enough to tell the causes, and nobody needs the ids at their ends."
[params.min_messages]
type = "INTEGER"
default = 3
doc = "messages of this length that there must be"

[[fires]]
params = { min_messages = 2 }
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, AccountTrigger: execution of BeforeInsert caused by: System.DmlException: Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Region_of_the_billing_address__c, N"
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, AccountTrigger: execution of BeforeInsert caused by: System.DmlException: Insert failed. First exception on row 1; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Region_of_the_billing_address__c, N"
a015g0000000001AAA,0015g0000000003AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Name]
'''
gives = '''
records
2
'''
[[silent]]
params = { min_messages = 2 }
audit_log = '''
job_id,source_id,object,status_code,has_error,error_message
a015g0000000001AAA,0015g0000000001AAA,Account,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, AccountTrigger: execution of BeforeInsert caused by: System.DmlException: Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Region_of_the_billing_address__c, Name]: []"
a015g0000000001AAA,0015g0000000002AAA,Account,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, AccountTrigger: execution of BeforeInsert caused by: System.DmlException: Insert failed. First exception on row 1; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Region_of_the_billing_address__c, N"
a015g0000000001AAA,0015g0000000003AAA,Account,1,true,"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, AccountTrigger: execution of BeforeInsert caused by: System.DmlException: Insert failed. First exception on row 2; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Region_of_the_billing_address__c, N"
'''
*/
with lengths as (
    -- the route cuts, so each export is looked at by itself
    select export_id,
           sum(case when length(error_message) in (254, 255) then 1 else 0 end) as cut,
           sum(case when length(error_message) > 255 then 1 else 0 end) as longer,
           -- what ten lengths below the bound hold by chance
           sum(case when length(error_message) between 244 and 253 then 1 else 0 end) as shorter
    from failure
    where error_message is not null
    group by export_id
)
select sum(lengths.cut) as records, true as certain, count(*) as exports,
       case when count(*) <= 5 then string_agg(export.file, ', ' order by export.file) else format('{:,} files', count(*)) end as files
from lengths
join export on export.export_id = lengths.export_id and export."table" = 'audit_log'
where lengths.cut >= $min_messages and lengths.longer = 0 and lengths.cut > lengths.shorter
having count(*) > 0
