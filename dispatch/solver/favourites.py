"""Which remembered routes are promising: those of least reduced cost under prices of the visits.

The prices are multipliers of a Lagrangian relaxation of the choice of routes: every visit is worth
its price, each shift drives its cheapest route or none, and a subgradient step raises the price of
visits that no route serves and lowers that of those served twice. That is a hundred times cheaper
than a linear program, and the step that plants routes needs no more than an order among them.

References
----------
Caprara, Fischetti, Toth: A Heuristic Method for the Set Covering Problem, Operations Research 47(5),
1999, doi 10.1287/opre.47.5.730.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver import cheapest_columns as packed
from dispatch.solver import layout
from dispatch.solver.compiled import choose_cheapest
from dispatch.solver.kernel import address
from dispatch.solver.memory import COUNT, FIRST, KEY, PRICE, SHIFT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dispatch.solver.search import Search

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST = 300
"""How many remembered routes are promising at most."""

STEPS = 240
LOOK_EVERY = 20
"""Subgradient steps, and after how many the columns at hand are chosen anew."""

AT_HAND = 4000
"""How many columns the steps between two choices look at."""

FIRST_STEP, SHRINK = 1.0, 0.8
"""Length of the first steps, as a share of Polyak's, and by how much it shrinks at each choice."""


FINENESS = 1 << 20
"""Prices are counted in so many parts of a unit of money."""


class Columns:
    """Remembered routes as flat arrays, in the order of their shifts.

    Parameters
    ----------
    shift, cost
        int64 and float64 by route.
    visits, first
        The visits of all routes in a row, and where those of each begin, with one more at the end.
    """

    def __init__(self, shift: Ints, cost: Floats, visits: Ints, first: Ints) -> None:
        self.cost, self.visits, self.first = cost, visits, first
        self.sizes = np.diff(first)
        self.shifts, self.begins = np.unique(shift, return_index=True)
        self.counts = np.diff(np.append(self.begins, shift.size))
        self._packed = layout.pack(
            packed.HEADER,
            {packed.SHIFTS: self.shifts.size},
            {
                packed.BEGINS: np.append(self.begins, shift.size),
                packed.COST: np.rint(cost * FINENESS),
                packed.FIRST: first,
                packed.SERVED: visits,
                packed.REDUCED: np.zeros(shift.size),
            },
        )

    def choose(self, prices: Floats) -> tuple[float, Ints]:
        """Have each shift drive its cheapest route at these prices, or none.

        Returns
        -------
        Their reduced cost, and by visit how many of the routes driven serve it.
        """
        whole = np.rint(prices * FINENESS).astype(np.int64)
        cover = np.zeros(prices.size, dtype=np.int64)
        total = choose_cheapest(address(self._packed), address(whole), address(cover))
        return total / FINENESS, cover

    def excess(self, prices: Floats) -> Ints:
        """How much dearer each route is than what its shift would do at these prices, in parts."""
        self.choose(prices)
        reduced = self._packed[self._packed[packed.REDUCED] :]
        best = np.minimum(np.minimum.reduceat(reduced, self.begins), 0)
        return np.asarray(reduced - np.repeat(best, self.counts), dtype=np.int64)

    def part(self, chosen: Ints) -> Columns:
        """Some of the columns, named in increasing order."""
        sizes = self.sizes[chosen]
        first = np.concatenate(([0], np.cumsum(sizes)))
        cells = np.arange(first[-1]) - np.repeat(first[:-1] - self.first[chosen], sizes)
        shift = np.repeat(self.shifts, self.counts)[chosen]
        return Columns(shift, self.cost[chosen], self.visits[cells], first)


def favour(search: Search) -> None:
    """Have a search plant the promising ones of its remembered routes."""
    st, n = search.state, len(search.problem.visits)
    cells = search.memory()
    known = np.flatnonzero(cells[:, KEY])
    if known.size < n:
        return
    known = known[np.argsort(cells[known, SHIFT], kind="stable")]
    rows = cells[known]
    stops = int(st[layout.STOPS])
    nodes = rows[:, FIRST : FIRST + stops]
    is_visit = (np.arange(stops) < rows[:, COUNT][:, None]) & (nodes < n)
    first = np.concatenate(([0], np.cumsum(is_visit.sum(axis=1))))
    columns = Columns(rows[:, SHIFT], rows[:, PRICE].astype(float), nodes[is_visit], first)
    _, cost = search.figures()
    prices = settle_prices(columns, _first_prices(search), float(cost))
    order = np.argsort(columns.excess(prices), kind="stable")
    best = known[order[:MOST]]
    st[layout.FAVOURITES] = best.size
    st[st[layout.FAVOURED] :][: best.size] = best


def settle_prices(columns: Columns, prices: Floats, target: float) -> Floats:
    """Prices of the visits under which the relaxation is dear, by subgradient steps.

    Parameters
    ----------
    prices
        By visit, to begin with.
    target
        A cost that the relaxation cannot exceed by much: that of a plan.

    Returns
    -------
    The prices with the highest bound that was met.
    """
    best, highest, length = prices, -np.inf, FIRST_STEP
    served = np.zeros(prices.size, dtype=bool)
    served[columns.visits] = True
    at_hand = columns
    for step in range(STEPS):
        if step % LOOK_EVERY == 0:
            order = np.argsort(columns.excess(prices), kind="stable")
            at_hand = columns.part(np.sort(order[:AT_HAND]))
            length *= SHRINK
        reduced, cover = at_hand.choose(prices)
        bound = float(prices.sum()) + reduced
        if bound > highest:
            best, highest = prices, bound
        slope = np.where(served, 1.0 - cover, 0.0)
        steep = float(slope @ slope)
        if steep == 0.0:
            break
        gap = max(target - bound, 1e-4 * abs(target))
        prices = np.maximum(prices + length * gap / steep * slope, 0.0)
    return best


def _first_prices(search: Search) -> Floats:
    """Each visit pays its share of the route that it has in the best plan."""
    n = len(search.problem.visits)
    routes, lengths, costs, _, _ = search.rows(best=True)
    prices = np.zeros(n)
    for route, length, cost in zip(routes, lengths.tolist(), costs.tolist(), strict=True):
        visits = route[:length][route[:length] < n]
        if visits.size:
            prices[visits] = cost / visits.size
    return prices
