"""One search of the planner for a case of the simulation, and what it began with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dispatch.domain import Case
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.planning.warm_start import warm_start
from dispatch.solver.solution import Solution, StopKind
from dispatch.travel import TravelSource

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.run import Progress

__all__ = ["insert_what_waits", "search", "start_of"]


def insert_what_waits(case: Case, travel: TravelSource) -> Progress | None:
    """Go by the routes in force, and insert what is in none; None: the present forbids it."""
    from dispatch.solver.search import ContradictoryHistory
    from dispatch.solver.timetable import InfeasibleSolution

    legend = make_legend(case)
    problem = to_problem(case, legend, find_ways(case, legend, travel))
    try:
        return search(problem, 0, 1, start_of(case, legend))[0]
    except (ContradictoryHistory, InfeasibleSolution):
        return None


def start_of(case: Case, legend: Legend) -> Solution | None:
    """The routes in force, the crews of a visit at the time that was agreed."""
    start = warm_start(case, legend)
    if start is None or case.current_plan is None:
        return None
    agreed: dict[int, int] = {}
    crews = {visit.id for visit in case.visits if visit.crew_size > 1}
    for route in case.current_plan.routes:
        for stop in route.stops:
            if stop.visit in crews:
                visit = legend.visits.index(str(stop.visit))
                agreed[visit] = max(agreed.get(visit, 0), legend.seconds(stop.start))
    if not agreed:
        return start
    return Solution(
        tuple(
            tuple(
                replace(stop, not_before=agreed[stop.index])
                if stop.kind is StopKind.VISIT and stop.index in agreed
                else stop
                for stop in route
            )
            for route in start.routes
        )
    )


def search(
    problem: Problem, iterations: int, seed: int, start: Solution | None
) -> tuple[Progress, Progress]:
    """Search; with what it began and with what it ended."""
    from dispatch.solver.solve import solve

    told: list[Progress] = []
    outcome = solve(
        problem,
        engine="lns",
        iterations=iterations,
        seed=seed,
        warm_start=start,
        on_progress=told.append,
    )
    begun, ended = told[0], replace(told[-1], best=outcome.solution)
    return _in_force(problem, start, begun) or begun, ended


def _in_force(problem: Problem, start: Solution | None, begun: Progress) -> Progress | None:
    """The routes that a search was given as they are, where it could not take all of them over.

    A search puts crews together anew, and does not always find the place that they had.
    """
    from dispatch.solver.timetable import InfeasibleSolution, Timetable

    missing = sum(begun.unassigned)
    if start is None or len(problem.visits) - len(start.assigned()) >= missing:
        return None
    try:
        cost = Timetable(problem).schedule(start).cost
    except InfeasibleSolution:
        return None
    return replace(begun, unassigned=cost.unassigned, cost=cost.money, best=start)
