"""Loads of an exact plan cut down to what is used: the model only cares that there is enough."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dispatch.solver.problem import UNLIMITED
from dispatch.solver.solution import Solution, Stop, StopKind

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem


def without_surplus(problem: Problem, solution: Solution) -> Solution:
    """The same orders and starts, every free pickup loading no more than is used later."""
    routes = [list(stops) for stops in solution.routes]
    parts = {part for stops in routes for stop in stops for part, _ in stop.parts}
    for engineer in range(len(problem.engineers)):
        chain = [(s, i) for s in problem.shifts_of(engineer) for i in range(len(routes[s]))]
        for part in parts:
            _cut(problem, engineer, routes, chain, part)
    return Solution(tuple(tuple(stops) for stops in routes))


def without_idle_pickups(problem: Problem, solution: Solution) -> list[Solution]:
    """The plan without each free pickup that loads no part, one at a time."""
    found = []
    for s, stops in enumerate(solution.routes):
        for i, stop in enumerate(stops):
            if stop.kind is StopKind.PICKUP and not stop.parts and not _kept(problem, s, stop):
                routes = list(solution.routes)
                routes[s] = (*stops[:i], *stops[i + 1 :])
                found.append(Solution(tuple(routes)))
    return found


def _cut(
    problem: Problem,
    engineer: int,
    routes: list[list[Stop]],
    chain: list[tuple[int, int]],
    part: int,
) -> None:
    """Take from each load, the last first, what no later stop needs of it."""
    level = problem.engineers[engineer].stock.get(part, 0)
    endless = level == UNLIMITED
    levels: list[int] = []
    for s, i in chain:
        stop = routes[s][i]
        amount = dict(stop.parts).get(part, 0)
        level += amount if stop.kind is StopKind.PICKUP else -amount
        levels.append(level)
    for at in range(len(chain) - 1, -1, -1):
        s, i = chain[at]
        stop = routes[s][i]
        amount = dict(stop.parts).get(part, 0)
        if stop.kind is not StopKind.PICKUP or not amount or _kept(problem, s, stop):
            continue
        surplus = amount if endless else min(amount, *levels[at:])
        if surplus <= 0:
            continue
        for later in range(at, len(chain)):
            levels[later] -= surplus
        left = {**dict(stop.parts), part: amount - surplus}
        routes[s][i] = replace(stop, parts=tuple((p, q) for p, q in left.items() if q))


def _kept(problem: Problem, shift: int, stop: Stop) -> bool:
    kept = problem.shifts[shift].fixed_pickups
    return any((p.depot, p.start) == (stop.index, stop.not_before) for p in kept)
