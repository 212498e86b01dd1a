"""Make a found plan right by the timetable: what the routing model bent is taken back here."""

from __future__ import annotations

from dataclasses import replace

from dispatch.solver.feasible import InfeasibleSolution, tools_aboard
from dispatch.solver.problem import UNLIMITED, Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import Timetable


def idle(problem: Problem) -> Solution:
    """Return the plan without visits: only the pickups that the freeze keeps."""
    return _with_fixed(problem, Solution(tuple(() for _ in problem.shifts)))


def repair(timetable: Timetable, solution: Solution) -> tuple[Solution, Schedule] | None:
    """Take visits and pickups out until no rule is broken; None if even the history breaks one."""
    problem = timetable.problem
    solution = _with_fixed(problem, solution)
    size = sum(len(route) for route in solution.routes)
    for _ in range(size + len(problem.visits) + 2):
        solution = trim_loads(problem, _consistent(problem, solution))
        try:
            return solution, timetable.schedule(solution)
        except InfeasibleSolution as broken:
            smaller = _without(problem, solution, broken)
            if smaller is None:
                return None
            solution = smaller
    return None


def trim_loads(problem: Problem, solution: Solution) -> Solution:
    """Load no more than is used later, and drop the pickups that then bring nothing."""
    routes = [list(route) for route in solution.routes]
    for e in range(len(problem.engineers)):
        places = [(s, i) for s in problem.shifts_of(e) for i in range(len(routes[s]))]
        parts = {p for s, i in places for p, _ in routes[s][i].parts}
        for part in parts:
            _trim_part(problem, routes, places, e, part)
    for s, route in enumerate(routes):
        kept: list[Stop] = []
        for i, stop in enumerate(route):
            if (
                stop.kind is StopKind.VISIT
                or stop.parts
                or _is_fixed(problem, s, stop)
                or _lends(problem, s, kept, stop, route[i + 1 :])
            ):
                kept.append(stop)
        routes[s] = kept
    return Solution(tuple(tuple(route) for route in routes))


def drop_visits(solution: Solution, visits: set[int]) -> Solution:
    """Leave these visits out of every route."""
    return Solution(
        tuple(
            tuple(t for t in route if t.kind is not StopKind.VISIT or t.index not in visits)
            for route in solution.routes
        )
    )


def _trim_part(
    problem: Problem, routes: list[list[Stop]], places: list[tuple[int, int]], e: int, part: int
) -> None:
    stock = problem.engineers[e].stock.get(part, 0)
    level, levels = 0 if stock == UNLIMITED else stock, []
    for s, i in places:
        stop = routes[s][i]
        quantity = dict(stop.parts).get(part, 0)
        level += quantity if stop.kind is StopKind.PICKUP else -quantity
        levels.append(level)
    spare = None
    removed = 0
    for k in range(len(places) - 1, -1, -1):
        s, i = places[k]
        spare = levels[k] if spare is None else min(spare, levels[k])
        stop = routes[s][i]
        quantity = dict(stop.parts).get(part, 0)
        if stop.kind is StopKind.VISIT or not quantity or _is_fixed(problem, s, stop):
            continue
        useless = quantity if stock == UNLIMITED else max(min(quantity, spare - removed), 0)
        if useless:
            rest = [(p, q - useless if p == part else q) for p, q in stop.parts]
            routes[s][i] = replace(stop, parts=tuple((p, q) for p, q in rest if q))
            removed += useless


def _with_fixed(problem: Problem, solution: Solution) -> Solution:
    routes = []
    for s, route in enumerate(solution.routes):
        stops = list(route)
        for pickup in problem.shifts[s].fixed_pickups:
            if not any(_same(stop, pickup.depot, pickup.start) for stop in stops):
                fixed = Stop(
                    StopKind.PICKUP, pickup.depot, pickup.start, pickup.start, pickup.loads
                )
                behind = [i for i, t in enumerate(stops) if t.not_before > pickup.start]
                stops.insert(behind[0] if behind else len(stops), fixed)
        routes.append(tuple(stops))
    return Solution(tuple(routes))


