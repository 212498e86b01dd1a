"""The part of a world that a hand-made move concerns, so that its price is found at once.

A route is concerned when a move touches it, when it belongs to the same engineer (the van's stock
goes along from shift to shift), or when a crew or an order of visits ties it to one that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dispatch.domain import Case, CurrentPlan, Depot, Engineer, EngineerRules, Visit
from dispatch.planning.move_orders import Orders

__all__ = ["concerned_shifts", "part_of"]


def concerned_shifts(case: Case, before: Orders, after: Orders, named: Iterable[str]) -> set[str]:
    """Find the shifts whose routes must be timed together.

    Parameters
    ----------
    case
        The whole world.
    before, after
        The orders before and after the moves.
    named
        Visits that a move names.
    """
    own: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for engineer, shift in case.shifts():
        own.setdefault(engineer.id, []).append(shift.id)
        owner[shift.id] = engineer.id
    at: dict[str, set[str]] = {}
    held: dict[str, set[str]] = {}
    for orders in (before, after):
        for place, entries in orders.routes.items():
            for entry in entries:
                if entry.visit is not None:
                    at.setdefault(entry.visit, set()).add(place)
                    held.setdefault(place, set()).add(entry.visit)
    tied: dict[str, set[str]] = {}
    for visit in case.visits:
        for link in visit.after:
            tied.setdefault(visit.id, set()).add(link.visit)
            tied.setdefault(link.visit, set()).add(visit.id)
    visits = {one.id: one for one in case.visits}
    found: set[str] = set()
    waiting = {*after.touched, *(place for visit in named for place in at.get(visit, ()))}
    while waiting:
        place = waiting.pop()
        if place in found:
            continue
        found.add(place)
        waiting |= {one for one in own[owner[place]] if one in before.routes or one in after.routes}
        for name in held.get(place, ()):
            waiting |= at[name]
            for other in tied.get(name, ()):
                waiting |= at.get(other, set())
            pinned = visits[name].pinned if name in visits else None
            if pinned is not None and pinned.shift in owner:
                found.add(pinned.shift)
    return found


def part_of(case: Case, orders: Orders, shifts: set[str], named: Iterable[str]) -> Case:
    """Cut a world down to some shifts and the visits on them.

    Parameters
    ----------
    case
        The whole world.
    orders
        All orders; what the other routes load is no longer at the depots.
    shifts
        Those that stay.
    named
        Visits that stay even when they are in no route.
    """
    ids = {
        entry.visit
        for shift in shifts
        for entry in orders.routes.get(shift, ())
        if entry.visit is not None
    } | set(named)
    visits = [visit for visit in case.visits if visit.id in ids]
    people = {name for visit in visits for name in _named_people(visit)}
    engineers = tuple(
        replace(one, shifts=tuple(shift for shift in one.shifts if shift.id in shifts))
        for one in case.engineers
        if one.id in people or any(shift.id in shifts for shift in one.shifts)
    )
    loaded: dict[str, Counter[str]] = {}
    for shift, entries in orders.routes.items():
        for entry in entries:
            if shift not in shifts and entry.stop.depot is not None:
                loaded.setdefault(entry.stop.depot, Counter()).update(entry.stop.loaded)
    current = case.current_plan
    if current is not None:
        current = CurrentPlan(tuple(one for one in current.routes if one.shift in shifts))
    return replace(
        case,
        depots=tuple(_less(one, loaded.get(one.id, Counter())) for one in case.depots),
        engineers=engineers,
        visits=tuple(_untied(visit, ids, engineers) for visit in visits),
        current_plan=current,
    )


def _named_people(visit: Visit) -> tuple[str, ...]:
    rules = visit.engineers
    return (*rules.required, *rules.preferred, *rules.forbidden)


def _untied(visit: Visit, ids: set[str], engineers: tuple[Engineer, ...]) -> Visit:
    known = {one.id for one in engineers}
    shifts = {shift.id for one in engineers for shift in one.shifts}
    pinned = visit.pinned if visit.pinned is None or visit.pinned.shift in shifts else None
    rules = visit.engineers
    kept = EngineerRules(
        required=tuple(one for one in rules.required if one in known),
        preferred=tuple(one for one in rules.preferred if one in known),
        forbidden=tuple(one for one in rules.forbidden if one in known),
    )
    after = tuple(link for link in visit.after if link.visit in ids)
    return replace(visit, after=after, pinned=pinned, engineers=kept)


def _less(depot: Depot, loaded: Mapping[str, int]) -> Depot:
    """A depot without what others have taken; a delivery to come pays for what lacks."""
    if depot.stock is None or not loaded:
        return depot
    stock: dict[str, int | None] = {}
    owed: dict[str, int] = {}
    for part, many in depot.stock.items():
        left = None if many is None else many - loaded.get(part, 0)
        stock[part] = None if left is None else max(0, left)
        owed[part] = 0 if left is None else max(0, -left)
    owed |= {part: many for part, many in loaded.items() if part not in depot.stock}
    inbound = []
    for one in depot.inbound:
        taken = min(one.quantity, owed.get(one.part, 0))
        owed[one.part] = owed.get(one.part, 0) - taken
        if one.quantity > taken:
            inbound.append(replace(one, quantity=one.quantity - taken))
    return replace(depot, stock=stock, inbound=tuple(inbound))
