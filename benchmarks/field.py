"""`python -m benchmarks field`: engines side by side on our own instances with every rule.

Full instances compare `auto` with plain OR-Tools under the same rules (`ortools`); `--reduced`
runs the variant that every peer can say (see `cases/field_reduced.py`) and scores all of them by
our own arithmetic. `--update-best FOLDER` keeps the best plans of a folder of runs instead.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.cases.field import SIZES, field_case
from benchmarks.cases.field_kinds import FIELD_KINDS
from benchmarks.cases.field_reduced import reduced_case
from benchmarks.families import Instance, Plan
from benchmarks.field_best import read_best, update_best
from benchmarks.field_score import (
    Worth,
    recompute_reduced,
    worth_of_plan,
    worth_of_reduced,
)
from benchmarks.field_table import field_table
from benchmarks.measure import Row, measure
from benchmarks.recompute import Recomputed
from benchmarks.traces import traces_beside, write_traces
from benchmarks.typed_cells import typed

RESULTS = Path(__file__).resolve().parent / "results"
FULL, REDUCED = "field", "field-reduced"
ENGINES = {FULL: "auto,ortools", REDUCED: "auto,ortools,peer:vroom,peer:nextroute"}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One line of the result file: `figure` prices visits left out (see `field_score`)."""

    family: str
    kind: str
    size: int
    seed: int
    engine: str
    search_seed: int
    time_limit_s: float
    mandatory: int | None
    high: int | None
    normal: int | None
    low: int | None
    cost: int | None
    figure: int | None
    failed: bool
    elapsed_s: float
    note: str

    @property
    def worth(self) -> Worth | None:
        """What tables compare; None where there is no plan that keeps the rules."""
        counts = (self.mandatory, self.high, self.normal, self.low)
        if self.failed or self.cost is None or None in counts:
            return None
        return Worth(tuple(n or 0 for n in counts), self.cost)  # type: ignore[arg-type]


COLUMNS = [one.name for one in fields(FieldRow)]
Wanted = tuple[str, int, int, str, int]


def main(arguments: Sequence[str]) -> int:
    """Run and print; exit status 1 when a run failed or broke a rule, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    if options.update_best is not None:
        print(update_best(options.update_best))
        return 0
    family = REDUCED if options.reduced else FULL
    unknown = sorted(set(options.classes) - FIELD_KINDS.keys())
    if unknown:
        expected = ", ".join(FIELD_KINDS)
        print(f"error: --classes {unknown[0]!r}, expected some of {expected}", file=sys.stderr)
        return 2
    engines = (options.engine or ENGINES[family]).split(",")
    wanted = [
        (kind, size, seed, engine, search_seed)
        for kind in options.classes
        for size in options.sizes
        for seed in options.seeds
        for engine in engines
        for search_seed in options.search_seeds
    ]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(options.parallel) as pool:
            found = list(
                pool.map(lambda one: run_field(family, one, options.time_limit, folder), wanted)
            )
    rows = [row for row, _ in found]
    out = options.out or RESULTS / f"{family}.csv"
    write_rows(out, rows)
    write_traces(traces_beside(out), [raw for _, raw in found])
    print(field_table(rows, engines[0], read_best() if family == FULL else {}))
    return 1 if any(row.failed for row in rows) else 0


def run_field(
    family: str, wanted: Wanted, time_limit_s: float, folder: Path
) -> tuple[FieldRow, Row]:
    """Plan one instance once with one engine."""
    kind, size, seed, engine, search_seed = wanted
    name = f"{kind}-{size}-{seed}"
    reduced = family == REDUCED
    case = (_reduced if reduced else _full)(kind, size, seed)
    seen: list[Worth] = []

    def claimed(plan: Plan) -> float:
        seen.append(worth_of_plan(case, plan))
        return float(seen[-1].cost)

    def recompute(plan: Plan) -> Recomputed:
        found = recompute_reduced(case, plan)
        seen.append(worth_of_reduced(case, found))
        return found

    instance = Instance(name, None, 0, lambda: case, recompute if reduced else None, claimed)
    raw = measure(family, instance, engine, search_seed, time_limit_s, folder)
    worth = seen[-1] if seen else None
    counts: tuple[int | None, ...] = worth.left_out if worth else (None, None, None, None)
    mandatory, high, normal, low = counts
    row = FieldRow(
        family,
        kind,
        size,
        seed,
        engine,
        search_seed,
        time_limit_s,
        mandatory,
        high,
        normal,
        low,
        worth.cost if worth else None,
        worth.figure if worth else None,
        raw.failed or worth is None,
        raw.elapsed_s,
        raw.note,
    )
    told = f"figure {row.figure}, left out {counts}, {row.elapsed_s} s {row.note}"
    print(f"{name} {engine} seed {search_seed}: {told}".rstrip(), file=sys.stderr, flush=True)
    return row, raw


@lru_cache(maxsize=2)
def _full(kind: str, size: int, seed: int) -> dict[str, Any]:
    return field_case(kind, size, seed)


@lru_cache(maxsize=2)
def _reduced(kind: str, size: int, seed: int) -> dict[str, Any]:
    return reduced_case(_full(kind, size, seed))


def table_of_cells(cells: Sequence[Mapping[str, str]]) -> str:
    """Draw the table of a result file: its first engine against each other one."""
    rows = typed(FieldRow, cells)
    return field_table(rows, rows[0].engine, read_best() if rows[0].family == FULL else {})


def write_rows(path: Path, rows: Sequence[FieldRow]) -> None:
    """Write the result file; what is unknown is empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks field", description=__doc__)
    parser.add_argument("--classes", type=_words, default=list(FIELD_KINDS), metavar="A,B")
    parser.add_argument("--sizes", type=_numbers, default=list(SIZES), metavar="50,100")
    parser.add_argument("--seeds", type=_numbers, default=[1], help="of the instances")
    parser.add_argument("--search-seeds", type=_numbers, default=[1], help="of the search")
    parser.add_argument("--time-limit", type=float, default=10.0, help="seconds per run")
    parser.add_argument("--engine", help="the first is compared with each other; peer:NAME")
    parser.add_argument("--reduced", action="store_true", help="only the rules that peers have")
    parser.add_argument("--parallel", type=int, default=1, metavar="N", help="runs at a time")
    parser.add_argument("--out", type=Path, help="CSV (default: benchmarks/results/field*.csv)")
    parser.add_argument("--keep", type=Path, help="folder that keeps case and plan files")
    parser.add_argument("--update-best", type=Path, metavar="FOLDER", help="keep its best plans")
    return parser


def _words(text: str) -> list[str]:
    return text.split(",")


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]