def _consistent(problem: Problem, solution: Solution) -> Solution:
    """Drop incomplete crews, visits without their predecessor, visits without their parts."""
    while True:
        count: dict[int, int] = {}
        for route in solution.routes:
            for stop in route:
                if stop.kind is StopKind.VISIT:
                    count[stop.index] = count.get(stop.index, 0) + 1
        bad = {v for v, n in count.items() if n != problem.visits[v].crew_size}
        bad |= {v for v in count if any(a.visit not in count for a in problem.visits[v].after)}
        bad = bad or _short_of_parts(problem, solution)
        if not bad:
            return solution
        solution = drop_visits(solution, bad)


def _short_of_parts(problem: Problem, solution: Solution) -> set[int]:
    """Return the first visit of each engineer whose van would run empty."""
    bad: set[int] = set()
    for e, engineer in enumerate(problem.engineers):
        van = dict(engineer.stock)
        for s in problem.shifts_of(e):
            for stop in solution.routes[s]:
                sign = 1 if stop.kind is StopKind.PICKUP else -1
                short = False
                for part, quantity in stop.parts:
                    if van.get(part, 0) != UNLIMITED:
                        short = short or van.get(part, 0) + sign * quantity < 0
                if short:
                    bad.add(stop.index)
                    continue
                for part, quantity in stop.parts:
                    if van.get(part, 0) != UNLIMITED:
                        van[part] = van.get(part, 0) + sign * quantity
    return bad


def _without(problem: Problem, solution: Solution, broken: InfeasibleSolution) -> Solution | None:
    """Take out the stop that the timetable names, or the nearest one before it."""
    if broken.shift < 0:
        tied = [v for v in sorted(solution.assigned()) if problem.visits[v].after]
        return drop_visits(solution, {tied[-1]}) if tied else None
    route = solution.routes[broken.shift]
    if broken.stop is not None and _removable(problem, broken.shift, broken.stop):
        return _take_out(solution, broken.shift, broken.stop)
    kind = StopKind.PICKUP if broken.rule == "DEPOT_STOCK" else StopKind.VISIT
    last = min(broken.position, len(route) - 1) if broken.position >= 0 else len(route) - 1
    order = [*range(last, -1, -1), *range(last + 1, len(route))]
    for wanted in (kind, StopKind.VISIT, StopKind.PICKUP):
        for i in order:
            if route[i].kind is wanted and _removable(problem, broken.shift, route[i]):
                return _take_out(solution, broken.shift, route[i])
    # Only what has begun is left, and it contradicts itself: give the last of it up.
    for i in order:
        if route[i].kind is StopKind.VISIT:
            return _take_out(solution, broken.shift, route[i])
    return None


def _take_out(solution: Solution, shift: int, stop: Stop) -> Solution:
    if stop.kind is StopKind.VISIT:
        return drop_visits(solution, {stop.index})
    routes = list(solution.routes)
    routes[shift] = tuple(t for t in routes[shift] if t is not stop)
    return Solution(tuple(routes))


def _removable(problem: Problem, shift: int, stop: Stop) -> bool:
    if stop.kind is StopKind.VISIT:
        return not any(pin.started for pin in problem.visits[stop.index].pins)
    return not _is_fixed(problem, shift, stop)


def _is_fixed(problem: Problem, shift: int, stop: Stop) -> bool:
    return any(_same(stop, p.depot, p.start) for p in problem.shifts[shift].fixed_pickups)


def _same(stop: Stop, depot: int, start: int) -> bool:
    return stop.kind is StopKind.PICKUP and stop.index == depot and stop.not_before == start


def _lends(
    problem: Problem, shift: int, before: list[Stop], stop: Stop, behind: list[Stop]
) -> bool:
    """Whether a pickup puts a tool aboard that a later visit of the route needs."""
    missing = problem.depots[stop.index].tools - tools_aboard(problem, shift, before)
    wanted = {
        tool for t in behind if t.kind is StopKind.VISIT for tool in problem.visits[t.index].tools
    }
    return bool(missing & wanted)
