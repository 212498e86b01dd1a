"""The pool of routes that a search has seen: what recombination puts together anew.

A route is an array of nodes as the compiled search writes it: a visit is its own number, a pickup
is the number of visits plus its pickup option. Of all orders of the same visits and pickups in the
same shift only the cheapest is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver.problem import FOREVER
from dispatch.solver.search_world import pickup_options
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.world import PickupOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from dispatch.solver.problem import Problem

    Row = NDArray[np.int64]

CAPACITY = 20_000
"""How many routes a pool keeps: CP-SAT is shown a thousand of them."""

SLACK = 1.25
"""A pool grows to this multiple of its capacity before the worst are dropped in one go."""


@dataclass(slots=True)
class Column:
    """One route of the pool.

    Parameters
    ----------
    shift
        Whose route it is.
    nodes
        Visits and pickups in their order.
    low, high
        Bounds of the start at each node that the search chose (anchors, releases).
    cost
        Price of the route by the objective: money, or seconds of working time.
    seen
        When the route was offered last, counted in offers to the pool.
    stops
        The stops with their parts, where the route came with them.
    """

    shift: int
    nodes: Row
    low: Row
    high: Row
    cost: int
    seen: int
    stops: tuple[Stop, ...] | None = None


class RoutePool:
    """Routes seen by a search, the cheapest order of each set of stops in each shift.

    Parameters
    ----------
    problem
        The problem that the routes belong to.
    capacity
        How many routes are kept at most (a quarter more for a moment).
    """

    def __init__(self, problem: Problem, capacity: int = CAPACITY) -> None:
        self.num_visits = len(problem.visits)
        self.capacity = capacity
        self.options = pickup_options(problem)
        self.offers = 0
        self.prices: NDArray[np.float64] | None = None
        self._columns: dict[tuple[int, bytes], Column] = {}
        self._option_of: dict[tuple[int, int, int], int] = {}
        for i, option in enumerate(self.options):
            key = (option.depot, option.not_before, option.not_after)
            self._option_of.setdefault(key, i)
        self._last: dict[int, bytes] = {}
        self._free_low = np.full(self.num_visits + len(self.options), -FOREVER, dtype=np.int64)
        self._free_high = -self._free_low

    def __len__(self) -> int:
        return len(self._columns)

    def columns(self) -> Iterator[Column]:
        """Go through the routes in the order in which their sets of stops were first seen."""
        return iter(self._columns.values())

    def offer(self, shift: int, stops: tuple[Stop, ...], cost: int) -> None:
        """Show the pool a route as stops; their parts are kept as they are.

        Parameters
        ----------
        cost
            Price of the route by the objective of the problem.
        """
        if not stops:
            return
        nodes = np.fromiter((self._node(s) for s in stops), dtype=np.int64, count=len(stops))
        key = _key(shift, nodes)
        if self._wanted(key, cost):
            low = np.fromiter((s.not_before for s in stops), dtype=np.int64, count=len(stops))
            high = np.fromiter((s.not_after for s in stops), dtype=np.int64, count=len(stops))
            self._put(key, Column(shift, nodes, low, high, cost, self.offers, stops))

    def offer_solution(self, solution: Solution, costs: Iterable[int]) -> None:
        """Show the pool all routes of a plan, `costs` giving the price of each shift's route."""
        for shift, (stops, cost) in enumerate(zip(solution.routes, costs, strict=True)):
            self.offer(shift, stops, cost)

    def offer_nodes(
        self,
        shift: int,
        nodes: Row,
        cost: int,
        low: Row | None = None,
        high: Row | None = None,
    ) -> None:
        """Show the pool a route as nodes; nothing is copied unless it is new or cheaper.

        Parameters
        ----------
        nodes
            int64, the stops of the route in their order.
        low, high
            int64 by node (at least one cell for each visit): bounds of the start that the search
            chose. None is no bound but those of the pickup options.
        """
        if nodes.size == 0:
            return
        key = _key(shift, nodes)
        if self._wanted(key, cost):
            lows = self._free_low if low is None else low
            highs = self._free_high if high is None else high
            bounds = self._bounds(nodes, lows, highs)
            self._put(key, Column(shift, nodes.copy(), *bounds, cost, self.offers))

    def offer_rows(
        self,
        rows: Row,
        lengths: Row,
        costs: Row,
        low: Row | None = None,
        high: Row | None = None,
    ) -> None:
        """Show the pool the routes of a whole state; routes unchanged since last time are skipped.

        Parameters
        ----------
        rows
            int64, shape (shifts, stops): the nodes of each route, of which the first `lengths` hold.
        lengths, costs
            int64, shape (shifts,).
        low, high
            As in `offer_nodes`.
        """
        for shift, (length, cost) in enumerate(zip(lengths.tolist(), costs.tolist(), strict=True)):
            if not length:
                continue
            nodes = rows[shift, :length]
            mark = nodes.tobytes()
            if self._last.get(shift) != mark:
                self._last[shift] = mark
                self.offer_nodes(shift, nodes, cost, low, high)

    def merge(self, other: RoutePool) -> None:
        """Take over the routes of another pool of the same problem (another process)."""
        for c in other.columns():
            if c.stops is not None:
                self.offer(c.shift, c.stops, c.cost)
            elif self._wanted(key := _key(c.shift, c.nodes), c.cost):
                self._put(key, Column(c.shift, c.nodes, c.low, c.high, c.cost, self.offers))

    def _wanted(self, key: tuple[int, bytes], cost: int) -> bool:
        """Whether this route is new or cheaper; a known one counts as seen again."""
        self.offers += 1
        known = self._columns.get(key)
        if known is None:
            return True
        known.seen = self.offers
        return cost < known.cost

    def _put(self, key: tuple[int, bytes], column: Column) -> None:
        self._columns[key] = column
        if len(self._columns) > self.capacity * SLACK:
            self._drop_worst()

    def _bounds(self, nodes: Row, low: Row, high: Row) -> tuple[Row, Row]:
        """Bounds at each node: the search's for visits, the option's own for pickups."""
        n = self.num_visits
        safe = np.where(nodes < n, nodes, 0)
        lows, highs = low[safe], high[safe]
        for at in np.flatnonzero(nodes >= n).tolist():
            option = self.options[int(nodes[at]) - n]
            lows[at], highs[at] = option.not_before, option.not_after
        return lows, highs

    def _node(self, stop: Stop) -> int:
        if stop.kind is StopKind.VISIT:
            return stop.index
        key = (stop.index, stop.not_before, stop.not_after)
        if key not in self._option_of:
            self._option_of[key] = len(self.options)
            self.options.append(PickupOption(*key))
        return self.num_visits + self._option_of[key]

    def _drop_worst(self) -> None:
        """Drop routes down to the capacity: long unseen ones and those priced out.

        Half of the judgement is age, half the reduced cost under the prices of visits that the last
        recombination found; before the first one the price of a visit is the cheapest share of any
        route's cost that it has been seen to take.
        """
        columns = list(self._columns.items())
        sizes = np.array([c.nodes.size for _, c in columns], dtype=np.int64)
        flat = np.concatenate([c.nodes for _, c in columns])
        visit = flat < self.num_visits
        costs = np.array([c.cost for _, c in columns], dtype=np.float64)
        prices = self.prices
        if prices is None:
            share = np.repeat(costs / sizes, sizes)
            prices = np.full(self.num_visits, np.inf)
            np.minimum.at(prices, flat[visit], share[visit])
        gains = np.where(visit, prices[np.where(visit, flat, 0)], 0.0)
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        reduced = costs - np.add.reduceat(gains, starts)
        seen = np.array([c.seen for _, c in columns], dtype=np.int64)
        rank = _ranks(reduced) + _ranks(-seen)
        kept = np.sort(np.argsort(rank, kind="stable")[: self.capacity])
        self._columns = dict(columns[i] for i in kept.tolist())


def _key(shift: int, nodes: Row) -> tuple[int, bytes]:
    return shift, np.sort(nodes).tobytes()


def _ranks(values: NDArray[np.float64] | Row) -> Row:
    """Position of each value in increasing order, ties in the order given."""
    ranks = np.empty(values.size, dtype=np.int64)
    ranks[np.argsort(values, kind="stable")] = np.arange(values.size)
    return ranks
