"""Prices of unassigned visits by tier, proved not to be bought by money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.problem import Problem, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = 3600


def money_bound(problem: Problem) -> int:
    """An upper bound of the money of any plan, in minor units.

    Every route is priced at the whole length of its shift, every leg at the longest distance of
    the matrix, every visit at its latest possible arrival and its furthest start from ideal.
    """
    total = 0
    last = max((s.latest_end for s in problem.shifts), default=0)
    for shift in problem.shifts:
        dearest = max(shift.tariff.per_hour, shift.tariff.per_overtime_hour)
        total += shift.tariff.per_shift + _up((shift.latest_end - shift.start) * dearest, 3600)
    metres = int(problem.travel_metres.max(initial=0))
    dearest = max((s.tariff.per_km for s in problem.shifts), default=0)
    legs = 2 * sum(v.crew_size for v in problem.visits) + len(problem.shifts)
    total += _up(dearest * metres, 1000) * legs
    for visit in problem.visits:
        if visit.sla:
            late = last - min(visit.sla.arrive_by, last)
            total += visit.sla.breach_fee + _up(visit.sla.lateness_per_hour * late, 3600)
        if visit.due:
            rate = max(visit.due.earliness_per_day, visit.due.lateness_per_day)
            total += _up(rate * problem.horizon, 86400)
        total += visit.preference_price + visit.engineer_change_price
        total += visit.promise.price if visit.promise else 0
    if problem.fairness_rate:
        for load in problem.longest_loads():
            total += _up(problem.fairness_rate * load * load, HOUR * HOUR)
    if problem.worst_lateness_per_hour:
        total += _up(problem.worst_lateness_per_hour * problem.longest_lateness(), HOUR)
    return total


def tier_prices(problem: Problem) -> tuple[int, int, int, int]:
    """Price of one unassigned visit in each tier, LOW first.

    Powers of ten such that one visit of a tier costs more than all money and all visits of the
    lower tiers together: the order of the tiers is lexicographic and no money buys a visit.
    """
    below = money_bound(problem)
    prices = []
    for tier in Tier:
        price = 1
        while price <= below:
            price *= 10
        prices.append(price)
        below += price * sum(1 for visit in problem.visits if visit.tier is tier)
    return prices[0], prices[1], prices[2], prices[3]


def unassigned_money(problem: Problem, unassigned: Sequence[int]) -> int:
    """Money of the visits left out, by `tier_prices`."""
    counts = tier_prices(problem)
    return sum(counts[problem.visits[v].tier] for v in unassigned)


def _up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
