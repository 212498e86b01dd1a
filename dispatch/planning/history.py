"""What the plan in force binds: stops that the freeze keeps, as pins, pickups and breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.domain import Case, CurrentRoute, CurrentStop, Shift, StopKind
from dispatch.planning.legend import SECOND, Legend
from dispatch.solver.problem import FOREVER, Break, FixedPickup, Pin

__all__ = ["Kept", "break_order", "keep", "kept_breaks"]


@dataclass(frozen=True, slots=True)
class Kept:
    """The stops of the plan in force that start before the freeze ends.

    Parameters
    ----------
    pins
        By visit: one pin for each route the visit stands in.
    pickups
        By shift, sorted by their start.
    breaks
        By shift: starts of its breaks, by the place of the break in the shift of the case.
    missed
        By shift under way: places of its breaks that were not taken and whose time has gone by, or
        that were over when the route left. What has happened cannot be planned better, so they
        bind nothing any more.
    since
        By shift under way: the moment from which on a break that was not taken may start.
    left
        By shift under way: when its route left, where the plan in force says so.
    returning
        Shifts whose stops have all begun: nothing is left to do but to go home.
    """

    pins: dict[str, tuple[Pin, ...]] = field(default_factory=dict)
    pickups: dict[str, tuple[FixedPickup, ...]] = field(default_factory=dict)
    breaks: dict[str, dict[int, int]] = field(default_factory=dict)
    missed: dict[str, frozenset[int]] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    returning: set[str] = field(default_factory=set)


def keep(case: Case, legend: Legend) -> Kept:
    """Find what must stay (contract 4a, *Freeze, now, pins*).

    A stop that starts before ``freeze_until`` keeps its shift and start; one that started before
    ``now`` is history and is kept even when nothing is frozen. A stop whose visit, depot or shift
    is no longer in the case binds nothing.
    """
    kept = Kept()
    limits = [limit for limit in (case.now, case.freeze_until) if limit is not None]
    if case.current_plan is None or not limits:
        return kept
    frozen_until = max(limits)
    shifts = {shift.id: shift for _, shift in case.shifts()}
    for route in case.current_plan.routes:
        if route.shift not in shifts:
            continue
        known = (stop for stop in route.stops if _is_known(stop, legend))
        frozen = [stop for stop in known if stop.start < frozen_until]
        frozen.sort(key=lambda stop: stop.start)
        next_stop = _next_under_way(route, case.now)
        for visit, pin in _pins(frozen, route, case.now, legend, next_stop):
            kept.pins[visit] = (*kept.pins.get(visit, ()), pin)
        pickups = sorted(_pickups(frozen, case.now, legend, next_stop), key=lambda one: one.start)
        if pickups:
            kept.pickups[route.shift] = tuple(pickups)
        shift = shifts[route.shift]
        kept.breaks[route.shift] = _breaks(frozen, shift, legend)
        begun = [] if case.now is None else [stop for stop in frozen if stop.start < case.now]
        at_work = [stop for stop in begun if stop.kind is not StopKind.BREAK]
        if case.now is not None and at_work:
            if route.start is not None and route.start <= min(stop.start for stop in begun):
                kept.left[route.shift] = legend.seconds(route.start)
            if all(stop.start < case.now for stop in route.stops):
                kept.returning.add(route.shift)
            since = max(case.now, _finish(at_work[-1], case))
            kept.since[route.shift] = legend.seconds(since)
            kept.missed[route.shift] = frozenset(
                place
                for place, rest in enumerate(shift.breaks)
                if place not in kept.breaks[route.shift]
                and (
                    rest.latest < since
                    or (route.start is not None and route.start >= rest.earliest + rest.duration)
                )
            )
    return kept


def _finish(stop: CurrentStop, case: Case) -> datetime:
    if stop.finish is not None:
        return stop.finish
    if stop.kind is StopKind.VISIT:
        return stop.start + next(v.duration for v in case.visits if v.id == stop.visit)
    return stop.start + next(d.pickup_duration for d in case.depots if d.id == stop.depot)


def _next_under_way(route: CurrentRoute, now: datetime | None) -> CurrentStop | None:
    """The stop to which the engineer is driving at ``now`` by the plan in force, if to any.

    It is the first that has not begun; on a shift where nothing has, the plan must not say that
    the engineer leaves later.
    """
    if now is None:
        return None
    stops = sorted(route.stops, key=lambda stop: stop.start)
    begun = [s for s in stops if s.start < now and s.kind is not StopKind.BREAK]
    if not begun and route.start is not None and route.start >= now:
        return None
    ahead = (s for s in stops if s.start >= now and s.kind is not StopKind.BREAK)
    return next(ahead, None)


def _is_known(stop: CurrentStop, legend: Legend) -> bool:
    if stop.kind is StopKind.VISIT:
        return stop.visit in legend.visits
    return stop.kind is StopKind.BREAK or stop.depot in legend.depots


def _pins(
    frozen: list[CurrentStop],
    route: CurrentRoute,
    now: datetime | None,
    legend: Legend,
    next_stop: CurrentStop | None,
) -> Iterator[tuple[str, Pin]]:
    shift = legend.shifts.index(route.shift)
    for stop in frozen:
        if stop.kind is StopKind.VISIT:
            started = now is not None and stop.start < now
            start = legend.seconds(stop.start)
            pin = Pin(shift, None, start, True, started, under_way=stop is next_stop)
            yield str(stop.visit), pin


def _pickups(
    frozen: list[CurrentStop],
    now: datetime | None,
    legend: Legend,
    next_stop: CurrentStop | None,
) -> Iterator[FixedPickup]:
    for stop in frozen:
        if stop.kind is StopKind.PICKUP:
            loads = ((legend.parts.index(part), many) for part, many in stop.loaded.items())
            yield FixedPickup(
                depot=legend.depots.index(str(stop.depot)),
                start=legend.seconds(stop.start),
                loads=tuple(sorted(load for load in loads if load[1] > 0)),
                started=now is not None and stop.start < now,
                under_way=stop is next_stop,
            )


def _breaks(frozen: list[CurrentStop], shift: Shift, legend: Legend) -> dict[int, int]:
    """Give every kept break of a route to a break of the shift that it can be."""
    found: dict[int, int] = {}
    for stop in frozen:
        if stop.kind is not StopKind.BREAK:
            continue
        for place, rest in enumerate(shift.breaks):
            length = rest.duration if stop.finish is None else stop.finish - stop.start
            fits = rest.earliest <= stop.start <= rest.latest and length == rest.duration
            if fits and place not in found:
                found[place] = legend.seconds(stop.start)
                break
    return found


def break_order(shift: Shift, kept: Kept, legend: Legend) -> tuple[int, ...]:
    """Places of the breaks of a shift that still count, in the order in which they are taken."""

    def key(place: int) -> tuple[int, int, int]:
        rest = _break(shift, place, kept, legend)
        return rest.earliest, rest.latest, rest.duration

    missed = kept.missed.get(shift.id, frozenset())
    return tuple(sorted(set(range(len(shift.breaks))) - missed, key=key))


def kept_breaks(shift: Shift, kept: Kept, legend: Legend) -> tuple[Break, ...]:
    """The breaks of a shift in the order they are taken, kept ones at their very start."""
    return tuple(_break(shift, place, kept, legend) for place in break_order(shift, kept, legend))


def _break(shift: Shift, place: int, kept: Kept, legend: Legend) -> Break:
    rest, starts = shift.breaks[place], kept.breaks.get(shift.id, {})
    earliest = max(legend.seconds(rest.earliest), kept.since.get(shift.id, -FOREVER))
    return Break(
        earliest=starts.get(place, earliest),
        latest=starts.get(place, legend.seconds(rest.latest)),
        duration=rest.duration // SECOND,
    )
