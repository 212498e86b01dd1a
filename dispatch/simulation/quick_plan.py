"""The planner of production without what only people read: no verdicts, no audit, no bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dispatch.domain import Case, CurrentPlan, PlanRoute
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.planning.warm_start import warm_start
from dispatch.solver.solution import Solution, StopKind
from dispatch.travel import TravelSource

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.run import Progress

__all__ = ["quick_plan"]


def quick_plan(
    case: Case,
    travel: TravelSource,
    *,
    iterations: int,
    seed: int,
    keep_orders: bool,
    least_gain: int = 0,
    follow: Sequence[CurrentPlan] = (),
    least_departure: int = 0,
) -> tuple[PlanRoute, ...] | None:
    """Plan a case with a small budget.

    Parameters
    ----------
    case
        The world at one moment.
    travel
        Ways that were asked for before.
    iterations
        Of the search; 0 inserts what waits and improves nothing.
    seed
        Of the search.
    keep_orders
        Whether the routes in force are where the search begins.
    least_gain
        An improved plan is taken only when it leaves fewer visits out, or saves so much money
        against the routes in force with what waits inserted; 0: whatever the search finds.
    follow
        Other routes, best liked first. The first are taken, with what waits inserted, against which
        the plan found neither leaves fewer visits out nor saves `least_departure`.

    Returns
    -------
    tuple of PlanRoute or None
        None when the present contradicts the rules so that no plan can be made.
    """
    # The engines load compiled code, which whoever only reads reports need not wait for.
    from dispatch.solver.search import ContradictoryHistory
    from dispatch.solver.timetable import InfeasibleSolution, Timetable

    if not case.visits:
        return ()
    legend = make_legend(case)
    problem = to_problem(case, legend, find_ways(case, legend, travel))
    start = _start(case, legend) if keep_orders else None
    try:
        begun, ended = _search(problem, iterations, seed, start)
        # The first that a search tells of is what it begins with: all that waits inserted.
        stays = least_gain and iterations and not _pays(begun, ended, least_gain)
        chosen = begun if stays else ended
        for example in follow:
            like = _start(replace(case, current_plan=example), legend)
            if _orders(like) == _orders(chosen.best):
                break
            followed, _ = _search(problem, 0, seed, like)
            if not _pays(followed, chosen, least_departure):
                chosen = followed
                break
        assert chosen.best is not None, "every plan that is chosen from is told"
        return to_routes(Timetable(problem).schedule(chosen.best), problem, legend)
    except (ContradictoryHistory, InfeasibleSolution):
        return None


def _start(case: Case, legend: Legend) -> Solution | None:
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


def _search(
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


def _orders(solution: Solution | None) -> list[list[tuple[int, int]]]:
    """What comes after what, without clocks and loads."""
    routes = () if solution is None else solution.routes
    return [[(stop.kind, stop.index) for stop in route] for route in routes]


def _pays(before: Progress, after: Progress, least_gain: int) -> bool:
    """Whether a plan is worth the change: a better tier, or enough money."""
    left, was = after.unassigned[::-1], before.unassigned[::-1]
    return left < was or (left == was and before.cost - after.cost >= least_gain)
