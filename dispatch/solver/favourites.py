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
from dispatch.solver.compiled import choose_cheapest, raise_bound
from dispatch.solver.kernel import address
from dispatch.solver.memory import COUNT, FIRST, KEY, PRICE, SHIFT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dispatch.solver.search import Search

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST = 300
"""How many remembered routes are promising at most."""

LOOKS, STEPS = 12, 20
"""How often the columns at hand are chosen anew, and the subgradient steps between two choices."""

AT_HAND = 4000
"""How many columns the steps between two choices look at."""

FIRST_STEP, SHRINK = 1.0, 0.8
"""Length of the first steps, as a share of Polyak's, and by how much it shrinks at each choice."""


FINENESS = 1 << 20
"""Prices are counted in so many parts of a unit of money."""

LOWEST = -(1 << 62)
"""Below every bound."""


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
        self.visits = visits
        _, self._begins, self._counts = np.unique(shift, return_index=True, return_counts=True)
        self._all = np.arange(shift.size)
        self._packed = layout.pack(
            packed.HEADER,
            {packed.SHIFTS: self._begins.size},
            {
                packed.COST: np.rint(cost * FINENESS),
                packed.FIRST: first,
                packed.SERVED: visits,
                packed.REDUCED: np.zeros(shift.size),
            },
        )

    def choose(self, prices: Ints) -> tuple[int, Ints]:
        """Have each shift drive its cheapest route at these prices, or none.

        Returns
        -------
        Their reduced cost, and by visit how many of the routes driven serve it.
        """
        cover = np.zeros(prices.size, dtype=np.int64)
        hand = self._at_hand(self._all)
        return choose_cheapest(*hand, address(prices), address(cover)), cover

    def excess(self, prices: Ints) -> Ints:
        """How much dearer each route is than what its shift would do at these prices."""
        self.choose(prices)
        reduced = self._packed[self._packed[packed.REDUCED] :]
        best = np.minimum(np.minimum.reduceat(reduced, self._begins), 0)
        return np.asarray(reduced - np.repeat(best, self._counts), dtype=np.int64)

    def settle(self, prices: Ints, target: int) -> Ints:
        """Prices under which the relaxation is dear, by subgradient steps.

        Parameters
        ----------
        prices
            By visit, to begin with, in parts of a unit of money (`FINENESS`) as all money here.
        target
            A cost that the relaxation cannot exceed by much: that of a plan.

        Returns
        -------
        The prices with the highest bound that was met.
        """
        n, highest, length = prices.size, LOWEST, FIRST_STEP
        # Now, the best, which visits some route serves, scratch.
        tables = np.zeros((4, n), dtype=np.int64)
        tables[:2] = prices
        tables[2, self.visits] = 1
        for _ in range(LOOKS):
            chosen = self._all
            if chosen.size > AT_HAND:
                excess = self.excess(tables[0])
                chosen = np.sort(np.argpartition(excess, AT_HAND)[:AT_HAND])
            length *= SHRINK
            hand = self._at_hand(chosen)
            highest = raise_bound(*hand, address(tables), n, STEPS, highest, target, length)
        return tables[1]

    def _at_hand(self, chosen: Ints) -> tuple[int, int, int]:
        """Addresses of all columns, of some of them, and of where those of each shift begin."""
        begins = np.searchsorted(chosen, np.append(self._begins, self._all.size))
        self._kept = chosen, begins
        return address(self._packed), address(chosen), address(begins)


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
    first_prices = np.rint(_first_prices(search) * FINENESS).astype(np.int64)
    prices = columns.settle(first_prices, int(cost) * FINENESS)
    order = np.argsort(columns.excess(prices), kind="stable")
    best = known[order[:MOST]]
    st[layout.FAVOURITES] = best.size
    st[st[layout.FAVOURED] :][: best.size] = best


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
