"""Incumbents over time, one file beside each result file, for pictures.

Columns: the run (family, instance, engine, seed, time_limit_s), `elapsed_s` since the engine
began, `unserved` (empty where the engine does not tell) and `value` in the instance's units. The
engines' own costs are scaled to end at the value that our arithmetic gives the final plan.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import Row

COLUMNS = (
    "family",
    "instance",
    "engine",
    "seed",
    "time_limit_s",
    "elapsed_s",
    "unserved",
    "value",
)


def traces_beside(results: Path) -> Path:
    """Return where the traces of a result file lie: `trsp.csv` has `trsp.trace.csv`."""
    return results.with_suffix(".trace.csv")


def write_traces(path: Path, rows: Iterable[Row]) -> None:
    """Write the traces of all runs that have one; none leave no file."""
    lines = [
        (row.family, row.instance, row.engine, row.seed, row.time_limit_s, at, left, value)
        for row in rows
        for at, left, value in row.trace
    ]
    if not lines:
        path.unlink(missing_ok=True)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)
