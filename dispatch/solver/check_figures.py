"""The auditor on figures: waits, lateness, working time, key figures, status (4a, Figures)."""

from __future__ import annotations

from dispatch.solver.check_assignment import presences
from dispatch.solver.check_road import legs_of, travel_of
from dispatch.solver.check_rules import Report, Rule
from dispatch.solver.claim import UNKNOWN, Claim, ClaimedKpis, ClaimedRoute
from dispatch.solver.problem import Problem, Tier
from dispatch.solver.solution import StopKind

UTILISATION_TOLERANCE = 0.0051
"""A utilisation may be rounded to two digits, so it is compared with this tolerance."""


def check_figures(problem: Problem, claim: Claim, report: Report) -> None:
    """Figures of every stop, every route and the whole plan."""
    for route in claim.routes:
        _check_stops(problem, route, report)
        _check_route(problem, route, report)
    if claim.kpis is not None:
        _check_kpis(problem, claim, claim.kpis, report)
    if claim.status is not None:
        expected = _status(problem, claim)
        if claim.status != expected:
            report.add(
                Rule.STATUS,
                f"the status is {claim.status}, expected {expected}",
                claimed=claim.status,
                expected=expected,
            )


def waiting(route: ClaimedRoute, position: int) -> int:
    """From arrival to start, less the breaks inside; a break itself waits for nothing."""
    stop = route.stops[position]
    if stop.kind is StopKind.BREAK:
        return 0
    inside = sum(
        max(0, min(rest.finish, stop.start) - max(rest.start, stop.arrive))
        for rest in route.stops[:position]
        if rest.kind is StopKind.BREAK
    )
    return stop.start - stop.arrive - inside


def _check_stops(problem: Problem, route: ClaimedRoute, report: Report) -> None:
    for position, stop in enumerate(route.stops):
        where = {"route": route, "stop": position}
        allowed = {waiting(route, position)}
        if stop.kind is StopKind.BREAK:
            allowed.add(stop.start - stop.arrive)
        if stop.wait not in allowed:
            report.expect(
                Rule.WAIT,
                "its wait",
                stop.wait,
                min(allowed),
                **where,  # type: ignore[arg-type]
            )
        if stop.index == UNKNOWN and stop.kind is StopKind.VISIT:
            continue
        sla = problem.visits[stop.index].sla if stop.kind is StopKind.VISIT else None
        late = 0 if sla is None else max(0, stop.arrive - sla.arrive_by)
        report.expect(Rule.LATE, "its lateness", stop.late, late, **where)  # type: ignore[arg-type]
        headroom = None if sla is None else sla.arrive_by - stop.arrive
        if stop.headroom != headroom:
            report.add(
                Rule.HEADROOM,
                f"its SLA headroom is {stop.headroom}, expected {headroom}",
                claimed=stop.headroom,
                expected=headroom,
                **where,  # type: ignore[arg-type]
            )


def overtime_of(problem: Problem, route: ClaimedRoute) -> int:
    """The part of [route start, route end] after the end of the shift."""
    return max(0, route.end - max(route.start, problem.shifts[route.shift].end))


def _check_route(problem: Problem, route: ClaimedRoute, report: Report) -> None:
    length = route.end - route.start
    report.expect(Rule.WORKING_TIME, "its working time", route.working_time, length, route=route)
    if route.shift != UNKNOWN:
        extra = overtime_of(problem, route)
        report.expect(Rule.OVERTIME, "its overtime", route.overtime, extra, route=route)


def _check_kpis(problem: Problem, claim: Claim, kpis: ClaimedKpis, report: Report) -> None:
    served = presences(claim)
    routes = [route for route in claim.routes if route.shift != UNKNOWN]
    with_sla = {v: visit.sla for v, visit in enumerate(problem.visits) if visit.sla is not None}
    met = sum(
        min(member.stop.arrive for member in crew) <= with_sla[visit].arrive_by
        for visit, crew in served.items()
        if visit in with_sla
    )
    travels = [
        travel_of(problem, route, leg) for route in routes for leg in legs_of(problem, route)
    ]
    working = sum(route.end - route.start for route in routes)
    waits = sum(waiting(route, p) for route in routes for p in range(len(route.stops)))
    for rule, name, claimed, expected in (
        (Rule.KPI_VISITS, "visits", kpis.visits, len(served)),
        (Rule.KPI_UNASSIGNED, "unassigned", kpis.unassigned, len(claim.unassigned)),
        (Rule.KPI_SLA_MET, "sla_met", kpis.sla_met, met),
        (Rule.KPI_SLA_TOTAL, "sla_total", kpis.sla_total, len(with_sla)),
        (Rule.KPI_WORKING_TIME, "working time", kpis.working_time, working),
        (
            Rule.KPI_TRAVEL_TIME,
            "travel time",
            kpis.travel_seconds,
            sum(max(0, seconds) for seconds, _ in travels),
        ),
        (
            Rule.KPI_TRAVEL_DISTANCE,
            "travel distance",
            kpis.travel_metres,
            sum(max(0, metres) for _, metres in travels),
        ),
        (Rule.KPI_WAIT, "wait", kpis.wait, waits),
        (
            Rule.KPI_OVERTIME,
            "overtime",
            kpis.overtime,
            sum(overtime_of(problem, route) for route in routes),
        ),
    ):
        if rule is Rule.KPI_TRAVEL_TIME and any(seconds < 0 for seconds, _ in travels):
            # Where no road leads there is no travel time to compare.
            continue
        report.expect(rule, f"kpis: {name}", claimed, expected)
    _check_loads(problem, claim, kpis, report)
    shifts = [problem.shifts[route.shift] for route in routes]
    length = sum(shift.end - shift.start for shift in shifts)
    utilisation = working / length if length else 0.0
    if abs(kpis.utilisation - utilisation) > UTILISATION_TOLERANCE:
        report.expect(
            Rule.KPI_UTILISATION, "kpis: utilisation", kpis.utilisation, round(utilisation, 4)
        )


def loads_of(problem: Problem, claim: Claim) -> list[int]:
    """Seconds that each engineer carries: the history, the routes, the unpopular visits in them."""
    loads = [person.workload for person in problem.engineers]
    for route in claim.routes:
        if route.shift == UNKNOWN:
            continue
        person = problem.shifts[route.shift].engineer
        loads[person] += route.end - route.start
        for stop in route.stops:
            if stop.kind is StopKind.VISIT and stop.index != UNKNOWN:
                loads[person] += problem.visits[stop.index].unpopular
    return loads


def _check_loads(problem: Problem, claim: Claim, kpis: ClaimedKpis, report: Report) -> None:
    """Least, mean (half up) and most load of the engineers who have a shift, where claimed."""
    at_work = {shift.engineer for shift in problem.shifts}
    loads = [load for e, load in enumerate(loads_of(problem, claim)) if e in at_work] or [0]
    mean = (2 * sum(loads) + len(loads)) // (2 * len(loads))
    for name, claimed, expected in (
        ("least load", kpis.least_load, min(loads)),
        ("mean load", kpis.mean_load, mean),
        ("most load", kpis.most_load, max(loads)),
    ):
        if claimed is not None:
            report.expect(Rule.KPI_LOAD, f"kpis: {name}", claimed, expected)


def _status(problem: Problem, claim: Claim) -> str:
    tiers = [problem.visits[e.visit].tier for e in claim.unassigned if e.visit != UNKNOWN]
    if not tiers:
        return "feasible"
    return "infeasible" if Tier.MANDATORY in tiers else "partial"
