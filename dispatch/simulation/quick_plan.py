"""The planner of production without what only people read: no verdicts, no audit, no bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dispatch.domain import Case, CurrentPlan, PlanRoute
from dispatch.planning.legend import make_legend
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.simulation.departures import Gain, depart_where_it_pays, gain_of, orders
from dispatch.simulation.plan_search import search, start_of
from dispatch.solver.solution import Solution
from dispatch.travel import TravelSource

if TYPE_CHECKING:
    from dispatch.simulation.twin import Twin

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
    twin: Twin | None = None,
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
        Other routes, one after the other: each is taken, with what waits inserted, but for those
        groups of shifts in which the plan so far leaves fewer visits out or saves money.
    least_departure
        So much money.
    twin
        Asked what such a group would save without the scenario, which does not count.

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
    start = start_of(case, legend) if keep_orders else None
    try:
        begun, ended = search(problem, iterations, seed, start)
        # The first that a search tells of is what it begins with: all that waits inserted.
        stays = least_gain and iterations and not gain_of(begun, ended).pays(least_gain)
        chosen = begun if stays else ended
        timetable = Timetable(problem)

        def luck(group: frozenset[int], departure: Solution) -> Gain:
            """What those whom the scenario does not concern would gain by it as well."""
            if twin is None:
                return Gain()
            routes = to_routes(timetable.schedule(departure), problem, legend)
            shifts = {legend.shifts[shift] for shift in group}
            return twin.gain([one for one in routes if one.shift in shifts])

        for example in follow:
            like = start_of(replace(case, current_plan=example), legend)
            if orders(like) == orders(chosen.best):
                continue
            followed, _ = search(problem, 0, seed, like)
            chosen = depart_where_it_pays(timetable, followed, chosen, least_departure, luck)
        assert chosen.best is not None, "every plan that is chosen from is told"
        return to_routes(timetable.schedule(chosen.best), problem, legend)
    except (ContradictoryHistory, InfeasibleSolution):
        return None
