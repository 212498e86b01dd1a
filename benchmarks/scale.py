"""`python -m benchmarks scale`: what a plan takes as the day grows from 50 to 10,000 visits.

Each size is a `field` instance with every rule, run in a fresh process: time to the first plan,
iterations a second, peak memory, cost. `--long` adds a second, longer run of each size and the
share by which the shorter one costs more. The table goes to the screen, the figures to
`results/scale.csv`; `python -m benchmarks pictures` draws them.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from benchmarks.cases.field import field_case
from benchmarks.cases.field_kinds import FIELD_KINDS
from benchmarks.field_score import Worth
from benchmarks.one_run import OneRun, run_apart
from benchmarks.typed_cells import typed

RESULTS = Path(__file__).resolve().parent / "results" / "scale.csv"
SIZES = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
ENGINEERS = {2000: 250, 10_000: 1000}
"""Sizes whose number of engineers is given; others have as many as their class says."""
GRACE_S = 3600.0
HEADINGS = (
    "visits",
    "engineers",
    "limit",
    "first plan",
    "whole run",
    "iterations/s",
    "peak memory",
    "left out",
    "cost",
    "above the longest",
)


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One run of one size; `left_out` is mandatory/high/normal/low."""

    kind: str
    visits: int
    engineers: int
    engine: str
    seed: int
    time_limit_s: float
    load_s: float | None
    read_s: float | None
    first_plan_s: float | None
    total_s: float | None
    per_second: float | None
    peak_mb: float | None
    left_out: str
    cost: int | None
    figure: int | None
    note: str


COLUMNS = [one.name for one in fields(ScaleRow)]


def main(arguments: Sequence[str]) -> int:
    """Run all sizes and print the table; exit status 1 when one of them gave no plan."""
    options = _parser().parse_args(arguments)
    limits = [options.time_limit] + ([options.long] if options.long else [])
    rows: list[ScaleRow] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            case = field_case(options.kind, size, options.instance_seed, ENGINEERS.get(size))
            case_file = Path(folder) / "case.json"
            case_file.write_text(json.dumps(case), encoding="utf-8")
            engineers = len(case["engineers"])
            for limit in limits:
                found = run_apart(
                    case_file,
                    engine=options.engine,
                    time_limit_s=limit,
                    seed=options.seed,
                    timeout_s=limit + GRACE_S,
                )
                rows.append(_row(options, size, engineers, limit, found))
                print(f"{size} visits, {limit:g} s: {found!s:.200}", file=sys.stderr, flush=True)
                write_rows(options.out, rows)
    print(scale_table(rows))
    return 1 if any(row.cost is None for row in rows) else 0


def _row(
    options: argparse.Namespace, size: int, engineers: int, limit: float, found: OneRun | str
) -> ScaleRow:
    said = (options.kind, size, engineers, options.engine, options.seed, limit)
    if isinstance(found, str):
        return ScaleRow(*said, None, None, None, None, None, None, "", None, None, found)
    worth = Worth(found.left_out, found.cost)
    return ScaleRow(
        *said,
        found.load_s,
        found.read_s,
        found.first_plan_s,
        found.total_s,
        found.per_second,
        found.peak_mb,
        "/".join(str(n) for n in found.left_out),
        found.cost,
        worth.figure,
        "",
    )


def scale_table(rows: Sequence[ScaleRow]) -> str:
    """One line per run; the last column compares the runs of one size with its longest."""
    lines = [
        f"| {' | '.join(HEADINGS)} |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        if row.cost is None or row.figure is None:
            lines.append(
                f"| {row.visits:,} | {row.engineers:,} | {row.time_limit_s:g} s | {row.note} |"
            )
            continue
        longest = max(
            (one for one in rows if one.visits == row.visits and one.figure),
            key=lambda one: one.time_limit_s,
        )
        above = "-"
        if longest is not row and longest.figure:
            above = f"{100 * (row.figure - longest.figure) / longest.figure:+.2f} %"
        cells = (
            f"{row.visits:,}",
            f"{row.engineers:,}",
            f"{row.time_limit_s:g} s",
            f"{row.first_plan_s:.1f} s",
            f"{row.total_s:.1f} s",
            f"{row.per_second:,.0f}",
            f"{row.peak_mb:,.0f} MB",
            row.left_out,
            f"{row.cost:,}",
            above,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def table_of_cells(cells: Sequence[Mapping[str, str]]) -> str:
    """Draw the table of a result file."""
    return scale_table(typed(ScaleRow, cells))


def write_rows(path: Path, rows: Sequence[ScaleRow]) -> None:
    """Write what is known so far: a long series that is stopped has not been in vain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=list(SIZES), metavar="50,100")
    parser.add_argument("--kind", choices=tuple(FIELD_KINDS), default="urban", help="field class")
    parser.add_argument("--instance-seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds per run")
    parser.add_argument("--long", type=float, metavar="600", help="seconds of a second run each")
    parser.add_argument("--seed", type=int, default=1, help="of the search")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--out", type=Path, default=RESULTS, help="CSV")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]
