"""Markdown tables made from result files, on the screen and between markers in a README."""

from __future__ import annotations

import csv
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.own_tables import OWN_TABLES

Cells = Mapping[str, str]
ROUNDING_PCT = 0.001
"""Per cent by which a value may miss a published one for its rounding and still reach it."""
MARKED = re.compile(r"(<!-- table:([\w-]+) -->\n).*?(<!-- /table:\2 -->)", re.DOTALL)


class TableError(ValueError):
    """A marker names a table for which there is no result file."""


def table(rows: Sequence[Cells]) -> str:
    """Return the table of a result file.

    Gaps are to the best known values; where there are none but several engines, to the best of
    these runs; one engine without anything to compare with gets a table of its service.
    """
    if any(row["best_known"] for row in rows):
        return _gap_table(rows, "best known")
    if len({row["engine"] for row in rows}) > 1 and not any(row["sla_total"] for row in rows):
        return _gap_table(_with_gaps_to_best(rows), "best of these runs")
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
        draw = OWN_TABLES.get(name, table)
        return f"{begin}{draw(read_results(path))}\n{end}"

    return MARKED.sub(replaced, text)


def _gap_table(rows: Sequence[Cells], reference: str) -> str:
    engines = {row["engine"] for row in rows}
    peers = any(row.get("part") for row in rows)
    head = ["engine", "time limit", "instances x seeds", "mean gap", "mean of seed medians"]
    head += ["median", "best", "worst", f"at or below {reference}"]
    head += ["wins"] if len(engines) > 1 else []
    head += ["unserved", "violations"] + (["part of the problem"] if peers else [])
    lines = [_line(head), "|---|" + "---:|" * (len(head) - 1)]
    wins = _wins(rows)
    for (engine, limit), group in _grouped(rows, "engine", "time_limit_s"):
        by_instance: defaultdict[str, list[float]] = defaultdict(list)
        for row in group:
            if row["gap_pct"]:
                by_instance[row["instance"]].append(float(row["gap_pct"]))
        gaps = [gap for found in by_instance.values() for gap in found]
        figures = ["-"] * 5
        if gaps:
            medians = [statistics.median(found) for found in by_instance.values()]
            spread = [statistics.mean(gaps), statistics.mean(medians), statistics.median(gaps)]
            figures = [f"{gap:+.2f} %" for gap in (*spread, min(gaps), max(gaps))]
        names = len({row["instance"] for row in group})
        seeds = len({row["seed"] for row in group})
        reached = f"{sum(gap <= ROUNDING_PCT for gap in gaps)} of {len(gaps)}"
        cells = [engine, f"{float(limit):g} s", f"{names} x {seeds}", *figures, reached]
        if len(engines) > 1:
            cells.append(f"{wins[engine, limit]} of {len(group)}")
        refused = sum(_refused(row) for row in group)
        answered = [row for row in group if not _refused(row)]
        cells += [_sum(answered, "unserved"), _failures(answered)]
        if peers:
            part = group[0].get("part", "") or "whole"
            cells.append(f"refuses {refused} of {len(group)}" if refused else part)
        lines.append(_line(cells))
    return "\n".join(lines)


def _wins(rows: Iterable[Cells]) -> Counter[tuple[str, str]]:
    """Count per engine and limit the runs that no other engine's run of that seed beats."""
    wins: Counter[tuple[str, str]] = Counter()
    for (_, _, limit), group in _grouped(rows, "instance", "seed", "time_limit_s"):
        ranks = {row["engine"]: _rank(row) for row in group if row["value"] and not _fails(row)}
        for engine, rank in ranks.items():
            wins[engine, limit] += rank == min(ranks.values())
    return wins


def _with_gaps_to_best(rows: Sequence[Cells]) -> list[dict[str, str]]:
    """Fill in gaps to the best run of each instance, where as many requests are served."""
    best: dict[str, tuple[int, float]] = {}
    for row in rows:
        if row["value"] and not _fails(row):
            best[row["instance"]] = min(_rank(row), best.get(row["instance"], _rank(row)))
    filled = []
    for row in rows:
        unserved, value = best.get(row["instance"], (-1, 0.0))
        gap = ""
        if row["value"] and value and int(row["unserved"]) == unserved:
            gap = str(round(100 * (float(row["value"]) - value) / value, 4))
        filled.append({**row, "gap_pct": gap})
    return filled


def _rank(row: Cells) -> tuple[int, float]:
    return int(row["unserved"]), float(row["value"])


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
    return str(sum(_fails(row) for row in group))


def _fails(row: Cells) -> bool:
    return not row["value"] or row["violations"] != "0" or row["check"] not in ("", "0")


def _refused(row: Cells) -> bool:
    """Return whether a peer has no words for the problem."""
    return row["engine"].startswith("peer:") and row["note"].startswith("exit 2: ")


def _sum(group: Iterable[Cells], column: str) -> str:
    return str(sum(int(row[column]) for row in group))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
