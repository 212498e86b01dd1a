"""The best plan of a very small problem, by trying every order on every shift.

For problems whose routes do not depend on each other: no crews, links, pickups or shared stock.
"""

from __future__ import annotations

from itertools import permutations, product

from dispatch.solver.problem import FOREVER, Objective, Problem
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.timetable import InfeasibleSolution, Timetable
from dispatch.solver.world import wishes

Best = tuple[tuple[int, ...], int]


def best_plan(problem: Problem) -> Best:
    """Visits left out by tier (LOW first) and money or working time of the best plan.

    A start is as early as it can be, or waits for its promise or its due ideal.
    """
    count = len(problem.visits)
    plans: dict[int, int] = {0: 0}
    for shift in range(len(problem.shifts)):
        routes = _best_routes(problem, Timetable(problem), shift)
        better = dict(plans)
        for served, cost in plans.items():
            for more, price in routes.items():
                if not served & more:
                    total = cost + price
                    better[served | more] = min(better.get(served | more, FOREVER), total)
        plans = better
    return min(
        ((_left_out(problem, served, count), cost) for served, cost in plans.items()),
        key=lambda plan: (plan[0][::-1], plan[1]),
    )


def _left_out(problem: Problem, served: int, count: int) -> tuple[int, ...]:
    out = [0, 0, 0, 0]
    for v in range(count):
        if not served >> v & 1:
            out[problem.visits[v].tier] += 1
    return tuple(out)


def _best_routes(problem: Problem, timetable: Timetable, shift: int) -> dict[int, int]:
    """Cheapest route of a shift for each set of visits (a bit mask), the empty one left out."""
    engineer = problem.shifts[shift].engineer
    able = [
        v
        for v, visit in enumerate(problem.visits)
        if problem.may_serve(v, engineer) and all(p.shift == shift for p in visit.pins)
    ]
    best: dict[int, int] = {}
    for size in range(1, len(able) + 1):
        for order in permutations(able, size):
            mask = sum(1 << v for v in order)
            lows = [(-FOREVER, *wishes(problem, problem.visits[v])) for v in order]
            for bounds in product(*lows):
                stops = zip(order, bounds, strict=True)
                route = tuple(Stop(StopKind.VISIT, v, low) for v, low in stops)
                price = _price(problem, timetable, shift, route)
                if price is not None:
                    best[mask] = min(best.get(mask, FOREVER), price)
    return best


def _price(
    problem: Problem, timetable: Timetable, shift: int, route: tuple[Stop, ...]
) -> int | None:
    routes: list[tuple[Stop, ...]] = [()] * len(problem.shifts)
    routes[shift] = route
    try:
        timed = timetable.schedule(Solution(tuple(routes)))
    except InfeasibleSolution:
        return None
    if problem.objective is Objective.WORKING_TIME:
        return timed.routes[0].working_time
    return timed.cost.money
