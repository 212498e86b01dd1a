"""Tables of benchmarks that have options and result files of their own."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from benchmarks import ablation, field, scale

Cells = Mapping[str, str]


def reliability_table(rows: Sequence[Cells]) -> str:
    """By decile of the probability given: how many stops were really late."""
    lines = ["| given | stops x days | mean given | really late |", "|---|---:|---:|---:|"]
    for row in rows:
        if row["mean_given_pct"]:
            shares = (f"{row['mean_given_pct']} %", f"{row['late_pct']} %")
            lines.append(_line((row["given"], row["stops"], *shares)))
        else:
            lines.append(_line((row["given"], "0", "-", "-")))
    return "\n".join(lines)


def dynamic_table(rows: Sequence[Cells]) -> str:
    """One line for each degree of dynamism: mean figures of a day."""
    heads = ("appearing in the day", "days", "rejected", "reference", "of", "distance")
    lines = [_line((*heads, "median re-plan", "violations")), f"|{'---:|' * 8}"]
    for degree in sorted({int(row["degree"]) for row in rows}):
        group = [row for row in rows if int(row["degree"]) == degree]
        told = [float(row["reference_mean"]) for row in group if row["reference_mean"]]
        cells = (
            f"{degree} %",
            str(len(group)),
            f"{_mean(group, 'rejected'):.2f}",
            f"{statistics.mean(told):.2f}" if told else "-",
            f"{_mean(group, 'appearing'):g}",
            f"{_mean(group, 'distance'):,.0f}",
            f"{statistics.median(float(row['median_replan_s']) for row in group):.2f} s",
            str(sum(int(row["violations"]) for row in group)),
        )
        lines.append(_line(cells))
    return "\n".join(lines)


def load_table(rows: Sequence[Cells]) -> str:
    """By database and call: how many there were and how long they took, everybody at once."""
    lines = ["| database | call | calls | p50 | p95 | p99 |", "|---|---|---:|---:|---:|---:|"]
    for row in rows:
        times = (f"{float(row[name]):,.0f} ms" for name in ("p50_ms", "p95_ms", "p99_ms"))
        lines.append(_line((row["database"], row["call"], row["calls"], *times)))
    return "\n".join(lines)


def curve_table(rows: Sequence[Cells]) -> str:
    """By budget of promises: mean of all days, cost against the plan that moves none."""
    heads = ("promises that may move", "days", "moved", "churn bill", "cost saved", "left out")
    lines = [_line(heads), "|---|---:|---:|---:|---:|---:|"]
    for budget in dict.fromkeys(row["most_moved"] for row in rows):
        group = [row for row in rows if row["most_moved"] == budget]
        saved = sum(float(row["saved"]) for row in group)
        whole = sum(float(row["cost"]) + float(row["saved"]) for row in group)
        cells = (
            budget,
            str(len(group)),
            f"{_mean(group, 'moved'):.1f}",
            f"{_mean(group, 'churn'):,.0f}",
            f"{100 * saved / whole:.2f} %",
            f"{_mean(group, 'unassigned'):.1f}",
        )
        lines.append(_line(cells))
    return "\n".join(lines)


def start_table(rows: Sequence[Cells]) -> str:
    """How long the search takes to be there, without and with machine code on disk."""
    lines = [_line(("start", "runs", "median", "worst")), "|---|---:|---:|---:|"]
    for kind in dict.fromkeys(row["start"] for row in rows):
        spent = [float(row["seconds"]) for row in rows if row["start"] == kind]
        figures = (f"{statistics.median(spent):.1f} s", f"{max(spent):.1f} s")
        lines.append(_line((kind, str(len(spent)), *figures)))
    return "\n".join(lines)


def urgent_table(rows: Sequence[Cells]) -> str:
    """How long an urgent request waits for its answer, and what that costs against a re-plan."""
    lines = [_line(("figure", "requests", "mean", "p95", "worst")), "|---|---:|---:|---:|---:|"]
    figures = (
        ("CPU time of service and client", "cpu_ms", " ms", 0),
        ("wall time", "ms", " ms", 0),
        ("answer dearer than a full re-plan", "gap_pct", " %", 3),
        ("run behind it dearer than a full re-plan", "run_gap_pct", " %", 3),
    )
    for name, column, unit, digits in figures:
        found = sorted(float(row[column]) for row in rows if row.get(column))
        if found:
            p95 = found[min(len(found) - 1, int(0.95 * len(found)))]
            told = (f"{one:.{digits}f}{unit}" for one in (statistics.mean(found), p95, found[-1]))
            lines.append(_line((name, str(len(found)), *told)))
    return "\n".join(lines)


def board_table(rows: Sequence[Cells]) -> str:
    """What the board takes with many engineers and visits: median and worst of some rounds."""
    size = f"{int(rows[0]['engineers']):,} engineers, {int(rows[0]['visits']):,} visits"
    lines = [_line((size, "median", f"worst of {len(rows)}", "wanted")), "|---|---:|---:|---:|"]
    for column, name, unit, places, wanted in BOARD:
        cells = [float(row[column]) for row in rows]
        worst = min(cells) if "frames_per_s" in column else max(cells)
        told = (f"{one:.{places}f} {unit}" for one in (statistics.median(cells), worst))
        lines.append(_line((name, *told, wanted)))
    return "\n".join(lines)


BOARD = (
    ("first_paint_s", "first paint of the Gantt", "s", 2, "< 1.5 s"),
    ("complete_s", "everything, with names and map", "s", 2, ""),
    ("scroll_frames_per_s", "scrolling", "frames/s", 0, "smooth"),
    ("scroll_slowest_ms", "scrolling, slowest frame in a hundred", "ms", 0, ""),
    ("drag_frames_per_s", "dragging a visit", "frames/s", 0, ">= 50"),
    ("drag_slowest_ms", "dragging, slowest frame in a hundred", "ms", 0, ""),
    ("verdict_ms", "what a move costs and breaks, while dragging", "ms", 0, "<= 150 ms"),
)
"""Column of the result file, what it is called, unit, decimal places, target of the product."""


def _mean(rows: Iterable[Cells], column: str) -> float:
    return statistics.mean(float(row[column]) for row in rows)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


OWN_TABLES = {
    "risk": reliability_table,
    "dynamic": dynamic_table,
    "load": load_table,
    "curve": curve_table,
    "start": start_table,
    "urgent": urgent_table,
    "board": board_table,
    "field": field.table_of_cells,
    "field-reduced": field.table_of_cells,
    "scale": scale.table_of_cells,
    "ablation": ablation.table_of_cells,
}
"""By the name of the result file."""
