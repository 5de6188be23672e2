"""Converts a sample to Parquet with one peer, with the columns and types that the store has: convert.py PEER CSV PARQUET."""

import sys

TEXT, INTEGER, BIGINT, BOOLEAN, TIMESTAMP = "VARCHAR", "INTEGER", "BIGINT", "BOOLEAN", "TIMESTAMP"
COLUMNS = {
    "ID": TEXT, "NAME": TEXT, "DSYNC__DATASYNCJOB__C": TEXT, "DSYNC__SOBJECTTYPE__C": TEXT, "DSYNC__STATUSCODE__C": INTEGER,
    "DSYNC__STATUSTEXT__C": TEXT, "DSYNC__ERRORMESSAGE__C": TEXT, "DSYNC__HASERROR__C": BOOLEAN, "DSYNC__DESTINATION_RECORD_ID__C": TEXT,
    "DSYNC__DESTINATION_ORG_ID__C": TEXT, "DSYNC__SEQUENCE__C": INTEGER, "DSYNC__SUBSEQUENCE__C": INTEGER, "DSYNC__ISPARENT__C": BOOLEAN,
    "DSYNC__ORDER__C": BIGINT, "DSYNC__UPDATEREQUIRED__C": BOOLEAN, "CREATEDDATE": TIMESTAMP, "LASTMODIFIEDDATE": TIMESTAMP,
}
TIME = "%Y-%m-%dT%H:%M:%S%.fZ"


def with_duckdb(source: str, target: str) -> None:
    import duckdb

    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    duckdb.sql(f"copy (from read_csv('{source}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})) to '{target}' (format parquet, compression zstd)")


def with_polars(source: str, target: str) -> None:
    import polars as pl

    kinds = {TEXT: pl.String, INTEGER: pl.Int32, BIGINT: pl.Int64, BOOLEAN: pl.Boolean, TIMESTAMP: pl.String}
    times = [pl.col(name).str.to_datetime(TIME, time_unit="us") for name, kind in COLUMNS.items() if kind == TIMESTAMP]
    frame = pl.scan_csv(source, schema={name: kinds[kind] for name, kind in COLUMNS.items()}).with_columns(times)
    frame.sink_parquet(target, compression="zstd")


def with_pyarrow(source: str, target: str) -> None:
    import pyarrow as pa
    from pyarrow import csv, parquet

    kinds = {TEXT: pa.string(), INTEGER: pa.int32(), BIGINT: pa.int64(), BOOLEAN: pa.bool_(), TIMESTAMP: pa.timestamp("us")}
    convert = csv.ConvertOptions(
        column_types={name: kinds[kind] for name, kind in COLUMNS.items()}, strings_can_be_null=True, timestamp_parsers=["%Y-%m-%dT%H:%M:%S.000Z", csv.ISO8601]
    )
    reader = csv.open_csv(source, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=convert)
    with parquet.ParquetWriter(target, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def with_chdb(source: str, target: str) -> None:
    import chdb

    # It reads no quoted booleans as such.
    kinds = {TEXT: "Nullable(String)", INTEGER: "Nullable(Int32)", BIGINT: "Nullable(Int64)", BOOLEAN: "Nullable(String)", TIMESTAMP: "Nullable(DateTime64(6))"}
    columns = ", ".join(f"`{name}` {kinds[kind]}" for name, kind in COLUMNS.items())
    booleans = ", ".join(f"nullIf(`{name}`, '') = 'true' as `{name}`" for name, kind in COLUMNS.items() if kind == BOOLEAN)
    chdb.query(
        f"insert into function file('{target}', 'Parquet') select * replace ({booleans}) from file('{source}', 'CSVWithNames', '{columns}') "
        "settings output_format_parquet_compression_method = 'zstd', date_time_input_format = 'best_effort'"
    )


if __name__ == "__main__":
    {"duckdb": with_duckdb, "polars": with_polars, "pyarrow": with_pyarrow, "chdb": with_chdb}[sys.argv[1]](sys.argv[2], sys.argv[3])
