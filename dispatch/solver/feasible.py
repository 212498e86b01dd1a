"""The hard rules that a clock alone does not see: who, with what, in which order, in step."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dispatch.solver.problem import FOREVER, UNLIMITED, Problem
from dispatch.solver.solution import StopKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from dispatch.solver.solution import Solution, Stop, TimedRoute, TimedStop


class InfeasibleSolution(ValueError):
    """These orders break a hard rule of the problem.

    Parameters
    ----------
    rule
        Stable name of the rule.
    shift
        Shift whose route breaks it, or -1.
    position
        Stop of the route, counted from 0; the number of stops means the way home; -1 unknown.
    stop
        The stop itself, if there is one.
    """

    def __init__(self, rule: str, shift: int, position: int = -1, stop: Stop | None = None) -> None:
        self.rule, self.shift, self.position, self.stop = rule, shift, position, stop
        what = f"{stop.kind.name.lower()} {stop.index}" if stop else "the route"
        super().__init__(f"{rule}: shift {shift}, stop {position}: {what}")


def verify_orders(problem: Problem, solution: Solution) -> None:
    """Refuse orders that break a rule without a clock: persons, skills, tools, pins, crews, links.

    Raises
    ------
    InfeasibleSolution
        The first rule broken.
    """
    if len(solution.routes) != len(problem.shifts):
        raise InfeasibleSolution("SHIFTS", -1)
    places: dict[int, list[tuple[int, int, Stop]]] = defaultdict(list)
    for s, stops in enumerate(solution.routes):
        count = 0
        for i, stop in enumerate(stops):
            if stop.kind is not StopKind.VISIT:
                continue
            places[stop.index].append((s, i, stop))
            visit, engineer = problem.visits[stop.index], problem.shifts[s].engineer
            begun = any(p.started and p.shift == s for p in visit.pins)
            if not begun and not problem.may_serve(stop.index, engineer):
                raise InfeasibleSolution("PERSON", s, i, stop)
            for pin in visit.pins:
                if pin.shift == s and pin.position is not None and pin.position != count:
                    raise InfeasibleSolution("PIN", s, i, stop)
            count += 1
        wanted = [(p.depot, p.start) for p in problem.shifts[s].fixed_pickups]
        have = [(t.index, t.not_before) for t in stops if t.kind is StopKind.PICKUP]
        if any(w not in have for w in wanted):
            raise InfeasibleSolution("FREEZE", s)
        _verify_history(problem, s, stops)
    for v, at in places.items():
        _verify_crew(problem, solution, v, at, places.keys())


def _verify_history(problem: Problem, shift: int, stops: Sequence[Stop]) -> None:
    """What has begun stands before all that has not: nobody can be sent into the past."""
    begun_pickups = {(p.depot, p.start) for p in problem.shifts[shift].fixed_pickups if p.started}
    ahead = False
    for i, stop in enumerate(stops):
        if stop.kind is StopKind.VISIT:
            pins = problem.visits[stop.index].pins
            begun = any(p.started and p.shift == shift for p in pins)
        else:
            begun = (stop.index, stop.not_before) in begun_pickups
        if begun and ahead:
            raise InfeasibleSolution("HISTORY", shift, i, stop)
        ahead = ahead or not begun


def _verify_crew(
    problem: Problem,
    solution: Solution,
    v: int,
    at: Sequence[tuple[int, int, Stop]],
    planned: AbstractSet[int],
) -> None:
    visit, (s, i, stop) = problem.visits[v], at[0]
    engineers = {problem.shifts[place[0]].engineer for place in at}
    if len(at) != visit.crew_size or len(engineers) != len(at):
        raise InfeasibleSolution("CREW", s, i, stop)
    if any(pin.shift not in {place[0] for place in at} for pin in visit.pins):
        raise InfeasibleSolution("PIN", s, i, stop)
    if any(link.visit not in planned for link in visit.after):
        raise InfeasibleSolution("AFTER", s, i, stop)
    taken: dict[int, int] = defaultdict(int)
    for _, _, each in at:
        for part, quantity in each.parts:
            taken[part] += quantity
    if dict(taken) != dict(visit.parts):
        raise InfeasibleSolution("PARTS", s, i, stop)
    if not any(p.started for p in visit.pins):
        aboard: set[int] = set()
        for shift, position, _ in at:
            aboard |= tools_aboard(problem, shift, solution.routes[shift][:position])
        if not aboard.issuperset(visit.tools):
            raise InfeasibleSolution("TOOL", s, i, stop)


def tools_aboard(problem: Problem, shift: int, before: Sequence[Stop]) -> set[int]:
    """Tools in the van after these stops: the engineer's own and those of the depots visited."""
    tools = set(problem.engineers[problem.shifts[shift].engineer].tools)
    for stop in before:
        if stop.kind is StopKind.PICKUP:
            tools |= problem.depots[stop.index].tools
    return tools


