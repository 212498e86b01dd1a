"""Stops of the plan in force that a disruption makes impossible, so that no freeze keeps them."""

from __future__ import annotations

from collections import Counter
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
    to keep it would only leave its visit without anybody. Of a plan that was made with the
    disruption in mind nothing is taken out.

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
    lost = [(one, *found) for one in _together(disruptions) for found in look.lost(one)]
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


def _together(disruptions: Iterable[Disruption]) -> Iterator[Disruption]:
    """Add up what is missing at one place, and how much longer one visit takes."""
    sums: dict[tuple[DisruptionKind, str], Disruption] = {}
    for one in disruptions:
        if one.kind not in (DisruptionKind.PART_MISSING, DisruptionKind.VISIT_OVERRUN):
            yield one
            continue
        before = sums.get((one.kind, one.subject))
        if before is not None:
            parts = Counter(before.parts) + Counter(one.parts)
            one = replace(one, parts=parts, extra=before.extra + one.extra)
        sums[one.kind, one.subject] = one
    yield from sums.values()


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
        self.people = {shift.id: engineer for engineer, shift in case.shifts()}
        self.depots = {depot.id: depot for depot in case.depots}

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
        person = self.people.get(route.shift)
        if person is None or person.id != one.subject:
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
        """Visits for which the van has too few pieces, and pickups for which the shelf has."""
        person = self.people.get(route.shift)
        if person is not None and person.id == one.subject:
            for part, missing in one.parts.items():
                aboard = person.van_stock.get(part, 0)
                if aboard is not None:
                    yield from self._short_of(route, part, max(0, aboard - missing))
        depot = self.depots.get(one.subject)
        for part, missing in one.parts.items():
            stock = None if depot is None else depot.stock_of(part)
            if stock is not None and self._wanted(one.subject, part) > max(0, stock - missing):
                yield from self._fetched_there(route, one.subject, part)

    def _short_of(self, route: CurrentRoute, part: str, have: int) -> Iterator[CurrentStop]:
        for stop in route.stops:
            have += stop.loaded.get(part, 0)
            needed = self._needs(stop, part)
            if needed > have and not self._has_begun(stop):
                yield stop
            else:
                have -= needed

    def _wanted(self, depot: str, part: str) -> int:
        """Pieces that are still to be fetched at a depot."""
        return sum(
            stop.loaded.get(part, 0)
            for route in self.plan.routes
            for stop in route.stops
            if stop.depot == depot and not self._has_begun(stop)
        )

    def _fetched_there(self, route: CurrentRoute, depot: str, part: str) -> Iterator[CurrentStop]:
        """Pickups of a part at a depot that are to come, and the visits behind them it is for."""
        fetched = False
        for stop in route.stops:
            is_pickup = stop.depot == depot and part in stop.loaded
            if (is_pickup or (fetched and self._needs(stop, part))) and not self._has_begun(stop):
                fetched = True
                yield stop

    def behind_overrun(self, one: Disruption, route: CurrentRoute) -> Iterator[CurrentStop]:
        """What comes after a visit that takes longer than the plan in force has it."""
        behind = False
        for stop in sorted(route.stops, key=lambda stop: stop.start):
            if behind and not self._has_begun(stop):
                yield stop
            if stop.visit == one.subject and one.subject in self.visits:
                behind = self._finish(stop) < stop.start + self._length(one, route.shift)

    def _length(self, overrun: Disruption, shift: str) -> timedelta:
        """How long the visit of an overrun takes whoever is sent, at least."""
        visit, person = self.visits[overrun.subject], self.people.get(shift)
        factors = person.duration_factor if person is not None else {}
        factor = max((factors.get(need.name, 1.0) for need in visit.required_skills), default=1.0)
        return (visit.duration + overrun.extra) * factor

    def _needs(self, stop: CurrentStop, part: str) -> int:
        visit = self.visits.get(stop.visit or "")
        return 0 if visit is None else visit.parts.get(part, 0)

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
