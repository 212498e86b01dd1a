"""From the variables of a routing model to a solution, and back to routes of node indices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.solver.problem import FOREVER, Problem
from dispatch.solver.routing_draft import Draft
from dispatch.solver.routing_nodes import NodeKind
from dispatch.solver.solution import Solution, Stop, StopKind


def extract(draft: Draft, value: Callable[[Any], int]) -> Solution:
    """Read the routes of a solved model.

    Linked visits and crews get their exact start as bounds, since the timetable times one route
    at a time. All others start as early as they can, until `settle` finds a better moment.
    """
    routes = []
    tied = tied_visits(draft.problem)
    for s in draft.vehicles:
        stops, index = [], value(draft.model.NextVar(draft.model.Start(s)))
        while not draft.model.IsEnd(index):
            stop = _stop(draft, index, value, tied)
            if stop is not None:
                stops.append(stop)
            index = value(draft.model.NextVar(index))
        routes.append(tuple(stops))
    return Solution(tuple(routes))


def tied_visits(problem: Problem) -> frozenset[int]:
    """Visits whose start another route depends on: crews and both ends of a link."""
    tied = {v for v, visit in enumerate(problem.visits) if visit.crew_size > 1 or visit.after}
    tied |= {link.visit for visit in problem.visits for link in visit.after}
    return frozenset(tied)


def routes_of(draft: Draft, solution: Solution) -> list[list[int]]:
    """Name the nodes of a solution's stops; what the model has no node for is left out."""
    nodes = draft.plan.nodes
    free: dict[tuple[int, int, int], list[int]] = {}
    for n, node in enumerate(nodes):
        for s in node.shifts if node.kind is not NodeKind.VISIT else ():
            moment = FOREVER if node.fixed is None else node.fixed.start
            free.setdefault((s, node.index, moment), []).append(n)
    used: set[int] = set()
    members: dict[int, list[tuple[int, int, int]]] = {}
    routes: list[list[int]] = []
    for s, stops in enumerate(solution.routes):
        route: list[int] = []
        for stop in stops:
            if stop.kind is StopKind.VISIT:
                members.setdefault(stop.index, []).append((s, len(route), stop.index))
                route.append(-1 - stop.index)
                continue
            fixed = free.get((s, stop.index, stop.not_before), [])
            choice = fixed or free.get((s, stop.index, FOREVER), [])
            if choice:
                route.append(choice.pop(0))
        routes.append(route)
    for v, places in members.items():
        # A pin binds one copy, so the members on pinned shifts choose their copies first.
        for s, position, _ in sorted(places, key=lambda p: -_pinned(draft, v, p[0])):
            fitting = [n for n in draft.plan.copies[v] if n not in used and s in nodes[n].shifts]
            fitting.sort(key=lambda n: (nodes[n].pin is None, n))
            if fitting and v not in draft.without:
                used.add(fitting[0])
                routes[s][position] = fitting[0]
    return [[n for n in route if n >= 0] for route in routes]


def _pinned(draft: Draft, v: int, s: int) -> int:
    return int(any(pin.shift == s for pin in draft.problem.visits[v].pins))


def _stop(
    draft: Draft, index: int, value: Callable[[Any], int], tied: frozenset[int]
) -> Stop | None:
    problem, node = draft.problem, draft.plan.nodes[index]
    start = value(draft.start(index)) - draft.base
    if node.fixed is not None:
        fixed = node.fixed
        return Stop(StopKind.PICKUP, node.index, fixed.start, fixed.start, fixed.loads)
    if node.kind is NodeKind.PICKUP:
        loads = [(part, value(load.Var())) for part, load in draft.loads.get(index, ())]
        parts = tuple((part, quantity) for part, quantity in sorted(loads) if quantity > 0)
        loaded = {part for part, _ in parts}
        inbound = [w for w, p, _ in problem.depots[node.index].inbound if p in loaded]
        not_before = max((w for w in inbound if w <= start), default=-FOREVER)
        return Stop(StopKind.PICKUP, node.index, not_before, FOREVER, parts)
    visit = problem.visits[node.index]
    parts = visit.parts
    if visit.crew_size > 1:
        taken = {part: value(take) for part, take in draft.takes.get(index, ())}
        rest = dict(visit.parts) if node.copy == 0 else {}
        both = {p: taken.get(p, rest.get(p, 0)) for p in (*rest, *taken)}
        parts = tuple((part, quantity) for part, quantity in sorted(both.items()) if quantity)
    if node.index in tied:
        return Stop(StopKind.VISIT, node.index, start, start, parts)
    return Stop(StopKind.VISIT, node.index, parts=parts)
