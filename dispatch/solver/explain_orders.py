"""The decisions behind a schedule: orders, and the starts that others wait for."""

from __future__ import annotations

from dispatch.solver.problem import FOREVER, Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind


def solution_of(problem: Problem, schedule: Schedule) -> Solution:
    """The decisions behind a schedule; what others wait for keeps its start."""
    followed = {link.visit for visit in problem.visits for link in visit.after}
    routes: list[tuple[Stop, ...]] = [() for _ in problem.shifts]
    for route in schedule.routes:
        stops: list[Stop] = []
        kept = {(p.depot, p.start) for p in problem.shifts[route.shift].fixed_pickups}
        for stop in route.stops:
            low, high = -FOREVER, FOREVER
            if stop.kind is StopKind.BREAK:
                continue
            if stop.kind is StopKind.PICKUP:
                if (stop.index, stop.start) in kept:
                    low = high = stop.start
                else:
                    low = _arrived(problem, stop.index, stop.start)
            else:
                visit = problem.visits[stop.index]
                if visit.crew_size > 1 or visit.after or stop.index in followed:
                    low = high = stop.start
                elif visit.due is not None or visit.promise is not None:
                    low = stop.start
            stops.append(Stop(stop.kind, stop.index, low, high, stop.parts))
        routes[route.shift] = tuple(stops)
    return Solution(tuple(routes))


def _arrived(problem: Problem, depot: int, start: int) -> int:
    """The last delivery that a pickup at this moment may count on."""
    since = [when for when, _, _ in problem.depots[depot].inbound if when <= start]
    return max(since, default=-FOREVER)
