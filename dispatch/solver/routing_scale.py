"""Money and tiers of the routing model as integers that cannot overflow."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.solver.problem import Objective, Problem, Tier

ROOF = 1 << 60
"""No sum of prices in the model reaches this; int64 ends at 2**63."""

_SCALES = (3600, 360, 36, 6, 1)


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit of the routing objective.

    Parameters
    ----------
    unit
        Objective units per minor unit of money (per second for the working time objective).
    penalties
        Price of leaving a visit out, by tier from LOW up; each exceeds all below it together.
    shortage
        Price of one missing part or tool while the search may still cheat: more than a detour,
        less than leaving the visit out.
    """

    unit: int
    penalties: tuple[int, int, int, int]
    shortage: int

    def per_hour(self, rate: int) -> int:
        """Objective units per second for money per hour."""
        return _divide(rate * self.unit, 3600)

    def per_day(self, rate: int) -> int:
        """Objective units per second for money per day."""
        return _divide(rate * self.unit, 86400)


def money_scale(problem: Problem) -> Scale:
    """Choose the finest unit in which the tiers still stand above all money.

    Rates are per hour and arcs per second, so 3600 units per minor unit make labour exact. When
    even whole minor units do not fit, the tiers keep their order and money is bounded instead:
    the plan is priced exactly after extraction, so this only blurs the guide of the search.
    """
    counts = [0, 0, 0, 0]
    for visit in problem.visits:
        counts[visit.tier] += 1
    pickups = sum(len(s.fixed_pickups) for s in problem.shifts)
    counts[Tier.MANDATORY] += pickups
    money = _money_bound(problem)
    for unit in _SCALES:
        prices = _penalties(money * unit, counts)
        if _total(prices, counts) < ROOF:
            return _scale(unit, prices)
    room = ROOF
    for count in counts:
        room //= count + 2
    return _scale(1, _penalties(max(room, 1), counts))


def _scale(unit: int, prices: tuple[int, int, int, int]) -> Scale:
    return Scale(unit, prices, max(prices[Tier.LOW] // 8, 1))


def _penalties(bound: int, counts: list[int]) -> tuple[int, int, int, int]:
    prices, below = [], bound
    for count in counts:
        prices.append(below + 1)
        below += (below + 1) * count
    return prices[0], prices[1], prices[2], prices[3]


def _total(prices: tuple[int, ...], counts: list[int]) -> int:
    return sum(p * (c + 1) for p, c in zip(prices, counts, strict=True))


def _money_bound(problem: Problem) -> int:
    """Bound the money of any plan; for the working time objective, its seconds."""
    spans = [s.latest_end - s.start + 1 for s in problem.shifts]
    if problem.objective is Objective.WORKING_TIME:
        return sum(spans) + 1
    total = 1
    crew = sum(v.crew_size for v in problem.visits)
    longest = int(problem.travel_metres.max(initial=0))
    last = max((s.latest_end for s in problem.shifts), default=0)
    dearest = 0
    for shift, span in zip(problem.shifts, spans, strict=True):
        rate = max(shift.tariff.per_hour, shift.tariff.per_overtime_hour)
        total += shift.tariff.per_shift + _ceil(span * rate, 3600)
        dearest = max(dearest, shift.tariff.per_km)
    total += _ceil(dearest * longest, 1000) * (2 * crew + len(problem.shifts))
    for visit in problem.visits:
        total += visit.preference_price + visit.engineer_change_price
        if visit.sla is not None:
            late = max(last - visit.sla.arrive_by, 0)
            total += visit.sla.breach_fee + _ceil(visit.sla.lateness_per_hour * late, 3600)
        if visit.due is not None:
            rate = max(visit.due.earliness_per_day, visit.due.lateness_per_day)
            total += _ceil(rate * problem.horizon, 86400)
        if visit.promise is not None:
            total += visit.promise.price
    if problem.worst_lateness_per_hour:
        total += _ceil(problem.worst_lateness_per_hour * problem.longest_lateness(), 3600)
    return total


def _ceil(value: int, by: int) -> int:
    return -(-value // by)


def _divide(value: int, by: int) -> int:
    return (2 * value + by) // (2 * by)
