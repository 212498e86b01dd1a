"""Plan a small world with the routing model, and hold model and timetable to the same second."""

from __future__ import annotations

from dispatch.solver.ortools_engine import solve_ortools
from dispatch.solver.problem import Objective, Problem
from dispatch.solver.routing_confirm import confirm
from dispatch.solver.solution import Schedule, Solution, StopKind
from dispatch.solver.timetable import schedule

BRANCHES = 1500


def plan(problem: Problem, warm_start: Solution | None = None) -> Schedule:
    """Plan a world; the routing model must confirm the timetable's times and money."""
    solution = solve_ortools(
        problem, time_limit_s=30.0, branch_limit=BRANCHES, warm_start=warm_start
    )
    timed = schedule(problem, solution)
    verdict = confirm(problem, solution, timed)
    assert verdict.accepted
    money = timed.cost.money
    if problem.objective is Objective.WORKING_TIME:
        money = sum(route.working_time for route in timed.routes)
    # Each amount is rounded once per visit or route, and rates per day to the model's unit.
    assert verdict.money is not None
    assert abs(verdict.money - money) <= 1 + len(problem.visits) + 2 * len(problem.shifts)
    return timed


def starts(timed: Schedule) -> dict[int, int]:
    """Start of each planned visit."""
    return {
        stop.index: stop.start
        for route in timed.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT
    }


def shifts_of(timed: Schedule) -> dict[int, list[int]]:
    """Shifts that serve each planned visit."""
    found: dict[int, list[int]] = {}
    for route in timed.routes:
        for stop in route.stops:
            if stop.kind is StopKind.VISIT:
                found.setdefault(stop.index, []).append(route.shift)
    return found


def pickups(timed: Schedule) -> list[tuple[int, int, tuple[tuple[int, int], ...]]]:
    """Shift, start and loads of each pickup."""
    return [
        (route.shift, stop.start, stop.parts)
        for route in timed.routes
        for stop in route.stops
        if stop.kind is StopKind.PICKUP
    ]
