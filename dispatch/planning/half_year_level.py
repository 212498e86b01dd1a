"""From the rounds of a half-year to the levelling problem, and back to days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dispatch.domain.equipment import Equipment
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
from dispatch.planning.half_year_days import Span, weeks_of
from dispatch.solver.levelling import Levelled, LevellingProblem, Piece, level

__all__ = ["Chain", "level_half_year", "planned_round", "rounds_of"]

OVERDUE_SPAN = timedelta(days=13)
"""What is overdue when the half-year begins is to be done within its first two weeks."""

JOURNEY_COST = 6
"""A journey to a site saved is worth moving a round by so many days."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The rounds of one piece within the half-year: the first one, and how many at most."""

    piece: Equipment
    first: Span
    overdue: bool
    count: int


def rounds_of(half: HalfYear) -> list[Chain]:
    """Chains of rounds that fall due until the end, ordered by piece."""
    chains = []
    for piece in sorted(half.equipment, key=lambda one: one.id):
        coming = next_round(piece, half.policy)
        overdue = coming.latest < half.today
        if overdue:
            span = Span(coming.due, half.start, half.start + OVERDUE_SPAN)
        elif coming.latest < half.start:
            # It is this week's business; the half-year begins with the round after it.
            due = add_months(coming.due, piece.interval_months)
            tolerance = half.tolerance(piece)
            span = Span(due, due - tolerance, due + tolerance)
        else:
            span = Span(coming.due, coming.earliest, coming.latest)
        if span.due > half.end:
            continue
        count, due = 1, max(span.due, half.start)
        while (due := add_months(due, piece.interval_months)) <= half.end:
            count += 1
        chains.append(Chain(piece, span, overdue, count))
    return chains


def level_half_year(
    half: HalfYear,
    *,
    time_limit_s: float = 60.0,
    seed: int = 1,
    processes: int = 1,
    cancelled: Callable[[], bool] | None = None,
) -> Calendar:
    """Level the rounds of a half-year.

    Parameters
    ----------
    half
        What is to be levelled.
    time_limit_s, seed, processes, cancelled
        Of the search, as in `solver.levelling.level`.

    Returns
    -------
    Calendar
        With a day for every round that falls due until the end.
    """
    capacity = capacity_of(half)
    order = {pool: number for number, pool in enumerate(capacity)}
    model = _Pieces(half, order)
    for chain in rounds_of(half):
        model.add(chain)
    rows = (*capacity.values(),)
    total = sum(piece.minutes for piece in model.pieces)
    problem = LevellingProblem(
        weeks=half.weeks + 1,
        # What is pushed beyond the last week is the business of the next half-year.
        capacity=tuple((*row, total) for row in rows),
        pieces=tuple(model.pieces),
        journey=JOURNEY_COST,
        beyond=1,
    )
    found = level(
        problem, time_limit_s=time_limit_s, seed=seed, processes=processes, cancelled=cancelled
    )
    return _calendar(half, capacity, found, model)


