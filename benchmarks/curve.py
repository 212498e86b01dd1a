"""What is a moved promise worth? Cost saved against promises moved: `python -m benchmarks curve`.

Mornings of the demo world are planned and promised; at ten somebody falls ill and urgent requests
have come in. The rest of each day is planned anew with at most k promises moved, k = 0, 1, 2, 4,
8 and any number. Exit status 1 when k = 0 moves a promise that could be kept, a budget is
overdrawn, or the curve rises anywhere.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from dispatch.domain import (
    Case,
    CurrentPlan,
    PlanRoute,
    Promise,
    PromiseStage,
    SlaTerms,
    Visit,
)
from dispatch.domain.disruption import Disruption, DisruptionKind, apply_disruptions
from dispatch.formats import read_case
from dispatch.planning.audit import audit
from dispatch.planning.planner import plan
from dispatch.planning.promises import moved_promises
from dispatch.planning.replan import BUDGETS, CurvePoint, Search, churn_curve

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "data" / "demo_case.json"
RESULTS = HERE / "results" / "curve.csv"
BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=60)
NEWS, FROZEN = timedelta(hours=10), timedelta(minutes=30)
URGENT = 3
STAGES = (PromiseStage.PUBLISHED, PromiseStage.NOTIFIED, PromiseStage.DISPATCHED)


def broken_morning(seed: int, iterations: int) -> Case:
    """A day of the demo at ten: promised in the morning, one engineer gone, urgent requests in."""
    draw = random.Random(seed)
    case = read_case(DEMO)
    late = set(draw.sample([visit.id for visit in case.visits if not visit.after], URGENT))
    morning = replace(case, visits=tuple(one for one in case.visits if one.id not in late))
    made = plan(morning, engine="lns", time_limit_s=None, iterations=iterations, seed=seed)
    starts = {stop.visit: stop.start for route in made.routes for stop in route.stops}
    ten = case.planning_window.start + NEWS

    def told(visit: Visit) -> Visit:
        if visit.id in late:
            return replace(visit, sla=SlaTerms(ten + timedelta(hours=2), breach_fee=50_000))
        start = starts.get(visit.id)
        if start is None:
            return visit
        return replace(visit, promise=Promise(start - BEFORE, start + AFTER, draw.choice(STAGES)))

    ill = draw.choice([route.engineer for route in made.routes if _goes_on(route, ten)])
    world = replace(
        case,
        visits=tuple(told(one) for one in case.visits),
        now=ten,
        freeze_until=ten + FROZEN,
        current_plan=CurrentPlan.of(made),
    )
    absent = Disruption(DisruptionKind.ENGINEER_ABSENT, ill, ten)
    return apply_disruptions(world, [absent])


def _goes_on(route: PlanRoute, ten: datetime) -> bool:
    """Whether somebody has more to do."""
    return route.start < ten < route.end


def tell(
    seed: int, case: Case, points: Sequence[CurvePoint]
) -> tuple[list[dict[str, object]], str]:
    """Rows of one day, and what is wrong with them; empty when nothing is."""
    wrong = []
    rows: list[dict[str, object]] = []
    first = points[0].replan
    for point in points:
        made = point.replan
        rows.append(
            {
                "day": seed,
                "most_moved": "all" if point.budget is None else point.budget,
                "promises": sum(visit.promise is not None for visit in case.visits),
                "moved": len(made.moved),
                "lost": len(made.lost),
                "churn": made.bill.total,
                "unassigned": len(made.plan.unassigned),
                "cost": made.money,
                "saved": first.money - made.money,
            }
        )
        beyond = set(moved_promises(case, made.plan)) - set(made.lost)
        if point.budget is not None and len(beyond) > point.budget:
            wrong.append(f"day {seed}: {len(beyond)} moved, at most {point.budget} allowed")
        wrong += [f"day {seed}: {one}" for one in audit(made.case, made.plan)]
    for before, after in pairwise(points):
        if after.replan.figures > before.replan.figures:
            wrong.append(f"day {seed}: {after.budget} is dearer than {before.budget}")
    return rows, "; ".join(wrong)


def main(arguments: Sequence[str]) -> int:
    """Print and keep the curve of each day; exit status 1 when one is wrong."""
    parser = argparse.ArgumentParser(prog="benchmarks curve", description=__doc__)
    parser.add_argument("--days", type=int, default=8, help="broken mornings (8)")
    parser.add_argument("--first", type=int, default=1, help="seed of the first one (1)")
    parser.add_argument("--iterations", type=int, default=6000, help="of a whole curve (6000)")
    parser.add_argument("--out", type=Path, default=RESULTS)
    asked = parser.parse_args(list(arguments))
    kept: list[dict[str, object]] = []
    faults = []
    for seed in range(asked.first, asked.first + asked.days):
        case = broken_morning(seed, asked.iterations // 10)
        points = churn_curve(case, Search("lns", None, asked.iterations, seed=seed), BUDGETS)
        rows, wrong = tell(seed, case, points)
        kept += rows
        told = ", ".join(
            f"{row['most_moved']}: {row['moved']} saves {row['saved']}" for row in rows
        )
        print(f"day {seed}: {told} {wrong}".rstrip(), file=sys.stderr, flush=True)
        faults += [wrong] if wrong else []
    with asked.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(kept[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    print("the curve falls, and no budget is overdrawn" if not faults else "WRONG")
    return 1 if faults else 0
