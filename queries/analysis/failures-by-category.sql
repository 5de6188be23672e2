/*
title = "Failures by category and retry class"
means = '''validation, required_field, duplicate, ...; retry tells whether the same record can succeed without a change.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
*/
select coalesce(category, 'other') as category, coalesce(retry, 'unknown') as retry, sum(records) as records, count(distinct family_id) as families
from failed_outcome where $job is null or job_id = $job
group by all order by records desc, category, retry
