-- What a script may hold: statements over several lines, and the shell's own commands.
.tables
.schema job
select object, sum(records)::bigint as records
from outcome
where object like 'A%'  -- accounts and assets
group by object
order by object;

.mode csv
select 'a;b' as text, null as nothing, '' as empty, ['x', 'y'] as list, timestamp '2026-03-03 08:00:00.5' as moment;
.run failures-by-category
.mode markdown
.run errors-by-object job="no such job"
.mode ndjson
create table mine as select 1 as a;
insert into mine values (2);
select * from mine order by a;
.mode table
.run throughput ?
select repeat('long ', 60) as text, 'two' || chr(10) || 'lines' || chr(27) || '[31m' as hostile;
select 1 as left, 2 as right where false;
.help
