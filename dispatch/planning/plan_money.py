"""What the routes of a plan cost as they stand, whoever timed them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.domain import Case, CostBreakdown, Plan, PlanRoute, PlanStop, Visit
from dispatch.domain.tariff import Tariff
from dispatch.planning.legend import make_legend
from dispatch.planning.to_problem import TIERS, to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.solver.tiers import tier_prices

__all__ = ["PARTS", "money_of", "whole_price"]

PARTS = ("travel", "labour", "overtime", "sla", "due", "preference", "churn")
"""Components of the money that routes cost one by one."""
SECOND = timedelta(seconds=1)


def money_of(case: Case, plan: Plan) -> CostBreakdown:
    """Price the routes of a plan, without what its left out visits cost.

    Parameters
    ----------
    case
        The world: tariffs, promises, and the plan in force that moved promises are held against.
    plan
        Whole, or some routes of one.
    """
    tariffs: dict[str, Tariff] = {}
    owner: dict[str, str] = {}
    for engineer, shift in case.shifts():
        tariffs[shift.id], owner[shift.id] = engineer.tariff, engineer.id
    sums = dict.fromkeys(PARTS, 0)
    crews: dict[str, list[tuple[str, PlanStop]]] = defaultdict(list)
    for route in plan.routes:
        _add_route(sums, route, tariffs[route.shift])
        for stop in route.stops:
            if stop.visit is not None:
                crews[stop.visit].append((owner[route.shift], stop))
    givers: dict[str, set[str]] = defaultdict(set)
    for former in case.current_plan.routes if case.current_plan else ():
        for known in former.stops:
            if known.visit in crews and former.shift in owner:
                givers[known.visit].add(owner[former.shift])
    for visit in case.visits:
        if visit.id in crews:
            _add_visit(sums, visit, crews[visit.id], givers[visit.id], case)
    return CostBreakdown(total=sum(sums.values()), unassigned=0, **sums)


def whole_price(case: Case, plan: Plan) -> CostBreakdown:
    """Price a whole plan, with the price of what it leaves out.

    Raises
    ------
    TravelUnavailable
        No travel times can be had.
    """
    money = money_of(case, plan)
    left = {one.visit for one in plan.unassigned}
    unassigned = 0
    if left:
        legend = make_legend(case)
        prices = tier_prices(to_problem(case, legend, find_ways(case, legend)))
        unassigned = sum(prices[TIERS[one.priority]] for one in case.visits if one.id in left)
    return replace(money, total=money.total + unassigned, unassigned=unassigned)


def _add_route(sums: dict[str, int], route: PlanRoute, tariff: Tariff) -> None:
    metres = sum(stop.travel_m for stop in route.stops) + route.travel_back_m
    regular = route.working_time_s - route.overtime_s
    sums["travel"] += _rounded(tariff.per_km * metres, 1000)
    sums["labour"] += tariff.per_shift + _rounded(tariff.per_hour * regular, 3600)
    sums["overtime"] += _rounded(tariff.per_overtime_hour * route.overtime_s, 3600)


def _add_visit(
    sums: dict[str, int],
    visit: Visit,
    crew: list[tuple[str, PlanStop]],
    givers: set[str],
    case: Case,
) -> None:
    engineers = {engineer for engineer, _ in crew}
    arrive, start = min(stop.arrive for _, stop in crew), min(stop.start for _, stop in crew)
    if visit.sla is not None and arrive > visit.sla.arrive_by:
        late = (arrive - visit.sla.arrive_by) // SECOND
        sums["sla"] += visit.sla.breach_fee + _rounded(visit.sla.lateness_per_hour * late, 3600)
    if visit.due is not None and visit.due.ideal is not None:
        due = visit.due
        sums["due"] += _rounded(due.earliness_per_day * _after(start, visit.due.ideal), 86400)
        sums["due"] += _rounded(due.lateness_per_day * _after(visit.due.ideal, start), 86400)
    if visit.engineers.preferred and not engineers.intersection(visit.engineers.preferred):
        sums["preference"] += case.weights.preference
    if visit.promise is not None and not visit.promise.kept_by(start):
        sums["churn"] += case.weights.churn.of(visit.promise.stage)
    if visit.promise is not None and givers and not engineers <= givers:
        sums["churn"] += case.weights.engineer_change


def _after(earlier: datetime, later: datetime) -> int:
    """Whole seconds from one instant to another that is later; else 0."""
    return max(0, (later - earlier) // SECOND)


def _rounded(numerator: int, denominator: int) -> int:
    """Divide and round half up; both are non-negative."""
    return (2 * numerator + denominator) // (2 * denominator)
