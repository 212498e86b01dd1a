"""The one clock: turns orders into times, loads and cost, or says which rule forbids it.

Search, plan and board all read their times here (decision 2: search returns order, one timetable
owns the clock). The arithmetic of a single route is compiled (`trace.trace_route`).
"""

from __future__ import annotations

import numpy as np

from dispatch.solver import layout
from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.compiled import trace_route
from dispatch.solver.feasible import InfeasibleSolution, verify_orders, verify_stock, verify_times
from dispatch.solver.kernel import address
from dispatch.solver.leg import half_up
from dispatch.solver.plan_price import fairness, worst_lateness
from dispatch.solver.problem import FOREVER, Problem
from dispatch.solver.solution import (
    Cost,
    Schedule,
    Solution,
    Stop,
    StopKind,
    TimedRoute,
    TimedStop,
)
from dispatch.solver.trace import COLUMNS, trace_cells
from dispatch.solver.world import PickupOption, compile_world, crew_price

__all__ = ["InfeasibleSolution", "Timetable", "schedule"]


class Timetable:
    """The clock of one problem; keeps the compiled arrays between calls."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        base = [PickupOption(d) for d in range(len(problem.depots))]
        begun = [
            PickupOption(p.depot, p.start, p.start, True, p.started, p.under_way)
            for shift in problem.shifts
            for p in shift.fixed_pickups
            if p.started or p.under_way
        ]
        self._begun = {(o.depot, o.not_before): len(base) + i for i, o in enumerate(begun)}
        self.world = compile_world(problem, [*base, *begun])

    def schedule(self, solution: Solution) -> Schedule:
        """Time a whole solution.

        Raises
        ------
        InfeasibleSolution
            A rule of the problem forbids these orders; the error names shift, stop and rule.
        """
        verify_orders(self.problem, solution)
        crews = crews_of(self.problem, solution)
        routes = tuple(
            self.time_route(s, stops, crews) for s, stops in enumerate(solution.routes) if stops
        )
        verify_times(self.problem, routes)
        verify_stock(self.problem, routes)
        unassigned = tuple(v for v in range(len(self.problem.visits)) if v not in crews)
        return Schedule(routes, unassigned, price(self.problem, routes, unassigned))

    def time_route(
        self, shift: int, stops: tuple[Stop, ...], crews: dict[int, tuple[int, ...]]
    ) -> TimedRoute:
        """Time the stops of one shift; `crews` maps each planned visit to its engineers."""
        problem, world = self.problem, self.world
        engineer, n = problem.shifts[shift].engineer, len(problem.visits)
        kept = problem.shifts[shift].fixed_pickups
        begun = {(p.depot, p.start) for p in kept if p.started or p.under_way}
        count, rests = len(stops), len(problem.shifts[shift].breaks)
        trace = np.zeros(trace_cells(count, rests), dtype=np.int64)
        nodes, low, high, work, charged, arrive, start = trace[: COLUMNS * count].reshape(
            COLUMNS, count
        )
        leg, begin, door = trace[COLUMNS * count :][: 3 * rests].reshape(3, rests)
        charged[:] = 1
        for i, stop in enumerate(stops):
            low[i], high[i] = stop.not_before, stop.not_after
            if stop.kind is StopKind.VISIT:
                nodes[i] = stop.index
                crew = crews.get(stop.index, (engineer,))
                work[i] = max(problem.duration(stop.index, e) for e in crew)
            else:
                key = (stop.index, stop.not_before)
                nodes[i] = n + (self._begun[key] if key in begun else stop.index)
                work[i] = problem.depots[stop.index].pickup_duration
        cost, leave, end, stuck = trace_route(address(world), address(trace), shift, count)
        if cost >= INFEASIBLE:
            where = stops[stuck] if stuck < len(stops) else None
            raise InfeasibleSolution("TIME", shift, stuck, where)
        timed: list[TimedStop] = []
        place = problem.shifts[shift].start_location
        for i in range(len(stops) + 1):
            target = problem.shifts[shift].end_location
            if i < len(stops):
                target = int(world[world[layout.LOC] + nodes[i]])
            inside = 0
            for b in range(rests):
                if leg[b] == i:
                    rest = problem.shifts[shift].breaks[b]
                    at = target if door[b] else None
                    when = int(begin[b])
                    timed.append(
                        TimedStop(
                            StopKind.BREAK, b, at, when, when, when + rest.duration, 0, 0, 0, 0
                        )
                    )
                    inside += rest.duration if door[b] else 0
            if i < len(stops):
                timed.append(
                    self._timed(
                        shift,
                        stops[i],
                        place,
                        target,
                        int(arrive[i]),
                        int(start[i]),
                        int(work[i]),
                        inside,
                    )
                )
            else:
                back = (self._seconds(shift, place, target), self._metres(place, target))
            place = target
        overtime = min(max(0, end - problem.shifts[shift].end), end - leave)
        return TimedRoute(
            shift, int(leave), int(end), tuple(timed), *back, int(end - leave), int(overtime)
        )

    def _timed(
        self,
        shift: int,
        stop: Stop,
        place: int,
        target: int,
        arrive: int,
        start: int,
        work: int,
        rest: int,
    ) -> TimedStop:
        late = 0
        if stop.kind is StopKind.VISIT:
            sla = self.problem.visits[stop.index].sla
            late = max(0, arrive - sla.arrive_by) if sla else 0
        return TimedStop(
            stop.kind,
            stop.index,
            target,
            arrive,
            start,
            start + work,
            self._seconds(shift, place, target),
            self._metres(place, target),
            start - arrive - rest,
            late,
            stop.parts,
        )

    def _seconds(self, shift: int, place: int, target: int) -> int:
        return int(self.problem.travel_seconds[self.problem.shifts[shift].profile, place, target])

    def _metres(self, place: int, target: int) -> int:
        return int(self.problem.travel_metres[place, target])


def schedule(problem: Problem, solution: Solution) -> Schedule:
    """Time a solution of a problem; see `Timetable.schedule`."""
    return Timetable(problem).schedule(solution)


def crews_of(problem: Problem, solution: Solution) -> dict[int, tuple[int, ...]]:
    """Engineers of each planned visit, in order of the shifts."""
    crews: dict[int, tuple[int, ...]] = {}
    for s, stops in enumerate(solution.routes):
        for stop in stops:
            if stop.kind is StopKind.VISIT:
                crews[stop.index] = (*crews.get(stop.index, ()), problem.shifts[s].engineer)
    return crews


def price(problem: Problem, routes: tuple[TimedRoute, ...], unassigned: tuple[int, ...]) -> Cost:
    """Price a timed plan by the tariff, whatever the objective (contract section 4a, Money)."""
    travel = labour = overtime = sla = due = preference = churn = 0
    starts: dict[int, int] = {}
    arrivals: dict[int, int] = {}
    crews: dict[int, list[int]] = {}
    for route in routes:
        shift = problem.shifts[route.shift]
        tariff = shift.tariff
        metres = route.travel_back_metres + sum(s.travel_metres for s in route.stops)
        travel += half_up(tariff.per_km * metres, 1000)
        regular = route.working_time - route.overtime
        labour += tariff.per_shift + half_up(tariff.per_hour * regular, 3600)
        overtime += half_up(tariff.per_overtime_hour * route.overtime, 3600)
        for stop in route.stops:
            if stop.kind is StopKind.VISIT:
                starts[stop.index] = stop.start
                arrivals[stop.index] = min(arrivals.get(stop.index, FOREVER), stop.arrive)
                crews.setdefault(stop.index, []).append(shift.engineer)
    for v, start in starts.items():
        visit = problem.visits[v]
        if visit.sla and arrivals[v] > visit.sla.arrive_by:
            late = arrivals[v] - visit.sla.arrive_by
            sla += visit.sla.breach_fee + half_up(visit.sla.lateness_per_hour * late, 3600)
        if visit.due and visit.due.ideal is not None:
            gap = start - visit.due.ideal
            rate = visit.due.lateness_per_day if gap >= 0 else visit.due.earliness_per_day
            due += half_up(rate * abs(gap), 86400)
        if visit.promise and not visit.promise.earliest <= start <= visit.promise.latest:
            churn += visit.promise.price
        wish, change = crew_price(problem, v, crews[v])
        preference += wish
        churn += change
    tiers = [0, 0, 0, 0]
    for v in unassigned:
        tiers[problem.visits[v].tier] += 1
    left_out = (tiers[0], tiers[1], tiers[2], tiers[3])
    return Cost(
        int(travel),
        int(labour),
        int(overtime),
        int(sla),
        int(due),
        preference,
        churn,
        left_out,
        fairness(problem, routes),
        worst_lateness(problem, arrivals, starts),
    )
