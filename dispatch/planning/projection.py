"""When the later stops of a route will be reached, as far as the day has come.

This is no plan: orders stay as they are, and nothing is searched. What has been reported stands;
what comes after it follows at the planned travel and working times, waits where the plan waits,
and is never expected in the past. So it can be told at once after every report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.domain import PlanRoute, PlanStop, StopKind

__all__ = ["DelayReason", "ExpectedStop", "StopFacts", "project"]

WORTH_TELLING = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StopFacts:
    """What was reported about a visit; None: nothing yet."""

    en_route_at: datetime | None = None
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def latest(self) -> datetime | None:
        """The newest of them."""
        return self.ended_at or self.started_at or self.arrived_at or self.en_route_at


@dataclass(frozen=True, slots=True)
class DelayReason:
    """What delays a route most.

    Parameters
    ----------
    code
        ``overrun`` (work took longer), ``travel`` (the way took longer), ``late_departure``
        (set out late) or ``no_report`` (the time has come, and nobody has told anything).
    visit
        At which visit; None at the start of the route.
    seconds
        By how much.
    """

    code: str
    visit: str | None
    seconds: int


@dataclass(frozen=True, slots=True)
class ExpectedStop:
    """A visit to come, with the times now expected.

    Parameters
    ----------
    stop
        As planned.
    arrive, start, finish
        As expected.
    reason
        Why it is late; None when it is not, or by less than a minute.
    """

    stop: PlanStop
    arrive: datetime
    start: datetime
    finish: datetime
    reason: DelayReason | None

    @property
    def delay_s(self) -> int:
        """Seconds later than planned; negative when earlier."""
        return int((self.arrive - self.stop.arrive).total_seconds())

    @property
    def late_s(self) -> int:
        """Seconds by which the promised arrival will be missed; 0 when it is kept."""
        if self.stop.sla_headroom_s is None:
            return 0
        return max(0, self.delay_s - self.stop.sla_headroom_s)


def project(
    route: PlanRoute,
    facts: Mapping[str, StopFacts],
    now: datetime,
    *,
    not_before: Mapping[str, datetime] | None = None,
    gone: frozenset[str] = frozenset(),
) -> tuple[ExpectedStop, ...]:
    """Expect the times of the visits that are not over.

    Parameters
    ----------
    route
        As planned.
    facts
        By visit; visits without reports may be left out.
    now
        The present.
    not_before
        Earliest start by visit, for example the begin of a promise.
    gone
        Visits that were cancelled; nobody goes there.

    Returns
    -------
    tuple of ExpectedStop
        In the order in which they will be done: what is under way, then the rest as planned.
    """
    floors = not_before or {}
    delays: list[DelayReason] = []
    known = [stop for stop in route.stops if _latest(stop, facts) is not None]
    known.sort(key=lambda stop: _latest(stop, facts) or now)
    found: list[ExpectedStop] = []
    free, position = route.start, -1
    for stop in known:
        told = facts[stop.visit or ""]
        _compare(stop, told, free, delays)
        arrive, start, finish = _under_way(stop, told, now, floors)
        if told.ended_at is None:
            if finish > start + (stop.finish - stop.start):
                over = finish - start - (stop.finish - stop.start)
                delays.append(_reason("overrun", stop.visit, over))
            found.append(ExpectedStop(stop, arrive, start, finish, None))
        free, position = finish, max(position, route.stops.index(stop))
    if free < now:
        delays.append(_reason("no_report", None, now - free))
        free = now
    for index, stop in enumerate(route.stops):
        if stop in known or stop.visit in gone:
            continue
        if index < position and stop.kind is not StopKind.VISIT:
            continue
        arrive = free + timedelta(seconds=stop.travel_s)
        start = max(arrive, _floor(stop, floors))
        free = start + (stop.finish - stop.start)
        if stop.kind is StopKind.VISIT:
            found.append(ExpectedStop(stop, arrive, start, free, None))
    worst = max(delays, key=lambda one: one.seconds, default=None)
    return tuple(_explained(one, worst) for one in found)


def _latest(stop: PlanStop, facts: Mapping[str, StopFacts]) -> datetime | None:
    told = facts.get(stop.visit or "")
    return None if told is None else told.latest


def _floor(stop: PlanStop, floors: Mapping[str, datetime]) -> datetime:
    # Waiting at the door means that something binds the start; a break has its own hours.
    bound = stop.wait_s > 0 or stop.kind is StopKind.BREAK
    planned = stop.start if bound else stop.start - timedelta(days=1)
    promised = floors.get(stop.visit or "")
    return planned if promised is None else max(planned, min(promised, stop.start))


def _under_way(
    stop: PlanStop, told: StopFacts, now: datetime, floors: Mapping[str, datetime]
) -> tuple[datetime, datetime, datetime]:
    work = stop.finish - stop.start
    if told.arrived_at is not None:
        arrive = told.arrived_at
    else:
        assert told.en_route_at is not None, "a stop with facts has been set out for"
        arrive = max(told.en_route_at + timedelta(seconds=stop.travel_s), now)
    start = told.started_at or max(arrive, _floor(stop, floors))
    finish = told.ended_at or max(start + work, now)
    return arrive, start, finish


def _compare(stop: PlanStop, told: StopFacts, free: datetime, delays: list[DelayReason]) -> None:
    """Note what took longer than planned."""
    travel = timedelta(seconds=stop.travel_s)
    if told.en_route_at is not None:
        delays.append(_reason("late_departure", stop.visit, told.en_route_at - free))
        if told.arrived_at is not None:
            way = told.arrived_at - told.en_route_at - travel
            delays.append(_reason("travel", stop.visit, way))
    elif told.arrived_at is not None:
        delays.append(_reason("travel", stop.visit, told.arrived_at - free - travel))
    if told.ended_at is not None and told.started_at is not None:
        over = told.ended_at - told.started_at - (stop.finish - stop.start)
        delays.append(_reason("overrun", stop.visit, over))


def _reason(code: str, visit: str | None, late: timedelta) -> DelayReason:
    return DelayReason(code, visit, int(late.total_seconds()))


def _explained(one: ExpectedStop, worst: DelayReason | None) -> ExpectedStop:
    late = timedelta(seconds=one.delay_s) >= WORTH_TELLING
    reason = worst if late and worst is not None and worst.seconds > 0 else None
    return ExpectedStop(one.stop, one.arrive, one.start, one.finish, reason)
