"""Is a visit that is given 15 % really late on 15 of 100 days? The reliability table.

`python -m benchmarks risk` plans days of a made-up city, lets training days happen, learns the
spreads of work and travel from them, and then holds the probabilities it gives against other days
that a plain event-by-event simulation of its own lets happen. The world's spreads are not the
defaults, so a model that had learned nothing would show. Some days have more work than can
be done in time, so that there are visits that are almost surely late.

`--weight 1` also plans each day with that `weights.risk` and tells what breaches really cost with
and without it, on the same days.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
    Weights,
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


LOADS = (30, 38, 30, 44, 34)
"""Visits of the days, in turn."""


def city(seed: int, engineers: int = 5, visits: int | None = None) -> Case:
    """A day on which most SLAs can just about be kept, or one with more work than that."""
    visits = visits or LOADS[seed % len(LOADS)]
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
        windows: tuple[TimeWindow, ...] = ()
        if draw.random() < 0.3:
            windows = (TimeWindow(by - timedelta(hours=3), by),)
        work.append(
            Visit(
                f"v{n}",
                f"p{engineers + n}",
                timedelta(minutes=draw.choice((30, 45, 60, 90))),
                kind=draw.choice(KINDS),
                time_windows=windows,
                sla=None if windows else SlaTerms(by, breach_fee=50_000, lateness_per_hour=20_000),
            )
        )
    return Case(
        planning_window=TimeWindow(DAY, DAY + timedelta(days=1)),
        locations=tuple(places),
        engineers=people,
        visits=tuple(work),
    )


def happen(
    case: Case, made: Plan, draw: random.Random, truth: RiskModel = TRUTH
) -> Iterator[tuple[str, bool, tuple[str, float], float]]:
    """Let one day happen, stop by stop.

    Yields
    ------
    tuple
        Visit, whether it was late, (kind, ratio) of its work, ratio of the travel to it.
    """
    for visit, late, _, work, road in happen_in_full(case, made, draw, truth):
        yield visit, late, work, road


def happen_in_full(
    case: Case, made: Plan, draw: random.Random, truth: RiskModel = TRUTH
) -> Iterator[tuple[str, bool, float, tuple[str, float], float]]:
    """The same with what a breach of the SLA cost, in the third place."""
    visits = {visit.id: visit for visit in case.visits}
    for route in made.routes:
        clock = route.start
        for stop in route.stops:
            visit = visits[str(stop.visit)]
            road = math.exp(draw.gauss(truth.travel.mu, truth.travel.sigma))
            spread = truth.of(visit.kind.value)
            ratio = math.exp(draw.gauss(spread.mu, spread.sigma))
            arrive = clock + stop.travel_s * road * timedelta(seconds=1)
            late = visit.sla is not None and arrive > visit.sla.arrive_by
            fee = _fee(visit, arrive) if late else 0.0
            start = arrive
            if visit.time_windows:
                (window,) = visit.time_windows
                start = max(arrive, window.start)
                late = late or start > window.end
            clock = start + (stop.finish - stop.start) * ratio
            yield visit.id, late, fee, (visit.kind.value, ratio), road


def _fee(visit: Visit, arrive: datetime) -> float:
    assert visit.sla is not None, "only an SLA can be late"
    hours = (arrive - visit.sla.arrive_by) / timedelta(hours=1)
    return visit.sla.breach_fee + visit.sla.lateness_per_hour * hours


@dataclass(frozen=True)
class Study:
    """How much is planned, and what lets days happen.

    Parameters
    ----------
    worlds, first
        Plans, and the number of the first world: others than those shown are as good.
    days, training_days
        Days on which each plan happens, and days on other plans to learn from beforehand.
    iterations
        Of the search, for each plan.
    truth
        How things really are.
    """

    worlds: int
    first: int
    days: int
    training_days: int
    iterations: int
    truth: RiskModel

    def numbers(self) -> range:
        """The numbers of the worlds."""
        return range(self.first, self.first + self.worlds)


def wilder(spread: float) -> RiskModel:
    """The city with standard deviations so many times as large, its medians as they are."""
    work = {kind: Spread(one.mu, one.sigma * spread) for kind, one in TRUTH.work.items()}
    return RiskModel(work, Spread(TRUTH.travel.mu, TRUTH.travel.sigma * spread))


def learned(study: Study) -> RiskModel:
    """What training days teach; the defaults without any."""
    work: list[tuple[str, float]] = []
    roads: list[float] = []
    for day in range(study.training_days):
        case = city(study.first + 10_000 + day)
        made = _planned(case, study.iterations)
        for _, _, ratio, road in happen(case, made, random.Random(day), study.truth):
            work.append(ratio)
            roads.append(road)
    return learn_risk(work, roads) if study.training_days else DEFAULT_RISK


def weigh(study: Study, weight: float) -> list[dict[str, object]]:
    """Let the same days happen to plans with and without a price of risk.

    Returns
    -------
    list of dict
        For each weight the mean cost of a plan without SLA and risk, what breaches cost on
        average by the plans themselves, and what they really cost on a day.
    """
    rows: list[dict[str, object]] = []
    model = learned(study)
    for risk in (0.0, weight):
        plain = told = real = 0.0
        for world in study.numbers():
            case = replace(city(world), weights=Weights(risk=risk), risk_model=model)
            made = _planned(case, study.iterations)
            assert made.cost is not None
            assert made.kpis is not None
            plain += made.cost.total - made.cost.unassigned - made.cost.sla - made.cost.risk
            told += made.kpis.expected_breach or 0
            draw = random.Random(2_000_000 + world)
            for _ in range(study.days):
                happened = happen_in_full(case, made, draw, study.truth)
                real += sum(one[2] for one in happened) / study.days
        means = (round(one / study.worlds) for one in (plain, told, real))
        names = ("other_cost", "expected_breaches", "real_breaches")
        rows.append({"weight": risk, **dict(zip(names, means, strict=True))})
    return rows


def calibrate(study: Study) -> list[dict[str, object]]:
    """Give probabilities and count what happened, by decile of the probability."""
    model = learned(study)
    given = [0.0] * 10
    count, late = [0] * 10, [0] * 10
    for world in study.numbers():
        case = city(world)
        made = _planned(case, study.iterations)
        chance = {one.visit: one.breach_probability for one in assess(case, made, model)}
        draw = random.Random(1_000_000 + world)
        for _ in range(study.days):
            for visit, was_late, _, _ in happen(case, made, draw, study.truth):
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


def _write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _costs(row: dict[str, object]) -> int:
    return int(str(row["real_breaches"]))


def main(arguments: Sequence[str]) -> int:
    """Print the reliability table and keep it; exit status 1 when a decile is off."""
    parser = argparse.ArgumentParser(prog="benchmarks risk", description=__doc__)
    parser.add_argument("--worlds", type=int, default=50, help="plans (50)")
    parser.add_argument("--days", type=int, default=20, help="days of each plan (20)")
    parser.add_argument("--training-days", type=int, default=60, help="0: the defaults (60)")
    parser.add_argument("--iterations", type=int, default=2000, help="of each search (2000)")
    parser.add_argument("--first", type=int, default=0, help="number of the first world (0)")
    parser.add_argument("--spread", type=float, default=1.0, help="of the truth, times (1)")
    parser.add_argument("--weight", type=float, help="of risk, to be held against none")
    parser.add_argument("--out", type=Path, default=RESULTS)
    asked = parser.parse_args(list(arguments))
    study = Study(
        asked.worlds,
        asked.first,
        asked.days,
        asked.training_days,
        asked.iterations,
        wilder(asked.spread),
    )
    if asked.weight is not None:
        weighed = weigh(study, asked.weight)
        _write(asked.out.with_name("risk_weight.csv"), weighed)
        for row in weighed:
            print(", ".join(f"{name} {value}" for name, value in row.items()))
        return 0 if _costs(weighed[1]) < _costs(weighed[0]) else 1
    rows = calibrate(study)
    _write(asked.out, rows)
    print("given | stops | mean given | late | inside")
    for row in rows:
        told = (row["given"], row["stops"], row["mean_given_pct"], row["late_pct"], row["inside"])
        print(" | ".join(str(one) for one in told))
    return 0 if all(row["inside"] in (True, "") for row in rows) else 1
