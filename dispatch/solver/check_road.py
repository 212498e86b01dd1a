"""The auditor's reading of a leg: where each break of it is taken, and when the travel ends.

A leg is what lies between two places where something is done. Whoever has finished leaves at once
(contract 4a, Departure); a break may cut the travel anywhere, or be taken at the door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.solver.claim import UNKNOWN, ClaimedRoute, ClaimedStop
from dispatch.solver.problem import Problem
from dispatch.solver.solution import StopKind


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one place to the next.

    `origin` and `target` are positions in the route's stops; None is the start of the shift and
    the way home. `breaks` are the positions in between. `free` is when the engineer is free to
    leave, `frozen` tells that the target is history, so that `now` does not bind the travel, and
    `under_way` that the travel to a start which the freeze keeps had to begin before `now`.
    """

    origin: int | None
    target: int | None
    breaks: tuple[int, ...]
    start_location: int
    end_location: int
    free: int
    frozen: bool
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class Drive:
    """A leg driven: when the travel ends, and the places where each of its breaks may be."""

    arrive: int
    places: tuple[tuple[int | None, ...], ...]


def is_history(problem: Problem, route: ClaimedRoute, stop: ClaimedStop) -> bool:
    """Whether the stop is one of the current plan that began before `now`."""
    if problem.now is None or stop.start >= problem.now:
        return False
    if stop.index == UNKNOWN and stop.kind is not StopKind.BREAK:
        return False
    shift = problem.shifts[route.shift]
    if stop.kind is StopKind.VISIT:
        pins = problem.visits[stop.index].pins
        return any(
            pin.started and pin.shift == route.shift and pin.start == stop.start for pin in pins
        )
    if stop.kind is StopKind.PICKUP:
        return any(
            pickup.started and (pickup.depot, pickup.start) == (stop.index, stop.start)
            for pickup in shift.fixed_pickups
        )
    return any(rest.earliest == rest.latest == stop.start for rest in shift.breaks)


def place_of(problem: Problem, stop: ClaimedStop) -> int | None:
    """Where the visit or the pickup is; None for a break or an unknown thing."""
    if stop.kind is StopKind.BREAK or stop.index == UNKNOWN:
        return None
    owner = problem.visits if stop.kind is StopKind.VISIT else problem.depots
    return owner[stop.index].location


def legs_of(problem: Problem, route: ClaimedRoute) -> list[Leg]:
    """Cut a route into legs; stops of unknown things are places of their claimed location."""
    shift = problem.shifts[route.shift]
    legs: list[Leg] = []
    origin: int | None = None
    here, free = shift.start_location, route.start
    breaks: list[int] = []
    for position, stop in enumerate(route.stops):
        if stop.kind is StopKind.BREAK:
            breaks.append(position)
            continue
        place = place_of(problem, stop)
        if place is None:
            place = UNKNOWN if stop.location is None else stop.location
        known = is_history(problem, route, stop)
        leg = Leg(origin, position, tuple(breaks), here, place, free, known)
        legs.append(replace(leg, under_way=_was_under_way(problem, route, leg)))
        origin, here, free, breaks = position, place, stop.finish, []
    legs.append(Leg(origin, None, tuple(breaks), here, shift.end_location, free, False))
    return legs


def _was_under_way(problem: Problem, route: ClaimedRoute, leg: Leg) -> bool:
    """Whether the freeze keeps a start (or its SLA) that leaving at `now` would miss.

    Then the travel that the plan in force had under way began before `now` (ADR 17).
    """
    now = problem.now
    if now is None or leg.target is None or leg.frozen or leg.free >= now:
        return False
    stop, shift = route.stops[leg.target], problem.shifts[route.shift]
    by = None
    if stop.kind is StopKind.VISIT and stop.index != UNKNOWN:
        work = problem.visits[stop.index]
        by = None if work.sla is None else work.sla.arrive_by
        known = any(
            pin.under_way and (pin.shift, pin.start) == (route.shift, stop.start)
            for pin in work.pins
        )
    else:
        known = any(
            pickup.under_way and (pickup.depot, pickup.start) == (stop.index, stop.start)
            for pickup in shift.fixed_pickups
        )
    if not known:
        return False
    seconds, _ = travel_of(problem, route, leg)
    kept = [rest for rest in shift.breaks if rest.earliest == rest.latest]
    begun = [rest.earliest + rest.duration for rest in kept if rest.earliest < now]
    arrive = max([now, *begun]) + seconds
    ahead = sum(rest.duration for rest in kept if now <= rest.earliest < stop.start)
    return arrive + ahead > stop.start or (by is not None and arrive > by)


def travel_of(problem: Problem, route: ClaimedRoute, leg: Leg) -> tuple[int, int]:
    """Seconds and metres of a leg; (-1, -1) where no road joins the places or one is unknown."""
    if UNKNOWN in (leg.start_location, leg.end_location):
        return -1, -1
    if leg.start_location == leg.end_location:
        return 0, 0
    profile = problem.shifts[route.shift].profile
    seconds = int(problem.travel_seconds[profile, leg.start_location, leg.end_location])
    metres = int(problem.travel_metres[leg.start_location, leg.end_location])
    return seconds, metres


def leave_time(problem: Problem, leg: Leg) -> int:
    """When the travel of a leg begins: at once, but not before `now` unless it is history."""
    if problem.now is None or leg.frozen or leg.under_way or leg.origin is None:
        return leg.free
    return max(leg.free, problem.now)


def drive(leg: Leg, leave: int, seconds: int, breaks: Sequence[ClaimedStop]) -> Drive:
    """Drive a leg of so many seconds with its breaks at their claimed times."""
    moment, left, arrive = leave, seconds, None
    places: list[tuple[int | None, ...]] = []
    for rest in breaks:
        done = max(0, min(left, rest.start - moment))
        left -= done
        if left == 0:
            arrive = moment + done if arrive is None else arrive
            # A break that begins in the second of the arrival is at the door and on the road.
            on_the_road = seconds > 0 and rest.start <= arrive
            places.append((leg.end_location, None) if on_the_road else (leg.end_location,))
        elif left == seconds:
            places.append((leg.start_location, None))
        else:
            places.append((None,))
        moment = max(moment, rest.finish)
    return Drive(moment + left if arrive is None else arrive, tuple(places))


def latest_departure(latest: int, seconds: int, breaks: Sequence[ClaimedStop]) -> int:
    """Latest moment to leave so that the travel ends by `latest` around the given breaks."""
    moment, left = latest, seconds
    for rest in reversed(breaks):
        left -= max(0, min(left, moment - rest.finish))
        moment = min(moment, rest.start)
    return moment - left
