#!/usr/bin/env python3
"""Counts the instructions of `ingest` with valgrind: the same on a quiet and on a noisy machine.

    python3 benches/compare/instructions.py

One thread, two sizes: their difference is what a row costs, without what starting costs.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess

SIZES = (20_000, 60_000)


def main() -> None:
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", pathlib.Path.home() / ".cache" / "synclens-target"))
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--folder", type=pathlib.Path, default=target / "compare")
    arguments.add_argument("--synclens", type=pathlib.Path, default=target / "release" / "synclens")
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)

    def counted(*arguments: object) -> int:
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", options.synclens, *arguments, "--threads", "1"]
        told = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stderr
        return int(re.search(r"Collected : (\d+)", told)[1])

    totals = []
    for rows in SIZES:
        export, store = options.folder / f"sample-{rows}-all.csv", options.folder / "counted-store"
        subprocess.run([options.synclens, "sample", "--rows", str(rows), "-o", export], check=True)
        if store.exists():
            shutil.rmtree(store)
        totals.append(counted("ingest", export, "--store", store, "--quiet"))
    (small, large), (less, more) = totals, SIZES
    print(f"ingest: {(large - small) / (more - less):,.0f} instructions a row, {small - less * (large - small) // (more - less):,} to start")


if __name__ == "__main__":
    main()
