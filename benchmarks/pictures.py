"""`python -m benchmarks pictures`: incumbents over time and the curve of scale, as SVG.

Drawn from `results/*.trace.csv` and `results/scale.csv` into `docs/pictures/`, by hand: no
plotting library, the same files give the same pictures byte for byte.
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.field_score import OUTSIDE
from benchmarks.picture_svg import Axis, Line, chart

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PICTURES = HERE.parent / "docs" / "pictures"
MOMENTS = 40
"""Points of a curve, evenly spread on the logarithm of time."""
LEFT_OUT_PRICE = {"field": OUTSIDE["normal"], "field-reduced": OUTSIDE["normal"]}
"""Families in which a visit left out has a price here: that of the middle tier, for traces tell none."""
PRICED_TITLE = f", each left out at {OUTSIDE['normal'] / 100:.0f}"
Run = tuple[str, str, str, str]
Point = tuple[float, int | None, float]


def main(arguments: Sequence[str]) -> int:
    """Draw what there are results for; exit status 2 when there are none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks pictures", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--out", type=Path, default=PICTURES)
    options = parser.parse_args(arguments)
    drawn: dict[str, str] = {}
    for path in sorted(options.results.glob("*.trace.csv")):
        family = path.name.removesuffix(".trace.csv")
        picture = incumbents_picture(family, read_traces(path))
        if picture:
            drawn[f"incumbents-{family}.svg"] = picture
    if (options.results / "scale.csv").exists():
        drawn |= scale_pictures(_read(options.results / "scale.csv"))
    if not drawn:
        print(f"error: {options.results}: expected *.trace.csv or scale.csv", file=sys.stderr)
        return 2
    options.out.mkdir(parents=True, exist_ok=True)
    for name, picture in drawn.items():
        (options.out / name).write_text(picture, encoding="utf-8")
        print(options.out / name)
    return 0


def read_traces(path: Path) -> dict[Run, list[Point]]:
    """Read the incumbents of each run: (instance, engine, seed, limit) to its points."""
    found: dict[Run, list[Point]] = {}
    for row in _read(path):
        run = (row["instance"], row["engine"], row["seed"], row["time_limit_s"])
        left = int(row["unserved"]) if row["unserved"] else None
        found.setdefault(run, []).append((float(row["elapsed_s"]), left, float(row["value"])))
    return found


def incumbents_picture(family: str, runs: dict[Run, list[Point]]) -> str:
    """Draw, per engine, how far the incumbent is above the best of all runs, on average.

    A curve begins when the last of its runs has an incumbent that leaves out no more than its
    final one does; before that, costs of different work would be compared. Where a visit left out
    has a price, it is added instead, and engines that do not tell how many they leave out go.
    """
    price = LEFT_OUT_PRICE.get(family)
    if price is not None:
        runs = {run: _priced(points, price) for run, points in runs.items()}
        runs = {run: points for run, points in runs.items() if points}
    best: dict[str, float] = {}
    for (instance, *_), points in runs.items():
        best[instance] = min(best.get(instance, math.inf), points[-1][2])
    engines = list(dict.fromkeys(engine for _, engine, _, _ in runs))
    lines = []
    for engine in engines:
        curves = [
            (best[instance], _settled(points))
            for (instance, one, _, _), points in runs.items()
            if one == engine and best[instance] > 0
        ]
        line = _mean_curve(curves)
        if line:
            lines.append(Line(engine.removeprefix("peer:"), tuple(line)))
    if not lines:
        return ""
    return chart(
        f"{family}: incumbent above the best of all runs" + (PRICED_TITLE if price else ""),
        tuple(lines),
        Axis("seconds", logarithmic=True),
        Axis("per cent"),
    )


def _priced(points: Sequence[Point], price: float) -> list[Point]:
    if any(left is None for _, left, _ in points):
        return []
    return [(at, 0, value + price * (left or 0)) for at, left, value in points]


def _settled(points: Sequence[Point]) -> list[tuple[float, float]]:
    last = points[-1][1]
    return [
        (at, value) for at, left, value in points if last is None or left is None or left <= last
    ]


def _mean_curve(
    curves: Sequence[tuple[float, Sequence[tuple[float, float]]]],
) -> list[tuple[float, float]]:
    if not curves:
        return []
    first = max(0.01, max(points[0][0] for _, points in curves))
    last = max(first, max(points[-1][0] for _, points in curves))
    found = []
    for moment in range(MOMENTS + 1):
        at = first * (last / first) ** (moment / MOMENTS)
        gaps = [100 * (_value_at(points, at) - least) / least for least, points in curves]
        found.append((at, statistics.mean(gaps)))
    return found


def _value_at(points: Sequence[tuple[float, float]], at: float) -> float:
    known = [value for when, value in points if when <= at * (1 + 1e-9)]
    return known[-1] if known else points[0][1]


def scale_pictures(rows: Sequence[dict[str, str]]) -> dict[str, str]:
    """Draw time to the first plan, memory and pace against the number of visits."""
    limits = sorted({float(row["time_limit_s"]) for row in rows})
    shortest = [
        row for row in rows if float(row["time_limit_s"]) == limits[0] and row["first_plan_s"]
    ]
    wanted = (
        ("scale-first-plan", "First plan", "first_plan_s", Axis("seconds", logarithmic=True)),
        ("scale-memory", "Peak memory", "peak_mb", Axis("MB", logarithmic=True)),
        ("scale-pace", "Pace of the search", "per_second", Axis("iterations a second", True)),
    )
    drawn = {}
    for name, title, column, axis in wanted:
        points = tuple((float(row["visits"]), max(1e-3, float(row[column]))) for row in shortest)
        if points:
            line = Line("auto", points, dots=True)
            drawn[f"{name}.svg"] = chart(title, (line,), Axis("visits", logarithmic=True), axis)
    return drawn


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
