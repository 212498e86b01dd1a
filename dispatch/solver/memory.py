"""Compiled memory of good routes, and the step that plants one of them again.

The search forgets the routes of the plans that it leaves. Here the routes of good plans are kept,
the cheapest order of each set of stops in each shift, for two uses: a step puts one of them in the
place of what its shift does now and lets the visits that lose their place find another, and
recombination chooses among all of them.

References
----------
Rochat, Taillard: Probabilistic diversification and intensification in local search for vehicle
routing, Journal of Heuristics 1(1), 1995, doi 10.1007/BF02430370.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.bank import enter_bank, leave_bank
from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.draws import draw
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    COST,
    CREW_WIDTH,
    FAVOURED,
    FAVOURITES,
    LENGTH,
    LINKED,
    LOW,
    MARK,
    MEMBER,
    MEMORY,
    MEMORY_CELLS,
    MEMORY_WIDTH,
    OPTION_SHIFT,
    ORDER,
    OWN_LOW,
    REMOVABLE,
    ROUTE,
    STOPS,
    VISITS,
    WHERE,
)
from dispatch.solver.route_state import mixed, refresh
from dispatch.solver.ruin import remove_marked
from dispatch.solver.undo import note, touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

KEY, SHIFT, COUNT, PRICE, FIRST = range(5)
"""Cells of a remembered route: its key, whose it is, its stops and price, then nodes and starts."""

TRIES = 8
"""How many cells are looked into for a route that can be planted."""


FAVOURED_SHARE = 0.5
"""How many of the routes planted are taken from the promising ones, where there are any."""


@kernel
def _key(w: Buffer, st: Buffer, s: int) -> int:
    """Key of the set of stops of a route in its shift, 0 where it must not be remembered."""
    at = st[ROUTE] + s * st[STOPS]
    key = mixed(0x2545F491, s + 1)
    for i in range(st[st[LENGTH] + s]):
        node = st[at + i]
        if node < w[VISITS]:
            if w[w[LINKED] + node] == 1 or w[w[REMOVABLE] + node] == 0:
                return 0
        elif w[w[OPTION_SHIFT] + node - w[VISITS]] >= 0:
            return 0
        key += mixed(0x632BE5AB, node + 1)
    return key


@kernel
def remember(w: Buffer, st: Buffer, s: int) -> None:
    """Keep the route of a shift unless its set of stops is known in an order as cheap."""
    count, cost = st[st[LENGTH] + s], st[st[COST] + s]
    if count == 0 or cost >= INFEASIBLE:
        return
    key = _key(w, st, s)
    if key == 0:
        return
    cell = st[MEMORY] + (key & (st[MEMORY_CELLS] - 1)) * st[MEMORY_WIDTH]
    if st[cell + KEY] == key and st[cell + PRICE] <= cost:
        return
    st[cell + KEY], st[cell + SHIFT], st[cell + COUNT], st[cell + PRICE] = key, s, count, cost
    at, low = st[ROUTE] + s * st[STOPS], cell + FIRST + st[STOPS]
    for i in range(count):
        node = st[at + i]
        st[cell + FIRST + i] = node
        st[low + i] = st[st[LOW] + node]


@kernel
def _chosen(w: Buffer, st: Buffer) -> int:
    """A remembered route that its shift does not drive now, -1 if none was met."""
    favoured = st[FAVOURITES] > 0 and draw(st) < FAVOURED_SHARE
    for _ in range(TRIES):
        at = int(draw(st) * (st[FAVOURITES] if favoured else st[MEMORY_CELLS]))
        if favoured:
            at = st[st[FAVOURED] + at]
        cell = st[MEMORY] + at * st[MEMORY_WIDTH]
        if st[cell + KEY] != 0:
            now = _key(w, st, st[cell + SHIFT])
            if now != 0 and now != st[cell + KEY]:
                return cell
    return -1


@kernel
def _fill(w: Buffer, st: Buffer, u: Buffer, cell: int) -> bool:
    """Write a remembered route into its empty shift; False (and empty again) if it cannot be."""
    s, count = st[cell + SHIFT], st[cell + COUNT]
    at, low = st[ROUTE] + s * st[STOPS], cell + FIRST + st[STOPS]
    for i in range(count):
        node = st[cell + FIRST + i]
        st[at + i] = node
        if node < w[VISITS]:
            note(st, u, node)
            leave_bank(w, st, node)
            st[st[WHERE] + node] = st[st[MEMBER] + node * st[CREW_WIDTH]] = s
            st[st[LOW] + node] = st[st[OWN_LOW] + node] = st[low + i]
    st[st[LENGTH] + s] = count
    if refresh(w, st, s):
        return True
    st[st[LENGTH] + s] = 0
    for i in range(count):
        if st[cell + FIRST + i] < w[VISITS]:
            enter_bank(w, st, st[cell + FIRST + i])
    refresh(w, st, s)
    return False


@kernel
def plant(w: Buffer, st: Buffer, u: Buffer) -> int:
    """Give a shift a remembered route; returns how many visits are out now (`order`)."""
    cell = _chosen(w, st)
    if cell < 0:
        return 0
    s, count = st[cell + SHIFT], 0
    for i in range(st[st[LENGTH] + s]):
        node = st[st[ROUTE] + s * st[STOPS] + i]
        if node < w[VISITS]:
            st[st[MARK] + node] = 1
            st[st[ORDER] + count] = node
            count += 1
    for i in range(st[cell + COUNT]):
        node = st[cell + FIRST + i]
        if node < w[VISITS] and st[st[WHERE] + node] >= 0 and st[st[MARK] + node] == 0:
            st[st[MARK] + node] = 1
            st[st[ORDER] + count] = node
            count += 1
    touch(w, st, u, s)
    count = remove_marked(w, st, u, count)
    if st[st[LENGTH] + s] > 0:
        return count
    _fill(w, st, u, cell)
    left = 0
    for i in range(count):
        node = st[st[ORDER] + i]
        if st[st[WHERE] + node] < 0:
            st[st[ORDER] + left] = node
            left += 1
    return left
