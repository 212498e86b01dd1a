"""The orders of a plan in a world that may have changed since it was made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from dispatch.domain import Case, CurrentPlan, Plan, PlanRoute, PlanStatus, PlanStop, StopKind

__all__ = ["as_plan", "known_orders"]


def known_orders(case: Case, plan: Plan, gone: Collection[str] = ()) -> Plan:
    """Leave out of a plan what its case does not know, and the visits named.

    Parameters
    ----------
    case
        The world as it is now.
    plan
        Made for an earlier one.
    gone
        Visits to be taken out as well.

    Returns
    -------
    Plan
        The same routes without stops at unknown visits and depots, and without routes of
        unknown shifts; times and figures are as they were, so they may not hold any more.
    """
    visits = {visit.id for visit in case.visits} - set(gone)
    depots = {depot.id for depot in case.depots}
    shifts = {shift.id for _, shift in case.shifts()}

    def stays(stop: PlanStop) -> bool:
        if stop.kind is StopKind.VISIT:
            return stop.visit in visits
        return stop.kind is StopKind.BREAK or stop.depot in depots

    routes = tuple(
        replace(route, stops=tuple(stop for stop in route.stops if stays(stop)))
        for route in plan.routes
        if route.shift in shifts
    )
    return replace(plan, routes=routes, unassigned=())


def as_plan(current: CurrentPlan, case: Case) -> Plan:
    """Read the plan in force as orders, the parts of the short form filled in.

    Parameters
    ----------
    current
        The plan in force; stops may have nothing but a start.
    case
        Names the owners of shifts and the parts that visits need.
    """
    owner = {shift.id: engineer.id for engineer, shift in case.shifts()}
    parts = {visit.id: visit.parts for visit in case.visits}
    # Where one of a crew says what it brings, the others bring nothing.
    supplied = {stop.visit for route in current.routes for stop in route.stops if stop.parts}
    routes = []
    for route in current.routes:
        stops = []
        for stop in sorted(route.stops, key=lambda one: one.start):
            brought = stop.parts
            if stop.kind is StopKind.VISIT and stop.visit not in supplied:
                # The short form names no parts; then the first van of a crew brings them all.
                supplied.add(stop.visit)
                brought = stop.parts or parts.get(str(stop.visit), {})
            stops.append(
                PlanStop(
                    kind=stop.kind,
                    arrive=stop.arrive or stop.start,
                    start=stop.start,
                    finish=stop.finish or stop.start,
                    location=stop.location,
                    visit=stop.visit,
                    depot=stop.depot,
                    parts=brought,
                    loaded=stop.loaded,
                    tools_loaded=stop.tools_loaded,
                )
            )
        ends = [stop.start for stop in stops]
        begin = route.start or min(ends, default=case.planning_window.start)
        finish = route.end or max(ends, default=begin)
        engineer = owner.get(route.shift, route.shift)
        routes.append(PlanRoute(route.shift, engineer, begin, finish, tuple(stops)))
    return Plan(PlanStatus.PARTIAL, tuple(routes))
