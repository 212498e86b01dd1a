"""Remembered routes: what they cost, which of them are promising, and that planting keeps the rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from named_worlds import day_shift, one_part_short, overloaded_day, two_engineers, visit, world
from small_problems import small_problem

from dispatch.solver import layout
from dispatch.solver.favourites import FINENESS, Columns, favour
from dispatch.solver.memory import COUNT, FIRST, LONGEST_CHAIN, SHIFT, plant
from dispatch.solver.operate import OPEN
from dispatch.solver.problem import Engineer, Problem
from dispatch.solver.recipe import SEARCH_ONLY
from dispatch.solver.recombine_stops import route_cost
from dispatch.solver.route_pool import RoutePool
from dispatch.solver.search import Search
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.stages_compare import plan_value
from dispatch.solver.timetable import schedule

PLANTS = replace(SEARCH_ONLY, planting=500, nearness=1.0)


def searched(problem: Problem, iterations: int = 600) -> Search:
    """A search half of whose steps plant a route."""
    search = Search(problem, 1)
    search.construct()
    for heat in (0.0, 0.4, 0.8):
        search.improve(iterations // 3, heat, PLANTS)
        favour(search)
    search.polish()
    return search


@pytest.mark.parametrize("world", [two_engineers, overloaded_day, one_part_short])
def test_a_search_that_plants_routes_agrees_with_the_timetable(world: object) -> None:
    """Its figures are those of the timetable, also where parts and places are short."""
    assert callable(world)
    search = searched(world())
    timed = schedule(search.problem, search.solution())
    assert search.figures() == (timed.cost.unassigned, timed.cost.money)


@pytest.mark.parametrize("seed", range(40))
def test_planting_keeps_every_rule_of_generated_worlds(seed: int) -> None:
    """With all rules mixed, what the search says a plan costs is what the timetable says."""
    search = searched(small_problem(seed), 300)
    timed = schedule(search.problem, search.solution())
    assert search.figures() == (timed.cost.unassigned, plan_value(search.problem, timed))


def test_a_remembered_route_costs_what_the_timetable_says() -> None:
    """Each is driven alone, in the order remembered, at the price remembered."""
    problem = two_engineers()
    search = searched(problem)
    pool = RoutePool(problem)
    search.remembered(pool)
    assert len(pool) > 2
    for column in pool.columns():
        routes: list[tuple[Stop, ...]] = [() for _ in problem.shifts]
        routes[column.shift] = tuple(
            Stop(StopKind.VISIT, int(node), int(low), int(high))
            for node, low, high in zip(column.nodes, column.low, column.high, strict=True)
        )
        timed = schedule(problem, Solution(tuple(routes)))
        assert route_cost(problem, timed.routes[0]) == column.cost


def test_promising_routes_are_remembered_ones() -> None:
    """The list names cells of the memory that hold a route."""
    search = searched(two_engineers())
    st = search.state
    count = int(st[layout.FAVOURITES])
    assert count > 0
    cells = search.memory()[st[st[layout.FAVOURED] :][:count]]
    assert (cells[:, 0] != 0).all()


def test_a_step_plants_routes_that_go_together() -> None:
    """Three engineers, nine visits: what is planted later leaves alone what was planted before.

    Every visit is either out or on one route, and some steps change two shifts or three.
    """
    days = tuple(day_shift(engineer) for engineer in range(3))
    visits = tuple(visit(1 + i % 3, duration=1800 + 600 * i) for i in range(9))
    search = searched(world(visits, days, (Engineer(), Engineer(), Engineer())), 3000)
    st = search.state
    assert st[layout.FAVOURITES] > 0
    known = search.memory()
    kept = {(int(cell[SHIFT]), *sorted(cell[FIRST : FIRST + cell[COUNT]])) for cell in known}
    lengths = set()
    for _ in range(60):
        search.restart()
        search.do(OPEN)
        planted = search.row(st, layout.PLANTED, 0, LONGEST_CHAIN)
        planted[:] = -1
        with np.errstate(over="ignore"):
            out = int(plant(search.world, st, search._undo))
        width = int(st[layout.STOPS])
        routes = [
            sorted(search.row(st, layout.ROUTE, s, width)[: st[st[layout.LENGTH] + s]])
            for s in range(3)
        ]
        assert sorted(
            [*search.row(st, layout.ORDER, 0, out), *chain.from_iterable(routes)]
        ) == list(range(9))
        for s in planted[planted >= 0].tolist():
            assert (s, *routes[s]) in kept
        lengths.add(int((planted >= 0).sum()))
    assert lengths >= {1, 2, 3}


def test_prices_of_visits_bound_the_best_choice_of_routes() -> None:
    """One shift drives one route, so two visits cost 15 together; the other shift asks 9 for one.

    The best choice is 15; a bound by prices is never above it, and here it is reached.
    """
    columns = Columns(
        np.array([0, 0, 0, 1]),
        np.array([10.0, 10.0, 15.0, 9.0]),
        np.array([0, 1, 0, 1, 1]),
        np.array([0, 1, 2, 4, 5]),
    )
    prices = columns.settle(np.zeros(2, dtype=np.int64), 19 * FINENESS)
    reduced, cover = columns.choose(prices)
    assert 14.5 <= (prices.sum() + reduced) / FINENESS <= 15.0
    assert cover.tolist() == [1, 1]
    order = np.argsort(columns.excess(prices), kind="stable")
    assert order[0] == 2
