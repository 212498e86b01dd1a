"""How the price of a plan in the routing model may differ from the timetable's, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.problem import Objective
from dispatch.solver.routing_scale import money_scale
from dispatch.solver.solution import StopKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dispatch.solver.problem import Problem, Visit
    from dispatch.solver.solution import Schedule, TimedStop


def plan_value(problem: Problem, schedule: Schedule) -> int:
    """What the objective is without the visits left out: money, or seconds of working time."""
    if problem.objective is Objective.WORKING_TIME:
        return sum(route.working_time for route in schedule.routes)
    return schedule.cost.money


def beyond_clock(problem: Problem, schedule: Schedule) -> float:
    """Money that the model counts more (or less, negative) because of moments beyond its clock.

    Its clock runs from the first shift to the end of the last one. An SLA that ran out before, or
    an ideal outside, is priced from the edge of the clock: the difference is the same for every
    plan that serves the visit, so the search is not misled. Overtime counts from the end of the
    shift even for a route that leaves later.
    """
    if problem.objective is Objective.WORKING_TIME:
        return 0.0
    first, last = _clock(problem)
    gap = 0.0
    for visit in {stop.index: visit for stop, visit in _served(problem, schedule)}.values():
        if visit.sla is not None:
            gap -= visit.sla.lateness_per_hour * max(0, first - visit.sla.arrive_by) / 3600
        if visit.due is not None and visit.due.ideal is not None:
            gap -= visit.due.earliness_per_day * max(0, visit.due.ideal - last) / 86400
            gap -= visit.due.lateness_per_day * max(0, first - visit.due.ideal) / 86400
    for route in schedule.routes:
        shift = problem.shifts[route.shift]
        extra = shift.tariff.per_overtime_hour - shift.tariff.per_hour
        gap += extra * max(0, route.start - shift.end) / 3600
    return gap


def rounding_room(problem: Problem, schedule: Schedule) -> float:
    """How far the model's price may lie from the timetable's by rounding alone.

    The timetable rounds once for each amount of each route and visit. The model rounds rates by
    the second, which adds up over a long time when the rate is no whole number of its units.
    """
    room = 1.0 + len(problem.visits) + 2 * len(problem.shifts)
    if problem.objective is Objective.WORKING_TIME:
        return room
    unit = money_scale(problem).unit
    by_second = 0.5 / unit
    for stop, visit in _served(problem, schedule):
        if visit.due is not None and visit.due.ideal is not None:
            room += by_second * abs(stop.start - visit.due.ideal)
        if unit % 3600:
            room += by_second * stop.late
    if unit % 3600:
        room += by_second * sum(route.end - route.start for route in schedule.routes)
    return room


def _served(problem: Problem, schedule: Schedule) -> Iterator[tuple[TimedStop, Visit]]:
    for route in schedule.routes:
        for stop in route.stops:
            if stop.kind is StopKind.VISIT:
                yield stop, problem.visits[stop.index]


def _clock(problem: Problem) -> tuple[int, int]:
    """First and last moment of the clock of the routing model (see `new_draft`)."""
    reach = int(problem.travel_seconds.max(initial=0))
    begun = [
        pin.start - reach
        for visit in problem.visits
        for pin in visit.pins
        if pin.started and pin.start is not None
    ]
    begun += [p.start - reach for s in problem.shifts for p in s.fixed_pickups if p.started]
    first = min([0, *(s.start for s in problem.shifts), *begun])
    return first, max((s.latest_end for s in problem.shifts), default=0) + 1
