"""Choose when the visits with a price on their start begin, by the timetable's exact money."""

from __future__ import annotations

from dataclasses import replace

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import FOREVER, Objective, Problem
from dispatch.solver.routing_extract import tied_visits
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import Timetable, crews_of, price

ROUNDS = 2

Route = tuple[Stop, ...]


def settle(timetable: Timetable, solution: Solution, timed: Schedule) -> tuple[Solution, Schedule]:
    """Try for each visit in turn to start at once, at its ideal or when its promise begins.

    The finalizer of the routing model takes the earliest end first, which is not always the
    cheapest time for a due moment or a promise. Routes are settled one by one, so those with
    visits that other routes depend on stay as they are.
    """
    problem = timetable.problem
    if problem.objective is Objective.WORKING_TIME:
        return solution, timed
    tied, crews = tied_visits(problem), crews_of(problem, solution)
    routes = list(solution.routes)
    for s, route in enumerate(routes):
        if not any(stop.kind is StopKind.VISIT and stop.index in tied for stop in route):
            routes[s] = _settle_route(timetable, s, route, crews)
    settled = Solution(tuple(routes))
    if settled == solution:
        return solution, timed
    try:
        found = timetable.schedule(settled)
    except InfeasibleSolution:
        # A pickup moved behind another van's, which the single route could not see.
        return solution, timed
    return (settled, found) if found.cost.money < timed.cost.money else (solution, timed)


def _settle_route(
    timetable: Timetable, s: int, route: Route, crews: dict[int, tuple[int, ...]]
) -> Route:
    choices = _choices(timetable.problem, route)
    if not choices:
        return route
    best = _money(timetable, s, route, crews)
    for _ in range(ROUNDS):
        before = best
        for i, moments in choices:
            for moment in moments:
                if moment == route[i].not_before:
                    continue
                stop = replace(route[i], not_before=moment)
                moved = (*route[:i], stop, *route[i + 1 :])
                money = _money(timetable, s, moved, crews)
                if money < best:
                    route, best = moved, money
        if best == before:
            break
    return route


def _money(timetable: Timetable, s: int, route: Route, crews: dict[int, tuple[int, ...]]) -> int:
    try:
        timed = timetable.time_route(s, route, crews)
    except InfeasibleSolution:
        return FOREVER
    return price(timetable.problem, (timed,), ()).money


def _choices(problem: Problem, route: Route) -> list[tuple[int, tuple[int, ...]]]:
    """Positions of the visits with a price on their start, and the starts worth a try."""
    choices = []
    for i, stop in enumerate(route):
        if stop.kind is not StopKind.VISIT:
            continue
        visit = problem.visits[stop.index]
        moments = [-FOREVER]
        if visit.due is not None and visit.due.ideal is not None:
            moments.append(visit.due.ideal)
        if visit.promise is not None and visit.promise.price:
            moments.append(visit.promise.earliest)
        if len(moments) > 1:
            choices.append((i, tuple(moments)))
    return choices
