"""Markdown tables made from result files, on the screen and between markers in a README."""

from __future__ import annotations

import csv
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Cells = Mapping[str, str]
MARKED = re.compile(r"(<!-- table:([\w-]+) -->\n).*?(<!-- /table:\2 -->)", re.DOTALL)


class TableError(ValueError):
    """A marker names a table for which there is no result file."""


def table(rows: Sequence[Cells]) -> str:
    """Return the table of a result file: gaps where best known values exist, else service."""
    if any(row["best_known"] for row in rows):
        return _gap_table(rows)
    return _service_table(rows)


def read_results(path: Path) -> list[dict[str, str]]:
    """Read a result file written by the runner."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill_markers(text: str, results: Path) -> str:
    """Return `text` with the table of `results/NAME.csv` between each pair of markers NAME.

    Raises
    ------
    TableError
        When a marker names a result file that does not exist.
    """

    def replaced(match: re.Match[str]) -> str:
        begin, name, end = match.groups()
        path = results / f"{name}.csv"
        if not path.exists():
            message = f"table {name}: expected the result file {path.name}\nMaybe run it first."
            raise TableError(message)
        return f"{begin}{table(read_results(path))}\n{end}"

    return MARKED.sub(replaced, text)


def _gap_table(rows: Sequence[Cells]) -> str:
    lines = [
        (
            "| engine | time limit | instances x seeds | mean gap | median | best | worst "
            "| at or below best known | unserved | violations |"
        ),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for (engine, limit), group in _grouped(rows, "engine", "time_limit_s"):
        gaps = [float(row["gap_pct"]) for row in group if row["gap_pct"]]
        figures = ["-"] * 4
        if gaps:
            spread = (statistics.mean(gaps), statistics.median(gaps), min(gaps), max(gaps))
            figures = [f"{gap:+.2f} %" for gap in spread]
        names = len({row["instance"] for row in group})
        seeds = len({row["seed"] for row in group})
        reached = f"{sum(gap <= 0 for gap in gaps)} of {len(gaps)}"
        cells = [engine, f"{float(limit):g} s", f"{names} x {seeds}", *figures, reached]
        lines.append(_line([*cells, _sum(group, "unserved"), _failures(group)]))
    return "\n".join(lines)


def _service_table(rows: Sequence[Cells]) -> str:
    lines = [
        "| instance | engine | time limit | visits | unserved | SLA met | cost | violations |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    keys = ("instance", "engine", "time_limit_s")
    for (instance, engine, limit), group in _grouped(rows, *keys):
        seeds = len(group)
        costs = [float(row["value"]) for row in group if row["value"]]
        met = sum(int(row["sla_met"] or 0) for row in group) / seeds
        total = sum(int(row["sla_total"] or 0) for row in group) / seeds
        cost = f"{statistics.mean(costs):,.0f}" if costs else "-"
        unserved = f"{statistics.mean(int(row['unserved']) for row in group):g}"
        cells = [instance, engine, f"{float(limit):g} s", group[0]["visits"], unserved]
        lines.append(_line([*cells, f"{met:g} of {total:g}", cost, _failures(group)]))
    return "\n".join(lines)


def _grouped(rows: Iterable[Cells], *keys: str) -> Iterable[tuple[tuple[str, ...], list[Cells]]]:
    groups: defaultdict[tuple[str, ...], list[Cells]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return groups.items()


def _failures(group: Iterable[Cells]) -> str:
    """Count the runs without a plan, with a plan that breaks a rule, or that the checker refuses."""
    return str(
        sum(
            not row["value"] or row["violations"] != "0" or row["check"] not in ("", "0")
            for row in group
        )
    )


def _sum(group: Iterable[Cells], column: str) -> str:
    return str(sum(int(row[column]) for row in group))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
