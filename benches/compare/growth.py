#!/usr/bin/env python3
"""Measures how time and memory grow: with rows, exports, jobs, distinct messages and objects.

    python3 benches/compare/growth.py --rows 1000000 10000000

Prints, for each shape, seconds and peak memory of `ingest` and of `report` from the store, as Markdown.
"""

import argparse
import csv
import os
import pathlib
import shutil
import subprocess

from compare import cache, measured

HEADER = "ID,DSYNC__DATASYNCJOB__C,DSYNC__SOBJECTTYPE__C,DSYNC__STATUSCODE__C,DSYNC__ERRORMESSAGE__C,DSYNC__HASERROR__C,DSYNC__SUBSEQUENCE__C,DSYNC__ORDER__C,LASTMODIFIEDDATE".split(",")


def word(number: int) -> str:
    """A made-up word, another for every number."""
    letters = ""
    while number or not letters:
        letters += ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")[number % 10]
        number //= 10
    return letters


def write(path: pathlib.Path, rows: int, object_of, message_of) -> None:
    if path.exists():
        return
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADER)
        for row in range(rows):
            minute = row * 480 // rows
            message = message_of(row)
            writer.writerow([f"a0X5g{row:010}", "a0J5g00000JOB01", object_of(row), 1 if message else 2, message, str(bool(message)).lower(), row % 3, row, f"2026-03-02T{minute // 60:02}:{minute % 60:02}:00.000Z"])


def main() -> None:
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", pathlib.Path.home() / ".cache" / "synclens-target"))
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    arguments.add_argument("--folder", type=pathlib.Path, default=target / "compare")
    arguments.add_argument("--synclens", type=pathlib.Path, default=target / "release" / "synclens")
    options = arguments.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)

    def sample(name: str, *arguments: str) -> pathlib.Path:
        path = folder / name
        if not path.exists():
            subprocess.run([options.synclens, "sample", *arguments, "-o", path], check=True)
        return path

    shapes = [(f"{rows:,} rows", [sample(f"sample-{rows}-all.csv", "--rows", str(rows))]) for rows in options.rows]
    shapes.append(("1,000,000 rows, 5,000 jobs", [sample("jobs.csv", "--rows", "1000000", "--jobs", "5000")]))
    many = folder / "exports"
    many.mkdir(exist_ok=True)
    shapes.append(("1,000 exports of 1,000 rows", [many]))
    for seed in range(1_000):
        sample(f"exports/{seed:04}.csv", "--rows", "1000", "--seed", str(seed + 1))
    write(folder / "messages.csv", 1_000_000, lambda row: "Account", lambda row: f"FIELD_CUSTOM_VALIDATION_EXCEPTION:The rule {word(row)} of {word(row // 7)} does not hold:--")
    shapes.append(("1,000,000 rows, as many messages", [folder / "messages.csv"]))
    write(folder / "objects.csv", 1_000_000, lambda row: f"Object_{row // 2_000}__c", lambda row: "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--" if row % 5 == 0 else "")
    shapes.append(("1,000,000 rows, 500 objects", [folder / "objects.csv"]))

    print("| | ingest s | peak MB | microseconds a row | report s | peak MB |\n|---|--:|--:|--:|--:|--:|")
    store = folder / "growth-store"
    for name, exports in shapes:
        if store.exists():
            shutil.rmtree(store)
        cache([file for export in exports for file in (export.iterdir() if export.is_dir() else [export])])
        rows = int(name.split()[0].replace(",", "")) * (1_000 if "exports" in name else 1)
        seconds, memory = measured([options.synclens, "ingest", *exports, "--store", store, "--quiet"], folder)
        told, peak = measured([options.synclens, "report", "--store", store, "--format", "json", "-o", folder / "report.json"], folder)
        print(f"| {name} | {seconds:.2f} | {memory:.0f} | {seconds / rows * 1e6:.2f} | {told:.2f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
