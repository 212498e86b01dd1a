"""Appointment offers: every window priced by where the visit would stand, risk and chance included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.domain import Case, StopKind, TimeWindow, Visit
from dispatch.domain.risk import DEFAULT_RISK, RiskModel
from dispatch.errors import PlanRejected
from dispatch.planning.insert_now import Insertion, insert_now
from dispatch.planning.risk import assess
from dispatch.planning.shared_stock import Load

__all__ = ["Demand", "Offer", "cut_windows", "offers"]

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Demand:
    """Urgent requests that are to be expected, and what it costs to have no one for them.

    Parameters
    ----------
    per_hour
        Expected arrivals in each local hour of day, 24 of them.
    displaced_price
        Minor units that an urgent request costs when the engineer it needs is taken.
    """

    per_hour: tuple[float, ...] = (0.0,) * 24
    displaced_price: int = 20_000

    def expected(self, start: datetime, finish: datetime) -> float:
        """Arrivals between two instants, hours counted in part."""
        total, instant = 0.0, start
        while instant < finish:
            after = instant.replace(minute=0, second=0, microsecond=0) + HOUR
            until = min(after, finish)
            total += self.per_hour[instant.hour] * ((until - instant) / HOUR)
            instant = until
        return total


@dataclass(frozen=True, slots=True)
class Offer:
    """One window a customer can be offered.

    Parameters
    ----------
    window
        For the start of work.
    engineer, shift
        Who would come.
    arrive, start, finish
        When, as things stand; ``leave`` is the last moment to set out.
    price
        What the plan costs more with it, minor units; lateness of everybody is in it.
    opportunity
        Expected price of urgent requests that find this engineer taken, minor units.
    sla_effect
        Change of the plan's price of SLA breaches, minor units.
    kept_probability
        Of a start within the window.
    moved
        Other visits whose start moves.
    loads
        Pieces that would have to be fetched for it.
    """

    window: TimeWindow
    engineer: str
    shift: str
    leave: datetime
    arrive: datetime
    start: datetime
    finish: datetime
    price: int
    opportunity: int
    sla_effect: int
    kept_probability: float
    moved: tuple[str, ...]
    loads: tuple[Load, ...]

    @property
    def total(self) -> int:
        """What the offer is ranked by: price and opportunity together."""
        return self.price + self.opportunity


def cut_windows(
    visit: Visit, span: TimeWindow, *, first: datetime, length: timedelta
) -> tuple[TimeWindow, ...]:
    """Cut the time in which a visit may start into windows of one length.

    Parameters
    ----------
    visit
        Its own windows bound the offers; without any the span does.
    span
        What is looked at.
    first
        No window begins before it.
    length
        Of each window; the last one of a stretch may be shorter, down to half of it.
    """
    found = []
    for own in visit.time_windows or (span,):
        start, end = max(own.start, span.start, first), min(own.end, span.end)
        # Windows begin at full hours, which people can remember.
        begin = start.replace(minute=0, second=0, microsecond=0)
        begin = begin if begin == start else begin + HOUR
        while begin + length / 2 <= end:
            found.append(TimeWindow(begin, min(begin + length, end)))
            begin += length
    return tuple(found)


def offers(
    case: Case,
    visit: str,
    windows: Iterable[TimeWindow],
    *,
    demand: Demand | None = None,
    model: RiskModel = DEFAULT_RISK,
) -> tuple[Offer, ...]:
    """Price a visit in each of several windows.

    Parameters
    ----------
    case
        The world with the plan in force and the visit, which is in no route.
    visit
        Its id.
    windows
        To be tried one by one.
    demand
        Urgent requests to be expected; None: none.
    model
        Spreads of work and travel.

    Returns
    -------
    tuple of Offer
        The cheapest first; windows without a place are left out.

    Notes
    -----
    The opportunity cost is simple on purpose: urgent requests expected while the engineer is
    taken, shared by all engineers on shift at that time who have the skills, each at the price
    of a displaced one. So a slot in a rush hour of a small team is dear, and the same slot of a
    large one, or at a quiet hour, is cheap.
    """
    found = []
    for window in windows:
        tried = _with_window(case, visit, window)
        try:
            made = insert_now(tried, visit)
        except PlanRejected:
            continue
        if made.placed and made.price is not None and made.plan is not None:
            found.append(_offer(tried, made, window, demand or Demand(), model))
    return tuple(sorted(found, key=lambda one: (one.total, one.window.start)))


def _with_window(case: Case, visit: str, window: TimeWindow) -> Case:
    visits = tuple(
        replace(one, time_windows=(window,)) if one.id == visit else one for one in case.visits
    )
    return replace(case, visits=visits)


def _offer(
    case: Case, made: Insertion, window: TimeWindow, demand: Demand, model: RiskModel
) -> Offer:
    assert made.plan is not None
    engineer, stop = next(iter(sorted(made.stops.items())))
    shift = next(
        route.shift
        for route in made.plan.routes
        if any(one.visit == made.visit for one in route.stops)
    )
    risk = next(one for one in assess(case, made.plan, model) if one.visit == made.visit)
    # Whoever would wait at the door is free for something else until it is time to set out.
    leave = stop.start - timedelta(seconds=stop.travel_s)
    able = _able(case, made.visit, stop.start)
    urgent = demand.expected(leave, stop.finish) / max(1, able)
    others = [change for change in made.bill.changes if change.visit != made.visit]
    late = made.plan.cost.sla if made.plan.cost is not None else 0
    return Offer(
        window=window,
        engineer=engineer,
        shift=shift,
        leave=leave,
        arrive=stop.arrive,
        start=stop.start,
        finish=stop.finish,
        price=made.price or 0,
        opportunity=round(urgent * demand.displaced_price),
        sla_effect=late - made.sla_before,
        kept_probability=round(1.0 - (risk.window_probability or 0.0), 4),
        moved=tuple(change.visit for change in others),
        loads=_loads(case, made, shift),
    )


def _able(case: Case, visit: str, instant: datetime) -> int:
    """Engineers on shift at an instant who have the skills of a visit."""
    needs = next(one for one in case.visits if one.id == visit).required_skills
    return sum(
        any(shift.start <= instant <= shift.end for shift in engineer.shifts)
        and all(
            any(s.name == need.name and s.level >= need.min_level for s in engineer.skills)
            for need in needs
        )
        for engineer in case.engineers
    )


def _loads(case: Case, made: Insertion, shift: str) -> tuple[Load, ...]:
    """Pieces that the route of the visit fetches beyond what it fetches in the plan in force."""
    assert made.plan is not None
    route = next(one for one in made.plan.routes if one.shift == shift)
    current = case.current_plan.route_of(shift) if case.current_plan else None
    before: dict[tuple[str, str], int] = {}
    for stop in current.stops if current else ():
        for part, quantity in stop.loaded.items():
            key = (str(stop.depot), part)
            before[key] = before.get(key, 0) + quantity
    found = []
    for one in route.stops:
        for part, quantity in one.loaded.items() if one.kind is StopKind.PICKUP else ():
            known = min(quantity, before.get((str(one.depot), part), 0))
            before[str(one.depot), part] = before.get((str(one.depot), part), 0) - known
            if quantity > known:
                found.append(Load(str(one.depot), part, quantity - known, one.start))
    return tuple(found)
