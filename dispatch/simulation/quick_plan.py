"""The planner of production without what only people read: no verdicts, no audit, no bill."""

from __future__ import annotations

from dispatch.domain import Case, PlanRoute
from dispatch.planning.legend import make_legend
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.planning.warm_start import warm_start
from dispatch.travel import TravelSource

__all__ = ["quick_plan"]


def quick_plan(
    case: Case, travel: TravelSource, *, iterations: int, seed: int, keep_orders: bool
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

    Returns
    -------
    tuple of PlanRoute or None
        None when the present contradicts the rules so that no plan can be made.
    """
    # The engines load compiled code, which whoever only reads reports need not wait for.
    from dispatch.solver.search import ContradictoryHistory
    from dispatch.solver.solve import solve
    from dispatch.solver.timetable import InfeasibleSolution

    if not case.visits:
        return ()
    legend = make_legend(case)
    problem = to_problem(case, legend, find_ways(case, legend, travel))
    try:
        outcome = solve(
            problem,
            engine="lns",
            iterations=iterations,
            seed=seed,
            warm_start=warm_start(case, legend) if keep_orders else None,
        )
    except (ContradictoryHistory, InfeasibleSolution):
        return None
    return to_routes(outcome.schedule, problem, legend)
