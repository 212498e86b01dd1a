"""Which parts will run short over the days to come, planned or not.

The forecast looks at each part over the whole company: all vans, all shelves less what was
promised to held appointments, and all deliveries. Whatever is short here is short wherever the
pieces are brought; that a depot of its own promised too much is told by `find_shortages`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.domain import Case, Visit
from dispatch.operations.company import company_settings
from dispatch.operations.day_facts import waiting
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.store import UnitOfWork
from dispatch.store.tables import EngineerRow

__all__ = ["LONGEST_FORECAST", "PartNeed", "PartShortage", "forecast_shortages", "short_parts"]

LONGEST_FORECAST = 31


@dataclass(frozen=True, slots=True)
class PartNeed:
    """Pieces of one part that one visit needs.

    Parameters
    ----------
    visit, part, quantity
        Who needs how much of what.
    at
        When: the start in the plan in force, else the last instant at which it is in time.
    planned
        Whether the plan in force has it.
    """

    visit: str
    part: str
    quantity: int
    at: datetime
    planned: bool


@dataclass(frozen=True, slots=True)
class PartShortage:
    """A part that will not be there for everybody.

    Parameters
    ----------
    part
        Which.
    at
        The first need that goes short.
    missing
        Pieces missing at the worst moment.
    available
        Pieces in vans and on shelves now.
    coming
        Pieces awaited within the time looked at.
    needed
        Pieces needed within the time looked at.
    needs
        Those that go short, by time; planned ones first where the time is the same.
    """

    part: str
    at: datetime
    missing: int
    available: int
    coming: int
    needed: int
    needs: tuple[PartNeed, ...]


def forecast_shortages(
    work: UnitOfWork, days: int = 14, *, region: str = "all"
) -> tuple[PartShortage, ...]:
    """Look some days ahead, visits that nobody has planned yet included.

    Parameters
    ----------
    work
        One consistent view.
    days
        Local days from today.
    region
        Whose visits are looked at.

    Returns
    -------
    tuple of PartShortage
        By part.
    """
    today = company_settings(work).local_day(work.now)
    current = work.plans.latest_current(region)
    inside = current is not None and current.day <= today < current.until
    first = current.day if inside and current is not None else today
    span = PlanningSpan(region, first, today + timedelta(days=days))
    case = build_case(work, span)
    stock: dict[str, int | None] = defaultdict(int)
    for van in work.catalogue.all(EngineerRow, active=True):
        for part, pieces in van.van_stock.items():
            stock[part] = _sum(stock[part], pieces)
    depots = {depot.id for depot in case.depots}
    for shelf in work.day.shelves(depots):
        stock[shelf.part_id] = _sum(stock[shelf.part_id], shelf.quantity)
    for held in waiting(work):
        if held.slot_id is not None:
            stock[held.part_id] = _sum(stock[held.part_id], -held.quantity)
    end = case.planning_window.end
    coming = [
        (one.available_from, one.part_id, one.quantity)
        for one in work.supplies.awaited()
        if one.available_from < end
    ]
    return short_parts(part_needs(case), stock, coming)


def _sum(have: int | None, more: int | None) -> int | None:
    return None if have is None or more is None else have + more


def part_needs(case: Case) -> list[PartNeed]:
    """What the visits of a case need, and when."""
    starts: dict[str, datetime] = {}
    for route in case.current_plan.routes if case.current_plan is not None else ():
        for stop in route.stops:
            if stop.visit is not None:
                starts[stop.visit] = min(stop.start, starts.get(stop.visit, stop.start))
    return [
        PartNeed(
            visit.id,
            part,
            quantity,
            starts.get(visit.id) or _deadline(visit, case.planning_window.end),
            visit.id in starts,
        )
        for visit in case.visits
        for part, quantity in sorted(visit.parts.items())
        if quantity
    ]


def _deadline(visit: Visit, end: datetime) -> datetime:
    """Last instant at which an open visit is in time; at most the end of what is looked at."""
    bounds = [end]
    if visit.sla is not None:
        bounds.append(visit.sla.arrive_by)
    if visit.due is not None and visit.due.latest is not None:
        bounds.append(visit.due.latest)
    if visit.time_windows:
        bounds.append(max(window.end for window in visit.time_windows))
    return min(bounds)


def short_parts(
    needs: Iterable[PartNeed],
    stock: dict[str, int | None],
    coming: Iterable[tuple[datetime, str, int]],
) -> tuple[PartShortage, ...]:
    """Hold what is needed against what is there and what comes, part by part.

    Parameters
    ----------
    needs
        Of planned and open visits, in any order.
    stock
        Pieces there now by part; None is as many as needed.
    coming
        Deliveries as (instant, part, pieces).
    """
    wanted: dict[str, list[PartNeed]] = defaultdict(list)
    for need in needs:
        wanted[need.part].append(need)
    awaited: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for at, part, pieces in coming:
        awaited[part].append((at, pieces))
    found = []
    for part, row in sorted(wanted.items()):
        have = stock.get(part, 0)
        if have is None:
            continue
        gone, worst, short = 0, 0, []
        for need in sorted(row, key=lambda one: (one.at, not one.planned, one.visit)):
            gone += need.quantity
            came = sum(pieces for at, pieces in awaited[part] if at <= need.at)
            lack = gone - have - came
            if lack > 0:
                worst = max(worst, lack)
                short.append(need)
        if short:
            total = sum(pieces for _, pieces in awaited[part])
            found.append(PartShortage(part, short[0].at, worst, have, total, gone, tuple(short)))
    return tuple(found)
