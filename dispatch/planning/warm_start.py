"""The plan in force as a first solution for the engines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dispatch.domain import Case, CurrentPlan, Plan, StopKind
from dispatch.planning.history import keep
from dispatch.planning.legend import Legend
from dispatch.solver import solution
from dispatch.solver.solution import Solution

__all__ = ["warm_start"]


def warm_start(case: Case, legend: Legend, start: Plan | None = None) -> Solution | None:
    """Say the plan in force, or another one, as orders of stops.

    Parameters
    ----------
    case
        The world with the plan in force.
    legend
        Its numbering.
    start
        The plan whose orders are wanted; None: the plan in force.

    Returns
    -------
    Solution or None
        None without a plan. It may break rules that have come up since: visits and depots that
        are gone are left out, everything else is repeated. Pickups that the freeze keeps have
        their starts, so that nobody takes them for a second trip.
    """
    orders = case.current_plan if start is None else CurrentPlan.of(start)
    if orders is None:
        return None
    kept = keep(case, legend).pickups
    parts = {visit.id: visit.parts for visit in case.visits}
    routes: list[tuple[solution.Stop, ...]] = []
    supplied: set[str] = set()
    for shift in legend.shifts.ids:
        current = orders.route_of(shift)
        begun = {(one.depot, one.start) for one in kept.get(shift, ())}
        stops: list[solution.Stop] = []
        for stop in sorted(current.stops, key=lambda one: one.start) if current else ():
            if stop.kind is StopKind.VISIT and stop.visit in legend.visits:
                # The short form names no parts; then the first van of a crew brings them all.
                first = stop.visit not in supplied
                supplied.add(str(stop.visit))
                brought = stop.parts or (parts[str(stop.visit)] if first else {})
                index = legend.visits.index(str(stop.visit))
                stops.append(_stop(solution.StopKind.VISIT, index, brought.items(), legend))
            elif stop.kind is StopKind.PICKUP and stop.depot in legend.depots:
                index = legend.depots.index(str(stop.depot))
                pickup = _stop(solution.StopKind.PICKUP, index, stop.loaded.items(), legend)
                at = legend.seconds(stop.start)
                if (index, at) in begun:
                    pickup = replace(pickup, not_before=at)
                stops.append(pickup)
        routes.append(tuple(stops))
    return Solution(tuple(routes))


def _stop(
    kind: solution.StopKind, index: int, parts: Iterable[tuple[str, int]], legend: Legend
) -> solution.Stop:
    named = sorted((legend.parts.index(part), many) for part, many in parts if many)
    return solution.Stop(kind, index, parts=tuple(named))
