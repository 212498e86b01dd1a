"""Prices that steer the annealing: what a leg costs, and what a visit left out counts for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver import layout
from dispatch.solver.leg import half_up

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dispatch.solver.problem import Problem, Visit

    Buffer = NDArray[np.int64]


def leg_price(problem: Problem, world: Buffer, st: Buffer) -> float:
    """Average price of a leg in the current routes, or among near visits when there is none."""
    second, metre = _rates(problem, world)
    width = int(st[layout.STOPS]) + 1
    legs = seconds = metres = 0
    for s in range(len(problem.shifts)):
        count = int(st[st[layout.LENGTH] + s])
        if count:
            legs += count
            seconds += int(st[st[layout.TRAVEL] + s * width + count])
            metres += int(st[st[layout.METRES_RUN] + s * width + count])
    if not legs:
        ways = problem.travel_seconds[problem.travel_seconds > 0]
        return max(1.0, second * float(ways.mean()) if ways.size else 1.0)
    return max(1.0, (second * seconds + metre * metres) / legs)


def base_penalty(problem: Problem, world: Buffer, leg: float) -> float:
    """Price a LOW visit left out well above anything that serving it could cost.

    Parameters
    ----------
    leg
        Average price of a leg, see `leg_price`.
    """
    worst = 0
    if not world[layout.WORKING_TIME]:
        horizon = max((s.latest_end for s in problem.shifts), default=0)
        worst = max((_worst_money(problem, visit, horizon) for visit in problem.visits), default=0)
    longest = max((v.duration for v in problem.visits), default=0)
    return 2.0 * worst + 100.0 * leg + 10.0 * _rates(problem, world)[0] * longest


def _worst_money(problem: Problem, visit: Visit, horizon: int) -> int:
    money = visit.preference_price + visit.engineer_change_price
    if visit.sla:
        late = max(0, horizon - visit.sla.arrive_by)
        money += visit.sla.breach_fee
        money += half_up(visit.sla.lateness_per_hour * late, 3600)
    if visit.promise:
        money += visit.promise.price
    if visit.due:
        rate = max(visit.due.earliness_per_day, visit.due.lateness_per_day)
        money += half_up(rate * problem.horizon, 86400)
    return money


def _rates(problem: Problem, world: Buffer) -> tuple[float, float]:
    """Money per second and per metre on the road (seconds count alone by working time)."""
    if world[layout.WORKING_TIME]:
        return 1.0, 0.0
    shifts = max(1, len(problem.shifts))
    hour = sum(s.tariff.per_hour for s in problem.shifts) / shifts
    km = sum(s.tariff.per_km for s in problem.shifts) / shifts
    return hour / 3600.0, km / 1000.0
