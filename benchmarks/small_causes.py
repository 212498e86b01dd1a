"""Why a search missed the proved optimum of a small case: what the better plan has that it lacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from dispatch.solver.problem import FOREVER, Objective, Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind, TimedRoute
from dispatch.solver.timetable import InfeasibleSolution, Timetable

if TYPE_CHECKING:
    from dispatch.solver.solution import TimedStop

Rank = tuple[tuple[int, ...], int]


def rank(problem: Problem, schedule: Schedule) -> Rank:
    """Visits left out, MANDATORY first, then what the objective counts."""
    cost = schedule.cost.money
    if problem.objective is Objective.WORKING_TIME:
        cost = sum(route.working_time for route in schedule.routes)
    return schedule.cost.unassigned[::-1], cost


def causes(problem: Problem, found: Schedule, best: Solution, schedule: Schedule) -> list[str]:
    """What sets the best plan apart, the most telling first.

    When its orders alone, timed as early as can be, are as good, the search missed an order;
    otherwise it missed a start.
    """
    told = ["more left out"] if found.cost.unassigned != schedule.cost.unassigned else []
    try:
        early: Schedule | None = Timetable(problem).schedule(loosened(problem, best))
    except InfeasibleSolution:
        early = None
    if early is not None and rank(problem, early) == rank(problem, schedule):
        return told + ["order: " + why for why in _orders(problem, schedule, best)]
    return told + ["start: " + why for why in _starts(problem, schedule, early)]


def loosened(problem: Problem, solution: Solution) -> Solution:
    """The same orders with every start as early as it can be, but what the freeze keeps."""
    routes: list[tuple[Stop, ...]] = []
    for s, stops in enumerate(solution.routes):
        kept = {(p.depot, p.start) for p in problem.shifts[s].fixed_pickups}
        routes.append(
            tuple(
                stop
                if stop.kind is StopKind.PICKUP and (stop.index, stop.not_before) in kept
                else replace(stop, not_before=-FOREVER, not_after=FOREVER)
                for stop in stops
            )
        )
    return Solution(tuple(routes))


def _orders(problem: Problem, schedule: Schedule, best: Solution) -> list[str]:
    why = []
    for s, stops in enumerate(best.routes):
        pickups = [stop for stop in stops if stop.kind is StopKind.PICKUP]
        used = {part for stop in stops if stop.kind is StopKind.VISIT for part, _ in stop.parts}
        if len(pickups) > len(problem.shifts[s].fixed_pickups) + 1:
            why.append("several pickups in a route")
        if any(part not in used for stop in pickups for part, _ in stop.parts):
            why.append("pickup for a later shift")
    members: Counter[int] = Counter()
    for stops in best.routes:
        members.update(s.index for s in stops if s.kind is StopKind.VISIT and s.parts)
    if any(count > 1 for count in members.values()):
        why.append("parts of a crew from several vans")
    served = {
        stop.index for r in schedule.routes for stop in r.stops if stop.kind == StopKind.VISIT
    }
    if any(problem.visits[v].crew_size > 1 for v in served):
        why.append("crews in step")
    if any(problem.visits[v].after for v in served):
        why.append("after")
    return list(dict.fromkeys(why)) or ["plain"]


def _starts(problem: Problem, schedule: Schedule, early: Schedule | None) -> list[str]:
    """Rules of the visits that start later than they could in the same orders."""
    why: list[str] = []
    before = {} if early is None else {route.shift: route for route in early.routes}
    linked = {link.visit for visit in problem.visits for link in visit.after}
    for route in schedule.routes:
        twin = before.get(route.shift)
        rests = _rests(route)
        if twin is not None and _rests(twin) != rests:
            why.append("other breaks")
        moved = {s.index: s for s in (twin.stops if twin else ()) if s.kind is StopKind.VISIT}
        for stop in route.stops:
            if stop.kind is StopKind.VISIT:
                why += _late_start(problem, stop, moved.get(stop.index), linked)
    return list(dict.fromkeys(why)) or ["departure"]


def _late_start(
    problem: Problem, stop: TimedStop, twin: TimedStop | None, linked: set[int]
) -> list[str]:
    visit, why = problem.visits[stop.index], []
    if twin is not None and twin.start == stop.start:
        return []
    if visit.crew_size > 1:
        why.append("crew")
    if visit.after or stop.index in linked:
        why.append("after")
    if twin is None:
        return why
    if _window(problem, stop.index, twin.start) != _window(problem, stop.index, stop.start):
        why.append("later window")
    if visit.promise and visit.promise.price and not why:
        why.append("promise")
    if visit.due and visit.due.ideal is not None and not why:
        why.append("due ideal")
    if visit.sla and not why:
        why.append("sla")
    return why or ["waiting"]


def _window(problem: Problem, visit: int, start: int) -> int:
    rows = problem.visits[visit].windows
    return next((i for i, w in enumerate(rows) if w.earliest <= start <= w.latest), -FOREVER)


def _rests(route: TimedRoute) -> list[int]:
    return [stop.index for stop in route.stops if stop.kind is StopKind.BREAK]
