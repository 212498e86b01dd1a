"""The plan in force of a `field` instance: promises, frozen starts, pins.

Part of the engineers already have a plan for the first hours, made by nearest neighbours on a
clock of its own that is never earlier than the planner's, so what is frozen can be kept.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import Any

from benchmarks.cases.field_kinds import FREEZE_UNTIL, HOUR, MINUTE, instant, window
from benchmarks.cases.field_visits import Draft
from benchmarks.cases.field_world import FieldWorld, Person

NEAREST = 60
"""Visits near home that an engineer's old plan chose from."""
LONGEST_WORK = 90 * MINUTE
MOST_STOPS = 5
ROUND = 5 * MINUTE
UNTIL_NOON = 3 * HOUR + 30 * MINUTE
UNTIL_TEA = 6 * HOUR
NOON = 45 * MINUTE


@dataclass(slots=True)
class _Clock:
    """An engineer on the old plan: where, from when, whether lunch is over."""

    place: str
    free: int
    lunch: int | None


def draw_current_plan(world: FieldWorld, visits: list[Draft]) -> dict[str, Any]:
    """Draw routes in force and mark their visits; return `current_plan` of the case file."""
    open_visits = [visit for visit in visits if visit.crew == 1 and not visit.linked]
    planned: set[str] = set()
    routes = []
    for person in world.people:
        if world.draw.random() >= world.kind.promised:
            continue
        name, start, _ = person.shifts[0]
        stops = _route(world, person, start, open_visits, planned)
        if stops:
            routes.append({"shift": name, "stops": stops})
    return {"routes": routes}


def _route(
    world: FieldWorld, person: Person, start: int, visits: list[Draft], planned: set[str]
) -> list[dict[str, Any]]:
    home = world.places[person.home]
    near = heapq.nsmallest(
        NEAREST,
        (visit for visit in visits if visit.id not in planned and person in visit.able),
        key=lambda visit: (math.dist(home, world.places[visit.site]), visit.id),
    )
    van = dict(person.van)
    clock = _Clock(str(person.written[0]["start_location"]), start, start + UNTIL_NOON)
    stops: list[dict[str, Any]] = []
    while len(stops) < MOST_STOPS:
        chosen = _next(world, person, clock, near, van, start)
        if chosen is None:
            break
        begin, visit = chosen
        near.remove(visit)
        planned.add(visit.id)
        for part, quantity in visit.parts.items():
            van[part] -= quantity
        clock.place, clock.free = visit.site, begin + _work(person, visit)
        if clock.lunch is not None and clock.free >= clock.lunch:
            clock.free, clock.lunch = clock.free + NOON, None
        _mark(world, visit, person, begin, len(stops))
        stops.append({"visit": visit.id, "start": instant(begin)})
    return stops


def _next(
    world: FieldWorld,
    person: Person,
    clock: _Clock,
    near: list[Draft],
    van: dict[str, int],
    start: int,
) -> tuple[int, Draft] | None:
    """Find the visit that can start first: nearest on the clock, its rules kept."""
    best: tuple[int, Draft] | None = None
    for visit in near:
        if not visit.tools <= person.tools or visit.seconds > LONGEST_WORK:
            continue
        if any(van.get(part, 0) < quantity for part, quantity in visit.parts.items()):
            continue
        arrive = clock.free + world.seconds(clock.place, visit.site)
        if visit.arrive_by is not None and arrive > visit.arrive_by:
            continue
        begin = _opens(visit, -(-arrive // ROUND) * ROUND)
        if begin is None or begin + _work(person, visit) > start + UNTIL_TEA:
            continue
        # Work that would swallow the whole of noon leaves no time for lunch.
        if clock.lunch is not None and begin > clock.lunch:
            continue
        if best is None or begin < best[0]:
            best = (begin, visit)
    return best


def _opens(visit: Draft, earliest: int) -> int | None:
    for first, last in visit.windows or [(earliest, earliest)]:
        if max(first, earliest) <= last:
            return max(first, earliest)
    return None


def _work(person: Person, visit: Draft) -> int:
    factor = max((person.factors.get(name, 1.0) for name in visit.skills), default=1.0)
    return math.ceil(visit.seconds * factor) + 1


def _mark(world: FieldWorld, visit: Draft, person: Person, begin: int, position: int) -> None:
    """Promise the visit, and pin one in twenty of the first stops."""
    draw = world.draw
    frozen = begin < FREEZE_UNTIL
    stage = "dispatched" if frozen else draw.choice(("published", "notified", "notified"))
    before, after = (15, 45) if stage == "dispatched" else (30, draw.choice((60, 90, 150)))
    visit.written["promise"] = {
        **window(begin - before * MINUTE, begin + after * MINUTE),
        "stage": stage,
    }
    shift = person.shifts[0][0]
    if position == 0 and draw.random() < 0.05:
        visit.written["pinned"] = {"shift": shift, "position": 0}
    elif not frozen and draw.random() < 0.04:
        start = instant(begin) if draw.random() < 0.5 else None
        visit.written["pinned"] = {"shift": shift, "position": None, "start": start}
