"""Plans made by hand: orders in short words, worlds and claims with one thing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from claims import claim_of
from named_worlds import two_engineers

from dispatch.solver.check import check
from dispatch.solver.claim import Claim
from dispatch.solver.problem import FOREVER, Problem
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.timetable import schedule

Orders = tuple[tuple[Stop, ...], ...]


def go(*visits: int) -> tuple[Stop, ...]:
    """Serve these visits in this order."""
    return tuple(Stop(StopKind.VISIT, v) for v in visits)


def use(v: int, **bounds: Any) -> Stop:
    """Serve a visit that uses one part 0."""
    return Stop(StopKind.VISIT, v, parts=((0, 1),), **bounds)


def at(v: int, start: int, parts: tuple[tuple[int, int], ...] = ()) -> Stop:
    """Serve a visit at a given start."""
    return Stop(StopKind.VISIT, v, start, start, parts)


def pick(depot: int = 0, *, start: int | None = None, parts: Any = ((0, 1),)) -> Stop:
    """Load one part 0 at a depot."""
    low, high = (-FOREVER, FOREVER) if start is None else (start, start)
    return Stop(StopKind.PICKUP, depot, low, high, parts)


def plan(problem: Problem, *orders: tuple[Stop, ...]) -> Claim:
    """The claim of these orders, as the timetable of that world makes it."""
    return claim_of(problem, schedule(problem, Solution(tuple(orders))))


def broken(problem: Problem, claim: Claim) -> list[str]:
    """Names of the rules that a claim breaks, each once."""
    return sorted({violation.rule.value for violation in check(problem, claim)})


def change_visit(problem: Problem, number: int, **changes: Any) -> Problem:
    """The same world with one visit changed."""
    visits = list(problem.visits)
    visits[number] = replace(visits[number], **changes)
    return replace(problem, visits=tuple(visits))


def change_shift(problem: Problem, number: int, **changes: Any) -> Problem:
    """The same world with one shift changed."""
    shifts = list(problem.shifts)
    shifts[number] = replace(shifts[number], **changes)
    return replace(problem, shifts=tuple(shifts))


def alter(claim: Claim, route: int, stop: int | None = None, **changes: Any) -> Claim:
    """The same claim with one route, or one stop of it, changed."""
    routes = list(claim.routes)
    if stop is None:
        routes[route] = replace(routes[route], **changes)
    else:
        stops = list(routes[route].stops)
        stops[stop] = replace(stops[stop], **changes)
        routes[route] = replace(routes[route], stops=tuple(stops))
    return replace(claim, routes=tuple(routes))


def figure(claim: Claim, **changes: Any) -> Claim:
    """The same claim with key figures changed."""
    assert claim.kpis is not None
    return replace(claim, kpis=replace(claim.kpis, **changes))


BASE_ORDERS = (go(0, 1), go(2))
"""The plan of two_engineers that most cases alter: shift 0 leaves at 8:50 and serves visit 0 from
9:00 to 10:00 and visit 1 from 10:10 to 11:10; shift 1 serves visit 2 from 8:30 to 9:00."""


def base() -> tuple[Problem, Claim]:
    """The world of two engineers with its right plan."""
    problem = two_engineers()
    return problem, plan(problem, *BASE_ORDERS)


def priced(claim: Claim, **changes: Any) -> Claim:
    """The same claim with prices changed."""
    assert claim.cost is not None
    return replace(claim, cost=replace(claim.cost, **changes))


def dearer(claim: Claim, labour: int) -> Claim:
    """The same claim with more labour, and the total to match."""
    assert claim.cost is not None
    return priced(claim, labour=claim.cost.labour + labour, total=claim.cost.total + labour)
