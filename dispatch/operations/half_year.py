"""The half-year of maintenance from the company's data: level it, keep it, tell it.

Levelling is a search, so it runs in a process of its own (decision 6) that dies with the one that
asks. What comes back is checked by the independent checker before anybody sees it.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from dispatch.domain.working_days import WorkingDays
from dispatch.errors import NotFound, PlanRejected
from dispatch.operations.company import company_settings
from dispatch.operations.half_year_days import newest
from dispatch.operations.opening import opened
from dispatch.planning.half_year import Calendar, HalfYear, Member, Pool, pools_of
from dispatch.planning.half_year_compare import Slips, Way
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import (
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    HalfYearRow,
    RequestRow,
    SiteRow,
    VisitRow,
)

__all__ = ["HalfYearOrder", "in_force", "keep", "level_apart", "level_in", "read_half_year"]

DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=182)
LEAST_HISTORY = timedelta(days=28)
"""With a shorter past, corrective work is forecast as a share of the hours."""

CORRECTIVE_SHARE = 0.4
USUAL_REPAIR = timedelta(minutes=90)
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class HalfYearOrder:
    """What is asked for.

    Parameters
    ----------
    start
        A day of the first week; None: the coming Monday, or today if it is one.
    weeks
        How many.
    territory
        Only sites and engineers of this one; None: all.
    growth
        How much more corrective work than forecast the question "what slips" assumes, 0.2 a fifth.
    time_limit_s, seed, processes
        Of the search.
    corrective_share
        Share of the hours that corrective work takes; None: as the past has it.
    """

    start: date | None = None
    weeks: int = 26
    territory: str | None = None
    growth: float = 0.2
    time_limit_s: float = 30.0
    seed: int = 1
    processes: int = 1
    corrective_share: float | None = None


def read_half_year(work: UnitOfWork, order: HalfYearOrder) -> HalfYear:
    """Read what is to be levelled.

    Raises
    ------
    InputError
        The weeks make no sense.
    """
    settings = company_settings(work)
    today = settings.local_day(work.now)
    asked = order.start or today + (-today.weekday() % 7) * DAY
    start = asked - asked.weekday() * DAY
    where = {} if order.territory is None else {"territory": order.territory}
    sites = {row.id: row.territory or "" for row in work.catalogue.all(SiteRow, **where)}
    types = [rows.equipment_type_of(row) for row in work.catalogue.all(EquipmentTypeRow)]
    equipment = [rows.equipment_of(row) for row in work.catalogue.all(EquipmentRow)]
    team = tuple(
        Member(row.id, row.territory or "", frozenset(skill["name"] for skill in row.skills))
        for row in work.catalogue.all(EngineerRow, active=True, **where)
    )
    half = HalfYear(
        today=today,
        start=start,
        weeks=order.weeks,
        equipment=tuple(piece for piece in equipment if piece.site in sites),
        types={one.code: one for one in types},
        territories=sites,
        team=team,
        told=frozenset(
            row.id for row in work.catalogue.all(VisitRow) if row.notified_at is not None
        ),
    )
    return _with_forecast(work, half, order)


def _with_forecast(work: UnitOfWork, half: HalfYear, order: HalfYearOrder) -> HalfYear:
    """Forecast corrective minutes a working day by pool: from the past, or as a share."""
    from dataclasses import replace

    past = _past_minutes(work, half) if order.corrective_share is None else None
    if past is not None:
        return replace(half, corrective=past)
    share = CORRECTIVE_SHARE if order.corrective_share is None else order.corrective_share
    people = Counter(pool for one in half.team for pool in pools_of(one.territory, one.skills))
    daily = half.day_minutes * (1.0 - half.travel_share) * share
    return replace(half, corrective={pool: daily * number for pool, number in people.items()})


def _past_minutes(work: UnitOfWork, half: HalfYear) -> dict[Pool, float] | None:
    zone = company_settings(work)
    pieces = {piece.id: piece for piece in half.equipment}
    minutes: dict[Pool, float] = defaultdict(float)
    days = []
    for row in work.catalogue.all(RequestRow):
        reported = zone.local_day(row.reported_at)
        if row.site_id not in half.territories or reported < half.today - LOOK_BACK:
            continue
        days.append(reported)
        piece = pieces.get(row.equipment_id or "")
        kind = None if piece is None else half.types[piece.type]
        fault = None if kind is None else kind.fault(row.fault or "")
        skills = [] if fault is None else [skill.name for skill in fault.skills]
        length = USUAL_REPAIR if fault is None else fault.duration * fault.crew_size
        for pool in pools_of(half.territories[row.site_id], skills):
            minutes[pool] += length.total_seconds() / 60.0
    if not days or half.today - min(days) < LEAST_HISTORY:
        return None
    span = (min(days) + DAY * n for n in range((half.today - min(days)).days))
    working = sum(WorkingDays().is_working_day(day) for day in span)
    return {pool: total / max(1, working) for pool, total in minutes.items()}


@dataclass(frozen=True, slots=True)
class Levelling:
    """A checked calendar, beside what would be without it."""

    half: HalfYear
    calendar: Calendar
    ways: tuple[Way, ...]
    slips: Slips

    def document(self) -> dict[str, Any]:
        """Everything as JSON values."""
        made = self.calendar
        return {
            "start": made.start.isoformat(),
            "weeks": made.weeks,
            "today": self.half.today.isoformat(),
            "figures": {
                "rounds": len(made.rounds),
                "peak_minutes": made.peak,
                "mean_minutes": round(made.mean, 2),
                "peak_over_mean": round(made.peak / made.mean, 4) if made.mean else 0.0,
                "peak_bound_minutes": made.peak_bound,
                "proved": made.proved,
                "over_capacity_minutes": made.over,
                "out_of_tolerance": sum(not one.in_tolerance for one in made.rounds),
                "elapsed_s": round(made.elapsed_s, 2),
            },
            "load": self._load(),
            "ways": [_rounded(asdict(way)) for way in self.ways],
            "slips": {
                "growth": self.slips.growth,
                "later": dict(self.slips.later),
                "late": list(self.slips.late),
                "left": list(self.slips.left),
                "over_capacity_minutes": self.slips.over,
            },
            "rounds": [
                {
                    name: value.isoformat() if isinstance(value, date) else value
                    for name, value in (asdict(one) | {"skills": list(one.skills)}).items()
                }
                | {"week": (one.day - one.day.weekday() * DAY).isoformat()}
                for one in made.rounds
            ],
        }

    def _load(self) -> list[dict[str, Any]]:
        from dispatch.planning.half_year_compare import week_loads

        loads = week_loads(self.calendar.rounds, self.half)
        return [
            {
                "week": (self.half.start + 7 * DAY * week).isoformat(),
                "territory": pool[0],
                "skill": pool[1],
                "minutes": loads.get(pool, [0] * self.half.weeks)[week],
                "capacity_minutes": row[week],
            }
            for pool, row in sorted(self.calendar.capacity.items())
            for week in range(self.half.weeks)
        ]


def level_apart(half: HalfYear, order: HalfYearOrder) -> Levelling:
    """Level in a process of its own, and check what comes back.

    Raises
    ------
    PlanRejected
        The checker found something.
    """
    from dispatch.planning.half_year_check import check_calendar

    with ProcessPoolExecutor(
        1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(os.getpid(),),
    ) as pool:
        made, ways, slips = pool.submit(_level, half, order).result()
    wrong = check_calendar(half, made)
    if wrong:
        raise PlanRejected(wrong)
    return Levelling(half, made, ways, slips)


def _level(half: HalfYear, order: HalfYearOrder) -> tuple[Calendar, tuple[Way, ...], Slips]:
    from dispatch.planning.half_year_compare import compare_ways, find_slips
    from dispatch.planning.half_year_level import level_half_year

    made = level_half_year(
        half, time_limit_s=order.time_limit_s, seed=order.seed, processes=order.processes
    )
    return made, compare_ways(half, made), find_slips(half, made, 1.0 + order.growth)


def _begin(parent: int) -> None:
    """Die with whoever asked."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def keep(work: UnitOfWork, made: Levelling) -> HalfYearRow:
    """Make a calendar the one that days are planned by."""
    row = work.catalogue.add(
        HalfYearRow(
            id=f"half-year-{uuid4().hex[:12]}",
            made_at=work.now,
            made_by=work.actor,
            starts_on=made.calendar.start,
            weeks=made.calendar.weeks,
            calendar=made.document(),
        )
    )
    work.tell("half_year_levelled", row.id, {"rounds": len(made.calendar.rounds)})
    return row


def in_force(work: UnitOfWork) -> HalfYearRow:
    """The calendar in force.

    Raises
    ------
    NotFound
        None was made yet.
    """
    row = newest(work)
    if row is None:
        raise NotFound("half-year", "current")
    return row


def level_in(database_url: str, order: HalfYearOrder, *, store: bool) -> Levelling:
    """Level what a database holds (``dispatch level``)."""
    with opened(database_url, create=False) as database:
        half = database.read(lambda work: read_half_year(work, order))
        made = level_apart(half, order)
        if store:
            database.write(lambda work: keep(work, made))
    return made


def _rounded(figures: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 2) if isinstance(v, float) else v for k, v in figures.items()}
