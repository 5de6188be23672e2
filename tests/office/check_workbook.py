"""Opens the workbook of a report in LibreOffice and compares its cells with the JSON of the same report:
python3 check_workbook.py REPORT.xlsx REPORT.json"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

# Seconds that the conversion may take; a loaded machine is slow.
PATIENCE = 300
# Every sheet as CSV: comma, double quote, UTF-8, from line 1, values as they are stored and not as they are formatted.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def check(condition, what):
    if not condition:
        raise SystemExit(f"error: {what}")


def sheets(workbook):
    """The rows of each sheet by its name, each row by its headers."""
    with tempfile.TemporaryDirectory() as temporary:
        profile = (Path(temporary) / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", FILTER, "--outdir", temporary, workbook]
        subprocess.run(command, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL)
        stem = Path(workbook).stem
        files = sorted(Path(temporary).glob(f"{stem}-*.csv"))
        check(files, f"LibreOffice does not open {workbook}")
        return {path.stem[len(stem) + 1 :]: list(csv.reader(path.open(encoding="utf-8", newline=""))) for path in files}


def table(sheet):
    header, *rows = sheet
    return [dict(zip(header, row, strict=True)) for row in rows]


def equal(what, found, expected):
    check(found == expected, f"{what}: LibreOffice shows {found}, the report says {expected}")


def number(text):
    return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)


def numbers(rows, column):
    return [number(row[column]) for row in rows]


def main():
    workbook, report = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
    book = sheets(workbook)
    for sheet, key, id_column, id_key in (
        ("Findings", "findings", "Finding", "id"),
        ("Groups", "groups", "Family", "family_id"),
        ("Objects", "objects", "Object", "object"),
        ("Jobs", "jobs", "Job", "job_id"),
        ("Fix plan", "fix_plan", "Finding", "finding"),
        ("Books", "books", "Export id", "export_id"),
    ):
        rows = table(book[sheet])
        equal(f"{sheet}, {id_column}", [row[id_column] for row in rows], [entry[id_key] for entry in report[key]])
        for column, entry_key in (("Records", "records"), ("Failed", "failed"), ("Recovers", "recovers"), ("Read", "rows_read")):
            if rows and column in rows[0] and report[key] and entry_key in report[key][0]:
                equal(f"{sheet}, {column}", numbers(rows, column), [float(entry[entry_key]) for entry in report[key]])
    summary = {row[0]: row[1] for row in book["Summary"] if len(row) > 1}
    equal("Summary, Failed", float(summary["Failed"]), float(report["totals"]["failed"]))
    rates = [f"{number(row['Failure rate']):.6f}" for row in table(book["Objects"]) if row["Failure rate"]]
    known = [f"{entry['failure_rate']:.6f}" for entry in report["objects"] if entry["failure_rate"] is not None]
    equal("Objects, Failure rate", rates, known)
    times = [row["Started"] for row in table(book["Jobs"])]
    expected = [(job["started_at"] or "").replace("T", " ").rstrip("Z") for job in report["jobs"]]
    equal("Jobs, Started", times, expected)
    equal("Failed rows", len(table(book["Failed rows"])), report["totals"]["failed"])
    print(f"{workbook}: fine")


main()
