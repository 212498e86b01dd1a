"""The planner of production without what only people read: no verdicts, no audit, no bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.domain import Case, PlanRoute
from dispatch.planning.legend import make_legend
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.planning.warm_start import warm_start
from dispatch.travel import TravelSource

if TYPE_CHECKING:
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

    Returns
    -------
    tuple of PlanRoute or None
        None when the present contradicts the rules so that no plan can be made.
    """
    # The engines load compiled code, which whoever only reads reports need not wait for.
    from dispatch.solver.search import ContradictoryHistory
    from dispatch.solver.solve import solve
    from dispatch.solver.timetable import InfeasibleSolution, Timetable

    if not case.visits:
        return ()
    legend = make_legend(case)
    problem = to_problem(case, legend, find_ways(case, legend, travel))
    start = warm_start(case, legend) if keep_orders else None
    told: list[Progress] = []
    keep = told.append if least_gain and iterations else None
    try:
        outcome = solve(
            problem,
            engine="lns",
            iterations=iterations,
            seed=seed,
            warm_start=start,
            on_progress=keep,
        )
        schedule = outcome.schedule
        # The first that a search tells of is what it begins with: all that waits inserted.
        if told and told[0].best is not None and not _pays(told[0], told[-1], least_gain):
            schedule = Timetable(problem).schedule(told[0].best)
    except (ContradictoryHistory, InfeasibleSolution):
        return None
    return to_routes(schedule, problem, legend)


def _pays(before: Progress, after: Progress, least_gain: int) -> bool:
    """Whether a plan is worth the change: a better tier, or enough money."""
    left, was = after.unassigned[::-1], before.unassigned[::-1]
    return left < was or (left == was and before.cost - after.cost >= least_gain)
