"""`python -m benchmarks.insert_library`: how fast an urgent visit finds its place in a running day.

A `field` instance is planned once; at ten o'clock that plan runs, what began is history, and
urgent visits come in one at a time, each to the same running plan. Measured is the call
`planning.insert_now`: matrices, model, insertion, explanation and audit, without reading the
file. For some of them a full re-plan from the same plan tells what the haste costs.
"""

from __future__ import annotations

import argparse
import copy
import csv
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from benchmarks.cases.field import field_case
from benchmarks.cases.field_kinds import FIELD_KINDS, HOUR, MINUTE, instant
from benchmarks.field_score import worth_of_plan
from dispatch.errors import DispatchError
from dispatch.formats import format_plan, parse_case

RESULTS = Path(__file__).resolve().parent / "results" / "insert_library.csv"
TEN = 10 * HOUR
FROZEN = 30 * MINUTE
"""Starts this soon after now stay as they are."""
RESPONSE = 2 * HOUR
FEE, PER_HOUR = 50_000, 20_000
APART = ("after", "promise", "pinned", "crew_size", "time_windows", "due")
"""A visit with one of these is no urgent call."""
KEPT = (
    "kind",
    "visit",
    "depot",
    "location",
    "arrive",
    "start",
    "finish",
    "parts",
    "loaded",
    "tools_loaded",
)
"""What a plan in force says of a stop; figures of the old world are left out."""


@dataclass(frozen=True, slots=True)
class InsertRow:
    """One urgent visit; `figure` prices visits left out, `replan_figure` is the full re-plan's."""

    visit: str
    placed: bool
    milliseconds: float
    price: int | None
    figure: int | None
    replan_figure: int | None
    note: str


COLUMNS = [one.name for one in fields(InsertRow)]


def main(arguments: Sequence[str]) -> int:
    """Plan the day, insert, print p50 and p95; exit status 1 when an insertion failed."""
    options = _parser().parse_args(arguments)
    case, urgent = split_urgent(
        field_case(options.kind, options.visits + options.urgent, options.seed, options.engineers),
        options.urgent,
    )
    from dispatch.planning.planner import plan

    made = plan(parse_case(json.dumps(case)), time_limit_s=options.plan_limit, seed=options.seed)
    running = at_ten(case, json.loads(format_plan(made)))
    rows = []
    for number, visit in enumerate(urgent):
        limit = options.replan_limit if number < options.replans else None
        rows.append(_measure({**running, "visits": [*running["visits"], visit]}, visit, limit))
        print(f"{rows[-1]}", file=sys.stderr, flush=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    print(insert_table(rows, len(case["visits"]), len(case["engineers"])))
    return 1 if any(row.note for row in rows) else 0


def split_urgent(
    case: Mapping[str, Any], count: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Take the last plain repairs out of an instance: they are the calls of the day."""
    named = {one["visit"] for visit in case["visits"] for one in visit.get("after", ())}
    plain = [
        visit
        for visit in case["visits"]
        if visit["kind"] == "corrective"
        and visit["id"] not in named
        and not any(field in visit for field in APART)
    ][-count:]
    out = {visit["id"] for visit in plain}
    urgent = []
    for visit in plain:
        call = copy.deepcopy(visit)
        call["priority"] = "high"
        call["sla"] = {
            "severity": "critical",
            "arrive_by": instant(TEN + RESPONSE),
            "breach_fee": FEE,
            "lateness_per_hour": PER_HOUR,
        }
        urgent.append(call)
    rest = [visit for visit in case["visits"] if visit["id"] not in out]
    return {**case, "visits": rest}, urgent


def at_ten(case: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    """Let the plan run until ten o'clock."""
    routes = [
        {
            "shift": route["shift"],
            "start": route["start"],
            "end": route["end"],
            "stops": [
                {name: stop[name] for name in KEPT if name in stop} for stop in route["stops"]
            ],
        }
        for route in plan["routes"]
    ]
    return {
        **case,
        "now": instant(TEN),
        "freeze_until": instant(TEN + FROZEN),
        "current_plan": {"routes": routes},
    }


def _measure(
    case: dict[str, Any], visit: Mapping[str, Any], replan_limit: float | None
) -> InsertRow:
    from dispatch.planning.insert_now import insert_now
    from dispatch.planning.planner import plan

    read = parse_case(json.dumps(case))
    began = time.perf_counter()
    try:
        found = insert_now(read, visit["id"])
    except DispatchError as error:
        took = 1000 * (time.perf_counter() - began)
        return InsertRow(visit["id"], False, round(took, 1), None, None, None, str(error))
    took = round(1000 * (time.perf_counter() - began), 1)
    figure = replan = None
    if found.plan is not None:
        figure = worth_of_plan(case, json.loads(format_plan(found.plan))).figure
    if replan_limit is not None:
        anew = plan(read, time_limit_s=replan_limit)
        replan = worth_of_plan(case, json.loads(format_plan(anew))).figure
    return InsertRow(visit["id"], found.placed, took, found.price, figure, replan, "")


def insert_table(rows: Sequence[InsertRow], visits: int, engineers: int) -> str:
    """One line: how many were placed, how fast, and what a full re-plan would have saved."""
    times = sorted(row.milliseconds for row in rows)
    p95 = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    saved = [
        100 * (row.figure - row.replan_figure) / row.replan_figure
        for row in rows
        if row.figure is not None and row.replan_figure
    ]
    against = f"{statistics.mean(saved):+.2f} % over {len(saved)}" if saved else "-"
    prices = [row.price for row in rows if row.price is not None and row.placed]
    price = f"{statistics.median(prices):,.0f}" if prices else "-"
    cells = (
        f"{visits:,}",
        f"{engineers:,}",
        str(len(rows)),
        str(sum(row.placed for row in rows)),
        f"{statistics.median(times):,.0f} ms",
        f"{p95:,.0f} ms",
        price,
        against,
    )
    return "\n".join(
        (
            f"| {' | '.join(HEADINGS)} |",
            f"|{'---:|' * len(HEADINGS)}",
            f"| {' | '.join(cells)} |",
        )
    )


HEADINGS = (
    "visits in the plan",
    "engineers",
    "urgent",
    "placed",
    "p50",
    "p95",
    "median price",
    "above a full re-plan",
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.insert_library", description=__doc__
    )
    parser.add_argument("--kind", choices=tuple(FIELD_KINDS), default="urban", help="field class")
    parser.add_argument("--visits", type=int, default=1500, help="in the plan")
    parser.add_argument("--engineers", type=int, default=200)
    parser.add_argument("--urgent", type=int, default=40, help="visits that come in")
    parser.add_argument("--seed", type=int, default=1, help="of instance and search")
    parser.add_argument("--plan-limit", type=float, default=60.0, help="seconds for the plan")
    parser.add_argument("--replans", type=int, default=5, help="urgent visits also re-planned")
    parser.add_argument("--replan-limit", type=float, default=30.0, help="seconds each")
    parser.add_argument("--out", type=Path, default=RESULTS, help="CSV")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
