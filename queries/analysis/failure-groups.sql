/*
title = "What went wrong: failure groups, largest first"
means = '''Failed rows with one error pattern (or with patterns that were found to be one) count together.'''
[params.job]
type = "VARCHAR"
doc = "only this job (its id)"
[params.object]
type = "VARCHAR"
doc = "only this object"
*/
select family_id, min(code) as code, min(root_code) as root_code, min(category) as category, min(retry) as retry, min_by(pattern, group_id) as pattern,
    min_by(fields, group_id) as fields, min_by(entity, group_id) as entity, list_sort(list(distinct group_id)) as group_ids,
    list_sort(list(distinct object)) as objects, list_sort(list(distinct job_id)) as jobs, sum(records) as records, min_by(sample, group_id) as sample
from failed_outcome
where family_id is not null and ($job is null or job_id = $job) and ($object is null or object = $object)
group by family_id order by records desc, family_id
