"""Six policies on the requests of a city: ``python -m benchmarks.whatif_boston``.

The arrival process is fitted to Boston's tickets of January to April 2015 and tested on those of
May and June: the number of tickets a week and the mix of their targets against prediction
intervals. Then every policy lives through the same days that are drawn from it, with assumed
crews (see `benchmarks.cases.boston`: neither crews nor durations are in the data).
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import fmean, median

from benchmarks.cases.boston import (
    DETOUR_FACTOR,
    LUNCH,
    SEVERITIES,
    SHIFT,
    SPEED_KMH,
    TARIFF,
)
from benchmarks.cases.boston_crews import make_crews
from benchmarks.cases.boston_tickets import BOSTON, KINDS, Ticket, district_yards, read_tickets
from benchmarks.families import DATA
from dispatch.cli.whatif_progress import Kept
from dispatch.domain import (
    Break,
    Case,
    Engineer,
    Location,
    Priority,
    RequiredSkill,
    Severity,
    Shift,
    Skill,
    Tariff,
    TimeWindow,
    TravelSettings,
)
from dispatch.domain.demand import ArrivalTerms, Demand, DemandContract, Fault, Source
from dispatch.domain.scenario import Scenario
from dispatch.simulation.comparison import make_study, report_of, work_off
from dispatch.simulation.executor import Executor, InProcess, ProcessPool
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.student import t_quantile

FITTED = (date(2015, 1, 1), date(2015, 5, 1))
TESTED = (date(2015, 5, 1), date(2015, 7, 1))
START = date(2015, 5, 4)
"""First simulated day, a Monday."""
PLACES_A_TYPE = 15
RESULTS = Path(__file__).with_name("results")
FIGURES = (
    "on_time",
    "on_time_critical",
    "on_time_major",
    "on_time_minor",
    "response_min",
    "cost",
    "cost_labour",
    "cost_travel",
    "cost_sla",
    "visits_done",
    "visits_left",
    "travel_km",
    "promises_moved",
)
PAIRED, AGAINST = ("on_time", "cost"), ("difference", "low", "high", "p_value")
"""What is told of every policy less the first, with the interval of the paired difference."""
TIERS = {"critical": Priority.HIGH, "major": Priority.NORMAL}


def within(tickets: Sequence[Ticket], span: tuple[date, date]) -> list[Ticket]:
    """Tickets opened from a day on, before another."""
    return [one for one in tickets if span[0] <= one.opened.date() < span[1]]


def severity_of(ticket: Ticket) -> Severity:
    """Severity by the time from opening to target."""
    allowed = ticket.target - ticket.opened
    return Severity(next(name for limit, name, _, _ in SEVERITIES if allowed <= limit))


def fit(tickets: Sequence[Ticket], share: float, seed: int) -> tuple[Demand, dict[str, Location]]:
    """Learn rates by type, place, hour and weekday, and targets by type and severity."""
    days = (FITTED[1] - FITTED[0]).days
    weeks = _weeks(within(tickets, FITTED))
    # The rate is that of the last level, not the mean of a winter.
    level = math.exp(smooth([math.log(_of(week, "all")) for week in weeks])[0])
    risen = level / fmean(_of(week, "all") for week in weeks)
    by_type: dict[str, list[Ticket]] = defaultdict(list)
    for one in within(tickets, FITTED):
        by_type[one.type].append(one)
    known = [one for rows in by_type.values() for one in rows]
    hours = Counter(one.opened.hour for one in known)
    weekdays = Counter(one.opened.weekday() for one in known)
    mean = len(known) / 7
    draw = random.Random(seed)
    places: dict[str, Location] = {}
    sources, faults, contracts = [], [], []
    for name in sorted(by_type):
        rows, kind = by_type[name], KINDS[name]
        chosen = draw.sample(rows, min(PLACES_A_TYPE, len(rows)))
        for number, ticket in enumerate(chosen):
            place = Location(f"{name}-{number}", ticket.lat, ticket.lon)
            places[place.id] = place
            weight = 1 / len(chosen)
            sources.append(Source(place.id, place.id, name, weight, contract=name))
        mix = Counter(severity_of(one) for one in rows)
        faults.append(
            Fault(
                name,
                share * risen * len(rows) / days,
                timedelta(minutes=kind.minutes),
                name,
                {severity: float(many) for severity, many in sorted(mix.items())},
                (RequiredSkill(kind.skill),),
            )
        )
        contracts.append(DemandContract(name, _terms(rows)))
    demand = Demand(
        zone="America/New_York",
        hours=tuple(float(hours[hour]) for hour in range(24)),
        weekdays=tuple(weekdays[day] / mean for day in range(7)),
        contracts=tuple(contracts),
        sources=tuple(sources),
        faults=tuple(faults),
    )
    return demand, places


def _terms(rows: Sequence[Ticket]) -> dict[Severity, ArrivalTerms]:
    allowed: dict[Severity, list[timedelta]] = defaultdict(list)
    for one in rows:
        allowed[severity_of(one)].append(one.target - one.opened)
    prices = {Severity(name): (fee, rate) for _, name, fee, rate in SEVERITIES}
    return {
        severity: ArrivalTerms(
            timedelta(seconds=int(median(one.total_seconds() for one in spans))),
            *prices[severity],
            priority=TIERS.get(severity.value, Priority.NORMAL),
        )
        for severity, spans in allowed.items()
    }


def held_out(tickets: Sequence[Ticket]) -> list[tuple[str, float, float, float, bool]]:
    """Compare the weeks of May and June with 95 % prediction intervals from January to April.

    Counts (as logarithms) and shares (as logits) are followed by simple exponential smoothing,
    because a winter with two metres of snow is no level to stay at; its one-step errors carry the
    interval of the mean of the weeks ahead.

    Returns
    -------
    list of tuple
        What, its mean per week in the test, both ends of the interval, whether it lies inside.

    References
    ----------
    R. J. Hyndman, G. Athanasopoulos, *Forecasting: Principles and Practice*, chapter 8.
    """
    seen, later = _weeks(within(tickets, FITTED)), _weeks(within(tickets, TESTED))
    severities = [severity.value for severity in Severity]
    rows = []
    for name in ("all", *severities):
        past = [math.log(_of(week, name)) for week in seen]
        low, high = (math.exp(end) for end in _ahead(past, len(later)))
        mean = fmean(_of(week, name) for week in later)
        rows.append((f"tickets a week, {name}", mean, low, high, low <= mean <= high))
    for name in severities:
        past = [_logit(_of(week, name) / _of(week, "all")) for week in seen]
        low, high = (1 / (1 + math.exp(-end)) for end in _ahead(past, len(later)))
        mean = fmean(_of(week, name) / _of(week, "all") for week in later)
        rows.append((f"share of {name}", mean, low, high, low <= mean <= high))
    return rows


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def smooth(past: Sequence[float]) -> tuple[float, float, float]:
    """Follow the level of a row.

    Returns
    -------
    tuple of float
        The last level, the weight of the newest value that foretold the row best, and the
        standard deviation of the errors one step ahead.
    """
    best: tuple[float, float, float] | None = None
    for weight in (step / 20 for step in range(1, 21)):
        level, errors = past[0], []
        for value in past[1:]:
            errors.append(value - level)
            level += weight * (value - level)
        spread = math.sqrt(sum(one * one for one in errors) / max(1, len(errors) - 1))
        if best is None or spread < best[2]:
            best = level, weight, spread
    assert best is not None, "there is always a weight"
    return best


def _ahead(past: Sequence[float], weeks: int) -> tuple[float, float]:
    """Ends of the interval of the mean of the weeks ahead."""
    level, weight, spread = smooth(past)
    carried = sum((1 + weight * k) ** 2 for k in range(weeks))
    reach = t_quantile(0.975, len(past) - 2) * spread * math.sqrt(carried) / weeks
    return level - reach, level + reach


def _weeks(tickets: Sequence[Ticket]) -> list[Counter[str]]:
    """Whole weeks, Monday to Sunday."""
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for one in tickets:
        day = one.opened.date()
        week = found[day - timedelta(days=day.weekday())]
        week["all"] += 1
        week[severity_of(one).value] += 1
    first, last = min(found) + timedelta(days=7), max(found)
    return [found[monday] for monday in sorted(found) if first <= monday < last]


def _of(week: Counter[str], name: str) -> float:
    return float(week[name])


def city(tickets: Sequence[Ticket], crews: int, share: float, seed: int) -> Case:
    """The city on the first simulated morning, nothing being open yet."""
    demand, places = fit(tickets, share, seed)
    yards = district_yards(list(tickets))
    people = make_crews(within(tickets, FITTED), yards, crews, seed)
    homes = {one.district: Location(f"yard-{one.district}", *yards[one.district]) for one in people}
    start = datetime.combine(START, time(0), tzinfo=BOSTON)
    return Case(
        TimeWindow(start, start + timedelta(days=1)),
        locations=(*homes.values(), *places.values()),
        engineers=tuple(
            Engineer(
                f"c{one.number}",
                skills=tuple(Skill(name) for name in one.skills),
                territory=one.district,
                shifts=(_shift(f"c{one.number}-day", homes[one.district].id),),
                tariff=Tariff(**TARIFF),
            )
            for one in people
        ),
        travel=TravelSettings(speed_kmh=SPEED_KMH, detour_factor=DETOUR_FACTOR),
        demand=demand,
    )


def _shift(id: str, home: str) -> Shift:
    def local(clock: time) -> datetime:
        return datetime.combine(START, clock, tzinfo=BOSTON)

    earliest, latest, minutes = LUNCH
    lunch = Break(local(earliest), local(latest), timedelta(minutes=minutes))
    return Shift(id, local(SHIFT[0]), local(SHIFT[1]), home, breaks=(lunch,))


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, test, simulate; print the tables and keep them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--replications", type=int, default=5)
    parser.add_argument("--crews", type=int, default=7)
    parser.add_argument("--share", type=float, default=0.45, help="of the city's tickets")
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--policies", nargs="+", default=list(POLICIES), choices=list(POLICIES))
    parser.add_argument("--keep", type=Path, help="file of finished replications, to go on from")
    parser.add_argument("--fit-only", action="store_true")
    options = parser.parse_args(arguments)
    tickets = read_tickets(DATA / "boston311/boston311_2015_H1_fieldwork.csv.gz")
    print("| fitted January to April, tested May and June | test | 95 % interval | inside |")
    print("|---|---:|---:|---|")
    for name, mean, low, high, inside in held_out(tickets):
        print(f"| {name} | {mean:.3g} | {low:.3g} … {high:.3g} | {'yes' if inside else 'NO'} |")
    if options.fit_only:
        return 0
    case = city(tickets, options.crews, options.share, options.seed)
    first, *others = options.policies
    study = make_study(
        case,
        [Scenario(name, policy=name) for name in others],
        days=options.days,
        seed=options.seed,
        policy=first,
        iterations=options.iterations,
    )
    executor: Executor = InProcess()
    if options.processes > 1:
        executor = ProcessPool(options.processes)
    mark = repr((options.days, options.crews, options.share, options.iterations, options.seed))
    with Kept(options.keep, f"{options.policies} {mark}") as kept:
        outcomes = work_off(
            study, options.replications, executor, finished=kept.finished, done=kept.add
        )
    report = report_of(study, outcomes)
    rows = [
        (first, report["base"], None),
        *((s["name"], s, s["comparison"]) for s in report["scenarios"]),
    ]
    print(f"\n| policy | {' | '.join(FIGURES)} | on time against {first} | cost against {first} |")
    print("|---|" + "---:|" * (len(FIGURES) + 2))
    with (RESULTS / "whatif_boston.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("policy", *FIGURES, *(f"{f}_{c}" for f in PAIRED for c in AGAINST)))
        for name, world, pairs in rows:
            means = [world["figures"][figure]["mean"] for figure in FIGURES]
            against = [pairs[f][c] if pairs else "" for f in PAIRED for c in AGAINST]
            table.writerow((name, *means, *against))
            told = " | ".join(f"{mean:.4g}" for mean in means)
            print(f"| {name} | {told} | {_against(pairs, 'on_time')} | {_against(pairs, 'cost')} |")
    return 0


def _against(pairs: dict[str, dict[str, float | None]] | None, figure: str) -> str:
    if pairs is None:
        return "-"
    pair = pairs[figure]
    if pair["low"] is None:
        return f"{pair['difference']:+.4g}"
    mark = " *" if pair["significant"] else ""
    return f"{pair['difference']:+.4g} ({pair['low']:+.4g} … {pair['high']:+.4g}){mark}"


if __name__ == "__main__":
    raise SystemExit(main())
