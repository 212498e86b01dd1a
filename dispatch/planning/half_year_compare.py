"""What levelling is worth: the same half-year on the due dates, when overdue, and levelled.

Also what slips out of a calendar when there is more corrective work than forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dispatch.domain.local_time import add_months
from dispatch.domain.maintenance import next_round
from dispatch.planning.half_year import (
    Calendar,
    HalfYear,
    PlannedRound,
    Pool,
    capacity_of,
    pools_of,
)
from dispatch.planning.half_year_days import Span
from dispatch.planning.half_year_level import planned_round, rounds_of

__all__ = ["Slips", "Way", "compare_ways", "find_slips", "week_loads"]

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Way:
    """Figures of one way to go about the half-year.

    Parameters
    ----------
    name
        ``levelled``, ``due_date`` or ``overdue``.
    rounds
        Rounds done in the half-year.
    peak, mean
        Minutes of the fullest week, and of the average one that has a working day.
    over
        Minutes above capacity, over all pools and weeks.
    late, early
        Rounds after and before their tolerance.
    journeys
        Sites times weeks in which somebody goes there for maintenance.
    days_off
        Days between due day and day, on average.
    """

    name: str
    rounds: int
    peak: int
    mean: float
    over: int
    late: int
    early: int
    journeys: int
    days_off: float


@dataclass(frozen=True, slots=True)
class Slips:
    """What more corrective work does to a calendar.

    Parameters
    ----------
    growth
        What the forecast was multiplied by.
    later
        Rounds done in a later week than planned, with the weeks they slip.
    late
        Those of them that come after their tolerance.
    left
        Those that found no place before the half-year ends.
    over
        Minutes above capacity if nothing were moved.
    """

    growth: float
    later: Mapping[str, int]
    late: tuple[str, ...]
    left: tuple[str, ...]
    over: int


def week_loads(rounds: Iterable[PlannedRound], half: HalfYear) -> dict[Pool, list[int]]:
    """Minutes of maintenance by pool and week."""
    loads: dict[Pool, list[int]] = {}
    for one in rounds:
        for pool in pools_of(one.territory, one.skills):
            loads.setdefault(pool, [0] * half.weeks)[half.week_of(one.day)] += one.minutes
    return loads


def compare_ways(half: HalfYear, calendar: Calendar) -> tuple[Way, ...]:
    """Put the levelled calendar beside doing each round on its due day, or only when overdue."""
    due = _without_levelling(half, lambda span: _from(half, span.due))
    overdue = _without_levelling(half, lambda span: _from(half, span.latest + DAY))
    return (
        _measured("levelled", half, calendar.rounds),
        _measured("due_date", half, due),
        _measured("overdue", half, overdue),
    )


def _without_levelling(half: HalfYear, choose: Callable[[Span], date | None]) -> list[PlannedRound]:
    rounds = []
    for chain in rounds_of(half):
        span, nth = chain.first, 1
        if chain.overdue:
            due = next_round(chain.piece, half.policy).due
            span = Span(due, span.earliest, span.latest)
        while True:
            day = half.open_days(0)[0] if chain.overdue and nth == 1 else choose(span)
            if day is None or day > half.end:
                break
            rounds.append(planned_round(half, chain, span, day, nth))
            due = add_months(day, chain.piece.interval_months)
            tolerance = half.tolerance(chain.piece)
            span, nth = Span(due, due - tolerance, due + tolerance), nth + 1
    return rounds


def _from(half: HalfYear, day: date) -> date | None:
    """The first working day from a day on, none before the half-year begins."""
    day = max(day, half.start, half.today)
    while day <= half.end:
        if half.working_days.is_working_day(day):
            return day
        day += DAY
    return None


def _measured(name: str, half: HalfYear, rounds: Iterable[PlannedRound]) -> Way:
    done = list(rounds)
    weeks = [0] * half.weeks
    for one in done:
        weeks[half.week_of(one.day)] += one.minutes
    open_weeks = sum(bool(half.open_days(week)) for week in range(half.weeks))
    return Way(
        name=name,
        rounds=len(done),
        peak=max(weeks, default=0),
        mean=sum(weeks) / max(1, open_weeks),
        over=_over(week_loads(done, half), capacity_of(half)),
        late=sum(one.day > one.latest and not one.overdue for one in done),
        early=sum(one.day < one.earliest and not one.overdue for one in done),
        journeys=len({(one.site, half.week_of(one.day)) for one in done}),
        days_off=sum(abs((one.day - one.due).days) for one in done if not one.overdue)
        / max(1, sum(not one.overdue for one in done)),
    )


def _over(loads: Mapping[Pool, list[int]], capacity: Mapping[Pool, tuple[int, ...]]) -> int:
    return sum(
        max(0, load - room)
        for pool, row in loads.items()
        for load, room in zip(row, capacity[pool], strict=True)
    )


def find_slips(half: HalfYear, calendar: Calendar, growth: float = 1.2) -> Slips:
    """Find what slips when corrective work grows and nobody makes a new calendar.

    Week by week the rounds planned for it, and those that have slipped into it, are done in the
    order of their last days for as long as every pool has hours; the others go to the next week.

    Parameters
    ----------
    growth
        1.2: a fifth more corrective work than forecast.
    """
    later, late, left = _worked_off(half, calendar, growth)
    # What slips with the work as forecast (a skill that nobody there has) is not due to the growth.
    before, late_before, left_before = _worked_off(half, calendar, 1.0)
    over = _over(week_loads(calendar.rounds, half), capacity_of(half, growth))
    return Slips(
        growth,
        {id: weeks for id, weeks in later.items() if weeks > before.get(id, 0)},
        tuple(sorted(late - late_before)),
        tuple(sorted(left - left_before)),
        over,
    )


def _worked_off(
    half: HalfYear, calendar: Calendar, growth: float
) -> tuple[dict[str, int], set[str], set[str]]:
    """Weeks by which rounds slip, those that come too late, those that find no week."""
    capacity = capacity_of(half, growth)
    by_week: list[list[PlannedRound]] = [[] for _ in range(half.weeks)]
    for one in calendar.rounds:
        by_week[half.week_of(one.day)].append(one)
    waiting: list[PlannedRound] = []
    later: dict[str, int] = {}
    late: set[str] = set()
    for week in range(half.weeks):
        room = {pool: row[week] for pool, row in capacity.items()}
        days = half.open_days(week)
        todo = sorted([*waiting, *by_week[week]], key=lambda one: (one.latest, one.id))
        waiting = []
        for one in todo:
            pools = pools_of(one.territory, one.skills)
            if not days or any(room[pool] < one.minutes for pool in pools):
                waiting.append(one)
                continue
            for pool in pools:
                room[pool] -= one.minutes
            slipped = week - half.week_of(one.day)
            if slipped:
                later[one.id] = slipped
                if days[0] > one.latest and not one.overdue:
                    late.add(one.id)
    late |= {one.id for one in waiting if one.latest <= half.end}
    return later, late, {one.id for one in waiting}
