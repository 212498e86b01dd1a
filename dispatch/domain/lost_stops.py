"""Stops of the plan in force that a disruption makes impossible, so that no freeze keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.domain.current_plan import CurrentPlan, CurrentRoute, CurrentStop
from dispatch.domain.disruption import Disruption, DisruptionKind
from dispatch.domain.plan import StopKind
from dispatch.domain.snapshot import Case

__all__ = ["release_lost_stops"]

GONE = (DisruptionKind.ENGINEER_ABSENT, DisruptionKind.VAN_BROKEN_DOWN)


def release_lost_stops(
    case: Case,
    disruptions: Iterable[Disruption],
    *,
    arrived: Collection[str] = (),
    set_out: Collection[str] = (),
) -> Case:
    """Take stops that nobody can keep any more out of the plan in force.

    A freeze keeps what is about to happen. What a disruption has made impossible does not happen;
    to keep it would only leave its visit without anybody.

    Parameters
    ----------
    case
        The day before the disruptions are applied to it.
    disruptions
        What went wrong.
    arrived
        Visits of which an arrival, a start or an end was reported: they are history.
    set_out
        Visits somebody is reported to be driving to.

    Returns
    -------
    Case
        Whose plan in force lacks those of these stops that now and the freeze would keep, a visit
        in every route of its crew. A visit whose engineer is gone loses its pin to that shift.
    """
    plan = case.current_plan
    if plan is None:
        return case
    look = _Look(case, plan, frozenset(arrived), frozenset(set_out))
    lost = [(one, *found) for one in disruptions for found in look.lost(one)]
    if not lost:
        return case
    visits = {stop.visit for _, _, stop in lost if stop.visit is not None}
    pickups = {(shift, stop.start) for _, shift, stop in lost if stop.kind is StopKind.PICKUP}
    gone = {(stop.visit, shift) for one, shift, stop in lost if one.kind in GONE}

    def stays(shift: str, stop: CurrentStop) -> bool:
        if stop.kind is StopKind.PICKUP:
            return (shift, stop.start) not in pickups
        return stop.visit not in visits

    routes = tuple(
        replace(route, stops=tuple(stop for stop in route.stops if stays(route.shift, stop)))
        for route in plan.routes
    )
    free = tuple(
        replace(visit, pinned=None)
        if visit.pinned is not None and (visit.id, visit.pinned.shift) in gone
        else visit
        for visit in case.visits
    )
    return replace(case, current_plan=CurrentPlan(routes), visits=free)


class _Look:
    """A plan in force, looked at for what one disruption after the other takes away."""

    def __init__(
        self, case: Case, plan: CurrentPlan, arrived: frozenset[str], set_out: frozenset[str]
    ) -> None:
        self.plan = plan
        self.now = case.now or case.planning_window.start
        self.frozen_until = max(self.now, case.freeze_until or self.now)
        self.arrived = arrived
        self.set_out = set_out
        self.visits = {visit.id: visit for visit in case.visits}
        self.person = {shift.id: engineer.id for engineer, shift in case.shifts()}

    def lost(self, one: Disruption) -> Iterator[tuple[str, CurrentStop]]:
        """Find the stops it makes impossible, each with its shift."""
        for route in self.plan.routes:
            find = _LOST[one.kind]
            for stop in find(self, one, route):
                is_bound = stop.start < self.frozen_until or stop.visit in self.set_out
                if stop.kind is not StopKind.BREAK and is_bound and stop.visit not in self.arrived:
                    yield route.shift, stop

    def with_nobody(self, one: Disruption, route: CurrentRoute) -> Iterator[CurrentStop]:
        """Whoever is gone comes to nothing that would end later, nor to where they drive now."""
        if self.person.get(route.shift) != one.subject:
            return
        for stop in route.stops:
            under_way = stop.visit in self.set_out and one.start <= self.now
            in_time = one.until is None or stop.start < one.until
            if (self._finish(stop) > one.start and in_time) or under_way:
                yield stop

    def before_closed_doors(self, one: Disruption, route: CurrentRoute) -> Iterator[CurrentStop]:
        """Nobody is let in while the site is closed."""
        for stop in route.stops:
            visit = self.visits.get(stop.visit or "")
            if visit is None or visit.location != one.subject or self._has_begun(stop):
                continue
            if self._finish(stop) > one.start and (one.until is None or stop.start < one.until):
                yield stop

    def without_part(self, one: Disruption, route: CurrentRoute) -> Iterator[CurrentStop]:
        """Pickups of a part that is not there, and visits that would need it on that route."""
        fetched = [
            stop
            for stop in route.stops
            if stop.depot == one.subject and one.parts.keys() & stop.loaded.keys()
        ]
        if self.person.get(route.shift) != one.subject and not fetched:
            return
        for stop in route.stops:
            visit = self.visits.get(stop.visit or "")
            needs = visit is not None and bool(one.parts.keys() & visit.parts.keys())
            if (needs or stop in fetched) and not self._has_begun(stop):
                yield stop

    def behind_overrun(self, one: Disruption, route: CurrentRoute) -> Iterator[CurrentStop]:
        """What comes after a visit that takes longer cannot start when it should."""
        behind = False
        for stop in sorted(route.stops, key=lambda stop: stop.start):
            if behind and not self._has_begun(stop):
                yield stop
            behind = behind or stop.visit == one.subject

    def _has_begun(self, stop: CurrentStop) -> bool:
        return stop.start < self.now and stop.visit not in self.set_out

    def _finish(self, stop: CurrentStop) -> datetime:
        if stop.finish is not None:
            return stop.finish
        visit = self.visits.get(stop.visit or "")
        return stop.start + (timedelta(0) if visit is None else visit.duration)


_LOST = {
    DisruptionKind.ENGINEER_ABSENT: _Look.with_nobody,
    DisruptionKind.VAN_BROKEN_DOWN: _Look.with_nobody,
    DisruptionKind.PART_MISSING: _Look.without_part,
    DisruptionKind.VISIT_OVERRUN: _Look.behind_overrun,
    DisruptionKind.SITE_CLOSED: _Look.before_closed_doors,
}
