"""Is a visit that is given 15 % really late on 15 of 100 days? The reliability table.

`python -m benchmarks risk` plans days of a made-up city, lets training days happen, learns the
spreads of work and travel from them, and then holds the probabilities it gives against other days
that a plain event-by-event simulation of its own lets happen. The world's spreads are not the
defaults, so a model that had learned nothing would show.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from dispatch.domain import (
    Case,
    Engineer,
    Location,
    Plan,
    Shift,
    SlaTerms,
    TimeWindow,
    Visit,
    VisitKind,
)
from dispatch.domain.risk import DEFAULT_RISK, RiskModel, Spread, learn_risk
from dispatch.planning.planner import plan
from dispatch.planning.risk import assess

RESULTS = Path(__file__).resolve().parent / "results" / "risk.csv"
CHINA = timezone(timedelta(hours=8))
DAY = datetime(2026, 11, 23, tzinfo=CHINA)
TRUTH = RiskModel(
    {"corrective": Spread(0.05, 0.50), "maintenance": Spread(-0.02, 0.15)}, Spread(0.08, 0.35)
)
"""How things really are in the city of this benchmark."""
KINDS = (VisitKind.CORRECTIVE, VisitKind.CORRECTIVE, VisitKind.MAINTENANCE)


def city(seed: int, engineers: int = 5, visits: int = 30) -> Case:
    """A day on which most SLAs can just about be kept."""
    draw = random.Random(seed)
    places = [
        Location(f"p{n}", draw.uniform(21.15, 21.35), draw.uniform(110.25, 110.45))
        for n in range(engineers + visits)
    ]
    people = tuple(
        Engineer(
            f"e{n}",
            shifts=(
                Shift(
                    f"e{n}-day",
                    DAY + timedelta(hours=8),
                    DAY + timedelta(hours=17),
                    f"p{n}",
                    overtime_end=DAY + timedelta(hours=21),
                ),
            ),
        )
        for n in range(engineers)
    )
    work = []
    for n in range(visits):
        by = DAY + timedelta(minutes=draw.randint(9 * 60, 18 * 60))
        windows = ()
        if draw.random() < 0.3:
            windows = (TimeWindow(by - timedelta(hours=3), by),)
        work.append(
            Visit(
                f"v{n}",
                f"p{engineers + n}",
                timedelta(minutes=draw.choice((30, 45, 60, 90))),
                kind=draw.choice(KINDS),
                time_windows=windows,
                sla=None if windows else SlaTerms(by, 50_000, 20_000),
            )
        )
    return Case(
        planning_window=TimeWindow(DAY, DAY + timedelta(days=1)),
        locations=tuple(places),
        engineers=people,
        visits=tuple(work),
    )


def happen(
    case: Case, made: Plan, draw: random.Random
) -> Iterator[tuple[str, bool, tuple[str, float], float]]:
    """Let one day happen, stop by stop.

    Yields
    ------
    tuple
        Visit, whether it was late, (kind, ratio) of its work, ratio of the travel to it.
    """
    visits = {visit.id: visit for visit in case.visits}
    for route in made.routes:
        clock = route.start
        for stop in route.stops:
            visit = visits[str(stop.visit)]
            road = math.exp(draw.gauss(TRUTH.travel.mu, TRUTH.travel.sigma))
            spread = TRUTH.of(visit.kind.value)
            ratio = math.exp(draw.gauss(spread.mu, spread.sigma))
            arrive = clock + stop.travel_s * road * timedelta(seconds=1)
            late = visit.sla is not None and arrive > visit.sla.arrive_by
            start = arrive
            if visit.time_windows:
                (window,) = visit.time_windows
                start = max(arrive, window.start)
                late = late or start > window.end
            clock = start + (stop.finish - stop.start) * ratio
            yield visit.id, late, (visit.kind.value, ratio), road


def calibrate(
    worlds: int, days: int, training_days: int, iterations: int
) -> list[dict[str, object]]:
    """Give probabilities and count what happened, by decile of the probability.

    Parameters
    ----------
    worlds, days
        Plans, and days on which each happens.
    training_days
        Days to learn from beforehand, on other plans.
    iterations
        Of the search, for each plan.
    """
    work: list[tuple[str, float]] = []
    roads: list[float] = []
    for day in range(training_days):
        case = city(10_000 + day)
        for _, _, ratio, road in happen(case, _planned(case, iterations), random.Random(day)):
            work.append(ratio)
            roads.append(road)
    model = learn_risk(work, roads) if training_days else DEFAULT_RISK
    given = [0.0] * 10
    count, late = [0] * 10, [0] * 10
    for world in range(worlds):
        case = city(world)
        made = _planned(case, iterations)
        chance = {one.visit: one.breach_probability for one in assess(case, made, model)}
        draw = random.Random(1_000_000 + world)
        for _ in range(days):
            for visit, was_late, _, _ in happen(case, made, draw):
                decile = min(9, int(chance[visit] * 10))
                given[decile] += chance[visit]
                count[decile] += 1
                late[decile] += was_late
    return [
        {
            "given": f"{10 * n}-{10 * n + 10} %",
            "stops": count[n],
            "mean_given_pct": round(100 * given[n] / count[n], 1) if count[n] else "",
            "late_pct": round(100 * late[n] / count[n], 1) if count[n] else "",
            "inside": 10 * n <= round(100 * late[n] / count[n], 1) <= 10 * n + 10
            if count[n]
            else "",
        }
        for n in range(10)
    ]


def _planned(case: Case, iterations: int) -> Plan:
    return plan(replace(case), engine="lns", time_limit_s=None, iterations=iterations)


def main(arguments: Sequence[str]) -> int:
    """Print the reliability table and keep it; exit status 1 when a decile is off."""
    parser = argparse.ArgumentParser(prog="benchmarks risk", description=__doc__)
    parser.add_argument("--worlds", type=int, default=50, help="plans (50)")
    parser.add_argument("--days", type=int, default=20, help="days of each plan (20)")
    parser.add_argument("--training-days", type=int, default=60, help="0: the defaults (60)")
    parser.add_argument("--iterations", type=int, default=2000, help="of each search (2000)")
    parser.add_argument("--out", type=Path, default=RESULTS)
    asked = parser.parse_args(list(arguments))
    rows = calibrate(asked.worlds, asked.days, asked.training_days, asked.iterations)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with asked.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print("given | stops | mean given | late | inside")
    for row in rows:
        told = (row["given"], row["stops"], row["mean_given_pct"], row["late_pct"], row["inside"])
        print(" | ".join(str(one) for one in told))
    return 0 if all(row["inside"] in (True, "") for row in rows) else 1