def verify_times(problem: Problem, routes: Sequence[TimedRoute]) -> None:
    """Refuse crews out of step and links whose delay is broken.

    Raises
    ------
    InfeasibleSolution
        `CREW` or `AFTER`.
    """
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for route in routes:
        for i, stop in enumerate(route.stops):
            if stop.kind is StopKind.VISIT:
                if starts.setdefault(stop.index, stop.start) != stop.start:
                    raise InfeasibleSolution("CREW", route.shift, i)
                ends[stop.index] = max(ends.get(stop.index, -FOREVER), stop.finish)
    for v, start in starts.items():
        for link in problem.visits[v].after:
            delay = start - ends[link.visit]
            if delay < link.min_delay or (link.max_delay is not None and delay > link.max_delay):
                raise InfeasibleSolution("AFTER", -1)


def verify_stock(problem: Problem, routes: Sequence[TimedRoute]) -> None:
    """Refuse parts that the van or the depot does not have at that time.

    Raises
    ------
    InfeasibleSolution
        `VAN_STOCK` or `DEPOT_STOCK`.
    """
    by_shift = {route.shift: route for route in routes}
    for e in range(len(problem.engineers)):
        van: dict[int, int] = dict(problem.engineers[e].stock)
        for s in problem.shifts_of(e):
            if s in by_shift:
                _drive_van(by_shift[s], van)
    loads: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for route in routes:
        for stop in route.stops:
            if stop.kind is StopKind.PICKUP:
                for part, quantity in stop.parts:
                    loads[stop.index, part].append((stop.start, quantity, route.shift))
    for (depot, part), taken in loads.items():
        _draw_depot(problem, depot, part, sorted(taken))


def _drive_van(route: TimedRoute, van: dict[int, int]) -> None:
    for i, stop in enumerate(route.stops):
        if stop.kind is StopKind.PICKUP:
            for part, quantity in stop.parts:
                if van.get(part, 0) != UNLIMITED:
                    van[part] = van.get(part, 0) + quantity
        elif stop.kind is StopKind.VISIT:
            for part, quantity in stop.parts:
                if van.get(part, 0) == UNLIMITED:
                    continue
                van[part] = van.get(part, 0) - quantity
                if van[part] < 0:
                    raise InfeasibleSolution("VAN_STOCK", route.shift, i)


def _draw_depot(
    problem: Problem, depot: int, part: int, taken: Sequence[tuple[int, int, int]]
) -> None:
    place = problem.depots[depot]
    if place.unlimited or place.stock.get(part) == UNLIMITED:
        return
    total = 0
    for start, quantity, shift in taken:
        total += quantity
        supply = place.stock.get(part, 0)
        supply += sum(q for when, p, q in place.inbound if p == part and when <= start)
        if total > supply:
            raise InfeasibleSolution("DEPOT_STOCK", shift)


def visits_in(stops: Sequence[TimedStop]) -> list[int]:
    """Visits among timed stops, in order."""
    return [stop.index for stop in stops if stop.kind is StopKind.VISIT]


def quantities(parts: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """Part quantities as sorted pairs without zeros."""
    return tuple((part, quantity) for part, quantity in sorted(parts.items()) if quantity)
