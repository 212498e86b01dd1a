"""What the base decided in a replication, so that a scenario departs from it only with reason.

Two searches for nearly the same moment find other routes of nearly the same cost, and from there on
two days have nothing in common. So a scenario knows what the base decided at each moment, and has
two examples: the base's own routes, which bring two days together again that went apart for a while,
and its own routes with what the base has just changed merged into them, as versions of a file are:
a visit that the base has just given to somebody goes to the same engineer, and what the scenario
does otherwise for a reason of its own stays, until the base decides about the same visit again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from dispatch.domain import StopKind
from dispatch.simulation.people import Planned, VisitState

if TYPE_CHECKING:
    from dispatch.simulation.operation import Operation
    from dispatch.simulation.twin import Twin

__all__ = ["Decision", "Record", "Routes", "as_base", "examples", "follow", "snapshot"]

Routes = Mapping[str, tuple[Planned, ...]]
"""Stops ahead by the id of the shift."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Routes of the base before and after it decided something.

    Parameters
    ----------
    before, after
        All routes that have stops.
    iterations
        Of the search; 0: what waited was inserted.
    twin
        The base at that moment, which can be asked what it would have liked too.
    """

    before: Routes
    after: Routes
    iterations: int
    twin: Twin | None = None


Record = Mapping[int, Decision]
"""Decisions of a replication by their second."""


def snapshot(routes: Mapping[str, Sequence[Planned]]) -> dict[str, tuple[Planned, ...]]:
    """Keep routes as they are now."""
    return {shift: tuple(stops) for shift, stops in routes.items() if stops}


def examples(operation: Operation) -> list[dict[str, list[Planned]]]:
    """Routes that a scenario takes when its own do not pay, best liked first; none in the base."""
    now = operation.now
    last = max((at for at in operation.guide if at <= now), default=None)
    if last is None:
        return []
    nearest = as_base(operation, operation.guide[last])
    return [follow(operation, operation.guide[now]), nearest] if last == now else [nearest]


def as_base(operation: Operation, decision: Decision) -> dict[str, list[Planned]]:
    """Take the base's routes, as far as somebody can go by them in this world.

    Returns
    -------
    dict
        What the base has done already, and this world has not, is in nobody's route.
    """
    return {
        shift: _without_needless_pickups(
            operation, shift, [stop for stop in stops if _is_possible(operation, stop)]
        )
        for shift, stops in decision.after.items()
        if shift in operation.shifts
    }


def follow(operation: Operation, decision: Decision) -> dict[str, list[Planned]]:
    """Merge what the base has just changed into the routes in force.

    Returns
    -------
    dict
        Routes that name each visit in as many shifts as before; they may break rules that hold
        in this world, and lack what only this world has.
    """
    shifts = operation.shifts
    after = {shift: stops for shift, stops in decision.after.items() if shift in shifts}
    had, has = _shifts_of(decision.before), _shifts_of(after)
    ours = {shift: stops for shift, stops in operation.routes.items() if stops}
    own = _shifts_of(ours)
    # What the base has given to other people than before, or for the first time.
    moved = {visit for visit, given in has.items() if had.get(visit) != given}
    merged: dict[str, list[Planned]] = {}
    for shift in sorted({*ours, *after}):
        mine, theirs = ours.get(shift, []), after.get(shift, ())
        if _order(theirs) == _order(decision.before.get(shift, ())):
            merged[shift] = [
                stop for stop in mine if stop.visit not in moved or shift in has[str(stop.visit)]
            ]
            continue
        route = [
            stop
            for stop in theirs
            if _is_possible(operation, stop)
            and (stop.visit in moved or shift in own.get(stop.visit or "", {shift}))
        ]
        merged[shift] = _with_departures(route, mine, shift, had, moved)
    return {
        shift: _without_needless_pickups(operation, shift, stops) for shift, stops in merged.items()
    }


def _with_departures(
    route: list[Planned],
    mine: Sequence[Planned],
    shift: str,
    before: Mapping[str, frozenset[str]],
    moved: set[str],
) -> list[Planned]:
    """Put back what this world alone has given to a shift, each after what it came after."""
    known = {stop.visit for stop in route if stop.visit is not None}
    place = 0
    for stop in mine:
        if stop.visit is None:
            continue
        if stop.visit in known:
            place = 1 + next(i for i, one in enumerate(route) if one.visit == stop.visit)
        elif stop.visit not in moved and shift not in before.get(stop.visit, frozenset()):
            route.insert(place, stop)
            place += 1
    return route


def _without_needless_pickups(
    operation: Operation, shift: str, stops: list[Planned]
) -> list[Planned]:
    """Leave out what is fetched although the van has it."""
    worker = operation.workers[operation.shifts[shift].engineer]
    have = dict(worker.van)
    tools = {*worker.tools, *worker.engineer.tools}
    kept: list[Planned] = []
    for place, stop in enumerate(stops):
        if stop.kind is StopKind.PICKUP:
            ahead = [one for one in stops[place + 1 :] if one.visit is not None]
            loaded: dict[str, int] = {}
            for part, many in stop.loaded.items():
                need = sum(one.parts.get(part, 0) for one in ahead)
                lack = min(many, max(0, need - have.get(part, 0)))
                if lack:
                    loaded[part], have[part] = lack, have.get(part, 0) + lack
            lent = set(operation.shelves.by_id[stop.depot or ""].tools) - tools
            asked = (operation.wanted[str(one.visit)].visit.required_tools for one in ahead)
            if not loaded and lent.isdisjoint(chain.from_iterable(asked)):
                continue
            tools |= lent
            stop = replace(stop, loaded=loaded)
        for part, many in stop.parts.items():
            have[part] = have.get(part, 0) - many
        kept.append(stop)
    return kept


def _is_possible(operation: Operation, stop: Planned) -> bool:
    """Whether a stop of the base is something that can be done in this world now."""
    if stop.place is not None and stop.place not in operation.world.travel.index:
        return False
    if stop.kind is StopKind.PICKUP:
        return stop.depot in operation.shelves.by_id
    if stop.kind is not StopKind.VISIT:
        return True
    one = operation.wanted.get(stop.visit or "")
    return one is not None and one.state is VisitState.OPEN


def _shifts_of(routes: Mapping[str, Sequence[Planned]]) -> dict[str, frozenset[str]]:
    """Shifts of each visit."""
    found: dict[str, frozenset[str]] = {}
    for shift, stops in routes.items():
        for stop in stops:
            if stop.visit is not None:
                found[stop.visit] = found.get(stop.visit, frozenset()) | {shift}
    return found


def _order(stops: Sequence[Planned]) -> list[tuple[str | None, str | None]]:
    return [(stop.visit, stop.depot) for stop in stops if stop.kind is not StopKind.BREAK]
