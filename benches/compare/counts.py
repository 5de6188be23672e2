#!/usr/bin/env python3
"""Compares every count of a report with what Python's own CSV reader counts on the same export.

    python3 benches/compare/counts.py --rows 1000000

Counts by job, object and status code, failures by object and by job, records and failures by hierarchy level, and the failures in the
groups. Ends with exit code 1, and names the first differences, where any count differs.
"""

import argparse
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys

NAMES = {
    "job": "DSYNC__DATASYNCJOB__C", "object": "DSYNC__SOBJECTTYPE__C", "status": "DSYNC__STATUSCODE__C",
    "error": "DSYNC__HASERROR__C", "depth": "DSYNC__SUBSEQUENCE__C",
}


def of_export(path: pathlib.Path) -> dict:
    """What a sequential reader counts."""
    counts = {name: collections.Counter() for name in ("trend", "object failures", "job failures", "levels", "level failures", "failures")}
    csv.field_size_limit(sys.maxsize)
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        job, object_, status, error, depth = (header.index(name) for name in NAMES.values())
        for row in reader:
            code = row[status] or "blank"
            failed = row[error].lower() == "true" or code in ("1", "3")
            counts["trend"][row[job], row[object_], code] += 1
            counts["object failures"][row[object_]] += failed
            counts["job failures"][row[job]] += failed
            counts["failures"]["all"] += failed
            if row[depth]:
                counts["levels"][row[object_], int(row[depth])] += 1
                counts["level failures"][row[object_], int(row[depth])] += failed
    return counts


def of_report(report: dict) -> dict:
    """The same counts as the report tells them."""
    return {
        "trend": {(row["job_id"], row["object"], row["status_code"]): row["records"] for row in report["trend"]},
        "object failures": {row["object"]: row["failed"] for row in report["objects"]},
        "job failures": {row["job_id"]: row["failed"] for row in report["jobs"]},
        "levels": {(row["object"], row["depth"]): row["records"] for row in report["hierarchy"]},
        "level failures": {(row["object"], row["depth"]): row["failed"] for row in report["hierarchy"]},
        "failures": {"all": sum(group["records"] for group in report["groups"])},
    }


def main() -> int:
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", pathlib.Path.home() / ".cache" / "synclens-target"))
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=pathlib.Path, default=target / "compare")
    arguments.add_argument("--synclens", type=pathlib.Path, default=target / "release" / "synclens")
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    export = options.folder / f"sample-{options.rows}-all.csv"
    if not export.exists():
        subprocess.run([options.synclens, "sample", "--rows", str(options.rows), "-o", export], check=True)
    report = json.loads(subprocess.run([options.synclens, "report", export, "--format", "json", "--quiet"], check=True, capture_output=True).stdout)

    differing = 0
    told = of_report(report)
    for name, counted in of_export(export).items():
        wrong = [(key, counted.get(key, 0), told[name].get(key, 0)) for key in counted.keys() | told[name].keys() if counted.get(key, 0) != told[name].get(key, 0)]
        print(f"{name}: {len(counted):,} counts, {sum(counted.values()):,} rows, {len(wrong)} differ")
        for key, here, there in sorted(wrong, key=str)[:3]:
            print(f"  {key}: the export has {here:,}, the report says {there:,}")
        differing += len(wrong)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
