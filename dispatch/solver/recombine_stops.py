"""Routes of the pool as stops that fit the plan in hand: anchored starts, parts and loads.

A route of the pool may be joined with routes that it has never stood beside. Two things tie it to
them: linked visits, which here keep the start that the incumbent gives them, and parts, whose
loads are worked out for the route alone and whose draws the model then adds up.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import FOREVER, UNLIMITED, Objective, Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import Timetable, crews_of, price

if TYPE_CHECKING:
    from dispatch.solver.route_pool import Column, RoutePool
    from dispatch.solver.solution import TimedRoute

Stops = tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A route that recombination may choose: its shift, its stops and its price."""

    shift: int
    stops: Stops
    cost: int


def route_cost(problem: Problem, route: TimedRoute) -> int:
    """Price of one timed route by the objective of its problem.

    What is priced over the plan as a whole (fairness, the worst lateness) is left to the timetable.
    """
    if problem.objective is Objective.WORKING_TIME:
        return route.working_time
    cost = price(problem, (route,), ())
    return cost.money - cost.fairness - cost.worst_lateness


class Anchors:
    """What linked visits keep of the incumbent: their starts and, for most crews, their members.

    Parameters
    ----------
    solution, schedule
        The incumbent and its times.

    Attributes
    ----------
    parts
        What each member's stop takes from the van, by visit and shift.
    """

    def __init__(self, problem: Problem, solution: Solution, schedule: Schedule) -> None:
        self.problem = problem
        self.linked = problem.linked_visits()
        self.crews = crews_of(problem, solution)
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self.parts: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}
        self._behind: dict[int, list[int | None]] = defaultdict(list)
        for route in schedule.routes:
            for stop in route.stops:
                if stop.kind is StopKind.VISIT and stop.index in self.linked:
                    v = stop.index
                    self._starts[v] = stop.start
                    self._ends[v] = max(self._ends.get(v, -FOREVER), stop.finish)
                    self.parts[v, route.shift] = stop.parts
        for v in self._starts:
            for link in problem.visits[v].after:
                self._behind[link.visit].append(link.max_delay)

    def allows(self, v: int, shift: int) -> bool:
        """Whether a route of this shift may hold a linked visit.

        A crew whose members differ in nothing may change its members; any other keeps them.
        """
        if v not in self._starts:
            return False
        visit = self.problem.visits[v]
        if visit.crew_size == 1 or (v, shift) in self.parts:
            return True
        marks = (visit.parts, visit.tools, visit.preferred_engineers, visit.promised_engineers)
        factors = any(e.duration_factors for e in self.problem.engineers)
        return not any(marks) and not visit.pins and not factors

    def hold(self, stop: Stop, shift: int) -> Stop:
        """Bound the start of a linked visit so that its partners may stay where they are."""
        v, visit = stop.index, self.problem.visits[stop.index]
        if visit.crew_size > 1:
            start, parts = self._starts[v], self.parts.get((v, shift), ())
            return replace(stop, not_before=start, not_after=start, parts=parts)
        low, high = stop.not_before, stop.not_after
        work = self.problem.duration(v, self.problem.shifts[shift].engineer)
        if visit.after:
            low = self._starts[v]
            if any(link.max_delay is not None for link in visit.after):
                high = min(high, low)
        if v in self._behind:
            high = min(high, self._ends[v] - work)
            if any(most is not None for most in self._behind[v]):
                low = max(low, self._ends[v] - work)
        return replace(stop, not_before=low, not_after=high)


