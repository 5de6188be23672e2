"""What a person would write by hand: the tables of a report with DuckDB, from a CSV or from Parquet: report.py SOURCE."""

import sys

import duckdb

from convert import COLUMNS

source = sys.argv[1]
if source.endswith(".parquet"):
    rows = f"read_parquet('{source}')"
    names = "job_id, object, status_code, has_error, depth, error_message"
else:
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    rows = f"read_csv('{source}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})"
    names = (
        "DSYNC__DATASYNCJOB__C as job_id, DSYNC__SOBJECTTYPE__C as object, DSYNC__STATUSCODE__C as status_code, DSYNC__HASERROR__C as has_error, "
        "DSYNC__SUBSEQUENCE__C as depth, DSYNC__ERRORMESSAGE__C as error_message"
    )
    duckdb.sql(f"create table audit as select {names} from {rows}")
    rows, names = "audit", "*"
duckdb.sql(f"create view log as select {names} from {rows}")
failed = "has_error or status_code in (1, 3)"
pattern = r"regexp_replace(regexp_replace(error_message, '[a-zA-Z0-9]{15,18}', '{id}', 'g'), '[0-9]+', '{n}', 'g')"
for query in (
    "select object, status_code, count(*) from log group by all",
    "select job_id, object, status_code, count(*) from log group by all",
    f"select object, depth, count(*), count(*) filter ({failed}) from log group by all",
    f"select {pattern} as pattern, count(*) from log where {failed} group by all order by 2 desc",
):
    duckdb.sql(query).fetchall()
