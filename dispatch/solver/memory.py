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
    PLANTED,
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

LONGEST_CHAIN = 5
GOES_ON = 0.7
"""How many routes a step plants at most, and how often it goes on after one."""

MOST_LEFT = 12
"""How many visits may be out after another route is planted, unless more were out before."""

CHANCE = 3.0
"""By how many visits without a place the choice of the next route may be off the best."""

NO_USE = 1 << 20
"""More visits than there are."""

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
def _drive(w: Buffer, st: Buffer, u: Buffer, cell: int, out: int) -> int:
    """Have a shift drive a remembered route.

    Parameters
    ----------
    out
        How many visits are out already, `order[:out]`.

    Returns
    -------
    How many are out now; fewer are on no route where the route could not be driven again.
    """
    s, count = st[cell + SHIFT], out
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
    count = remove_marked(w, st, u, out, count)
    if st[st[LENGTH] + s] == 0:
        _fill(w, st, u, cell)
    left = 0
    for i in range(count):
        node = st[st[ORDER] + i]
        if st[st[WHERE] + node] < 0:
            st[st[ORDER] + left] = node
            left += 1
    return left


@kernel
def _follows(w: Buffer, st: Buffer, cell: int, wanted: int, planted: int) -> int:
    """How many more visits would be out with a remembered route, if it serves `wanted`.

    Parameters
    ----------
    cell
        Where the route stands.
    planted
        How many shifts drive what this step has planted, `planted[:planted]`.

    Returns
    -------
    `NO_USE` where it does not serve `wanted` or takes something from what is planted.
    """
    s, serves, more = st[cell + SHIFT], False, 0
    for i in range(planted):
        if st[st[PLANTED] + i] == s:
            return NO_USE
    for i in range(st[cell + COUNT]):
        node = st[cell + FIRST + i]
        if node >= w[VISITS]:
            continue
        home = st[st[WHERE] + node]
        serves = serves or node == wanted
        if home < 0:
            more -= 1
        elif home == s:
            # Counted among those that lose their place, but it has one.
            more -= 1
        else:
            for j in range(planted):
                if st[st[PLANTED] + j] == home:
                    return NO_USE
    if not serves:
        return NO_USE
    for i in range(st[st[LENGTH] + s]):
        if st[st[ROUTE] + s * st[STOPS] + i] < w[VISITS]:
            more += 1
    return more


@kernel
def _next(w: Buffer, st: Buffer, out: int, planted: int) -> int:
    """A promising route for one of the visits that are out, -1 if there is none that helps."""
    wanted = st[st[ORDER] + int(draw(st) * out)]
    best, least = -1, float(max(out, MOST_LEFT))
    for i in range(st[FAVOURITES]):
        cell = st[MEMORY] + st[st[FAVOURED] + i] * st[MEMORY_WIDTH]
        more = _follows(w, st, cell, wanted, planted)
        if more < NO_USE:
            loss = float(out + more) + CHANCE * draw(st)
            if loss < least and _key(w, st, st[cell + SHIFT]) != 0:
                best, least = cell, loss
    return best


@kernel
def plant(w: Buffer, st: Buffer, u: Buffer) -> int:
    """Give shifts remembered routes; returns how many visits are out now (`order`).

    After the first, which may be any, come promising ones that take up what has lost its place and
    leave alone what is planted: a plan changes by several routes that go together.
    """
    cell = _chosen(w, st)
    if cell < 0:
        return 0
    out, planted = 0, 0
    while cell >= 0:
        st[st[PLANTED] + planted] = st[cell + SHIFT]
        planted += 1
        out = _drive(w, st, u, cell, out)
        cell = -1
        if out > 0 and planted < LONGEST_CHAIN and draw(st) < GOES_ON:
            cell = _next(w, st, out, planted)
    return out
