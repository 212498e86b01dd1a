"""What the plan in force binds: stops that the freeze keeps, as pins, pickups and breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.domain import Case, CurrentRoute, CurrentStop, Shift, StopKind
from dispatch.planning.legend import SECOND, Legend
from dispatch.solver.problem import Break, FixedPickup, Pin

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
    """

    pins: dict[str, tuple[Pin, ...]] = field(default_factory=dict)
    pickups: dict[str, tuple[FixedPickup, ...]] = field(default_factory=dict)
    breaks: dict[str, dict[int, int]] = field(default_factory=dict)


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
        frozen = [stop for stop in route.stops if stop.start < frozen_until]
        for visit, pin in _pins(frozen, route, case.now, legend):
            kept.pins[visit] = (*kept.pins.get(visit, ()), pin)
        pickups = sorted(_pickups(frozen, case.now, legend), key=lambda one: one.start)
        if pickups:
            kept.pickups[route.shift] = tuple(pickups)
        breaks = _breaks(frozen, shifts[route.shift], legend)
        if breaks:
            kept.breaks[route.shift] = breaks
    return kept


def _pins(
    frozen: list[CurrentStop], route: CurrentRoute, now: datetime | None, legend: Legend
) -> Iterator[tuple[str, Pin]]:
    shift = legend.shifts.index(route.shift)
    for stop in frozen:
        if stop.kind is StopKind.VISIT and stop.visit in legend.visits:
            started = now is not None and stop.start < now
            start = legend.seconds(stop.start)
            yield str(stop.visit), Pin(shift, start=start, frozen=True, started=started)


def _pickups(
    frozen: list[CurrentStop], now: datetime | None, legend: Legend
) -> Iterator[FixedPickup]:
    for stop in frozen:
        if stop.kind is StopKind.PICKUP and stop.depot in legend.depots:
            loads = ((legend.parts.index(part), many) for part, many in stop.loaded.items())
            yield FixedPickup(
                depot=legend.depots.index(str(stop.depot)),
                start=legend.seconds(stop.start),
                loads=tuple(sorted(load for load in loads if load[1] > 0)),
                started=now is not None and stop.start < now,
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


def break_order(shift: Shift, starts: dict[int, int], legend: Legend) -> tuple[int, ...]:
    """Places of the breaks of a shift in the order in which they are taken."""

    def key(place: int) -> tuple[int, int, int]:
        rest = _break(shift, place, starts, legend)
        return rest.earliest, rest.latest, rest.duration

    return tuple(sorted(range(len(shift.breaks)), key=key))


def kept_breaks(shift: Shift, starts: dict[int, int], legend: Legend) -> tuple[Break, ...]:
    """The breaks of a shift in the order they are taken, kept ones at their very start."""
    order = break_order(shift, starts, legend)
    return tuple(_break(shift, place, starts, legend) for place in order)


def _break(shift: Shift, place: int, starts: dict[int, int], legend: Legend) -> Break:
    rest = shift.breaks[place]
    return Break(
        earliest=starts.get(place, legend.seconds(rest.earliest)),
        latest=starts.get(place, legend.seconds(rest.latest)),
        duration=rest.duration // SECOND,
    )