class _Pieces:
    """Rounds in the numbers of the solver."""

    def __init__(self, half: HalfYear, pools: Mapping[Pool, int]) -> None:
        self.half, self.pools = half, pools
        self.pieces: list[Piece] = []
        self.days: list[dict[int, date]] = []
        self.chains: list[tuple[Chain, list[int]]] = []
        self._sites: dict[str, int] = {}

    def add(self, chain: Chain) -> None:
        """Add the rounds of one piece, each with its weeks by the week of the one before."""
        half, piece = self.half, chain.piece
        kind = half.types[piece.type]
        skills = [skill.name for skill in kind.maintenance_skills]
        pools = pools_of(half.territories.get(piece.site, ""), skills)
        minutes = max(1, -(-int(kind.maintenance_duration.total_seconds()) // 60))
        spans = {week: [chain.first] for week in range(half.weeks + 1)}
        days = self._weeks(chain.first, chain)
        numbers: list[int] = []
        after: dict[int, tuple[int, ...]] = {}
        for _ in range(chain.count):
            costs = {
                week: 0 if chain.overdue else min(abs((day - s.due).days) for s in spans[week])
                for week, day in days.items()
            }
            numbers.append(len(self.pieces))
            self.days.append(days)
            self.pieces.append(
                Piece(
                    minutes=minutes,
                    weeks=costs,
                    pools=tuple(self.pools[pool] for pool in pools),
                    site=self._sites.setdefault(piece.site, len(self._sites)),
                    follows=numbers[-2] if len(numbers) > 1 else None,
                    after=after,
                )
            )
            days, after, spans = self._coming(piece, days)
        self.chains.append((chain, numbers))

    def _coming(
        self, piece: Equipment, days: Mapping[int, date]
    ) -> tuple[dict[int, date], dict[int, tuple[int, ...]], dict[int, list[Span]]]:
        """Days of the next round by week, its weeks by those of this one, its spans by week.

        A round has one day in a week, whenever the one before was done: so what follows from it is
        known. Where that day misses a tolerance, the pair of weeks is out.
        """
        half = self.half
        reached = {}
        for week, day in days.items():
            span = self.next_span(piece, day)
            ahead = self._weeks(span, None) if week < half.weeks else {half.weeks: span.due}
            reached[week] = (span, ahead)
        coming: dict[int, date] = {}
        gaps: dict[int, int] = {}
        for span, ahead in reached.values():
            for other, day in ahead.items():
                gap = abs((day - span.due).days)
                if gap < gaps.get(other, gap + 1):
                    coming[other], gaps[other] = day, gap
        after: dict[int, tuple[int, ...]] = {}
        spans: dict[int, list[Span]] = {}
        for week, (span, ahead) in sorted(reached.items()):
            fits = [
                other
                for other in sorted(ahead)
                if other == half.weeks or span.earliest <= coming[other] <= span.latest
            ]
            after[week] = tuple(fits)
            for other in fits:
                spans.setdefault(other, []).append(span)
        kept = {other: day for other, day in coming.items() if other in spans}
        return kept, after, spans

    def next_span(self, piece: Equipment, done: date) -> Span:
        """When the next round is due if this one is done on a day."""
        due = add_months(done, piece.interval_months)
        tolerance = self.half.tolerance(piece)
        return Span(due, due - tolerance, due + tolerance)

    def _weeks(self, span: Span, chain: Chain | None) -> dict[int, date]:
        """Weeks in which a round may be done, with the day it gets there."""
        half = self.half
        first = None
        if chain is not None and not chain.overdue:
            id = next_round(chain.piece, half.policy).id
            told = id in half.told or chain.first.due - half.policy.notice <= half.today
            first = None if told else half.today + half.policy.notice
        found = weeks_of(half.start, half.weeks, half.open_days, span, first)
        return found or {half.weeks: span.due}


def _calendar(
    half: HalfYear, capacity: Mapping[Pool, tuple[int, ...]], found: Levelled, model: _Pieces
) -> Calendar:
    rounds: list[PlannedRound] = []
    for chain, numbers in model.chains:
        if not found.weeks:
            break
        span: Span = chain.first
        for nth, number in enumerate(numbers, start=1):
            week = found.weeks[number]
            if week >= half.weeks:
                break
            day = model.days[number][week]
            rounds.append(planned_round(half, chain, span, day, nth))
            span = model.next_span(chain.piece, day)
    rounds = share_days(half, rounds)
    loads = [0] * half.weeks
    for one in rounds:
        loads[half.week_of(one.day)] += one.minutes
    open_weeks = sum(bool(half.open_days(week)) for week in range(half.weeks))
    return Calendar(
        half.start,
        half.weeks,
        tuple(sorted(rounds, key=lambda one: (one.day, one.site, one.id))),
        capacity,
        peak=max(loads, default=0),
        mean=sum(loads) / max(1, open_weeks),
        peak_bound=found.peak_bound,
        proved=found.proved,
        over=found.over,
        elapsed_s=found.elapsed_s,
    )


def planned_round(half: HalfYear, chain: Chain, span: Span, day: date, nth: int) -> PlannedRound:
    """One round of a chain on its day."""
    piece, kind = chain.piece, half.types[chain.piece.type]
    name = next_round(piece, half.policy).id
    if nth > 1:
        name = f"maintenance-{piece.id}-after-{add_months(span.due, -piece.interval_months):%Y%m%d}"
    return PlannedRound(
        id=name,
        equipment=piece.id,
        site=piece.site,
        territory=half.territories.get(piece.site, ""),
        skills=tuple(sorted(skill.name for skill in kind.maintenance_skills)),
        minutes=max(1, -(-int(kind.maintenance_duration.total_seconds()) // 60)),
        due=span.due,
        earliest=span.earliest,
        latest=span.latest,
        day=day,
        notify_on=max(half.today, day - half.policy.notice),
        overdue=chain.overdue and nth == 1,
        nth=nth,
    )


def share_days(half: HalfYear, rounds: list[PlannedRound]) -> list[PlannedRound]:
    """Put the rounds of one site in one week on one day where their tolerances allow it.

    Only the last round of a piece moves: with an earlier one all later due days would move.
    """
    last: dict[str, int] = {}
    for number, one in enumerate(rounds):
        if one.equipment not in last or rounds[last[one.equipment]].nth < one.nth:
            last[one.equipment] = number
    groups: dict[tuple[str, int], list[int]] = {}
    for number, one in enumerate(rounds):
        groups.setdefault((one.site, half.week_of(one.day)), []).append(number)
    moved = list(rounds)
    for (_, week), numbers in groups.items():
        fixed = {rounds[n].day for n in numbers if last[rounds[n].equipment] != n}
        free = [n for n in numbers if last[rounds[n].equipment] == n]
        options = sorted(fixed) or list(half.open_days(week))
        fits = {
            day: sum(rounds[n].earliest <= day <= rounds[n].latest for n in free) for day in options
        }
        best = max(options, key=lambda day: (fits[day], -day.toordinal()))
        for n in free:
            if rounds[n].earliest <= best <= rounds[n].latest:
                notice = max(half.today, best - half.policy.notice)
                moved[n] = replace(rounds[n], day=best, notify_on=notice)
    return moved
