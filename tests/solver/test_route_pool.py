"""The pool of routes: what it keeps, what it drops, in which order it gives routes back."""

from __future__ import annotations

import pickle

import numpy as np
from hand_made import go, pick, use
from named_worlds import day_shift, two_engineers, visit, world

from dispatch.solver.problem import Engineer, Problem
from dispatch.solver.route_pool import Column, RoutePool


def three_near_visits() -> Problem:
    """One engineer and three visits at places 1 to 3."""
    return world((visit(1), visit(2), visit(3)), (day_shift(),), (Engineer(),))


def nodes(*numbers: int) -> np.ndarray:
    """Nodes as the search writes them."""
    return np.array(numbers, dtype=np.int64)


def kept(pool: RoutePool) -> list[tuple[int, list[int], int]]:
    """Shift, nodes and cost of each route of a pool."""
    return [(c.shift, c.nodes.tolist(), c.cost) for c in pool.columns()]


def test_the_cheapest_order_of_the_same_stops_is_kept() -> None:
    """Three orders of two visits are one route: the cheapest."""
    pool = RoutePool(three_near_visits())
    pool.offer(0, go(0, 1), 30)
    pool.offer(0, go(1, 0), 20)
    pool.offer_nodes(0, nodes(0, 1), 25)
    assert kept(pool) == [(0, [1, 0], 20)]


def test_a_route_belongs_to_its_shift() -> None:
    """The same visits in two shifts are two routes, in the order in which they were seen."""
    pool = RoutePool(two_engineers())
    pool.offer(1, go(0), 10)
    pool.offer(0, go(0), 12)
    pool.offer_nodes(1, nodes(2, 1), 7)
    assert kept(pool) == [(1, [0], 10), (0, [0], 12), (1, [2, 1], 7)]


def test_pickups_count_among_the_stops() -> None:
    """The same visit with and without a pickup are two routes; the pickup is a node."""
    problem = two_engineers()
    pool = RoutePool(problem)
    pool.offer(0, (pick(), use(1)), 10)
    pool.offer(0, go(1), 9)
    assert kept(pool) == [(0, [len(problem.visits), 1], 10), (0, [1], 9)]


def test_nodes_come_with_the_bounds_of_their_visits() -> None:
    """The bounds are tables by visit; what the search changes later is not seen."""
    pool = RoutePool(three_near_visits())
    row, low, high = nodes(2, 0), nodes(100, 200, 300), nodes(1000, 2000, 3000)
    pool.offer_nodes(0, row, 5, low, high)
    row[0], low[2] = 1, 0
    column: Column = next(pool.columns())
    assert column.nodes.tolist() == [2, 0]
    assert (column.low.tolist(), column.high.tolist()) == ([300, 100], [3000, 1000])


def test_a_whole_state_is_offered_at_once_and_only_changes_count() -> None:
    """Empty routes are no routes, and a route that stayed as it was is not offered again."""
    pool = RoutePool(two_engineers())
    rows, lengths, costs = nodes(0, 1, 9, 9).reshape(2, 2), nodes(2, 0), nodes(44, 0)
    pool.offer_rows(rows, lengths, costs)
    pool.offer_rows(rows, lengths, costs)
    assert kept(pool) == [(0, [0, 1], 44)]
    assert pool.offers == 1


def test_the_pool_stays_small_and_keeps_what_is_cheap_and_new() -> None:
    """Of a hundred routes to two places a pool of eight keeps the cheap ones seen last."""
    visits = tuple(visit(1) for _ in range(100))
    pool = RoutePool(world(visits), capacity=8)
    for v in range(100):
        pool.offer_nodes(0, nodes(v), 1000 + v)
        pool.offer_nodes(0, nodes(v, (v + 1) % 100), 1000)
        assert len(pool) <= 10
    assert kept(pool)[-1:] == [(0, [99, 0], 1000)]


def test_pools_of_two_processes_are_merged() -> None:
    """A pool that comes back from another process adds its routes and betters those known."""
    problem = two_engineers()
    here, there = RoutePool(problem), RoutePool(problem)
    here.offer(0, go(0, 1), 30)
    there.offer_nodes(0, nodes(1, 0), 20)
    there.offer(1, (pick(start=40000), use(1)), 10)
    here.merge(pickle.loads(pickle.dumps(there)))
    assert kept(here) == [
        (0, [1, 0], 20),
        (1, [len(problem.visits) + len(here.options) - 1, 1], 10),
    ]
