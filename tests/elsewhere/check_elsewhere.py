"""Runs every example of docs/elsewhere.md on a store of overlapping exports: python3 check_elsewhere.py SYNCLENS

Each must count as synclens does. The packages are those of requirements.txt."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas

ROOT = Path(__file__).resolve().parent.parent.parent
# Two exports of one audit log: two of its failures were cured in between.
OLDER = """Id,Name,SObjectType__c,StatusCode__c,HasError__c,ErrorMessage__c,DataSyncJob__c,LastModifiedDate
a0Q5g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone],a015g0000000001AAA,2026-01-05T08:00:00Z
a0Q5g0000000002AAA,0035g0000000001AAA,Contact,1,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record,a015g0000000001AAA,2026-01-05T08:00:00Z
a0Q5g0000000003AAA,0035g0000000002AAA,Contact,3,false,,a015g0000000001AAA,2026-01-05T08:00:00Z
a0Q5g0000000004AAA,0035g0000000003AAA,Contact,1,true,UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record,a015g0000000001AAA,2026-01-05T08:00:00Z
a0Q5g0000000005AAA,0065g0000000001AAA,Opportunity,7,,,a015g0000000001AAA,2026-01-05T08:00:00Z
"""
NEWER = """Id,Name,SObjectType__c,StatusCode__c,HasError__c,ErrorMessage__c,DataSyncJob__c,LastModifiedDate
a0Q5g0000000001AAA,0015g0000000001AAA,Account,1,true,REQUIRED_FIELD_MISSING: Required fields are missing: [Phone],a015g0000000001AAA,2026-01-06T08:00:00Z
a0Q5g0000000002AAA,0035g0000000001AAA,Contact,7,false,,a015g0000000001AAA,2026-01-06T08:00:00Z
a0Q5g0000000003AAA,0035g0000000002AAA,Contact,2,false,,a015g0000000001AAA,2026-01-06T08:00:00Z
"""
FAILED = {"Account": 1, "Contact": 1}


def check(condition, what):
    if not condition:
        raise SystemExit(f"error: {what}")


def counts(text):
    """The counts in lines such as `Account,1`."""
    return {name: int(number) for name, number in re.findall(r"^(\w+),(\d+)\s*$", text, re.MULTILINE)}


def main():
    synclens = Path(sys.argv[1]).resolve()
    page = (ROOT / "docs" / "elsewhere.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```(sh|python)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    check(len(examples) >= 7, "docs/elsewhere.md has lost its examples")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "exports").mkdir()
        (folder / "exports" / "1-older.csv").write_text(OLDER, encoding="utf-8")
        (folder / "exports" / "2-newer.csv").write_text(NEWER, encoding="utf-8")
        places = [str(synclens.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
        environment = {"PATH": os.pathsep.join(places), "HOME": temporary}
        for language, example in examples:
            command = ["sh", "-e", "-c"] if language == "sh" else [sys.executable, "-c"]
            run = subprocess.run([*command, example], cwd=folder, env=environment, capture_output=True, text=True)
            check(run.returncode == 0, f"an example fails:\n{example}\n{run.stderr}")
            if "print" in example or "duckdb " in example:
                check(counts(run.stdout) == FAILED, f"an example counts {counts(run.stdout)}, not {FAILED}:\n{example}")
        sheet = pandas.read_excel(folder / "failed.xlsx")
        check(dict(zip(sheet["object"], sheet["failed"])) == FAILED, f"the workbook holds\n{sheet}")
        check(len(pandas.read_excel(folder / "groups.xlsx")) == 2, "the workbook of the groups is not that of the groups")
    print("docs/elsewhere.md: fine")


main()