class RouteBuilder:
    """Turns columns of a pool into routes that fit one incumbent."""

    def __init__(
        self, timetable: Timetable, pool: RoutePool, solution: Solution, schedule: Schedule
    ) -> None:
        self.timetable, self.problem, self.pool = timetable, timetable.problem, pool
        self.anchors = Anchors(self.problem, solution, schedule)
        self.solution = solution
        self._vans = [_van_beside(self.problem, solution, s) for s in range(len(solution.routes))]

    def routes(self, column: Column) -> list[Route]:
        """Return the routes that a column can become: none, one, or two with different loads."""
        stops = column.stops
        variants: list[Stops] = []
        if stops is not None:
            variants.append(stops)
        else:
            engineer = self.problem.shifts[column.shift].engineer
            for van in (self._vans[column.shift], dict(self.problem.engineers[engineer].stock)):
                loaded = self._loaded(column, van)
                if loaded is not None and loaded not in variants:
                    variants.append(loaded)
        found = (self._anchored(column.shift, stops, column.cost) for stops in variants)
        return [route for route in found if route is not None]

    def _anchored(self, shift: int, stops: Stops, cost: int) -> Route | None:
        linked = self.anchors.linked
        if not any(s.kind is StopKind.VISIT and s.index in linked for s in stops):
            return Route(shift, stops, cost)
        held = []
        for stop in stops:
            if stop.kind is StopKind.VISIT and stop.index in linked:
                if not self.anchors.allows(stop.index, shift):
                    return None
                stop = self.anchors.hold(stop, shift)
                if stop.not_before > stop.not_after:
                    return None
            held.append(stop)
        try:
            timed = self.timetable.time_route(shift, tuple(held), self.anchors.crews)
        except InfeasibleSolution:
            return None
        return Route(shift, tuple(held), route_cost(self.problem, timed))

    def _loaded(self, column: Column, van: dict[int, int]) -> Stops | None:
        """Write a column's nodes as stops and share its parts out among van and pickups."""
        problem, n = self.problem, self.pool.num_visits
        loads: list[dict[int, int]] = [{} for _ in column.nodes]
        nodes = column.nodes.tolist()
        if any(node >= n for node in nodes) or problem.num_parts:
            shared = self._share_parts(column.shift, nodes, van)
            if shared is None:
                return None
            loads = shared
        stops = []
        for i, node in enumerate(nodes):
            low, high = int(column.low[i]), int(column.high[i])
            if node < n:
                parts = problem.visits[node].parts
                stops.append(Stop(StopKind.VISIT, node, low, high, parts))
            else:
                depot = self.pool.options[node - n].depot
                parts = tuple((p, q) for p, q in sorted(loads[i].items()) if q)
                stops.append(Stop(StopKind.PICKUP, depot, low, high, parts))
        return tuple(stops)

    def _share_parts(
        self, shift: int, nodes: list[int], van: dict[int, int]
    ) -> list[dict[int, int]] | None:
        """Loads of each pickup: endless depots serve first, then the van, then the latest pickup.

        None when a visit is left without its parts.
        """
        n = self.pool.num_visits
        left = dict(van)
        loads: list[dict[int, int]] = [{} for _ in nodes]
        needs: list[tuple[int, int, int, int]] = []
        for i, node in enumerate(nodes):
            if node >= n:
                kept = self._kept_loads(shift, node)
                if kept is not None:
                    loads[i] = dict(kept)
                    for part, quantity in kept:
                        if left.get(part, 0) != UNLIMITED:
                            left[part] = left.get(part, 0) + quantity
                continue
            for part, quantity in self._needs(node, shift):
                source, endless = self._source(shift, nodes[:i], part)
                if source >= 0 and endless:
                    loads[source][part] = loads[source].get(part, 0) + quantity
                else:
                    # What no pickup can bring must have the van's pieces first.
                    needs.append((int(source >= 0), i, part, quantity))
        for _, i, part, quantity in sorted(needs):
            stock = left.get(part, 0)
            if stock == UNLIMITED:
                continue
            taken = min(stock, quantity)
            left[part] = stock - taken
            if taken < quantity:
                source, _ = self._source(shift, nodes[:i], part)
                if source < 0:
                    return None
                loads[source][part] = loads[source].get(part, 0) + quantity - taken
        return loads

    def _needs(self, v: int, shift: int) -> tuple[tuple[int, int], ...]:
        visit = self.problem.visits[v]
        if visit.crew_size == 1:
            return visit.parts
        return self.anchors.parts.get((v, shift), ())

    def _kept_loads(self, shift: int, node: int) -> tuple[tuple[int, int], ...] | None:
        option = self.pool.options[node - self.pool.num_visits]
        for kept in self.problem.shifts[shift].fixed_pickups:
            if (kept.depot, kept.start) == (option.depot, option.not_before):
                return kept.loads
        return None

    def _source(self, shift: int, before: list[int], part: int) -> tuple[int, bool]:
        """Latest pickup that can bring a part (-1 if none), and whether its depot is endless."""
        for i in range(len(before) - 1, -1, -1):
            if before[i] < self.pool.num_visits or self._kept_loads(shift, before[i]) is not None:
                continue
            depot = self.problem.depots[self.pool.options[before[i] - self.pool.num_visits].depot]
            if depot.unlimited or depot.stock.get(part) == UNLIMITED:
                return i, True
            if depot.stock.get(part, 0) or any(p == part for _, p, _ in depot.inbound):
                return i, False
        return -1, False


def van_use(stops: Stops) -> tuple[dict[int, int], dict[int, int]]:
    """What a route takes from the van: by part the deepest draw on the way, and the net one."""
    level: dict[int, int] = defaultdict(int)
    deepest: dict[int, int] = defaultdict(int)
    for stop in stops:
        for part, quantity in stop.parts:
            level[part] += quantity if stop.kind is StopKind.PICKUP else -quantity
            deepest[part] = max(deepest[part], -level[part])
    return dict(deepest), {part: -q for part, q in level.items()}


def _van_beside(problem: Problem, solution: Solution, shift: int) -> dict[int, int]:
    """What the other shifts of the incumbent leave in the van for this one."""
    engineer = problem.shifts[shift].engineer
    left = dict(problem.engineers[engineer].stock)
    for other in problem.shifts_of(engineer):
        if other != shift:
            for part, net in van_use(solution.routes[other])[1].items():
                if left.get(part, 0) != UNLIMITED:
                    left[part] = max(0, left.get(part, 0) - net)
    return left
