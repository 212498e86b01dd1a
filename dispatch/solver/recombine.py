"""Recombination: CP-SAT puts the routes that a search has seen together anew (set covering).

The search keeps one plan and forgets the good routes of the plans it leaves. Here all of them come
back at once: at most one route for each shift, every visit covered, the least price. A visit that
two chosen routes hold is taken out of the one that gains more by it. The timetable has the last
word, so whatever the model does not see (the moment of a pickup, the money of a crew) cannot make
the plan worse.

References
----------
Rochat, Taillard: Probabilistic diversification and intensification in local search for vehicle
routing, Journal of Heuristics 1(1), 1995, doi 10.1007/BF02430370.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.ortools_engine import rank_of
from dispatch.solver.recombine_choice import Limits, choose
from dispatch.solver.recombine_prices import Prices, Table, relax, table_of
from dispatch.solver.recombine_stops import Anchors, Route, RouteBuilder, route_cost
from dispatch.solver.routing_repair import trim_loads
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import Timetable, crews_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dispatch.solver.problem import Problem
    from dispatch.solver.route_pool import Column, RoutePool

MOST_ROUTES = 1000
"""How many routes the constraint program is shown at most: with more it finds less in its time."""

RELAXATION_SHARE = 0.4
"""Share of the wall time that the linear relaxation may take."""


@dataclass(slots=True)
class Recombination:
    """The figures of recombinations: how often tried, what became of them, how long they took."""

    calls: int = 0
    better: int = 0
    refused: int = 0
    hopeless: int = 0
    seconds: float = 0.0
    routes: list[int] = field(default_factory=list)


def recombine(
    problem: Problem,
    pool: RoutePool,
    incumbent: Solution,
    *,
    time_limit_s: float,
    seed: int = 1,
    workers: int = 1,
    deterministic_limit: float | None = None,
    timetable: Timetable | None = None,
    figures: Recombination | None = None,
) -> Solution | None:
    """Look for a better plan among the routes of a pool.

    Parameters
    ----------
    pool
        Routes seen; the prices of visits found here are left in it for its next clearing out.
    incumbent
        The plan to beat; its linked visits keep their starts.
    time_limit_s
        Wall seconds, about; not looked at when `deterministic_limit` is given.
    workers
        Threads of the constraint solver.
    deterministic_limit
        Work units of the constraint solver on one thread: the same call gives the same plan.
    timetable, figures
        The clock of the problem if one exists already, and where to count what happens.

    Returns
    -------
    A plan that the timetable accepts and finds strictly better than the incumbent, or None.
    """
    began = time.monotonic()
    figures = Recombination() if figures is None else figures
    timetable = Timetable(problem) if timetable is None else timetable
    figures.calls += 1
    try:
        found = _recombine(
            timetable,
            pool,
            incumbent,
            Limits(time_limit_s, workers, deterministic_limit, seed),
            figures,
        )
    except InfeasibleSolution:
        figures.refused += 1
        found = None
    figures.seconds += time.monotonic() - began
    figures.better += found is not None
    return found


def _recombine(
    timetable: Timetable,
    pool: RoutePool,
    incumbent: Solution,
    limits: Limits,
    figures: Recombination,
) -> Solution | None:
    until = time.monotonic() + limits.time_limit_s
    problem, schedule = timetable.problem, timetable.schedule(incumbent)
    builder = RouteBuilder(timetable, pool, incumbent, schedule)
    own = [
        Route(r.shift, incumbent.routes[r.shift], route_cost(problem, r)) for r in schedule.routes
    ]
    columns = _usable(pool, builder.anchors)
    if not columns:
        return None
    required = _required_shifts(problem, incumbent)
    table = table_of(columns, len(problem.visits))
    share = None if limits.deterministic is not None else RELAXATION_SHARE * limits.time_limit_s
    prices = relax(problem, table, required, share)
    routes = list(own)
    if prices is not None:
        pool.prices = prices.visits
    for at in _worth_a_look(table, prices, own, schedule):
        routes += builder.routes(columns[at])
    if len(routes) == len(own):
        figures.hopeless += 1
        return None
    figures.routes.append(len(routes))
    left = until - time.monotonic()
    if limits.deterministic is None and left <= 0:
        return None
    chosen = choose(
        problem,
        routes,
        frozenset(range(len(own))),
        builder.anchors.linked,
        required,
        Limits(left, limits.workers, limits.deterministic, limits.seed),
    )
    if chosen is None:
        return None
    found = _assembled(timetable, [routes[r] for r in chosen], builder.anchors)
    return found if _beats(timetable, found, schedule) else None


def _usable(pool: RoutePool, anchors: Anchors) -> list[Column]:
    """Columns whose linked visits the incumbent leaves room for."""
    linked = anchors.linked
    if not linked:
        return list(pool.columns())
    return [
        column
        for column in pool.columns()
        if all(
            anchors.allows(node, column.shift) for node in column.nodes.tolist() if node in linked
        )
    ]


def _worth_a_look(
    table: Table, prices: Prices | None, own: Sequence[Route], schedule: Schedule
) -> list[int]:
    """Columns that may stand in a better plan, in the order of the pool, at most `MOST_ROUTES`."""
    count = table.shift.size
    if prices is None:
        return list(range(max(0, count - MOST_ROUTES), count))
    reduced = prices.reduced
    possible = np.arange(count)
    if not schedule.unassigned:
        gap = sum(route.cost for route in own) - prices.value
        possible = possible[reduced < gap]
    best = possible[np.argsort(reduced[possible], kind="stable")[:MOST_ROUTES]]
    return [int(at) for at in np.sort(best)]


def _required_shifts(problem: Problem, incumbent: Solution) -> frozenset[int]:
    """Shifts whose route holds something that has begun or that the freeze keeps."""
    found = {s for s, shift in enumerate(problem.shifts) if shift.fixed_pickups}
    planned = incumbent.assigned()
    for v, visit in enumerate(problem.visits):
        found |= {pin.shift for pin in visit.pins if pin.started and v in planned}
    return frozenset(found)


def _assembled(timetable: Timetable, routes: Sequence[Route], anchors: Anchors) -> Solution:
    """Put chosen routes together, each visit once, no pickup without a use."""
    problem = timetable.problem
    stops: list[tuple[Stop, ...]] = [() for _ in problem.shifts]
    for route in routes:
        stops[route.shift] = route.stops
    places: dict[int, list[int]] = defaultdict(list)
    for s, row in enumerate(stops):
        for stop in row:
            if stop.kind is StopKind.VISIT and stop.index not in anchors.linked:
                places[stop.index].append(s)
    doubled = sorted(v for v, shifts in places.items() if len(shifts) > 1)
    planned = crews_of(problem, Solution(tuple(stops)))
    crews = {v: crew for v, crew in planned.items() if problem.visits[v].crew_size > 1}
    for v in doubled:
        _keep_once(timetable, stops, v, places[v], crews)
    return trim_loads(problem, Solution(tuple(stops)))


def _keep_once(
    timetable: Timetable,
    stops: list[tuple[Stop, ...]],
    v: int,
    shifts: Sequence[int],
    crews: dict[int, tuple[int, ...]],
) -> None:
    """Leave a visit in the one route that gains least by losing it."""
    problem = timetable.problem
    gains: list[tuple[int, int]] = []
    without: dict[int, tuple[Stop, ...]] = {}
    for s in shifts:
        without[s] = tuple(t for t in stops[s] if t.kind is not StopKind.VISIT or t.index != v)
        before = route_cost(problem, timetable.time_route(s, stops[s], crews))
        after = 0
        if any(t.kind is StopKind.VISIT for t in without[s]):
            after = route_cost(problem, timetable.time_route(s, without[s], crews))
        gains.append((before - after, s))
    kept = min(gains)[1]
    for s in shifts:
        if s != kept:
            stops[s] = without[s]


def _beats(timetable: Timetable, found: Solution, schedule: Schedule) -> bool:
    """Whether the timetable accepts a plan and finds it strictly better."""
    problem = timetable.problem
    return rank_of(problem, timetable.schedule(found)) < rank_of(problem, schedule)
