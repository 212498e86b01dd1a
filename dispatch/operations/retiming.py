"""A plan without some of its visits: the same orders, timed and explained anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, TypeVar

from dispatch.domain import Case, CurrentRoute, Plan, PlanRoute

__all__ = ["smaller_case", "without_visits"]

R = TypeVar("R", PlanRoute, CurrentRoute)


def without_visits(case: Case, plan: Plan, gone: Collection[str]) -> tuple[Case, Plan]:
    """Take visits out of a case and of its plan.

    Parameters
    ----------
    case, plan
        A world and a sound plan for it.
    gone
        Ids of the visits that nobody asks for any more.

    Returns
    -------
    tuple of Case and Plan
        All other visits keep their shift and their place in its order; times, cost and the
        reasons of unassigned visits are computed anew.
    """
    # The clock is compiled code that takes a while to load, and this is rarely needed.
    from dispatch.planning.figures import count_cost, find_status
    from dispatch.planning.kpis import count_kpis
    from dispatch.planning.legend import make_legend
    from dispatch.planning.to_plan import to_routes
    from dispatch.planning.to_problem import to_problem
    from dispatch.planning.to_solution import to_solution
    from dispatch.planning.travel_times import find_ways
    from dispatch.planning.unassigned_visits import settle_unassigned
    from dispatch.solver.timetable import schedule

    smaller = smaller_case(case, gone)
    orders = replace(plan, routes=tuple(_without(route, gone) for route in plan.routes))
    legend = make_legend(smaller)
    ways = find_ways(smaller, legend)
    problem = to_problem(smaller, legend, ways)
    timed = schedule(problem, to_solution(orders, problem, legend))
    timed, unassigned = settle_unassigned(problem, timed, smaller, legend)
    routes = to_routes(timed, problem, legend)
    return smaller, replace(
        plan,
        status=find_status(smaller, unassigned),
        routes=routes,
        unassigned=unassigned,
        travel_source=ways.source,
        cost=count_cost(problem, timed.cost),
        kpis=count_kpis(smaller, routes),
    )


def smaller_case(case: Case, gone: Collection[str]) -> Case:
    """Take visits out of a case, of its orders and of its plan in force."""
    visits = tuple(
        replace(visit, after=tuple(one for one in visit.after if one.visit not in gone))
        for visit in case.visits
        if visit.id not in gone
    )
    current = case.current_plan
    if current is not None:
        routes = tuple(_without(route, gone) for route in current.routes)
        current = replace(current, routes=routes)
    return replace(case, visits=visits, current_plan=current)


def _without(route: R, gone: Collection[str]) -> R:
    stops: tuple[Any, ...] = tuple(stop for stop in route.stops if stop.visit not in gone)
    return replace(route, stops=stops)
