"""`python -m benchmarks.dynamic`: how many requests of a rolling day have to be rejected.

The dynamic files of the technician problem are played through the re-planning of production
(`planning.insert_now`, `planning.replan`, `planning.rolling`); the table holds the rejected
requests of each degree of dynamism against the reference's mean. `--data` names a folder with the
dynamic files, the static instances and the reference's table in any folders below it.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path

from benchmarks.cases.instance import InstanceError, read_instance
from benchmarks.dynamic_day import run_day
from benchmarks.dynamic_files import DynamicFile, find_days, read_releases
from benchmarks.families import DATA
from benchmarks.own_tables import dynamic_table
from benchmarks.tables import read_results
from dispatch.planning.replan import Search

RESULTS = Path(__file__).resolve().parent / "results" / "dynamic.csv"
ITERATIONS = 500


@dataclass(frozen=True, slots=True)
class DynamicRow:
    """One day; `reference_mean` is empty where the reference tells nothing about it."""

    instance: str
    degree: int
    seed: int
    requests: int
    appearing: int
    rejected: int
    reference_mean: float | None
    distance: float
    working_time: float
    violations: int
    failures: int
    median_replan_s: float
    worst_replan_s: float
    total_s: float
    note: str


COLUMNS = [one.name for one in fields(DynamicRow)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the days; 1 when a rule was broken or a degree is not better than the reference."""
    options = _parser().parse_args(arguments)
    trsp = options.data / "trsp"
    folders = [trsp if trsp.is_dir() else options.data, DATA / "trsp"]
    try:
        degrees = [int(one) for one in options.degree.split(",")] if options.degree else []
        days = find_days([one for one in folders if one.is_dir()], options.instances, degrees)
    except (InstanceError, IndexError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not days:
        print(f"error: no day in {options.data} matches {options.instances!r}", file=sys.stderr)
        return 2
    iterations = options.iterations if options.seconds_per_replan is None else None
    search = Search("lns", options.seconds_per_replan, iterations, options.seed)
    rows = []
    with ProcessPoolExecutor(options.parallel) as pool:
        for row in pool.map(partial(play, search=search), days):
            told = f"{row.instance} {row.degree} %: {row.rejected} rejected"
            print(
                f"{told}, reference {row.reference_mean}, {row.total_s:.0f} s {row.note}".rstrip()
            )
            sys.stdout.flush()
            rows.append(row)
            # A run that is stopped keeps the days it has played.
            _write(options.out, rows)
    print(dynamic_table(read_results(options.out)))
    return 1 if any(row.violations for row in rows) or not all(beaten(rows).values()) else 0


def _write(path: Path, rows: Sequence[DynamicRow]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def play(day: DynamicFile, search: Search) -> DynamicRow:
    """Play one day and tell what came of it."""
    began = time.perf_counter()
    instance, releases = read_instance(day.instance), read_releases(day.releases)
    done = run_day(instance, releases, search)
    return DynamicRow(
        instance=day.name,
        degree=day.degree,
        seed=search.seed,
        requests=len(instance.requests),
        appearing=sum(release >= 0 for release in releases.values()),
        rejected=len(done.rejected),
        reference_mean=day.reference,
        distance=round(done.distance, 2),
        working_time=round(done.working_time, 2),
        violations=len(done.violations),
        failures=done.failures,
        median_replan_s=round(statistics.median(done.replan_s or [0.0]), 3),
        worst_replan_s=round(max(done.replan_s, default=0.0), 3),
        total_s=round(time.perf_counter() - began, 1),
        note="; ".join(done.violations[:2]),
    )


def beaten(rows: Iterable[DynamicRow]) -> dict[int, bool]:
    """By degree: whether fewer are rejected than by the reference, where it tells."""
    told = [row for row in rows if row.reference_mean is not None]
    return {
        degree: sum(row.rejected for row in told if row.degree == degree)
        < sum(row.reference_mean or 0.0 for row in told if row.degree == degree)
        for degree in sorted({row.degree for row in told})
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dynamic", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the instances")
    parser.add_argument("--instances", default="*", metavar="GLOB", help="comma-separated")
    parser.add_argument("--degree", default="", metavar="10,50", help="per cent (all)")
    parser.add_argument("--iterations", type=int, default=ITERATIONS, help="of each re-plan")
    parser.add_argument("--seconds-per-replan", type=float, help="instead of iterations")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=1, metavar="N", help="days at a time")
    parser.add_argument("--out", type=Path, default=RESULTS, help="CSV")
    return parser


if __name__ == "__main__":
    sys.exit(main())
