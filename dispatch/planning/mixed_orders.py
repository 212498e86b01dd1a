"""Orders of two plans mixed: the plan in force, with some of the changes that a proposal makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from dispatch.domain import Case, Engineer, Plan, PlanRoute, PlanStop, StopKind
from dispatch.planning.move_orders import Entry, Orders

__all__ = ["Pickups", "bound_together", "mix_orders", "without_unknown"]

Pickups = tuple[bool, bool]
"""Whether mixed routes keep the pickups of the plan in force, and those of the proposal."""


def without_unknown(plan: Plan, case: Case) -> Plan:
    """Leave out of a plan whatever a case does not know (any more).

    Parameters
    ----------
    plan
        Made for an earlier state of the world.
    case
        The world now.
    """
    shifts = {shift.id for _, shift in case.shifts()}
    visits = {visit.id for visit in case.visits}
    depots = {depot.id for depot in case.depots}

    def is_known(stop: PlanStop) -> bool:
        if stop.kind is StopKind.VISIT:
            return stop.visit in visits
        return stop.kind is StopKind.BREAK or stop.depot in depots

    routes = (
        replace(route, stops=tuple(stop for stop in route.stops if is_known(stop)))
        for route in plan.routes
        if route.shift in shifts
    )
    return replace(plan, routes=tuple(one for one in routes if _visits(one)))


def bound_together(
    case: Case, before: Plan, proposed: Plan, changed: Collection[str], chosen: Collection[str]
) -> tuple[str, ...]:
    """Find the further changes without which the chosen ones might not be possible.

    Changes belong together when they touch the same shift, or when an order of visits ties them.
    Taken over together they leave no route mixed.

    Parameters
    ----------
    case, before, proposed
        The world, the plan in force and the proposal.
    changed
        Every visit that the proposal changes.
    chosen
        Those that are taken over.

    Returns
    -------
    tuple of str
        In the order of the case, without the chosen ones.
    """
    shifts: dict[str, set[str]] = {visit: set() for visit in changed}
    for plan in (before, proposed):
        for route in plan.routes:
            for visit in _visits(route):
                if visit in shifts:
                    shifts[visit].add(route.shift)
    tied: dict[str, set[str]] = {}
    for one in case.visits:
        for link in one.after:
            tied.setdefault(one.id, set()).add(link.visit)
            tied.setdefault(link.visit, set()).add(one.id)
    found, waiting = set(chosen), [one for one in chosen if one in shifts]
    while waiting:
        visit = waiting.pop()
        near = {one for one in shifts if shifts[one] & shifts[visit]}
        near |= {one for one in tied.get(visit, ()) if one in shifts}
        waiting += near - found
        found |= near
    return tuple(one.id for one in case.visits if one.id in found and one.id not in chosen)


def mix_orders(
    case: Case,
    before: Plan,
    proposed: Plan,
    changed: Collection[str],
    chosen: Collection[str],
    pickups: Pickups,
) -> Orders:
    """Take some changes over.

    A route none of whose changes is chosen stays as it is, one whose changes are all chosen
    becomes that of the proposal; only what lies between is put together anew, by time.

    Parameters
    ----------
    case, before, proposed, changed, chosen
        As in `bound_together`.
    pickups
        Of mixed routes.
    """
    old = {route.shift: route for route in before.routes}
    new = {route.shift: route for route in proposed.routes}
    linked = {link.visit for visit in case.visits for link in visit.after}
    linked |= {v.id for v in case.visits if v.after or v.crew_size > 1 or v.promise or v.due}
    routes: dict[str, list[Entry]] = {}
    for engineer, shift in case.shifts():
        was, will = old.get(shift.id), new.get(shift.id)
        touched = {one for one in (*_visits(was), *_visits(will)) if one in changed}
        taken = touched & set(chosen)
        if taken == touched:
            stops = _stops(will)
        elif not taken:
            stops = _stops(was)
        else:
            stops = _mixed(case, engineer, was, will, taken, pickups)
        if stops:
            routes[shift.id] = [_entry(stop, linked) for stop in stops]
    return Orders(routes, case)


def _entry(stop: PlanStop, linked: Collection[str]) -> Entry:
    chosen = stop.wait_s > 0 or stop.visit in linked
    return Entry(stop, stop.start if chosen else None, at_home=True)


def _stops(route: PlanRoute | None) -> list[PlanStop]:
    if route is None:
        return []
    return [stop for stop in route.stops if stop.kind is not StopKind.BREAK]


def _visits(route: PlanRoute | None) -> list[str]:
    return [stop.visit for stop in _stops(route) if stop.visit is not None]


def _mixed(
    case: Case,
    engineer: Engineer,
    was: PlanRoute | None,
    will: PlanRoute | None,
    taken: set[str],
    pickups: Pickups,
) -> list[PlanStop]:
    kept = [s for s in _stops(was) if s.visit is not None and s.visit not in taken]
    come = [s for s in _stops(will) if s.visit in taken]
    visits = sorted((*kept, *come), key=lambda stop: stop.start)
    tools = {tool for v in case.visits for tool in v.required_tools if v.id in _named(visits)}
    sources = [route for route, wanted in zip((was, will), pickups, strict=True) if wanted]
    candidates: dict[tuple[str | None, object], PlanStop] = {}
    for route in sources:
        for stop in _stops(route):
            if stop.kind is StopKind.PICKUP:
                candidates.setdefault((stop.depot, stop.start), stop)
    needed = _lacking(engineer, visits)
    loaded = list(_load(sorted(candidates.values(), key=lambda s: s.start), needed, tools))
    return sorted((*loaded, *visits), key=lambda stop: (stop.start, stop.visit is not None))


def _named(stops: Collection[PlanStop]) -> set[str | None]:
    return {stop.visit for stop in stops}


def _lacking(engineer: Engineer, visits: Collection[PlanStop]) -> Counter[str]:
    """Pieces that a van has to load for its visits beyond those it starts with."""
    needed: Counter[str] = Counter()
    for stop in visits:
        needed.update(stop.parts)
    van: Mapping[str, int | None] = engineer.van_stock
    for part in list(needed):
        have = van.get(part, 0)
        needed[part] = 0 if have is None else max(0, needed[part] - have)
    return needed


def _load(
    candidates: list[PlanStop], needed: Counter[str], tools: Collection[str]
) -> Iterator[PlanStop]:
    """Let each pickup load what is still needed; one that has nothing to load falls away."""
    for stop in candidates:
        taken = {part: needed[part] for part in stop.loaded if needed[part] > 0}
        for part in taken:
            needed[part] = 0
        if taken or any(tool in tools for tool in stop.tools_loaded):
            yield replace(stop, loaded=taken)
