"""From a timed schedule back to the routes of a plan, in ids and times."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.domain import PlanRoute, PlanStop, StopKind
from dispatch.planning.legend import Legend
from dispatch.solver import solution
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule, TimedRoute, TimedStop

__all__ = ["to_routes"]


def to_routes(schedule: Schedule, problem: Problem, legend: Legend) -> tuple[PlanRoute, ...]:
    """Say the routes of a schedule as the plan file does.

    Parameters
    ----------
    schedule
        Routes with their clocks.
    problem
        What the schedule solves.
    legend
        The numbering of the case.

    Returns
    -------
    tuple of PlanRoute
        Used shifts in the order of the case.
    """
    routes = sorted(schedule.routes, key=lambda route: route.shift)
    return tuple(_route(route, problem, legend) for route in routes)


def _route(route: TimedRoute, problem: Problem, legend: Legend) -> PlanRoute:
    return PlanRoute(
        shift=legend.shifts[route.shift],
        engineer=legend.engineers[problem.shifts[route.shift].engineer],
        start=legend.instant(route.start),
        end=legend.instant(route.end),
        stops=tuple(_stop(stop, problem, legend) for stop in route.stops),
        travel_back_s=route.travel_back_seconds,
        travel_back_m=route.travel_back_metres,
        working_time_s=route.working_time,
        overtime_s=route.overtime,
    )


def _stop(stop: TimedStop, problem: Problem, legend: Legend) -> PlanStop:
    amounts = _amounts(stop.parts, legend)
    at_visit = stop.kind is solution.StopKind.VISIT
    at_depot = stop.kind is solution.StopKind.PICKUP
    sla = problem.visits[stop.index].sla if at_visit else None
    tools = problem.depots[stop.index].tools if at_depot else ()
    return PlanStop(
        kind=StopKind.VISIT if at_visit else StopKind.PICKUP if at_depot else StopKind.BREAK,
        arrive=legend.instant(stop.arrive),
        start=legend.instant(stop.start),
        finish=legend.instant(stop.finish),
        location=None if stop.location is None else legend.locations[stop.location],
        visit=legend.visits[stop.index] if at_visit else None,
        depot=legend.depots[stop.index] if at_depot else None,
        travel_s=stop.travel_seconds,
        travel_m=stop.travel_metres,
        wait_s=stop.wait,
        late_s=stop.late,
        sla_headroom_s=None if sla is None else sla.arrive_by - stop.arrive,
        parts=amounts if at_visit else {},
        loaded=amounts if at_depot else {},
        tools_loaded=tuple(legend.tools[tool] for tool in sorted(tools)),
    )


def _amounts(amounts: Iterable[tuple[int, int]], legend: Legend) -> dict[str, int]:
    return {legend.parts[part]: int(many) for part, many in sorted(amounts)}
