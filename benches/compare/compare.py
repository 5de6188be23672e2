#!/usr/bin/env python3
"""Measures synclens against what a user would run instead: the same file, the same columns and types, whole processes in turn.

    python3 benches/compare/compare.py --rows 1000000 10000000 --runs 5

Makes a virtual environment with the peers beside the build folder, writes the samples there, and prints medians, ratios and peak memory as
Markdown. Every process is started afresh; the runs go in turn (a, b, c, a, b, c, ...), so that a noisy machine is noisy for all.
"""

import argparse
import json
import os
import pathlib
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
PEERS = ["duckdb", "polars", "pyarrow", "chdb"]


def environment(folder: pathlib.Path) -> pathlib.Path:
    """The Python of a virtual environment that has the peers."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


def measured(command: list, folder: pathlib.Path) -> tuple[float, float]:
    """Seconds and megabytes (peak) of one process."""
    before = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    if status != 0:
        raise SystemExit(f"{command}: exit status {status}: {process.stderr.read().decode()}")
    return seconds, usage.ru_maxrss / 1024


def size(path: pathlib.Path) -> int:
    return path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in path.rglob("*.parquet"))


def table(title: str, contestants: dict, runs: int, folder: pathlib.Path, outputs: dict) -> None:
    results = {name: [] for name in contestants}
    for _ in range(runs):
        for name, command in contestants.items():
            output = outputs.get(name)
            if output and output.exists():
                shutil.rmtree(output) if output.is_dir() else output.unlink()
            results[name].append(measured(command, folder))
    medians = {name: statistics.median(seconds for seconds, _ in result) for name, result in results.items()}
    ours = next(iter(medians))
    best = min((seconds, name) for name, seconds in medians.items() if name != ours)
    print(f"\n### {title}\n")
    print(f"**{ours} / {best[1]} (the fastest peer) = {medians[ours] / best[0]:.2f}**\n")
    print("| | median s | ratio to ours | peak MB | Parquet MB |\n|---|--:|--:|--:|--:|")
    for name, result in results.items():
        memory = max(megabytes for _, megabytes in result)
        output = outputs.get(name)
        written = f"{size(output) / 1e6:.0f}" if output and output.exists() else ""
        print(f"| {name} | {medians[name]:.2f} | {medians[name] / medians[ours]:.2f} | {memory:.0f} | {written} |", flush=True)


def cache(files: list[pathlib.Path]) -> None:
    """Brings files into the page cache, by another process: what this one holds would count as the peak of those that it starts."""
    subprocess.run(["cat", *files], stdout=subprocess.DEVNULL, check=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    arguments.add_argument("--quote", nargs="+", default=["all"], choices=["all", "minimal"])
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--peers", nargs="+", default=PEERS, choices=PEERS)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", pathlib.Path.home() / ".cache" / "synclens-target"))
    arguments.add_argument("--folder", type=pathlib.Path, default=target / "compare")
    arguments.add_argument("--synclens", type=pathlib.Path, default=target / "release" / "synclens")
    options = arguments.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    python = environment(folder)
    versions = subprocess.run([python, "-m", "pip", "list", "--format", "json"], capture_output=True, check=True).stdout
    versions = {entry["name"]: entry["version"] for entry in json.loads(versions)}
    print(f"{platform.platform()}, {os.cpu_count()} cores; " + ", ".join(f"{peer} {versions.get(peer)}" for peer in options.peers))

    for rows in options.rows:
        for quote in options.quote:
            export = folder / f"sample-{rows}-{quote}.csv"
            if not export.exists():
                subprocess.run([options.synclens, "sample", "--rows", str(rows), "--quote", quote, "-o", export], check=True)
            cache([export])
            title = f"{rows:,} rows, {export.stat().st_size / 1e6:,.0f} MB, quotes: {quote}"
            store = folder / "store"
            outputs = {"synclens ingest": store} | {peer: folder / f"{peer}.parquet" for peer in options.peers}
            contestants = {"synclens ingest": [options.synclens, "ingest", export, "--store", store, "--quiet"]}
            contestants |= {peer: [python, HERE / "convert.py", peer, export, outputs[peer]] for peer in options.peers}
            table(f"Ingest: CSV to Parquet, {title}", contestants, options.runs, folder, outputs)

            script = HERE / "report.py"
            raw = {"synclens report FILE": [options.synclens, "report", export, "--format", "json", "-o", folder / "report.json", "--quiet"]}
            raw |= {"duckdb script, raw CSV": [python, script, export], "duckdb conversion": [python, HERE / "convert.py", "duckdb", export, folder / "duckdb.parquet"]}
            table(f"Report from the raw CSV, {title}", raw, options.runs, folder, {})
            stored = {"synclens report": [options.synclens, "report", "--store", store, "--format", "json", "-o", folder / "report.json"]}
            stored |= {"duckdb script, Parquet": [python, script, f"{store}/export_id=*/audit_log/*.parquet"]}
            table(f"Report from the store, {title}", stored, options.runs, folder, {})


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
