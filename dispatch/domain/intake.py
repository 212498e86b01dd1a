"""What has to be visited: from requests and due maintenance to visits and to a case.

Store and operations bring their rows as a `CompanyWorld` and get the same visits from it as
the demo does. Tiers of priority: a fault has the tier its contract gives its severity
(platinum critical is mandatory), a loaner is high, overdue maintenance and hand-overs are
normal, other maintenance and surveys are low.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dispatch.domain.current_plan import CurrentPlan
from dispatch.domain.depot import Depot
from dispatch.domain.engineer import Engineer
from dispatch.domain.local_time import to_utc, zone_named
from dispatch.domain.maintenance import MaintenanceRound, due_rounds
from dispatch.domain.promise import Promise
from dispatch.domain.request_visits import loaner_visit, needs_visit, request_visits, visit_id
from dispatch.domain.round_visits import round_visit
from dispatch.domain.snapshot import Case
from dispatch.domain.visit import Pin, Visit
from dispatch.domain.window import TimeWindow
from dispatch.domain.world import CompanyWorld

__all__ = ["Commitment", "build_case"]


@dataclass(frozen=True, slots=True)
class Commitment:
    """What binds a visit already: a promise given, a place in a route.

    Parameters
    ----------
    promise
        What the customer was told.
    pinned
        Where it has to stay.
    """

    promise: Promise | None = None
    pinned: Pin | None = None


def build_case(
    world: CompanyWorld,
    window: TimeWindow,
    now: datetime,
    *,
    rounds: Iterable[MaintenanceRound] | None = None,
    commitments: Mapping[str, Commitment] | None = None,
    current_plan: CurrentPlan | None = None,
    freeze_until: datetime | None = None,
) -> Case:
    """Turn the company into the case a planner reads.

    Parameters
    ----------
    world
        Master data, requests, and engineers with their shifts.
    window
        What to plan.
    now
        The present; shifts that are over by then, with their overtime, are left out.
    rounds
        Due rounds to plan; None: all that may be done within the window.
    commitments
        By visit id. Requests whose engineer is on the way or on site are included only when
        they are committed, because only then it is known who that is.
    current_plan, freeze_until
        Passed on to the case.

    Returns
    -------
    Case
        With the locations that are used, in the order of the world.
    """
    present = max(to_utc(now, "now"), window.start)
    known = commitments or {}
    found = _rounds(world, window, present) if rounds is None else tuple(rounds)
    visits = tuple(
        _committed(visit, known.get(visit.id))
        for visit in _visits(world, found, window, now, frozenset(known))
    )
    engineers = tuple(_with_shifts(one, present, window.end) for one in world.engineers)
    used = _used_locations(world.depots, engineers, visits)
    return Case(
        planning_window=window,
        locations=tuple(place for place in world.all_locations() if place.id in used),
        depots=world.depots,
        engineers=engineers,
        visits=visits,
        now=now.replace(microsecond=0),
        freeze_until=freeze_until,
        travel=world.travel,
        current_plan=current_plan,
        weights=world.weights,
    )


def _visits(
    world: CompanyWorld,
    rounds: Iterable[MaintenanceRound],
    window: TimeWindow,
    now: datetime,
    committed: frozenset[str],
) -> Iterator[Visit]:
    index = world.index()
    for request in world.requests:
        if needs_visit(request, visit_id(request) in committed):
            yield from request_visits(request, index, window, now)
            loaner = loaner_visit(request, index, window, now)
            if loaner is not None:
                yield loaner
    for found in rounds:
        day = world.calendar.get(found.id, found.due)
        wished = max(found.earliest, min(found.latest, day))
        yield round_visit(replace(found, due=wished), index, window, now, world.zone)


def _rounds(
    world: CompanyWorld, window: TimeWindow, present: datetime
) -> tuple[MaintenanceRound, ...]:
    # The window ends at an instant at which nothing can start on a further day.
    until = _local_day(window.end - timedelta(seconds=1), world.zone)
    today = _local_day(present, world.zone)
    return due_rounds(world.equipment, today, max(today, until), world.maintenance)


def _local_day(instant: datetime, zone: str) -> date:
    return instant.astimezone(zone_named(zone)).date()


def _committed(visit: Visit, commitment: Commitment | None) -> Visit:
    if commitment is None:
        return visit
    return replace(visit, promise=commitment.promise, pinned=commitment.pinned)


def _with_shifts(engineer: Engineer, present: datetime, end: datetime) -> Engineer:
    kept = (shift for shift in engineer.shifts if shift.limit > present and shift.start < end)
    return replace(engineer, shifts=tuple(sorted(kept, key=lambda shift: shift.start)))


def _used_locations(
    depots: Iterable[Depot], engineers: Iterable[Engineer], visits: Iterable[Visit]
) -> frozenset[str]:
    used = {visit.location for visit in visits} | {depot.location for depot in depots}
    for engineer in engineers:
        for shift in engineer.shifts:
            used |= {shift.start_location, shift.end_location}
    return frozenset(used)
