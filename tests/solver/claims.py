"""Turn a timed schedule into the claim that a plan file would make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dispatch.solver.claim import (
    Claim,
    ClaimedCost,
    ClaimedKpis,
    ClaimedRoute,
    ClaimedStop,
    ClaimedUnassigned,
)
from dispatch.solver.problem import Problem, Tier
from dispatch.solver.solution import Schedule, StopKind, TimedRoute, TimedStop
from dispatch.solver.tiers import unassigned_money


def claim_of(
    problem: Problem, schedule: Schedule, unassigned: Sequence[ClaimedUnassigned] = ()
) -> Claim:
    """Make the claim of a schedule; its verdicts are given or left to the test."""
    routes = tuple(_route(problem, route) for route in schedule.routes)
    claim = Claim(routes, tuple(unassigned))
    tiers = {problem.visits[v].tier for v in schedule.unassigned}
    status = "partial" if tiers else "feasible"
    status = "infeasible" if Tier.MANDATORY in tiers else status
    return replace(
        claim, status=status, cost=_cost(problem, schedule), kpis=_kpis(problem, schedule)
    )


def _route(problem: Problem, route: TimedRoute) -> ClaimedRoute:
    return ClaimedRoute(
        shift=route.shift,
        start=route.start,
        end=route.end,
        stops=tuple(_stop(problem, stop) for stop in route.stops),
        travel_back_seconds=route.travel_back_seconds,
        travel_back_metres=route.travel_back_metres,
        working_time=route.working_time,
        overtime=route.overtime,
        engineer=problem.shifts[route.shift].engineer,
    )


def _stop(problem: Problem, stop: TimedStop) -> ClaimedStop:
    sla = problem.visits[stop.index].sla if stop.kind is StopKind.VISIT else None
    pickup = stop.kind is StopKind.PICKUP
    return ClaimedStop(
        kind=stop.kind,
        index=stop.index if stop.kind is not StopKind.BREAK else -1,
        arrive=stop.arrive,
        start=stop.start,
        finish=stop.finish,
        location=stop.location,
        travel_seconds=stop.travel_seconds,
        travel_metres=stop.travel_metres,
        wait=stop.wait,
        late=stop.late,
        headroom=None if sla is None else sla.arrive_by - stop.arrive,
        parts=() if pickup else stop.parts,
        loaded=stop.parts if pickup else (),
        tools_loaded=tuple(sorted(problem.depots[stop.index].tools)) if pickup else (),
    )


def _cost(problem: Problem, schedule: Schedule) -> ClaimedCost:
    cost, left_out = schedule.cost, unassigned_money(problem, schedule.unassigned)
    return ClaimedCost(
        total=cost.money + left_out,
        travel=cost.travel,
        labour=cost.labour,
        overtime=cost.overtime,
        sla=cost.sla,
        due=cost.due,
        preference=cost.preference,
        churn=cost.churn,
        unassigned=left_out,
        fairness=cost.fairness,
        worst_lateness=cost.worst_lateness,
    )


def _kpis(problem: Problem, schedule: Schedule) -> ClaimedKpis:
    stops = [stop for route in schedule.routes for stop in route.stops]
    late: dict[int, int] = {}
    for stop in stops:
        if stop.kind is StopKind.VISIT and problem.visits[stop.index].sla is not None:
            late[stop.index] = min(stop.late, late.get(stop.index, stop.late))
    shifts = [problem.shifts[route.shift] for route in schedule.routes]
    working = sum(route.working_time for route in schedule.routes)
    length = sum(shift.end - shift.start for shift in shifts)
    routes = schedule.routes
    return ClaimedKpis(
        visits=len({stop.index for stop in stops if stop.kind is StopKind.VISIT}),
        unassigned=len(schedule.unassigned),
        sla_met=sum(seconds == 0 for seconds in late.values()),
        sla_total=sum(visit.sla is not None for visit in problem.visits),
        working_time=working,
        travel_seconds=sum(s.travel_seconds for s in stops)
        + sum(r.travel_back_seconds for r in routes),
        travel_metres=sum(s.travel_metres for s in stops)
        + sum(r.travel_back_metres for r in routes),
        wait=sum(stop.wait for stop in stops),
        overtime=sum(route.overtime for route in routes),
        utilisation=working / length if length else 0.0,
    )
