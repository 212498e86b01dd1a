"""From a plan, whoever made it, to the claim that the auditor judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dispatch.domain import CostBreakdown, Kpis, Plan, PlanRoute, PlanStop, StopKind, Unassigned
from dispatch.planning import shortfall
from dispatch.planning.legend import Legend, Names
from dispatch.solver import solution
from dispatch.solver.claim import (
    UNKNOWN,
    Claim,
    ClaimedCost,
    ClaimedKpis,
    ClaimedReason,
    ClaimedRoute,
    ClaimedStop,
    ClaimedUnassigned,
)

__all__ = ["to_claim"]

KINDS = {
    StopKind.VISIT: solution.StopKind.VISIT,
    StopKind.PICKUP: solution.StopKind.PICKUP,
    StopKind.BREAK: solution.StopKind.BREAK,
}


def to_claim(plan: Plan, legend: Legend, *, with_cost: bool = True) -> Claim:
    """Say a plan in indices and seconds.

    Parameters
    ----------
    plan
        It may name things that the case does not know.
    legend
        The numbering of the case.
    with_cost
        False leaves out the cost and the prices, which a plan made by hand need not have.

    Returns
    -------
    Claim
        Unknown ids have the index `UNKNOWN` and stand in labels.
    """
    return Claim(
        routes=tuple(_route(route, legend) for route in plan.routes),
        unassigned=tuple(_unassigned(one, legend, with_cost) for one in plan.unassigned),
        cost=_cost(plan.cost) if with_cost and plan.cost is not None else None,
        kpis=None if plan.kpis is None else _kpis(plan.kpis),
        status=plan.status.value,
    )


def _find(names: Names, id: str | None) -> int:
    return names.index(id) if id is not None and id in names else UNKNOWN


def _route(route: PlanRoute, legend: Legend) -> ClaimedRoute:
    return ClaimedRoute(
        shift=_find(legend.shifts, route.shift),
        start=legend.seconds(route.start),
        end=legend.seconds(route.end),
        stops=tuple(_stop(stop, legend) for stop in route.stops),
        travel_back_seconds=route.travel_back_s,
        travel_back_metres=route.travel_back_m,
        working_time=route.working_time_s,
        overtime=route.overtime_s,
        engineer=_find(legend.engineers, route.engineer) if route.engineer else None,
        label=route.shift,
    )


def _stop(stop: PlanStop, legend: Legend) -> ClaimedStop:
    index, label = UNKNOWN, "break"
    if stop.kind is StopKind.VISIT:
        index, label = _find(legend.visits, stop.visit), f"{stop.visit}"
    elif stop.kind is StopKind.PICKUP:
        index, label = _find(legend.depots, stop.depot), f"{stop.depot}"
    place = None if stop.location is None else _find(legend.locations, stop.location)
    unknown = [] if place != UNKNOWN else [f"location {stop.location}"]
    parts = (*stop.parts, *stop.loaded)
    unknown += [f"part {part}" for part in parts if part not in legend.parts]
    unknown += [f"tool {tool}" for tool in stop.tools_loaded if tool not in legend.tools]
    return ClaimedStop(
        kind=KINDS[stop.kind],
        index=index,
        arrive=legend.seconds(stop.arrive),
        start=legend.seconds(stop.start),
        finish=legend.seconds(stop.finish),
        location=place,
        travel_seconds=stop.travel_s,
        travel_metres=stop.travel_m,
        wait=stop.wait_s,
        late=stop.late_s,
        headroom=stop.sla_headroom_s,
        parts=_amounts(stop.parts, legend),
        loaded=_amounts(stop.loaded, legend),
        tools_loaded=_indices(legend.tools, stop.tools_loaded),
        label=label,
        unknown=tuple(unknown),
    )


def _amounts(amounts: Mapping[str, int], legend: Legend) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((_find(legend.parts, part), many) for part, many in amounts.items()))


def _indices(names: Names, ids: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted(_find(names, id) for id in ids))


def _unassigned(one: Unassigned, legend: Legend, with_cost: bool) -> ClaimedUnassigned:
    return ClaimedUnassigned(
        visit=_find(legend.visits, one.visit),
        verdict=one.verdict.value,
        reasons=tuple(
            ClaimedReason(
                code=reason.code,
                engineer=None
                if reason.engineer is None
                else _find(legend.engineers, reason.engineer),
                shift=None if reason.shift is None else _find(legend.shifts, reason.shift),
                shortfall=shortfall.from_plan(reason.shortfall, legend),
            )
            for reason in one.reasons
        ),
        displaces=tuple(_find(legend.visits, visit) for visit in one.displaces),
        price=one.price if with_cost else None,
        label=one.visit,
    )


def _cost(cost: CostBreakdown) -> ClaimedCost:
    return ClaimedCost(
        # The price of risk is no matter of the solver: `planning.audit` looks at it.
        total=cost.total - cost.risk,
        travel=cost.travel,
        labour=cost.labour,
        overtime=cost.overtime,
        sla=cost.sla,
        due=cost.due,
        preference=cost.preference,
        churn=cost.churn,
        unassigned=cost.unassigned,
        fairness=cost.fairness,
        worst_lateness=cost.worst_lateness,
    )


def _kpis(kpis: Kpis) -> ClaimedKpis:
    load = kpis.load
    return ClaimedKpis(
        visits=kpis.visits,
        unassigned=kpis.unassigned,
        sla_met=kpis.sla_met,
        sla_total=kpis.sla_total,
        working_time=kpis.working_time_s,
        travel_seconds=kpis.travel_s,
        travel_metres=kpis.travel_m,
        wait=kpis.wait_s,
        overtime=kpis.overtime_s,
        utilisation=kpis.utilisation,
        least_load=None if load is None else load.least_s,
        mean_load=None if load is None else load.mean_s,
        most_load=None if load is None else load.most_s,
    )
