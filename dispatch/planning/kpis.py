"""The key figures of a plan (contract 4a, *Figures*), counted from its routes."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.domain import Case, Kpis, LoadSpread, PlanRoute, StopKind
from dispatch.planning.legend import SECOND

__all__ = ["count_kpis"]


def count_kpis(case: Case, routes: Sequence[PlanRoute]) -> Kpis:
    """Count what a manager is measured by.

    Parameters
    ----------
    case
        The world, with all its visits and shifts.
    routes
        The used shifts.

    Returns
    -------
    Kpis
        ``utilisation`` is 0 when no shift is used.
    """
    stops = [stop for route in routes for stop in route.stops]
    at_visits = [stop for stop in stops if stop.kind is StopKind.VISIT]
    served = {stop.visit for stop in at_visits}
    # A crew is on time when its first member is.
    headroom: dict[str | None, int] = {}
    for stop in at_visits:
        if stop.sla_headroom_s is not None:
            headroom[stop.visit] = max(stop.sla_headroom_s, headroom.get(stop.visit, -(1 << 60)))
    used = {route.shift for route in routes}
    span = sum((s.end - s.start) // SECOND for _, s in case.shifts() if s.id in used)
    working = sum(route.working_time_s for route in routes)
    return Kpis(
        visits=len(served),
        unassigned=sum(visit.id not in served for visit in case.visits),
        sla_met=sum(left >= 0 for left in headroom.values()),
        sla_total=sum(visit.sla is not None for visit in case.visits),
        working_time_s=working,
        travel_s=sum(stop.travel_s for stop in stops) + sum(one.travel_back_s for one in routes),
        travel_m=sum(stop.travel_m for stop in stops) + sum(one.travel_back_m for one in routes),
        wait_s=sum(stop.wait_s for stop in stops),
        overtime_s=sum(route.overtime_s for route in routes),
        utilisation=working / span if span else 0.0,
        load=_load(case, routes) if case.weights.fairness_per_squared_hour else None,
    )


def _load(case: Case, routes: Sequence[PlanRoute]) -> LoadSpread | None:
    """Add up what everybody who has a shift carries; None when nobody has one."""
    owner = {shift.id: engineer.id for engineer, shift in case.shifts()}
    loads = {one.id: one.workload_history // SECOND for one in case.engineers if one.shifts}
    unpopular = {visit.id: visit.unpopular // SECOND for visit in case.visits}
    for route in routes:
        visits = (stop.visit for stop in route.stops if stop.visit is not None)
        loads[owner[route.shift]] += route.working_time_s + sum(unpopular[v] for v in visits)
    if not loads:
        return None
    many, total = len(loads), sum(loads.values())
    mean = (2 * total + many) // (2 * many)
    return LoadSpread(min(loads.values()), mean, max(loads.values()))
