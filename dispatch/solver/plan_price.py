"""What a whole plan costs beyond its routes and visits: unfair loads, the one kept waiting longest.

Neither price belongs to a single route, so they stand apart from the tariff (decision 19).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.solution import StopKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dispatch.solver.problem import Problem
    from dispatch.solver.solution import TimedRoute

HOUR = 3600


def carried(problem: Problem, routes: Sequence[TimedRoute]) -> dict[int, int]:
    """Seconds of load that routes give to each engineer in them, the history not counted.

    The working time of the routes, and of every visit in them what makes it unpopular: each member
    of a crew carries it whole.
    """
    loads: dict[int, int] = {}
    for route in routes:
        engineer = problem.shifts[route.shift].engineer
        visits = (stop.index for stop in route.stops if stop.kind is StopKind.VISIT)
        unpopular = sum(problem.visits[v].unpopular for v in visits)
        loads[engineer] = loads.get(engineer, 0) + route.working_time + unpopular
    return loads


def price_of_load(rate: int, load: int) -> int:
    """Money of one engineer's load in seconds, at a rate per squared hour, rounded half up."""
    return _half_up(rate * load * load, HOUR * HOUR)


def fairness(problem: Problem, routes: Sequence[TimedRoute]) -> int:
    """Price of how unevenly routes load the engineers: the sum of the squares of all loads.

    What the histories cost by themselves is taken off, so that an engineer without a route costs
    nothing; work is the dearer, the more its engineer has had already.
    """
    rate = problem.fairness_rate
    if not rate:
        return 0
    money = 0
    for engineer, load in carried(problem, routes).items():
        before = problem.engineers[engineer].workload
        money += price_of_load(rate, before + load) - price_of_load(rate, before)
    return money


def worst_lateness(problem: Problem, arrivals: Mapping[int, int], starts: Mapping[int, int]) -> int:
    """Price of the largest lateness of all planned visits.

    Parameters
    ----------
    arrivals, starts
        First arrival and start of each planned visit.

    Returns
    -------
    int
        Minor units; a visit is late by its arrival after `arrive_by` or by its start after its
        ideal moment, whichever is more.
    """
    rate, worst = problem.worst_lateness_per_hour, 0
    if not rate:
        return 0
    for v, start in starts.items():
        visit = problem.visits[v]
        if visit.sla is not None:
            worst = max(worst, arrivals[v] - visit.sla.arrive_by)
        if visit.due is not None and visit.due.ideal is not None:
            worst = max(worst, start - visit.due.ideal)
    return _half_up(rate * worst, HOUR)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
